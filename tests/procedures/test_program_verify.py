"""One conductance on every device: reached by measuring, counted from the record, or given up."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.columns import CURRENT, PHASE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.program_verify import ProgramVerify
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, recorded, run

STRONG = {"rate_s_per_s": 9.59e-3, "volts_per_efold": 0.014}


def bench(seed: int = 1, **device: object) -> FakeBench:
    settings = STRONG | device
    return FakeBench({name: FakeDevice(**settings) for name in ("D01", "D02")}, seed=seed)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Rows of one run, for the tests that only look at it."""
    there, procedure = bench(), ProgramVerify()
    run(procedure, there)
    return recorded(procedure, there)


@pytest.mark.parametrize("target_s", [1e-5, 5e-5])
def test_every_device_ends_at_the_target(target_s: float) -> None:
    there = bench()
    results = run(ProgramVerify(target=target_s), there)
    assert results["within_tolerance"]
    for row in results["devices"]:
        fake = there.fakes[row["device"]]
        assert fake.conductance_s == pytest.approx(target_s, rel=0.02)
        assert row["measured_s"] == pytest.approx(fake.conductance_s, abs=2 * row["measured_s_u95"])
        assert row["deviation"] == pytest.approx(row["measured_s"] / target_s - 1)
        assert row["energy_j"] == pytest.approx(fake.set_energy_j, rel=0.06)
        assert row["amplitude_v"] == -0.2


@settings(max_examples=12, deadline=None)
@given(st.floats(2e-7, 9e-6), st.integers(0, 100), st.floats(0.5, 2), st.floats(0.010, 0.020))
def test_low_targets_are_reached_with_weaker_pulses_whatever_the_device(
    target_s: float, seed: int, speed: float, efold_v: float
) -> None:
    there = bench(seed, rate_s_per_s=9.59e-3 * speed, volts_per_efold=efold_v)
    there.order = ("D01",)
    results = run(ProgramVerify(target=target_s), there)
    assert there.fakes["D01"].conductance_s == pytest.approx(target_s, rel=0.02)
    assert results["within_tolerance"]


def test_the_amplitude_falls_until_one_pulse_is_fine_enough_and_stays_there() -> None:
    there = bench()
    there.order = ("D01",)
    results = run(ProgramVerify(target="1 uS"), there)
    levels = [a.waveform.min_v for a in there.applications if a.waveform.min_v <= -0.1]
    assert levels == sorted(levels)
    assert levels[0] == -0.2
    assert results["devices"][0]["amplitude_v"] == levels[-1]
    step_s = STRONG["rate_s_per_s"] * 1e-4 * 2.718281828 ** (-(levels[-1] + 0.2) / 0.014)
    assert step_s < 0.03e-6


def test_an_amplitude_that_was_asked_for_is_used() -> None:
    there = bench()
    results = run(ProgramVerify(target="20 uS", amplitude="-0.18 V"), there)
    assert {a.waveform.min_v for a in there.applications if a.waveform.min_v < -0.1} == {-0.18}
    assert results["devices"][0]["amplitude_v"] == -0.18


def test_a_used_up_budget_says_what_was_reached() -> None:
    with pytest.raises(MeasurementStopped, match=r"D01: .*budget.*target 1e-05 S, closest .* S"):
        run(ProgramVerify(pulses=2, tolerance=0.005), bench(seed=3))


@pytest.mark.parametrize(
    ("device", "named"),
    [
        ({"stuck": True, "conductance_s": 3e-5}, "D01: not at its target after 30 erasures"),
        ({"rate_s_per_s": 0.0}, "D01: stays at"),
        ({"conductance_s": 100.0, "stuck": True}, "D01: .*shorted"),
    ],
)
def test_a_device_that_cannot_get_there_is_named(device: dict[str, object], named: str) -> None:
    with pytest.raises(MeasurementStopped, match=named):
        run(ProgramVerify(), bench(**device))


def test_a_device_outside_its_tolerance_shows_in_the_result() -> None:
    there, procedure = bench(), ProgramVerify()
    assert run(procedure, there)["within_tolerance"]
    frame = recorded(procedure, there)
    frame.loc[frame[PHASE.header] == "verify", CURRENT.header] *= 1.05
    results = procedure.analyse(frame)
    assert not results["within_tolerance"]
    assert results["worst_deviation"] == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(
    "wrong", [{"target": "1 mV"}, {"target": 1e-2}, {"amplitude": "-50 mV"}, {"amplitude": "auto"}]
)
def test_what_cannot_be_programmed_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        ProgramVerify(**wrong)


def test_the_plan_programs_and_verifies_every_device() -> None:
    planned = list(ProgramVerify(target="1 mS").plan(["D01", "D02"], CAPABILITIES))
    assert {item.application.device for item in planned} == {"D01", "D02"}
    assert min(item.application.waveform.min_v for item in planned) == -0.5


def test_plots_of_half_a_run_show_what_there_is(frame: pd.DataFrame) -> None:
    procedure = ProgramVerify()
    (approach,) = procedure.plots(frame)
    assert [series.label for series in approach.series[:2]] == ["D01", "D02"]
    assert list(procedure.plots(frame[frame[PHASE.header] == "erase"])) == []
