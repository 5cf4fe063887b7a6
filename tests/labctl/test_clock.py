"""The clock of a run: counts from its start, and lets itself be interrupted between messages."""

from __future__ import annotations

import time

import pytest

from labctl.bench.clock import RunClock, Stopped, WallClock
from tests.labctl.fakes import FakeClock


def test_it_counts_from_the_start_of_the_run() -> None:
    station = FakeClock(time_s=50.0)
    clock = RunClock(station, lambda: False, float("inf"))
    clock.wait(2.0)
    assert clock.now() == 2.0
    assert clock.origin_s == 50.0


def test_virtual_time_passes_in_one_wait_real_time_in_slices() -> None:
    virtual, real = FakeClock(), FakeClock()
    RunClock(virtual, lambda: False, float("inf")).wait(10_000.0)
    RunClock(real, lambda: False, 0.25).wait(1.0)
    assert virtual.waits == [10_000.0]
    assert real.waits == [0.25] * 4


def test_slices_that_overrun_do_not_add_up() -> None:
    class Sluggish(FakeClock):
        def wait(self, duration_s: float) -> None:
            super().wait(duration_s + 0.01)

    station = Sluggish(time_s=0.0)
    RunClock(station, lambda: False, 0.1).wait(10.0)
    assert 10.0 <= station.time_s <= 10.02


def test_waiting_until_the_past_is_over_at_once() -> None:
    station = FakeClock()
    clock = RunClock(station, lambda: False, float("inf"))
    clock.wait_until(3.0)
    clock.wait_until(1.0)
    assert station.waits == [3.0]


def test_a_stop_ends_a_wait_within_a_slice() -> None:
    station = FakeClock(time_s=0.0)
    clock = RunClock(station, lambda: station.time_s >= 0.5, 0.25)
    with pytest.raises(Stopped):
        clock.wait(100.0)
    assert station.time_s == 0.5


def test_the_wall_clock_never_runs_backwards() -> None:
    clock = WallClock()
    before_s = clock.now()
    clock.wait(1e-3)
    assert clock.now() >= before_s + 1e-3


def test_wall_clocks_of_two_processes_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.7e9)
    assert WallClock().now() == pytest.approx(1.7e9, abs=60.0)


def test_the_wall_clock_does_not_follow_when_the_time_of_day_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = WallClock()
    before_s = clock.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() >= before_s
