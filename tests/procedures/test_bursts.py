"""Read bursts as conductances: the offset cancels, the noise is told, an overflow is left out."""

import numpy as np
import pytest

from procedures.analysis.bursts import burst_table
from procedures.columns import PHASE, STATE
from procedures.techniques.reading import read_conductance
from tests.procedures.fake_bench import FakeBench, FakeDevice


def test_the_interval_of_a_burst_holds_the_conductance_as_often_as_it_says() -> None:
    there = FakeBench({"D01": FakeDevice(0.0, conductance_s=2e-5)})
    for _ in range(200):
        read_conductance(there, "D01", 2e-5, {PHASE.header: "hold", STATE.header: "on"})
    table = burst_table(there.frame, "hold", (STATE,))
    off = np.abs(table["conductance_s"] - 2e-5)
    assert 0.9 < np.mean(off <= table["conductance_s_u95"]) < 0.99
    assert set(table[STATE.header]) == {"on"}
    assert table["time_s"].is_monotonic_increasing


def test_a_burst_that_overflowed_is_left_out() -> None:
    there = FakeBench({"D01": FakeDevice(0.0, conductance_s=5e-3)})
    read_conductance(there, "D01", 1e-6, {PHASE.header: "hold"})
    assert len(there.applications) > 1
    table = burst_table(there.frame, "hold")
    assert len(table) == 1
    assert table["conductance_s"].iloc[0] == pytest.approx(5e-3, rel=0.01)


def test_another_phase_has_no_bursts() -> None:
    there = FakeBench({"D01": FakeDevice(0.0, conductance_s=5e-3)})
    read_conductance(there, "D01", 5e-3, {PHASE.header: "check"})
    assert burst_table(there.frame, "hold").empty
