"""Steps that come again: worked out at once, they are what step after step gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_backend.physics import cycles, repeats, stepping
from sim_backend.physics.array import DotArray, Played
from sim_backend.physics.repeats import Levels

TRIANGLE_V = np.concatenate((np.arange(1, 21), np.arange(19, -1, -1))) * 0.01
CYCLE_V = np.concatenate((-TRIANGLE_V, TRIANGLE_V))
DWELL_S = 3e-3


def played(
    sequence: list[Levels],
    *,
    seed: int = 1,
    names: tuple[str, ...] = ("D03",),
    limit_a: float = 1e-3,
    temperature_k: float = 300.0,
    **overrides: float,
) -> tuple[DotArray, Played]:
    array = DotArray("dot18", overrides, seed)
    outcome = array.play(names, sequence, limit_a, start_s=2.0, temperature_k=temperature_k)
    array.commit(outcome)
    return array, outcome


def spelled_out(sequence: list[Levels]) -> list[Levels]:
    """The same without repeats."""
    return [
        Levels(np.tile(levels.level_v, levels.repeats), np.tile(levels.duration_s, levels.repeats))
        for levels in sequence
    ]


def assert_the_same(sequence: list[Levels], **options) -> None:
    array, at_once = played(sequence, **options)
    reference, one_by_one = played(spelled_out(sequence), **options)
    for name in array.names:
        assert array.state(name) == reference.state(name), "to the last bit"
    assert at_once.events == one_by_one.events
    assert at_once.end_s == pytest.approx(one_by_one.end_s, rel=1e-14)
    for quantity in ("current_a", "voltage_v", "limited"):
        seen, expected = (
            np.concatenate([getattr(outcome, quantity).ravel() for outcome in result.outcomes])
            for result in (at_once, one_by_one)
        )
        np.testing.assert_allclose(seen, expected, rtol=1e-13, atol=0.0)


def steps(level_v: np.ndarray, duration_s: float, times: int) -> Levels:
    return Levels(level_v, np.full(level_v.shape, duration_s), times)


@pytest.fixture
def stepped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each stretch had that was taken step by step."""
    counts: list[int] = []
    play = stepping.play

    def counting(drive, participants):
        counts.append(drive.level_v.size)
        return play(drive, participants)

    monkeypatch.setattr(stepping, "play", counting)
    return counts


def test_endurance_cycles_are_worked_out_at_once(stepped: list[int]) -> None:
    _, outcome = played([steps(CYCLE_V, DWELL_S, 200)])
    assert outcome.outcomes[0].current_a.shape == (200, CYCLE_V.size)
    assert stepped == [CYCLE_V.size], "the first alone: it begins elsewhere"


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    levels=st.lists(
        st.sampled_from([-0.38, -0.25, -0.2, -0.15, -0.02, 0.0, 0.01, 0.1, 0.18, 0.2, 0.3]),
        min_size=1,
        max_size=9,
    ),
    durations=st.lists(st.sampled_from([1e-5, 1e-3, 5e-3, 0.1]), min_size=9, max_size=9),
    times=st.integers(2, 90),
    temperature_k=st.sampled_from([250.0, 300.0, 331.7]),
    at_once=st.integers(33, 60),
)
def test_any_pattern_is_what_step_after_step_gives(
    *,
    seed: int,
    levels: list[float],
    durations: list[float],
    times: int,
    temperature_k: float,
    at_once: int,
) -> None:
    pattern = Levels(np.array(levels), np.array(durations[: len(levels)]), times)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "_CYCLES_AT_ONCE", at_once)
        assert_the_same([steps(np.array([0.2, 0.0]), 1e-3, 1), pattern], seed=seed,
                        temperature_k=temperature_k)  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"limit_a": 5e-6},
        {"limit_a": 14e-6},
        {"names": ("D01", "D02")},
        {"bottom_resistance_ohm": 100.0},
        {"threshold_voltage_v": 0.19, "threshold_spread_v": 0.01},
        {"threshold_voltage_v": 0.205, "threshold_spread_v": 0.008},
        {"reset_rate_per_s": 5.0},
        {"interface_drift_exponent": 0.0},
    ],
)
def test_what_cannot_be_worked_out_at_once_is_stepped_through(options) -> None:
    assert_the_same([steps(CYCLE_V[::4], 4 * DWELL_S, 40)], **options)


def test_a_device_that_ages_from_read_to_read_is_stepped_through(stepped: list[int]) -> None:
    assert_the_same([steps(np.array([0.02, 0.0]), 1e-3, 100)])
    assert sum(stepped) == 2 * 200


def test_one_sequence_may_repeat_several_things() -> None:
    assert_the_same([
        steps(CYCLE_V, DWELL_S, 50),
        steps(CYCLE_V[:30], DWELL_S, 1),
        steps(CYCLE_V[30:], DWELL_S, 1),
        steps(CYCLE_V, DWELL_S, 40),
        steps(-CYCLE_V, DWELL_S, 40),
    ])  # fmt: skip


def test_a_beginning_that_is_nearly_right_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "_LAST_BITS", 1.0)
    assert_the_same([steps(CYCLE_V, DWELL_S, 60)])


def test_cycles_do_not_step_by_step_what_hardly_depends_on_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cycles, "_MOST_SWEEPS", 2)
    assert_the_same([steps(CYCLE_V, DWELL_S, 60)])
