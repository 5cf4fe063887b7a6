"""A verdict on each device of a made-up array."""

import pytest

from drivers.roles import Trace
from procedures.base import Application, Purpose
from procedures.characterise import Characterise
from procedures.columns import DEVICE, SET_VOLTAGE
from procedures.errors import ParameterError
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run


class ErasedByLess(FakeBench):
    """The devices of the fake bench need 0.4 V to erase: here 0.2 V does as well."""

    def apply(self, application: Application) -> Trace:
        trace = super().apply(application)
        if application.waveform.max_v >= 0.15:
            device = self.fakes[application.device]
            device.conductance_s = device.conductance_s if device.stuck else 8e-7
        return trace


def bench(**devices: FakeDevice) -> ErasedByLess:
    return ErasedByLess(devices)


def array() -> ErasedByLess:
    return bench(
        fine=FakeDevice(2e-3),
        loose=FakeDevice(0.0, 1e-13, stuck=True),
        short=FakeDevice(0.0, 0.4, stuck=True),
        still=FakeDevice(0.0, 8e-7, stuck=True),
        metal=FakeDevice(0.0, 5e-3, stuck=True),
        last=FakeDevice(2e-3),
    )


def test_every_device_gets_its_verdict_and_bad_ones_do_not_end_the_run() -> None:
    results = run(Characterise(), array())
    verdicts = {entry["device"]: entry["verdict"] for entry in results["devices"]}
    assert verdicts == {
        "fine": "good",
        "loose": "open",
        "short": "shorted",
        "still": "weak",
        "metal": "filament",
        "last": "good",
    }
    assert results["tested"] == 6
    assert results["yield_share"] == pytest.approx(2 / 6)
    assert all(entry["reason"] for entry in results["devices"])


def test_a_device_without_contact_sees_no_stress() -> None:
    there, procedure = array(), Characterise()
    run(procedure, there)
    frame = recorded(procedure, there)
    highest = frame[SET_VOLTAGE.header].abs().groupby(frame[DEVICE.header]).max()
    assert highest["loose"] == highest["short"] == 5e-3
    assert highest["fine"] == 0.2
    stressed = [a.device for a in there.applications if a.purpose is Purpose.STRESS]
    assert stressed.count("fine") == 6


def test_numbers_are_those_of_the_device() -> None:
    there = bench(fine=FakeDevice(2e-3))
    (entry,) = run(Characterise(), there)["devices"]
    assert entry["off_s"] == pytest.approx(8e-7, rel=0.01)
    # 41 levels of 0.766 ms at and beyond 0.15 V.
    assert entry["on_s"] == pytest.approx(8e-7 + 2e-3 * 41 * 0.766e-3, rel=0.1)
    assert entry["on_off_ratio"] == pytest.approx(entry["on_s"] / entry["off_s"], rel=0.01)


def test_the_least_ratio_decides_between_good_and_weak() -> None:
    (entry,) = run(Characterise(least_ratio=1000), bench(fine=FakeDevice(2e-3)))["devices"]
    assert entry["verdict"] == "weak"
    assert "below 1000" in entry["reason"]


def test_the_compliance_is_that_of_the_parameters() -> None:
    there = bench(fine=FakeDevice(2e-3))
    run(Characterise(compliance="50 uA", amplitude="0.15 V", cycles=1), there)
    loops = [a for a in there.applications if a.purpose is Purpose.STRESS]
    assert {a.sensing.limit_a for a in loops} == {50e-6}
    assert {a.sensing.range_a for a in loops} == {1e-4}
    assert [a.waveform.min_v for a in loops] == [-0.15, 0.0]
    assert [a.waveform.max_v for a in loops] == [0.0, 0.15]


def test_a_dwell_no_instrument_keeps_is_refused() -> None:
    with pytest.raises(ParameterError, match="whole microseconds"):
        Characterise(dwell=300.4e-6).check()


def test_results_are_documented_and_the_plan_counts_all_loops() -> None:
    there, procedure = array(), Characterise()
    results = run(procedure, there)
    assert set(results) - {"devices"} == {n for n in Characterise.findings if "." not in n}
    columns = {name.removesuffix("_u95") for name in results["devices"][0]}
    assert {f"devices.{name}" for name in columns} == {
        name for name in Characterise.findings if name.startswith("devices.")
    }
    planned = procedure.plan(["fine"], CAPABILITIES)
    assert sum(p.count for p in planned if p.application.purpose is Purpose.STRESS) == 6
    summary, loops = procedure.plots(recorded(procedure, there))
    assert summary.x.categories == ("fine", "loose", "short", "still", "metal", "last")
    assert loops.series
