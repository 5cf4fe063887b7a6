"""Which runs a campaign comes to, in which order; everything that is wrong is told at once."""

from __future__ import annotations

from typing import Any

import pytest

from labctl import Campaign, Ledger, Step
from labctl.campaigns.planning import checking
from labctl.campaigns.planning.checking import CheckedCampaign
from labctl.campaigns.planning.problems import CampaignRefused
from labctl.campaigns.steps import Order
from labctl.runs.plan import RunPlan
from tests.labctl.campaign_bench import Probe, on_rig
from tests.labctl.fakes import Rig


def keys(checked: CheckedCampaign) -> list[str]:
    assert not checked.problems
    return [one.item.key for one in checked.planned]


def test_a_step_without_devices_is_one_run(rig: Rig) -> None:
    (planned,) = on_rig(rig, Step("one", Probe)).check().planned
    assert planned.item.key == "one"
    assert planned.item.devices == ("D01",)


def test_devices_are_names_ranges_and_all(rig: Rig) -> None:
    def devices(*named: str, together: bool = True) -> tuple[str, ...]:
        step = Step("one", Probe, devices=named, together=together)
        return on_rig(rig, step).check().planned[0].item.devices

    assert devices("D01-D03") == ("D01", "D02", "D03")
    assert devices("all") == ("D01", "D02", "D03")
    assert devices("D03", "D01-D02") == ("D03", "D01", "D02")
    assert devices("D02", together=False) == ("D02",)


def test_temperatures_devices_values_and_repeats_are_nested(rig: Rig) -> None:
    step = Step(
        "one",
        Probe,
        devices=("D01-D02",),
        product={"level": [0.1, "0.2 V"]},
        repeats=2,
    )
    assert keys(on_rig(rig, step).check()) == [
        "one/D01/level=0.1/#1",
        "one/D01/level=0.1/#2",
        "one/D01/level=0.2 V/#1",
        "one/D01/level=0.2 V/#2",
        "one/D02/level=0.1/#1",
        "one/D02/level=0.1/#2",
        "one/D02/level=0.2 V/#1",
        "one/D02/level=0.2 V/#2",
    ]


def test_items_have_their_parameters() -> None:
    step = Step(
        "one",
        "sddp",
        devices=("D01",),
        parameters={"repeats": 3},
        product={"amplitude": ["-150 mV", "-200 mV"]},
        zip={"durations": ["1 ms, 2 ms, 3 ms", "2 ms, 4 ms, 6 ms"], "delay": ["1 s", "2 s"]},
    )
    checked = Campaign(name="sets", steps=(step,)).check()
    found = [
        (p["amplitude"], p["delay"], p["repeats"])
        for p in (one.item.procedure.parameter_values() for one in checked.planned)
    ]
    assert found == [
        (-0.15, 1.0, 3),
        (-0.15, 2.0, 3),
        (-0.2, 1.0, 3),
        (-0.2, 2.0, 3),
    ]


STEPS = (
    Step("a", Probe, devices=("D01-D02",)),
    Step("b", Probe, devices=("D02-D03",)),
    Step("c", Probe, devices=("all",), together=True),
    Step("d", Probe, devices=("D01-D02",)),
)


def test_by_step_every_device_does_a_step_first(rig: Rig) -> None:
    order = ["a/D01", "a/D02", "b/D02", "b/D03", "c", "d/D01", "d/D02"]
    assert keys(on_rig(rig, *STEPS).check()) == order


def test_by_device_a_run_of_many_devices_stands_between(rig: Rig) -> None:
    order = ["a/D01", "a/D02", "b/D02", "b/D03", "c", "d/D01", "d/D02"]
    assert keys(on_rig(rig, *STEPS, order=Order.BY_DEVICE).check()) == order
    assert keys(on_rig(rig, STEPS[3], STEPS[0], order=Order.BY_DEVICE).check()) == [
        "d/D01", "a/D01", "d/D02", "a/D02",
    ]  # fmt: skip


def test_the_stage_is_planned_and_limited() -> None:
    step = Step("one", "array_read", temperatures=["300 K", 310.0, 310.0])
    checked = Campaign(name="warm", steps=(step,)).check()
    (problem,) = checked.problems
    assert "is there twice" in problem.message
    assert [one.item.key for one in checked.planned][:2] == ["one/300 K", "one/310 K"]
    first, second, third = (one.settle_s for one in checked.planned)
    assert first > 120 + 5 / 5 * 60 - 1
    assert second == pytest.approx(120 + 80 + 120)
    assert third == 0.0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"procedure": "iv_loops"}, "did you mean 'iv_loop'?"),
        ({"devices": ("D01-D09",)}, "there is no device 'D09'"),
        ({"devices": ("D04",)}, "there is no device 'D04'"),
        ({"devices": ("D03-D01",)}, "D01 stands before D03"),
        ({"devices": ("D01", "D01-D02")}, "'D01' is named twice"),
        ({"devices": ()}, "names no device"),
        ({"parameters": {"levels": 1}}, "did you mean 'level'?"),
        ({"parameters": {"level": "3 A"}}, "'3 A' is not in V"),
        ({"product": {"level": [0.1, 5.0]}}, "5 V is outside its limits"),
        ({"product": {"level": [0.1]}, "parameters": {"level": 1}}, "in both parameters and prod"),
        ({"zip": {"level": [0.1], "regime": ["filament", "interface"]}}, "lists of one length"),
        ({"product": {"level": [0.1, 0.1]}}, "is there twice"),
        ({"temperatures": ["300 V"]}, "'300 V' is not in K"),
        ({"temperatures": [0]}, "0 K is no temperature"),
        ({"temperatures": ["300 K"]}, "no [instruments.temperature]"),
        ({"requires": "first.verdict is good"}, "a sign such as >"),
        ({"requires": "frist.verdict == good"}, "did you mean 'first'?"),
        ({"requires": "last.verdict == good"}, "it comes later"),
        ({"skip_if": "first.verdicts == good"}, "did you mean 'verdict'?"),
        ({"stop_if": "first.conductance_s > 3 V"}, "a number in S"),
        ({"parameters": {"level": "0.59 V"}}, "limit of 0.5 V"),
    ],
)
def test_what_is_wrong_is_told(rig: Rig, change: dict[str, Any], said: str) -> None:
    one: dict[str, Any] = {"procedure": Probe, "devices": ("D01",), **change}
    campaign = on_rig(rig, Step("first", Probe), Step("one", **one), Step("last", Probe))
    (problem,) = campaign.check().problems
    assert said in str(problem)
    assert "step 'one'" in str(problem)


def test_a_step_may_ask_for_what_it_found_itself(rig: Rig) -> None:
    step = Step("one", Probe, repeats=3, skip_if="one.conductance_s > 1 S")
    assert len(keys(on_rig(rig, step).check())) == 3


def test_everything_that_is_wrong_is_told_with_its_items(rig: Rig) -> None:
    campaign = on_rig(
        rig,
        Step("one", Probe, devices=("all",), product={"level": [0.1, 0.9, "x"]}),
        Step("two", Probe, devices=("D08",)),
    )
    checked = campaign.check()
    assert [len(problem.items) for problem in checked.problems] == [0, 3, 3]
    with pytest.raises(CampaignRefused) as refused:
        campaign.run()
    assert refused.value.by_limit
    assert str(refused.value).count("\n") == 3
    assert "item one/D01/level=0.9 and 2 more" in str(refused.value)
    assert not (rig.station.runs / "campaigns").exists()


def test_stress_adds_up_over_the_items(rig: Rig) -> None:
    step = Step("one", Probe, devices=("D01-D02",), repeats=5)
    checked = on_rig(rig, step, limits={"cycles_max": "2"}).check()
    assert [problem.items for problem in checked.problems] == [("one/D01/#5",), ("one/D02/#5",)]
    assert all(problem.limit for problem in checked.problems)


def test_what_devices_have_seen_is_asked_of_the_ledger(rig: Rig) -> None:
    ledger = Ledger(rig.station.runs, rig.config.sample.id)
    ledger.quarantine("D02", "a filament formed")
    campaign = on_rig(rig, Step("one", Probe, devices=("all",)))
    (problem,) = campaign.check().problems
    assert problem.items == ("one/D02",)
    assert "in quarantine" in problem.message
    new = on_rig(rig, Step("one", Probe, devices=("all",)), seed=3)
    assert not new.check().problems


def test_equal_items_are_planned_once(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []

    class Counted(RunPlan):
        @classmethod
        def of(cls, *arguments: Any, **limits: Any) -> RunPlan:
            calls.append(arguments[2])
            return RunPlan.of(*arguments, **limits)

    monkeypatch.setattr(checking, "RunPlan", Counted)
    step = Step("one", Probe, devices=("all",), product={"level": [0.1, 0.2]}, repeats=200)
    checked = on_rig(rig, step).check()
    assert len(checked.planned) == 1200
    assert len(calls) == 2
    seen = {device for one in checked.planned for device in one.plan.dose}
    assert seen == {"D01", "D02", "D03"}
    assert all(tuple(one.plan.dose) == one.item.devices for one in checked.planned)
    assert checked.totals.dose["D03"].stress_pulses == 400
