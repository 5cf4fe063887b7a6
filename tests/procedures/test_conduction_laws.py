"""Laws of conduction, on numbers made for them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.analysis.conduction_laws import (
    K_EV_PER_K,
    compare,
    fit_linear,
    fit_metallic,
    fit_thermionic,
)
from procedures.analysis.junction import fit_junction

KELVIN = np.linspace(150.0, 300.0, 16)


def thermionic_ohm(kelvin: np.ndarray, barrier_ev: float, at_300_ohm: float) -> np.ndarray:
    return at_300_ohm * 300 / kelvin * np.exp(barrier_ev / K_EV_PER_K * (1 / kelvin - 1 / 300))


def noise(seed: int, size: int, relative: float) -> np.ndarray:
    return np.exp(relative * np.random.default_rng(seed).standard_normal(size))


@given(barrier_ev=st.floats(0.02, 0.5), at_300_ohm=st.floats(1.0, 1e9))
def test_a_barrier_without_noise_is_exact(barrier_ev: float, at_300_ohm: float) -> None:
    law = fit_thermionic(KELVIN, thermionic_ohm(KELVIN, barrier_ev, at_300_ohm))
    assert law.barrier_ev == pytest.approx(barrier_ev, rel=1e-9)
    assert law.r_squared == pytest.approx(1.0)
    assert law.resistance_ohm(300.0) == pytest.approx(at_300_ohm, rel=1e-9)


@given(tcr=st.floats(-2e-3, 5e-3), at_300_ohm=st.floats(1.0, 1e9))
def test_a_tcr_without_noise_is_exact(tcr: float, at_300_ohm: float) -> None:
    law = fit_metallic(KELVIN, at_300_ohm * (1 + tcr * (KELVIN - 300)), 300.0)
    assert law.tcr_per_k == pytest.approx(tcr, rel=1e-7, abs=1e-12)
    assert law.reference_ohm == pytest.approx(at_300_ohm, rel=1e-9)


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    inside = {"barrier": 0, "tcr": 0, "ohm": 0}
    trials = 400
    for seed in range(trials):
        junction = fit_thermionic(KELVIN, thermionic_ohm(KELVIN, 0.15, 1e4) * noise(seed, 16, 0.01))
        metal = fit_metallic(
            KELVIN, 100 * (1 + 2e-3 * (KELVIN - 300)) * noise(seed + 10_000, 16, 0.01), 300.0
        )
        inside["barrier"] += abs(junction.barrier_ev - 0.15) <= junction.barrier_ev_u95
        inside["tcr"] += abs(metal.tcr_per_k - 2e-3) <= metal.tcr_per_k_u95
        inside["ohm"] += abs(metal.reference_ohm - 100) <= metal.reference_ohm_u95
    for name, count in inside.items():
        # 95 % of 400 is 380, with a standard deviation of 4.4
        assert 362 <= count <= 396, name


@pytest.mark.parametrize(
    ("series_ohm", "leak_s"), [(0.0, 0.0), (2e3, 0.0), (0.0, 2e-10), (2e3, 2e-10)]
)
def test_what_stands_beside_a_junction_is_found_where_it_is(
    series_ohm: float, leak_s: float
) -> None:
    kelvin = np.linspace(110.0, 300.0, 40)
    junction_ohm = thermionic_ohm(kelvin, 0.16, 1.2e4)
    ohm = 1 / (1 / (junction_ohm + series_ohm) + leak_s) * noise(3, 40, 1e-3)
    found = fit_junction(kelvin, ohm, fit_thermionic(kelvin, ohm))
    assert found.barrier_ev == pytest.approx(0.16, abs=2 * found.barrier_ev_u95)
    assert found.barrier_ev_u95 < 1e-3
    for value, u95, truth in (
        (found.series_ohm, found.series_ohm_u95, series_ohm),
        (found.leak_s, found.leak_s_u95, leak_s),
    ):
        if truth:
            assert value == pytest.approx(truth, abs=2 * u95)
            assert u95 < 0.3 * truth
        else:
            assert math.isnan(value)


def test_too_few_points_leave_the_plain_line() -> None:
    kelvin = KELVIN[:4]
    ohm = 2e3 + thermionic_ohm(kelvin, 0.16, 1e4)
    plain = fit_thermionic(kelvin, ohm)
    found = fit_junction(kelvin, ohm, plain)
    assert found.barrier_ev == plain.barrier_ev
    assert math.isnan(found.series_ohm)


def laws(ohm: np.ndarray):
    return fit_thermionic(KELVIN, ohm), fit_metallic(KELVIN, ohm, 300.0)


def test_the_right_law_is_named_and_a_doubtful_one_is_not() -> None:
    metal = 100 * (1 + 2e-3 * (KELVIN - 300))
    assert compare(*laws(thermionic_ohm(KELVIN, 0.15, 1e4) * noise(1, 16, 0.01))).law == (
        "thermionic"
    )
    assert compare(*laws(metal * noise(2, 16, 0.002))).law == "metallic"
    doubtful = compare(*laws(np.full(16, 100.0) * noise(4, 16, 0.3)))
    assert doubtful.law == "undecided"
    assert 0.5 <= doubtful.weight < 0.95


@given(seed=st.integers(0, 1000), relative=st.floats(1e-4, 0.5))
@settings(max_examples=30)
def test_the_weights_of_both_laws_add_up(seed: int, relative: float) -> None:
    thermionic, metallic = laws(100.0 * noise(seed, 16, relative))
    one = compare(thermionic, metallic)
    assert 0.5 <= one.weight <= 1.0


def test_the_weight_is_the_share_of_the_likelihood() -> None:
    thermionic, metallic = laws(np.full(16, 100.0) * noise(4, 16, 0.3))
    verdict = compare(
        replace(thermionic, residuals=np.full(10, 0.01)),
        replace(metallic, residuals=np.full(10, 0.02)),
    )
    assert verdict.weight == pytest.approx(2**10 / (1 + 2**10))


def test_exact_data_are_no_division_by_zero() -> None:
    verdict = compare(*laws(100 * (1 + 2e-3 * (KELVIN - 300))))
    assert verdict.law == "metallic"
    assert verdict.weight == pytest.approx(1.0)


def test_a_plane_is_fitted_and_a_degenerate_one_is_not() -> None:
    design = np.column_stack([np.arange(10.0), np.arange(10.0) ** 2])
    found, u95 = fit_linear(design, design @ [2.0, -3.0])
    assert found == pytest.approx([2.0, -3.0])
    assert (u95 < 1e-9).all()
    assert np.isnan(fit_linear(design[:, [0, 0]], design[:, 0])[0]).all()
    assert np.isnan(fit_linear(design[:2], design[:2, 0])[0]).all()
