"""Excursions of a waveform, held against the waveform written out point by point."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import Waveform
from labctl.excursions import excursions

LEVELS = st.lists(st.sampled_from([-0.3, -0.1, 0.0, 0.0, 0.2]), min_size=1, max_size=7)


@given(levels_v=LEVELS, repeats=st.integers(1, 4), data=st.data())
def test_repeats_are_as_if_written_out(
    levels_v: list[float], repeats: int, data: st.DataObject
) -> None:
    dwell_s = data.draw(
        st.lists(st.floats(1e-3, 1.0), min_size=len(levels_v), max_size=len(levels_v))
    )
    seen = excursions(Waveform(levels_v, dwell_s, repeats=repeats))
    points = list(zip(levels_v * repeats, dwell_s * repeats, strict=True))
    away = [sum(s for _, s in group) for off, group in groupby(points, lambda p: p[0] != 0) if off]
    sides = [
        sum(abs(v) * s for v, s in group)
        for side, group in groupby(points, lambda p: np.sign(p[0]))
        if side
    ]
    assert seen.pulses == len(sides)
    assert seen.longest_away_s == pytest.approx(max(away, default=0.0))
    assert seen.largest_flux_vs == pytest.approx(max(sides, default=0.0))


def test_a_pulse_may_go_on_across_the_seam() -> None:
    joined = excursions(Waveform([0.1, 0.0, 0.1], [1.0, 1.0, 2.0], repeats=10))
    assert (joined.pulses, joined.longest_away_s) == (11, 3.0)
    assert joined.largest_flux_vs == pytest.approx(0.3)


def test_a_level_that_never_returns_is_one_pulse_however_often_it_is_repeated() -> None:
    held = excursions(Waveform([-0.2], 1.0, repeats=10**12))
    assert (held.pulses, held.longest_away_s) == (1, 1e12)
    assert held.energy_bound_j(1e-3) == pytest.approx(2e8)


def test_crossing_zero_in_a_step_ends_a_pulse_but_no_time_away() -> None:
    crossed = excursions(Waveform([0.2, -0.2, 0.0], 1.0))
    assert (crossed.pulses, crossed.longest_away_s) == (2, 2.0)
    assert crossed.largest_flux_vs == pytest.approx(0.2)


def test_nothing_happens_at_0_v() -> None:
    still = excursions(Waveform([0.0, -0.0], 5.0, repeats=3))
    assert (still.pulses, still.longest_away_s, still.largest_flux_vs) == (0, 0.0, 0.0)
