"""What becomes of many applications: totals, the state that is known, and what is required."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.roles import Waveform
from labctl.errors import BadInput
from labctl.ledger.ledger import Ledger
from labctl.ledger.requirements import Crossing, Requirements
from procedures.base import Purpose
from tests.labctl.ledger_lines import application, apply, readings


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, "chip")


STEP = st.tuples(
    st.floats(-1, 1).filter(lambda volts: abs(volts) > 0.01),
    st.sampled_from(Purpose),
    st.integers(1, 5),
    st.sampled_from(["ended", "open", "uncertain"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=8))
def test_totals_are_the_sums_of_the_parts(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, Purpose, int, str]]
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("runs"), "chip")
    charge_c = 0.0
    for number, (level_v, purpose, repeats, end) in enumerate(steps):
        waveform = Waveform([level_v, 0.0], 1e-3, repeats=repeats)
        started = ledger.begin(application(waveform, purpose=purpose), waveform, f"run/{number}")
        if end == "open":
            continue
        came = repeats if end == "uncertain" else 2 * repeats
        started.end(readings(waveform, came), 290.0 + number, uncertain=end == "uncertain")
        read_under_voltage = (came + 1) // 2
        charge_c += abs(level_v) * 1e-6 * 1e-3 * read_under_voltage
    history = ledger.history("D01")
    stress = [repeats for _, purpose, repeats, _ in steps if purpose is Purpose.STRESS]
    assert history.applications == len(steps)
    assert history.cycles == history.stress_pulses == sum(stress)
    assert history.reads == sum(repeats for _, _, repeats, _ in steps) - sum(stress)
    assert history.min_v == min([0.0, *(level_v for level_v, *_ in steps)])
    assert history.max_v == max([0.0, *(level_v for level_v, *_ in steps)])
    assert history.under_voltage_s == pytest.approx(1e-3 * sum(step[2] for step in steps))
    assert history.charge_c == pytest.approx(charge_c)
    assert len(history.uncertain) == sum(end != "ended" for *_, end in steps)


def test_a_measured_voltage_widens_only_beyond_the_error(ledger: Ledger) -> None:
    pulse = Waveform([-0.2], 1e-3)
    for number, (measured_v, lowest_v) in enumerate([(-0.2029, -0.2), (-0.21, -0.21)]):
        trace = replace(readings(pulse), voltage_v=np.array([measured_v]))
        ledger.begin(application(pulse), pulse, f"run/{number}").end(trace)
        assert ledger.history("D01").min_v == lowest_v
    high = replace(readings(pulse), voltage_v=np.array([0.1]))
    ledger.begin(application(pulse), pulse, "run/2").end(high)
    assert ledger.history("D01").max_v == 0.1


def test_a_voltage_that_compliance_kept_low_counts_as_programmed(ledger: Ledger) -> None:
    pulse = Waveform([-0.5], 1e-3)
    trace = replace(readings(pulse), voltage_v=np.array([-0.02]))
    ledger.begin(application(pulse), pulse, "run/0").end(trace)
    assert ledger.history("D01").min_v == -0.5


def test_cut_short_counts_what_was_played(ledger: Ledger) -> None:
    staircase = Waveform([-0.1, -0.2, -0.3, -0.4], 1e-3, repeats=10)
    ledger.begin(application(staircase), staircase, "run/0").end(
        readings(staircase, 2), cut_short=True
    )
    history = ledger.history("D01")
    assert (history.min_v, history.cycles, history.uncertain) == (-0.3, 1, ())
    assert history.under_voltage_s == pytest.approx(3e-3)
    assert history.recorded == pytest.approx(2 / 3)


def test_cut_short_and_uncertain_counts_what_was_planned(ledger: Ledger) -> None:
    staircase = Waveform([-0.1, -0.2, -0.3, -0.4], 1e-3, repeats=10)
    ledger.begin(application(staircase), staircase, "run/0").end(
        readings(staircase, 2), cut_short=True, uncertain=True
    )
    history = ledger.history("D01")
    assert (history.min_v, history.cycles, history.uncertain) == (-0.4, 10, ("run/0",))
    assert history.recorded == pytest.approx(2 / 40)


def test_temperatures_without_a_controller_are_not_known(ledger: Ledger) -> None:
    pulse = Waveform([-0.2], 1e-3)
    ledger.begin(application(pulse), pulse, "run/0").end(readings(pulse))
    assert ledger.history("D01").temperature_min_k is None
    ledger.begin(application(pulse), pulse, "run/1").end(readings(pulse), 310.0)
    ledger.begin(application(pulse), pulse, "run/2").end(readings(pulse), 295.0)
    history = ledger.history("D01")
    assert (history.temperature_min_k, history.temperature_max_k) == (295.0, 310.0)


def test_a_state_is_stale_once_stress_came_that_was_not_read(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.005, -0.005], purpose=Purpose.READ)
    state = ledger.history("D01").state
    assert state is not None
    assert (state.conductance_s, state.stale) == (pytest.approx(1e-6), False)
    pulse = Waveform([-0.2, 0.0], 1e-3)
    ledger.begin(application(pulse), pulse, "run/1")
    state = ledger.history("D01").state
    assert state is not None
    assert (state.run, state.stale) == ("run", True)
    apply(ledger, "run/2", [0.005, -0.005], purpose=Purpose.READ)
    state = ledger.history("D01").state
    assert state is not None
    assert not state.stale


def test_a_state_within_stress_that_may_have_gone_on_is_stale(ledger: Ledger) -> None:
    pulses = Waveform([-0.2, 0.0], 1e-3, repeats=10)
    started = ledger.begin(application(pulses), pulses, "run/0")
    started.end(readings(pulses, 4), uncertain=True)
    state = ledger.history("D01").state
    assert state is not None
    assert state.stale


def test_a_read_that_may_not_have_come_makes_no_state_stale(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.005, -0.005], purpose=Purpose.READ)
    read = Waveform([0.005], 1e-3)
    ledger.begin(application(read, purpose=Purpose.READ), read, "run/1")
    state = ledger.history("D01").state
    assert state is not None
    assert not state.stale


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("below -0.2 V", ["b/0"]),
        ("below -199 mV", ["a/0", "b/0"]),
        ("above 0.3 V", []),
        ("above 299 mV", ["a/0"]),
        ("below 0 V", ["a/0", "b/0"]),
    ],
)
def test_whether_a_device_ever_saw_a_voltage(ledger: Ledger, asked: str, ids: list[str]) -> None:
    apply(ledger, "a/0", [-0.2, 0.3])
    apply(ledger, "b/0", [-0.25])
    crossed = Crossing.parse(asked).by(ledger.device("D01").life().applications)
    assert [one["planned"] for one in crossed] == ids


@pytest.mark.parametrize("text", ["", "below", "beneath -0.4 V", "below -0.4 A", "above x", "-0.4"])
def test_questions_that_are_none(text: str) -> None:
    with pytest.raises(BadInput):
        Crossing.parse(text)


def test_requirements_narrow_each_other() -> None:
    stated = Requirements.parse(
        {"never_below": "-0.35 V", "cycles_at_most": "1e5"},
        {"never_below": "-300 mV", "never_above": 0.5, "state_above": "2 uS"},
        {"never_above": "0.6 V", "state_above": "1 uS", "cycles_at_most": 1_000_000},
    )
    assert stated.as_data() == {
        "never_below": -0.3, "never_above": 0.5, "cycles_at_most": 1e5, "state_above": 2e-6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"never_bellow": "-0.3 V"}, "did you mean 'never_below'"),
        ({"never_below": "-0.3 A"}, "not in V"),
        ({"never_below": True}, "no number"),
        ({"never_below": float("nan")}, "no number"),
        ({"state_above": "1e400 S"}, "not finite"),
        ({"cycles_at_most": None}, "no number"),
    ],
)
def test_requirements_that_cannot_be_used(stated: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        Requirements.parse(stated)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"never_below": "-0.35 V"}, r"never have been below -0.35 V, but saw -0.4 V at .* run a;"),
        ({"never_above": "0.2 V"}, r"never have been above 0.2 V, but saw 0.3 V at .* in run a;"),
        ({"cycles_at_most": 4}, r"at most 4 cycles, but has seen 5, the last at .* in run b"),
        ({"state_below": "0.5 uS"}, r"left below 5e-07 S, but its state was 1e-06 S at .* run b"),
        ({"state_above": "1 uS"}, r"left above 1e-06 S, but its state was 1e-06 S at .* run b"),
    ],
)
def test_what_a_device_must_not_have_seen(
    ledger: Ledger, stated: dict[str, object], told: str
) -> None:
    apply(ledger, "a/0", [-0.4, 0.3])
    apply(ledger, "b/0", [0.1], repeats=4)
    apply(ledger, "b/1", [0.005, -0.005], purpose=Purpose.READ)
    ledger.check(Requirements.parse(stated), ["D02"] if "never_below" in stated else [])
    with pytest.raises(BadInput, match=rf"^D01 of sample 'chip' .*{told}"):
        ledger.check(Requirements.parse(stated), ["D01"])


def test_requirements_that_are_met(ledger: Ledger) -> None:
    apply(ledger, "a/0", [-0.4, 0.3], repeats=3)
    apply(ledger, "a/1", [0.005], purpose=Purpose.READ)
    stated: dict[str, object] = {
        "never_below": "-0.4 V", "never_above": "0.3 V", "cycles_at_most": 3,
        "state_below": "1.1 uS", "state_above": "0.9 uS",
    }  # fmt: skip
    ledger.check(Requirements.parse(stated), ["D01"])


def test_what_may_have_been_seen_is_told_as_such(ledger: Ledger) -> None:
    pulse = Waveform([-0.4, 0.0], 1e-3)
    ledger.begin(application(pulse), pulse, "a/0")
    with pytest.raises(BadInput, match=r"but may have seen -0.4 V"):
        ledger.check(Requirements.parse({"never_below": "-0.35 V"}), ["D01"])
    apply(ledger, "b/0", [-0.36])
    with pytest.raises(BadInput, match=r"but saw -0.36 V .* in run b"):
        ledger.check(Requirements.parse({"never_below": "-0.35 V"}), ["D01"])


def test_a_state_that_is_not_known_meets_nothing(ledger: Ledger) -> None:
    asked = Requirements.parse({"state_above": "1 nS"})
    with pytest.raises(BadInput, match="is not known; read it first"):
        ledger.check(asked, ["D01"])
    apply(ledger, "a/0", [0.005], purpose=Purpose.READ)
    ledger.check(asked, ["D01"])
    apply(ledger, "a/1", [-0.2])
    with pytest.raises(BadInput, match="is not known; read it first"):
        ledger.check(asked, ["D01"])
    apply(ledger, "a/2", [0.005], purpose=Purpose.READ)
    pulse = Waveform([-0.2, 0.0], 1e-3)
    ledger.begin(application(pulse), pulse, "b/0")
    with pytest.raises(BadInput, match="stress without a reading came after"):
        ledger.check(asked, ["D01"])
