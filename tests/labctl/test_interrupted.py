"""What is left of an interrupted application: properties that hold whatever the moment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import Waveform
from labctl.bench.interrupted import Witness, nominal_times_s, what_is_left
from procedures.base import Purpose

CYCLE = Waveform([-0.2, -0.005, 0.2, 0.005], [1e-3, 2e-3, 1e-3, 2e-3], [False, True] * 2)
repeats = st.integers(1, 50)
share = st.floats(0, 1)


def cycles(count: int) -> Waveform:
    return Waveform(CYCLE.levels_v, CYCLE.dwell_s, CYCLE.record, count)


@given(repeats, share, st.sampled_from(Witness))
def test_stress_is_never_played_more_often_than_asked_for(
    count: int, came: float, witness: Witness
) -> None:
    waveform = cycles(count)
    points = round(came * waveform.recorded_points)
    if witness is Witness.NEVER_BEGUN:
        points -= points % 2  # nothing came of a repeat that nobody began
    rest = what_is_left(waveform, Purpose.STRESS, points, witness)
    applied_at_most = (rest.uncertain_upto + 1) // 2
    assert points <= rest.uncertain_upto <= waveform.recorded_points
    assert applied_at_most + rest.repeats == count
    assert rest.skip == 0


@given(repeats, share)
def test_where_the_source_remembers_one_repeat_is_uncertain(count: int, came: float) -> None:
    waveform = cycles(count)
    points = round(came * waveform.recorded_points)
    rest = what_is_left(waveform, Purpose.STRESS, points, Witness.HELD)
    unknown = np.unique(np.arange(points, rest.uncertain_upto) // 2)
    assert unknown.size == (points < waveform.recorded_points)


@given(repeats, share, st.sampled_from(Witness))
def test_a_reading_goes_on_where_it_ended(count: int, came: float, witness: Witness) -> None:
    waveform = cycles(count)
    points = round(came * waveform.recorded_points)
    rest = what_is_left(waveform, Purpose.READ, points, witness)
    assert rest.uncertain_upto == points
    assert points - rest.skip + 2 * rest.repeats == waveform.recorded_points


def test_where_the_source_has_forgotten_all_the_rest_is_uncertain() -> None:
    rest = what_is_left(cycles(10), Purpose.STRESS, 3, Witness.LOST)
    assert (rest.uncertain_upto, rest.repeats) == (20, 0)


@pytest.mark.parametrize("witness", [Witness.HELD, Witness.LOST])
def test_a_pulse_without_readings_counts_as_applied(witness: Witness) -> None:
    pulse = Waveform([-0.2, 0.0], 1e-3, False, 3)
    assert what_is_left(pulse, Purpose.STRESS, 0, witness).repeats == 0
    assert what_is_left(pulse, Purpose.STRESS, 0, Witness.NEVER_BEGUN).repeats == 3


def test_times_are_those_at_which_the_source_would_have_read() -> None:
    np.testing.assert_allclose(nominal_times_s(cycles(3), 1, 4), [6e-3, 9e-3, 12e-3])
