"""The search for a filament on devices whose threshold is known."""

import pytest

from procedures.analysis.forming import trial_bias
from procedures.base import Purpose
from procedures.columns import PHASE
from procedures.errors import ParameterError
from procedures.forming import Forming
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run

FORMS = 0.1
"""1e-3 S within a pulse of 10 ms at -0.15 V and beyond, and ohmic."""
SEARCH = {"start": "0.1 V", "stop": "0.2 V", "step": "20 mV", "check_v": 0}


def bench(*devices: FakeDevice) -> FakeBench:
    return FakeBench({f"D{number:02d}": device for number, device in enumerate(devices, start=1)})


def pulses(there: FakeBench) -> list[float]:
    return [a.waveform.min_v for a in there.applications if a.columns[PHASE.header] == "pulse"]


def test_the_threshold_lies_between_the_pulse_that_formed_and_the_one_before() -> None:
    there = bench(FakeDevice(FORMS))
    results = run(Forming(**SEARCH), there)
    (entry,) = results["devices"]
    assert results["forms"]
    assert results["threshold_v"] == pytest.approx(0.15)
    assert results["threshold_v_u95"] == pytest.approx(0.01)
    assert entry["before_s"] == pytest.approx(8e-7, rel=0.01)
    assert entry["formed_s"] == pytest.approx(there.fakes["D01"].conductance_s, rel=0.01)
    assert entry["rise_decades"] == pytest.approx(0, abs=0.01)
    # The search ends at the first filament.
    assert pulses(there) == pytest.approx([-0.1, -0.12, -0.14, -0.16])


@pytest.mark.parametrize("step_v", [0.005, 0.01, 0.03])
def test_a_finer_search_gives_a_narrower_interval(step_v: float) -> None:
    results = run(Forming(**{**SEARCH, "step": step_v}), bench(FakeDevice(FORMS)))
    assert results["threshold_v_u95"] == pytest.approx(step_v / 2)
    assert abs(results["threshold_v"] - 0.15) <= results["threshold_v_u95"] + 1e-9


def test_what_a_device_conducts_at_the_peak_is_judged_by_the_voltage_it_got() -> None:
    """Requested 0.4 V, but in compliance; the reading on the way down does not count."""
    assert trial_bias([-0.4, -0.4, -0.2], [-0.4, -0.1, -0.1], [-9.0, -1e-3, -5.0]) == 1e-2


def test_without_a_pulse_below_it_the_threshold_is_only_bounded() -> None:
    results = run(Forming(start="0.2 V", stop="0.3 V", check_v=0), bench(FakeDevice(FORMS)))
    assert results["threshold_v"] == pytest.approx(0.1)
    assert results["threshold_v_u95"] == pytest.approx(0.1)


def test_a_device_that_does_not_form_goes_through_the_whole_search() -> None:
    there = bench(FakeDevice(0.0))
    results = run(Forming(**SEARCH, pulses_per_step=2), there)
    assert not results["forms"]
    assert results["threshold_v"] is None
    assert len(pulses(there)) == 12
    assert results["devices"][0]["pulses"] == 12


def test_a_small_rise_is_no_filament() -> None:
    """Ohmic, but below one conductance quantum."""
    results = run(Forming(**SEARCH), bench(FakeDevice(1e-3)))
    assert not results["forms"]


def test_a_filament_from_before_is_not_taken_for_one_that_formed() -> None:
    there = bench(FakeDevice(0.0, 5e-3, stuck=True))
    results = run(Forming(**SEARCH), there)
    (entry,) = results["devices"]
    assert entry["formed_before"]
    assert not entry["forms"]
    assert entry["threshold_v"] is None
    assert len(pulses(there)) == 1


def test_bad_devices_are_left_out_and_the_others_searched() -> None:
    there = bench(
        FakeDevice(0.0, 1e-13, stuck=True), FakeDevice(0.0, 0.5, stuck=True), FakeDevice(FORMS)
    )
    results = run(Forming(**SEARCH, afterwards="erase"), there)
    faults = [entry["contact"][:4] for entry in results["devices"]]
    assert faults == ["open", "shor", ""]
    assert [entry["forms"] for entry in results["devices"]] == [False, False, True]
    assert results["formed"] == 1
    assert {a.device for a in there.applications if a.purpose is Purpose.STRESS} == {"D03"}


def test_the_filament_is_left_or_erased_as_asked() -> None:
    left, erased = bench(FakeDevice(FORMS)), bench(FakeDevice(FORMS))
    assert run(Forming(**SEARCH), left)["devices"][0]["left_s"] > 1e-4
    assert run(Forming(**SEARCH, afterwards="erase"), erased)["devices"][0]["left_s"] < 5e-8
    assert left.fakes["D01"].conductance_s > 1e-4


def test_the_check_comes_first_and_tells_a_switch_from_none() -> None:
    search = {"start": "0.25 V", "stop": "0.3 V", "check_v": "0.2 V"}
    there = bench(FakeDevice(2e-3), FakeDevice(0.0))
    results = run(Forming(**search), there)
    # These devices erase at 0.4 V only: after the check, ON and OFF are the same.
    assert [entry["interface_ratio"] for entry in results["devices"]] == pytest.approx(
        [1, 1], rel=0.01
    )
    assert results["interface_switches"] is False
    assert run(Forming(**SEARCH), bench(FakeDevice(0.0)))["interface_switches"] is None
    phases = [a.columns[PHASE.header] for a in there.applications if a.device == "D01"]
    assert phases[0] == "initial"
    assert phases.index("sweep") < phases.index("pulse")


def test_ramps_have_their_width_and_stop_at_the_peak() -> None:
    there = bench(FakeDevice(FORMS))
    results = run(Forming(**SEARCH, shape="ramp", width="16 ms"), there)
    ramp = next(a for a in there.applications if a.columns[PHASE.header] == "pulse").waveform
    assert ramp.duration_s == pytest.approx(16e-3)
    assert ramp.min_v == pytest.approx(-0.1)
    assert abs(results["threshold_v"] - 0.15) <= results["threshold_v_u95"] + 1e-9


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"start": 0.5, "stop": 0.4}, "below the start"),
        ({"start": 0.2, "check_v": 0.2}, "not below the start"),
        ({"width": 1.0004e-3}, "whole microseconds"),
    ],
)
def test_a_search_without_sense_is_refused(values: dict[str, float], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        Forming(**values).check()


def test_results_are_documented_planned_and_drawn() -> None:
    there, procedure = bench(FakeDevice(FORMS)), Forming(**SEARCH)
    results = run(procedure, there)
    documented = {name for name in Forming.findings if "." not in name}
    assert {name.removesuffix("_u95") for name in results} - {"devices"} == documented
    columns = {name.removesuffix("_u95") for name in results["devices"][0]}
    assert {f"devices.{name}" for name in columns} == {n for n in Forming.findings if "." in n}
    planned = list(procedure.plan(["D01"], CAPABILITIES))
    assert sum(p.application.purpose is Purpose.STRESS for p in planned) == 6
    (plot,) = procedure.plots(recorded(procedure, there))
    assert plot.series[0].x.tolist() == pytest.approx([0.1, 0.12, 0.14, 0.16])
