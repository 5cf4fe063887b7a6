"""What a run tells of its instruments without asking them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from drivers.roles import Flag, Sensing, Trace, Waveform
from labctl.bench.glance import Glance, look
from labctl.bench.stage import LimitedStage
from procedures.base import Application, Purpose
from tests.labctl.benches import bench_on
from tests.labctl.fakes import Rig, make_rig


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def application(device: str) -> Application:
    return Application(
        device=device,
        waveform=Waveform([0.1, 0.2], 1e-3),
        sensing=Sensing(range_a=1e-3, limit_a=1e-4),
        purpose=Purpose.READ,
    )


def test_what_was_applied_last_is_told(rig: Rig) -> None:
    bench = bench_on(rig.station, ("D01", "D02"))
    bench.apply(application("D02"))
    told = bench.glance.as_told()
    assert told["output"] is True
    assert told["compliance_a"] == 1e-4
    assert (told["device"], told["closed"]) == ("D02", ["1A02", "2B12"])
    assert (told["set_v"], told["voltage_v"]) == (0.2, 0.2)
    assert told["current_a"] == pytest.approx(2e-4)
    assert told["temperature_k"] == pytest.approx(301.0, abs=0.1)
    assert told["clock"] == "virtual"
    assert 0 < told["time_s"] < bench.clock.now()


def test_looking_sends_nothing(rig: Rig) -> None:
    bench = bench_on(rig.station, ("D01",))
    bench.apply(application("D01"))
    before = (rig.smu.messages, rig.clock.time_s, list(rig.diary))
    bench.glance.as_told()
    assert (rig.smu.messages, rig.clock.time_s, rig.diary) == before


def test_the_safe_state_is_told_of_each_instrument_that_is_safe(rig: Rig) -> None:
    bench = bench_on(rig.station, ("D01",))
    bench.apply(application("D01"))
    rig.matrix.unsafe = True
    bench.make_safe()
    told = bench.glance.as_told()
    assert told["output"] is False
    assert told["closed"] == ["1A01", "2B12"]
    rig.matrix.unsafe = False
    bench.make_safe()
    assert bench.glance.as_told()["closed"] == []


def test_a_source_that_cannot_be_shown_to_be_off_counts_as_on(rig: Rig) -> None:
    bench = bench_on(rig.station, ("D01",))
    bench.apply(application("D01"))
    rig.smu.unsafe = True
    bench.make_safe()
    assert bench.glance.as_told()["output"] is True


def test_released_devices_are_told(rig: Rig) -> None:
    bench = bench_on(rig.station, ("D01",))
    bench.apply(application("D01"))
    bench.release()
    assert bench.glance.as_told()["closed"] == []


def test_the_stage_is_told_while_somebody_waits_for_it(rig: Rig) -> None:
    glance = Glance()
    stage = LimitedStage(rig.thermometer, bench_on(rig.station, ("D01",)).limits, glance)
    assert glance.as_told()["temperature_k"] is None
    stage.temperature_k()
    assert glance.as_told()["temperature_k"] == pytest.approx(301.0, abs=0.1)


def test_what_has_no_value_is_none() -> None:
    glance, nothing = Glance(), np.array([np.nan])
    flags = np.array([Flag.OVERFLOW | Flag.COMPLIANCE], np.uint8)
    glance.take(Trace(np.array([1.0]), np.array([0.3]), np.array([0.2]), nothing, flags), np.nan)
    told = glance.as_told()
    assert (told["current_a"], told["temperature_k"]) == (None, None)
    assert (told["limited"], told["overflow"]) == (True, True)
    glance.take(Trace.empty(), 300.0)
    assert glance.as_told()["set_v"] == 0.3


def test_a_run_begins_with_what_was_read_back() -> None:
    glance = Glance()
    assert glance.as_told()["output"] is None
    glance.begin({"smu": {}, "matrix": {}, "temperature": {"setpoint_k": 310.0}})
    told = glance.as_told()
    assert (told["output"], told["closed"], told["setpoint_k"]) == (False, [], 310.0)
    glance.begin({"smu": {}})
    assert (glance.closed, glance.setpoint_k) == (None, None)


def test_free_instruments_are_asked_and_not_changed(rig: Rig) -> None:
    rig.matrix.now_closed = ("1A01",)
    rig.smu.standing_v = 0.1
    seen = look(rig.station.instruments, {"smu": {"limit_a": 0.1}})
    assert (seen["output"], seen["closed"]) == (True, ["1A01"])
    assert (seen["compliance_a"], seen["setpoint_k"]) == (0.1, 300.0)
    assert rig.diary == []
