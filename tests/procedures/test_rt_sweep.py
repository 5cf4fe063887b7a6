"""Resistance against temperature, on devices that obey a law and a stage that lags."""

import logging
import math

import pytest

from procedures.analysis.rt_sweep import FINDINGS
from procedures.columns import CURRENT, PHASE, REPEAT, SETPOINT, STATE, TEMPERATURE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.rt_sweep import RtSweep
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, recorded, run
from tests.procedures.thermal_bench import metallic, thermal_bench, thermionic

STEPS = {"state": "as is", "temperatures": "lin(200, 300, 6)", "dwell": 60.0, "rate": 20.0}


def swept(bench: FakeBench, **values: object) -> tuple[RtSweep, dict[str, object]]:
    procedure = RtSweep(**{**STEPS, **values})
    return procedure, run(procedure, bench)


@pytest.mark.parametrize(("barrier_ev", "series_ohm"), [(0.08, 0.0), (0.15, 0.0), (0.15, 1.5e3)])
def test_a_junction_gives_its_barrier(barrier_ev: float, series_ohm: float) -> None:
    bench = thermal_bench(thermionic(barrier_ev, 1e4, series_ohm))
    _, found = swept(bench, temperatures="lin(160, 300, 12)", direction="cooling")
    assert found["law"] == "thermionic"
    assert found["law_weight"] > 0.999
    assert found["monotonic"]
    assert found["junction_barrier_ev"] == pytest.approx(
        barrier_ev, abs=2 * found["junction_barrier_ev_u95"]
    )
    assert found["barrier_ev"] == pytest.approx(barrier_ev, rel=0.05)
    assert found["resistance_ratio"] > 10


def test_a_metal_gives_its_tcr() -> None:
    _, found = swept(thermal_bench(metallic(2.5e-3, 120.0)), temperatures="lin(150, 300, 16)")
    assert found["law"] == "metallic"
    assert found["tcr_per_k"] == pytest.approx(2.5e-3, abs=1.5 * found["tcr_per_k_u95"])
    assert found["tcr_per_k_u95"] < 1e-4
    assert found["reference_ohm"] == pytest.approx(120.0, rel=0.005)
    assert found["junction_barrier_ev"] is None
    assert found["metallic_r_squared"] > 0.99


def test_settled_steps_show_no_lag_and_a_ramp_shows_twice_the_samples() -> None:
    law = thermionic(0.15, 1e4)
    _, settled = swept(thermal_bench(law))
    assert abs(settled["hysteresis_k"]) < 0.05
    # 5 K/min and 8 s: 0.667 K behind in either direction
    ramp = {"mode": "ramp", "rate": 5.0, "interval": 50.0}
    _, moving = swept(thermal_bench(law), **ramp)
    assert moving["hysteresis_k"] == pytest.approx(1.333, rel=0.03)
    _, slower = swept(thermal_bench(law, sample_lag_s=2.0), **ramp)
    assert slower["hysteresis_k"] == pytest.approx(moving["hysteresis_k"] / 4, rel=0.1)


def test_without_the_gate_the_hysteresis_is_there() -> None:
    _, hasty = swept(
        thermal_bench(thermionic(0.15, 1e4)), band=10.0, slope=10.0, dwell=10.0, rate=20.0
    )
    assert hasty["hysteresis_k"] > 0.5


def test_several_devices_stand_in_a_table_and_their_mean_in_front() -> None:
    bench = thermal_bench(thermionic(0.12, 1e4), thermionic(0.16, 2e4))
    _, found = swept(bench)
    barriers = [entry["barrier_ev"] for entry in found["devices"]]
    assert [entry["device"] for entry in found["devices"]] == ["D01", "D02"]
    assert barriers == pytest.approx([0.12, 0.16], abs=2e-3)
    assert found["barrier_ev"] == pytest.approx(sum(barriers) / 2)
    mixed = swept(thermal_bench(thermionic(0.12, 1e4), metallic(2e-3, 100.0)))[1]
    assert mixed["law"] == "mixed"


def test_every_result_is_documented() -> None:
    _, found = swept(thermal_bench(thermionic(0.12, 1e4)))
    entry = found["devices"][0]
    assert {*found, *(f"devices.{name}" for name in entry)} - {"devices"} == set(FINDINGS)


def test_the_legs_and_their_rows() -> None:
    bench = thermal_bench(thermionic(0.1, 1e4))
    procedure, _ = swept(bench, temperatures="220 K, 300 K, 240 K, 260 K, 280 K, 300 K")
    frame = recorded(procedure, bench)
    down = [300.0, 280.0, 260.0, 240.0, 220.0]
    assert bench.stage.visited == [*down, *down[::-1], 300.0]
    once = frame[frame[PHASE.header].isin(["cooling", "heating"])]
    assert once.groupby(REPEAT.header)[SETPOINT.header].first().tolist() == [*down, *down[::-1]]
    off_k = (once[TEMPERATURE.header] - once[SETPOINT.header]).abs()
    assert off_k.max() <= 0.1
    assert set(frame[STATE.header]) == {"as is"}
    amplitude = frame[frame[PHASE.header] == "amplitude"]
    assert amplitude["Set voltage (V)"].abs().max() == pytest.approx(10e-3)


def test_a_reading_that_bends_the_characteristic_is_told() -> None:
    bench = thermal_bench(thermionic(0.12, 1e4))
    procedure, found = swept(bench)
    assert abs(found["read_effect"]) < 3 * found["read_effect_u95"]
    frame = recorded(procedure, bench)
    twice = frame[PHASE.header] == "amplitude"
    frame.loc[twice, CURRENT.header] *= 1.03
    assert procedure.analyse(frame)["read_effect"] == pytest.approx(0.01, abs=2e-3)
    assert swept(thermal_bench(thermionic(0.1, 1e4)), amplitude_check=False)[1]["read_effect"] is (
        None
    )


def test_results_come_from_the_rows() -> None:
    bench = thermal_bench(thermionic(0.12, 1e4))
    procedure, found = swept(bench)
    frame = recorded(procedure, bench)
    frame[CURRENT.header] *= 2
    assert procedure.analyse(frame)["reference_ohm"] == pytest.approx(found["reference_ohm"] / 2)
    frame[TEMPERATURE.header] *= 0.9
    assert procedure.analyse(frame)["barrier_ev"] == pytest.approx(0.9 * found["barrier_ev"])


def test_noise_is_left_out_and_counted() -> None:
    bench = thermal_bench(thermionic(0.12, 1e4))
    procedure, _ = swept(bench, direction="heating")
    frame = recorded(procedure, bench)
    cold = frame[SETPOINT.header] < 250.0
    frame.loc[cold, CURRENT.header] *= frame.loc[cold].index.to_series() % 7 - 3.0
    found = procedure.analyse(frame)
    assert found["points"] == 3
    assert found["unresolved"] == 3
    frame.loc[:, CURRENT.header] = math.nan
    nothing = procedure.analyse(frame)
    assert nothing["barrier_ev"] is None
    assert nothing["coldest_k"] is None
    assert procedure.plots(frame) == ()


def test_a_reading_whose_temperature_is_lost_does_not_count() -> None:
    bench = thermal_bench(thermionic(0.12, 1e4))
    procedure, whole = swept(bench, direction="heating")
    frame = recorded(procedure, bench)
    frame.loc[frame[SETPOINT.header] < 250.0, TEMPERATURE.header] = math.nan
    found = procedure.analyse(frame)
    assert found["unresolved"] > whole["unresolved"]
    assert found["points"] + found["unresolved"] == whole["points"] + whole["unresolved"]
    assert found["barrier_ev"] == pytest.approx(whole["barrier_ev"], rel=0.1)


def test_figures_of_both_laws() -> None:
    for law, scale in ((thermionic(0.15, 1e4), "log"), (metallic(2e-3, 100.0), "linear")):
        bench = thermal_bench(law)
        procedure, _ = swept(bench)
        resistance, junction = procedure.plots(recorded(procedure, bench))
        assert (resistance.name, junction.name) == ("resistance", "thermionic")
        assert resistance.y.scale == scale
        assert resistance.series[0].x.size == 6


def test_a_stage_that_never_settles_keeps_what_came_before() -> None:
    bench = thermal_bench(thermionic(0.12, 1e4))
    procedure = RtSweep(**{**STEPS, "timeout": 600.0})

    def heater_fails_on_the_way_to_240_k() -> None:
        for _ in procedure.measure(bench):
            bench.stage.stuck = 240.0 in bench.stage.visited

    with pytest.raises(MeasurementStopped, match="did not settle at 240 K"):
        heater_fails_on_the_way_to_240_k()
    assert procedure.analyse(recorded(procedure, bench))["points"] == 3


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"temperatures": "3 K, 300 K"}, "3 K is outside its limits, 4 to 440 K"),
        ({"temperatures": "lin(300, 450, 9)"}, "outside its limits"),
        ({"prepare_at": "441 K"}, "outside its limits"),
        ({"temperatures": "280, 290, 290, 300"}, "3 different temperatures"),
        ({"mode": "ramp", "temperatures": "290, 300"}, "lower rate or interval"),
    ],
)
def test_bad_temperatures_are_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        RtSweep(**values).check()


@pytest.mark.parametrize(("coldest", "warned"), [(119.0, True), (120.0, False)])
def test_unusual_temperatures_are_warned_of(
    coldest: float, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        swept(
            thermal_bench(thermionic(0.02, 1e4)),
            temperatures=f"lin({coldest}, 300, 5)",
            direction="heating",
        )
    assert ("leave the range 120 to 400 K" in caplog.text) is warned


def test_the_plan_names_every_reading() -> None:
    procedure = RtSweep(**STEPS)
    bench = thermal_bench(thermionic(0.12, 1e4), thermionic(0.12, 1e4))
    run(procedure, bench)
    planned = list(procedure.plan(bench.devices, CAPABILITIES))
    assert sum(item.count for item in planned) == 2 * 2 * 6 * 2
    spent_s = sum(item.count * item.pause_s for item in planned)
    assert spent_s == pytest.approx(bench.clock.time_s, rel=0.3)
