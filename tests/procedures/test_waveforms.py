"""Waveforms say before they are played what will be played."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import Waveform
from procedures.techniques.waveforms import pulse_train, read_burst, sampled_pulse

LEVELS = st.lists(st.floats(-1, 1), min_size=1, max_size=50)


@given(LEVELS, st.integers(1, 20))
def test_properties_are_those_of_the_points_played_out(levels: list[float], repeats: int) -> None:
    waveform = Waveform(levels, 1e-3, repeats=repeats)
    played = np.tile(levels, repeats)
    assert waveform.points == played.size == waveform.recorded_points
    assert waveform.duration_s == pytest.approx(1e-3 * played.size)
    assert waveform.peak_v == np.abs(played).max()
    assert waveform.min_v <= 0 <= waveform.max_v
    assert (waveform.recorded_levels_v() == played).all()


@given(LEVELS)
def test_a_train_returns_to_zero_after_every_pulse(levels: list[float]) -> None:
    train = pulse_train(levels, 1e-3, 2.5e-3)
    assert train.levels_v[::2].tolist() == levels
    assert not train.levels_v[1::2].any()
    assert train.duration_s == pytest.approx(2.5e-3 * len(levels))
    assert train.recorded_points == 2 * len(levels)


def test_a_sampled_pulse_is_as_long_as_asked() -> None:
    pulse = sampled_pulse(-0.2, 1e-3, 7)
    assert pulse.duration_s == pytest.approx(1e-3)
    assert set(pulse.levels_v) == {-0.2}
    assert pulse.under_voltage_s == pytest.approx(1e-3)


def test_a_burst_has_no_mean_voltage() -> None:
    assert read_burst(5e-3, 50, 1e-3).levels_v.sum() == 0


@pytest.mark.parametrize(
    ("levels", "dwell", "repeats"),
    [
        ([], 1e-3, 1),
        ([math.nan], 1e-3, 1),
        ([0.1], 0.0, 1),
        ([0.1], math.inf, 1),
        ([0.1], -1e-3, 1),
        ([0.1], 1e-3, 0),
        ([[0.1]], 1e-3, 1),
    ],
)
def test_what_cannot_be_played_is_no_waveform(levels, dwell, repeats) -> None:
    with pytest.raises(ValueError, match="waveform"):
        Waveform(levels, dwell, repeats=repeats)


def test_a_waveform_cannot_be_changed_once_made() -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_burst(5e-3, 1, 1e-3).levels_v[0] = 5.0
