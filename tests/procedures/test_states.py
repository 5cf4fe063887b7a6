"""States by name or conductance: read from text, made, timed, and refused where they are broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.columns import PHASE, STATE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.techniques.states import (
    HIGHEST_TARGET_S,
    LOWEST_TARGET_S,
    NAMED_STATES,
    device_state,
    make_state,
    planned_preparation,
    prepare,
    refuse_broken,
)
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice


def bench(**device: object) -> FakeBench:
    return FakeBench({"D01": FakeDevice(9.59e-3, **device)})


@settings(deadline=None)  # the first unit that is read loads the registry of units
@given(st.floats(LOWEST_TARGET_S, HIGHEST_TARGET_S))
def test_a_conductance_keeps_every_digit(target_s: float) -> None:
    state = device_state(f"{target_s!r} S")
    assert state.target_s == target_s
    assert device_state(state.text) == state
    assert state.array == ("ITM" if target_s <= 1e-4 else "FTM")


@pytest.mark.parametrize("text", ["onn", "1 V", "1 S", "1 nS", ""])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        device_state(text)


def test_a_state_is_as_old_as_its_last_pulse() -> None:
    there = bench()
    made = make_state(there, "D01", device_state("20 uS"), columns={STATE.header: "20 uS"})
    frame = there.frame
    pulses = frame[frame[PHASE.header].isin(["erase", "program"])]
    assert made.at_s == pytest.approx(pulses["Time (s)"].max(), abs=1e-4)
    assert made.at_s < there.clock.now() - 1
    assert made.columns[STATE.header] == "20 uS"


def test_a_state_that_is_found_is_as_old_as_the_run_knows_it() -> None:
    there = bench(conductance_s=3e-5)
    there.clock.wait(100)
    assert make_state(there, "D01", device_state("as is")).at_s == 100
    assert there.applications == []
    assert prepare(there, "D01", device_state("as is")) == pytest.approx(3e-5, rel=0.01)


@pytest.mark.parametrize("text", ["on", "20 uS", "1 uS", "erased"])
def test_preparing_ends_with_one_reading_that_counts(text: str) -> None:
    there = bench(volts_per_efold=0.014)
    conductance_s = prepare(there, "D01", device_state(text))
    assert conductance_s == pytest.approx(there.fakes["D01"].conductance_s, rel=0.01)
    last = there.frame[PHASE.header].iloc[-1]
    assert last == "verify"


@pytest.mark.parametrize("text", [*NAMED_STATES, "2 uS", "20 uS", "2 mS"])
def test_every_state_can_be_planned(text: str) -> None:
    planned = planned_preparation("D01", device_state(text), CAPABILITIES)
    assert all(item.application.device == "D01" for item in planned)
    assert device_state(text).expected_s > 0


@pytest.mark.parametrize(
    ("conductance_s", "kind"), [(1e-10, "open"), (-1e-12, "open"), (1, "short")]
)
def test_a_broken_device_is_named(conductance_s: float, kind: str) -> None:
    with pytest.raises(MeasurementStopped, match=f"D07.*{kind}"):
        refuse_broken("D07", conductance_s, "on")
    refuse_broken("D07", 1e-8, "erased")
