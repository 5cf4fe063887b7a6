"""Progress as it is shown never runs backwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.clerk.pace import ClockSpeed, Progress

LOOK_S = 0.2


def followed(
    steps: int, step_s: float, jitter: list[float], pause: tuple[float, float] = (0.0, 0.0)
) -> list[tuple[float, Progress, float, float | None]]:
    """What is shown at every look at a run of even steps: when, and fraction and time left."""
    ends_s, now_s = [], 0.0
    for number in range(steps):
        now_s += step_s * jitter[number % len(jitter)]
        ends_s.append(now_s)
    progress, shown, now_s, active_s = Progress(), [], 0.0, 0.0
    while active_s < ends_s[-1]:
        resting = pause[0] <= now_s < sum(pause)
        done = sum(end_s <= active_s for end_s in ends_s)
        progress.take(done / steps, now_s, resting=resting)
        shown.append((active_s, progress, progress.fraction or 0.0, progress.remaining_s))
        now_s += LOOK_S
        active_s += 0.0 if resting else LOOK_S
    return shown


@given(
    steps=st.integers(10, 300),
    step_s=st.floats(0.05, 3.0),
    jitter=st.lists(st.floats(0.8, 1.25), min_size=1, max_size=7),
    pause=st.tuples(st.floats(0.0, 20.0), st.floats(0.0, 10.0)),
)
def test_of_an_even_run_the_time_left_never_grows(
    steps: int, step_s: float, jitter: list[float], pause: tuple[float, float]
) -> None:
    shown = followed(steps, step_s, jitter, pause)
    fractions = [fraction for _, _, fraction, _ in shown]
    assert fractions == sorted(fractions)
    left_s = [left for *_, left in shown if left is not None]
    assert left_s == sorted(left_s, reverse=True)


def test_of_an_even_run_the_time_left_is_right() -> None:
    shown = followed(100, 1.0, [1.0])
    for at_s, _, _, left_s in shown[100:]:
        assert left_s == pytest.approx(100.0 - at_s, abs=2.0)


@given(st.lists(st.floats(0.0, 1.0) | st.none(), max_size=50))
def test_the_fraction_never_falls(fractions: list[float | None]) -> None:
    progress, last = Progress(), 0.0
    for number, fraction in enumerate(fractions):
        progress.take(fraction, LOOK_S * number)
        assert (progress.fraction or 0.0) >= last
        assert progress.remaining_s is None or progress.remaining_s >= 0
        last = progress.fraction or 0.0


def test_a_run_that_turns_out_much_longer_says_so() -> None:
    progress = Progress()
    for number in range(50):
        progress.take(number / 100, LOOK_S * number)
    soon_s = progress.remaining_s
    assert soon_s is not None
    for number in range(1, 10):
        progress.take(0.5 + number / 1000, 10.0 + 60.0 * number)
    assert progress.remaining_s is not None
    assert progress.remaining_s > 10 * soon_s


def test_nothing_is_said_of_what_was_hardly_seen() -> None:
    progress = Progress()
    for number, fraction in enumerate([None, 0.0, 0.3, 0.6]):
        progress.take(fraction, LOOK_S * number)
    assert (progress.fraction, progress.remaining_s) == (0.6, None)


def test_the_clock_is_held_against_the_wall() -> None:
    speed = ClockSpeed()
    assert speed.take(0.0, 10.0) is None
    assert speed.take(120.0, 11.0) == 120.0
    for number in range(100):
        told = speed.take(120.0 + 7.0 * number, 11.0 + number)
    assert told == 7.0
    assert speed.take(0.0, 200.0) is None  # another run
