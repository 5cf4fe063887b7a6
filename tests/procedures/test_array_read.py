"""Maps of arrays of devices whose conductance is known, good and bad ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.array_read import ArrayRead
from procedures.base import Purpose
from procedures.columns import CURRENT, PHASE
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run


def bench(conductances_s: list[float], seed: int = 1) -> FakeBench:
    devices = {
        f"D{number:02d}": FakeDevice(0.0, conductance_s, stuck=True)
        for number, conductance_s in enumerate(conductances_s, start=1)
    }
    return FakeBench(devices, seed=seed)


@settings(max_examples=20, deadline=None)
@given(exponent=st.floats(-9, -2), seed=st.integers(0, 1000))
def test_every_size_of_conductance_is_read_within_its_interval(exponent: float, seed: int) -> None:
    results = run(ArrayRead(), bench([10**exponent], seed))
    (entry,) = results["devices"]
    # Twice the 95 % interval: one of a million readings may lie outside.
    assert abs(entry["conductance_s"] - 10**exponent) <= 2.5 * entry["conductance_s_u95"]
    assert entry["conductance_s_u95"] < 0.01 * 10**exponent


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    inside = []
    for seed in range(60):
        (entry,) = run(ArrayRead(), bench([1e-5], seed))["devices"]
        inside.append(abs(entry["conductance_s"] - 1e-5) <= entry["conductance_s_u95"])
    assert 0.85 <= np.mean(inside) <= 1


def test_open_and_shorted_devices_are_named_and_do_not_count() -> None:
    results = run(ArrayRead(), bench([8e-7, 1e-13, 7e-5, 0.5, 1e-6]))
    verdicts = [entry["verdict"] for entry in results["devices"]]
    assert verdicts == ["good", "open", "good", "shorted", "good"]
    assert (results["good"], results["open"], results["shorted"]) == (3, 1, 1)
    assert results["median_s"] == pytest.approx(1e-6, rel=0.01)
    assert results["min_s"] == pytest.approx(8e-7, rel=0.01)
    assert results["max_s"] == pytest.approx(7e-5, rel=0.01)
    reasons = [entry["reason"] for entry in results["devices"]]
    assert reasons[1].startswith("open: ")
    assert "above 0.012 S" in reasons[3]


def test_a_current_beyond_all_ranges_is_a_short_and_the_map_goes_on() -> None:
    results = run(ArrayRead(), bench([100.0, 1e-6]))
    assert results["devices"][0]["conductance_s"] is None
    assert results["devices"][0]["verdict"] == "shorted"
    assert results["devices"][1]["verdict"] == "good"


def test_what_conducts_little_is_read_again_on_a_range_that_suits_it() -> None:
    there = bench([1e-6, 1e-8])
    run(ArrayRead(), there)
    ranges_a = {name: [] for name in there.fakes}
    for application in there.applications:
        ranges_a[application.device].append(application.sensing.range_a)
    assert len(ranges_a["D01"]) == 1
    assert len(ranges_a["D02"]) > 1
    assert ranges_a["D02"][-1] < ranges_a["D02"][0]


def test_the_limits_are_parameters() -> None:
    results = run(ArrayRead(open_below="1 uS", shorted_above="50 uS"), bench([8e-7, 7e-5]))
    assert [entry["verdict"] for entry in results["devices"]] == ["open", "shorted"]
    assert results["median_s"] is None


def test_nothing_above_the_read_voltage_is_applied() -> None:
    there = bench([8e-7, 1e-13])
    run(ArrayRead(read_v="2 mV"), there)
    assert {a.purpose for a in there.applications} == {Purpose.READ}
    assert max(a.waveform.peak_v for a in there.applications) == 2e-3


def test_the_order_of_the_devices_is_kept() -> None:
    there = bench([1e-6, 2e-6, 3e-6])
    there.order = ("D03", "D01")
    assert [entry["device"] for entry in run(ArrayRead(), there)["devices"]] == ["D03", "D01"]
    planned = ArrayRead().plan(there.order, CAPABILITIES)
    assert [p.application.device for p in planned] == ["D03", "D01"]


def test_the_map_shows_each_device_in_its_place() -> None:
    there, procedure = bench([8e-7, 1e-13, 0.5]), ArrayRead()
    run(procedure, there)
    (plot,) = procedure.plots(recorded(procedure, there))
    assert plot.x.categories == ("D01", "D02", "D03")
    places = {series.label: series.x.tolist() for series in plot.series}
    assert places["good"] == [0]
    assert places["shorted"] == [2]


def test_results_follow_the_recorded_current() -> None:
    there, procedure = bench([1e-6]), ArrayRead()
    run(procedure, there)
    frame = recorded(procedure, there)
    frame[CURRENT.header] *= 3
    assert procedure.analyse(frame)["median_s"] == pytest.approx(3e-6, rel=0.01)
    assert set(frame[PHASE.header]) == {"read"}
