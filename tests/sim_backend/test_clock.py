"""The virtual clock: what is due happens in order, and nothing waits for ever."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim_backend.clock import VirtualClock


@given(st.lists(st.floats(0, 100), max_size=20))
def test_actions_happen_in_order_of_time_then_of_asking(times_s: list[float]) -> None:
    clock, happened = VirtualClock(), list[Any]()
    for number, time_s in enumerate(times_s):
        clock.call_at(time_s, lambda n=number, t=time_s: happened.append((t, n, clock.now_s)))
    clock.advance(100)
    assert [(t, n) for t, n, _ in happened] == sorted((t, n) for n, t in enumerate(times_s))
    assert all(seen_s == t for t, _, seen_s in happened)


def test_an_action_may_ask_for_another_on_the_way() -> None:
    clock, happened = VirtualClock(), list[Any]()

    def ask_again() -> None:
        clock.call_at(1.5, lambda: happened.append(clock.now_s))

    clock.call_at(1.0, ask_again)
    clock.advance_to(2.0)
    assert happened == [1.5]
    assert clock.now_s == 2.0


def test_an_action_due_in_the_past_happens_now() -> None:
    clock, happened = VirtualClock(5.0), []
    clock.call_at(1.0, lambda: happened.append(clock.now_s))
    clock.advance(0.0)
    assert happened == [5.0]


def test_a_cancelled_action_does_not_happen() -> None:
    clock, happened = VirtualClock(), list[Any]()
    ticket = clock.call_at(1.0, lambda: happened.append("first"))
    clock.call_at(1.0, lambda: happened.append("second"))
    clock.cancel(ticket)
    assert clock.next_due_s() == 1.0
    clock.advance(1.0)
    assert happened == ["second"]
    assert clock.next_due_s() is None


def test_time_does_not_run_backwards() -> None:
    clock = VirtualClock(3.0)
    clock.advance_to(1.0)
    assert clock.now_s == 3.0


def test_advance_until_stops_at_the_instant_it_becomes_true() -> None:
    clock, answers = VirtualClock(), list[str]()
    clock.call_at(1.0, lambda: None)
    clock.call_at(2.0, lambda: answers.append("here"))
    clock.call_at(3.0, lambda: answers.append("too far"))
    assert clock.advance_until(lambda: answers, 10.0)
    assert (clock.now_s, answers) == (2.0, ["here"])


def test_advance_until_gives_up_at_the_deadline() -> None:
    clock, answers = VirtualClock(), list[str]()
    clock.call_at(2.0, lambda: answers.append("late"))
    assert not clock.advance_until(lambda: answers, 1.5)
    assert clock.now_s == 1.5


def test_waiting_for_ever_for_nothing_returns() -> None:
    clock = VirtualClock()
    clock.call_at(2.0, lambda: None)
    assert not clock.advance_until(lambda: False, math.inf)
    assert clock.now_s == 2.0
