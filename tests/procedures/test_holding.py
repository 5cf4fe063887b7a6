"""Readings of held states come when they are due, whatever a clock's resolution is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from procedures.techniques.holding import Vigil
from procedures.techniques.states import device_state, make_state
from tests.procedures.fake_bench import FakeBench, FakeClock, FakeDevice


@dataclass
class CoarseClock(FakeClock):
    """A clock that has run for long: what is below its resolution is lost."""

    resolution_s: float = 2.0**-30

    def wait(self, duration_s: float) -> None:
        ticks = math.floor((self.time_s + duration_s) / self.resolution_s)
        self.time_s = ticks * self.resolution_s


@pytest.mark.timeout(20)
@pytest.mark.parametrize("disconnected", [False, True])
def test_a_wait_too_short_for_the_clock_does_not_hold_up_the_readings(disconnected: bool) -> None:
    bench = FakeBench({"D01": FakeDevice(9.59e-3), "D02": FakeDevice(8e-3)}, clock=CoarseClock())
    vigil = Vigil(bench, disconnected)
    due_s = [10.0 + 4.0 * k / 3.0 for k in range(40)]
    for device in bench.devices:
        vigil.add(device, make_state(bench, device, device_state("as is")), due_s)
    left = list(vigil.read_all())
    assert left[-1] == 0
    assert sorted(left, reverse=True) == left
