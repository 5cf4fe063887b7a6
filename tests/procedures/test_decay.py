"""The power law of a decay: found again with its interval, and extended with care."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.analysis.decay import fit_decay, time_to_loss

AGES_S = np.geomspace(10, 1e4, 20)


def noisy(exponent: float, seed: int, scatter: float = 1e-3) -> np.ndarray:
    noise = scatter * np.random.default_rng(seed).standard_normal(AGES_S.size)
    return 3e-5 * AGES_S**-exponent * np.exp(noise)


@given(st.floats(-0.1, 0.3), st.floats(1e-9, 1e-2))
def test_an_exact_power_law_is_found_exactly(exponent: float, scale_s: float) -> None:
    decay = fit_decay(AGES_S, scale_s * AGES_S**-exponent)
    assert decay.exponent == pytest.approx(exponent, abs=1e-9)
    assert decay.conductance_s(50.0) == pytest.approx(scale_s * 50.0**-exponent)


def test_the_interval_holds_the_exponent_as_often_as_it_says() -> None:
    decays = [fit_decay(AGES_S, noisy(0.003, seed)) for seed in range(400)]
    held = np.mean([abs(decay.exponent - 0.003) <= decay.exponent_u95 for decay in decays])
    assert 0.92 < held < 0.98
    assert np.mean([decay.scatter for decay in decays]) == pytest.approx(1e-3, rel=0.05)


def test_readings_that_say_nothing_of_a_logarithm_are_left_out() -> None:
    values = 1e-5 * AGES_S**-0.01
    values[3], values[7] = -1e-9, np.nan
    decay = fit_decay(AGES_S, values)
    assert decay.readings == AGES_S.size - 2
    assert decay.exponent == pytest.approx(0.01)


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(0.1, 100))
def test_at_the_time_of_a_loss_that_share_is_lost(
    exponent: float, loss: float, reference_s: float
) -> None:
    age_s = time_to_loss(exponent, loss, reference_s)
    if age_s is None:
        assert reference_s * (1 - loss) ** (-1 / exponent) > 1e29
        return
    assert (age_s / reference_s) ** -exponent == pytest.approx(1 - loss)


@pytest.mark.parametrize("exponent", [0.0, -0.01, math.nan, 1e-6])
def test_what_hardly_decays_never_loses_a_tenth(exponent: float) -> None:
    assert time_to_loss(exponent, 0.1, 1.0) is None
