"""A campaign on the bench in memory: conditions, failures, resume, and what others see of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from labctl import Step, scripting
from labctl.bench.clock import Stopped
from labctl.campaigns.record.folder import JOURNAL, LOCK, campaign_home, latest_folder
from labctl.campaigns.record.following import look_at
from labctl.campaigns.record.state import CampaignState, ItemStatus
from labctl.campaigns.running import opening
from labctl.campaigns.steps import OnFailure
from labctl.errors import BadInput, Busy, ResumeRefused
from labctl.locks import hold
from labctl.runs.run import Run
from labctl.runs.status import Status
from tests.labctl.campaign_bench import Probe, on_rig, opened
from tests.labctl.fakes import FakeThermometer, Rig

__all__ = ["opened"]  # a fixture

ALL = ("all",)


def statuses(state: CampaignState) -> dict[str, str]:
    return {key: item.status.value for key, item in state.items.items()}


def folder_of(rig: Rig, name: str = "trial") -> Path:
    folder = latest_folder(campaign_home(rig.station.runs, name))
    assert folder is not None
    return folder


def test_items_run_in_order_and_leave_runs(opened: Rig) -> None:
    state = on_rig(opened, Step("one", Probe, devices=ALL)).run()
    assert state.status is Status.FINISHED
    assert Probe.measured == ["D01", "D02", "D03"]
    for item in state.items.values():
        assert item.folder is not None
        run = Run.load(opened.station.runs / item.folder)
        assert (run.status, run.record["devices"]) == (Status.FINISHED, item.record["devices"])
    assert CampaignState.read(state.folder) == state
    assert (state.folder / "report.html").is_file()


def test_a_requirement_leaves_out_the_devices_that_do_not_meet_it(
    opened: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Probe, "ratios", {"D02": 0.5})
    state = on_rig(
        opened,
        Step("all_of_them", Probe, devices=ALL, together=True),
        Step("good", Probe, devices=ALL, requires="all_of_them.devices.ratio >= 1"),
        Step("bad", Probe, devices=ALL, skip_if="all_of_them.devices.ratio >= 1"),
        Step("both", Probe, devices=ALL, together=True, requires="good.conductance_s > 1 uS"),
    ).run()
    assert state.status is Status.FINISHED
    assert statuses(state) == {
        "all_of_them": "finished",
        "good/D01": "finished",
        "good/D02": "skipped",
        "good/D03": "finished",
        "bad/D01": "skipped",
        "bad/D02": "finished",
        "bad/D03": "skipped",
        "both": "skipped",
    }
    assert state.items["good/D02"].reason == "requires: all_of_them.devices.ratio >= 1"
    assert state.items["good/D02"].found == {"all_of_them.devices.ratio": [0.5]}


def test_what_is_required_of_a_device_is_its_own(opened: Rig) -> None:
    Probe.failing.add("D02")
    state = on_rig(
        opened,
        Step("one", Probe, devices=ALL),
        Step("two", Probe, devices=ALL, requires="one.verdict == good"),
        on_failure=OnFailure.CONTINUE,
    ).run()
    assert statuses(state)["two/D02"] == "skipped"
    assert statuses(state)["two/D03"] == "finished"


def test_a_step_on_another_device_counts_for_all(opened: Rig) -> None:
    reference = Step("reference", Probe, devices=("D01",))
    later = Step("later", Probe, devices=("D02-D03",), requires="reference.verdict == good")
    assert set(statuses(on_rig(opened, reference, later).run()).values()) == {"finished"}


def test_stop_if_ends_the_campaign_by_its_own_rule(opened: Rig) -> None:
    steps = (
        Step("one", Probe, devices=ALL),
        Step("two", Probe, devices=ALL, stop_if="two.verdict == good"),
    )
    state = on_rig(opened, *steps).run()
    assert state.status is Status.FINISHED
    assert statuses(state)["two/D01"] == "finished"
    assert statuses(state)["two/D02"] == "waiting"
    assert "stop_if: two.verdict == good" in state.reason
    with pytest.raises(ResumeRefused, match="nothing left"):
        on_rig(opened, *steps).resume()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OnFailure.STOP, {"a/D01": "failed", "a/D02": "waiting", "b/D01": "waiting"}),
        (OnFailure.SKIP, {"a/D01": "failed", "a/D02": "finished", "b/D01": "skipped"}),
        (OnFailure.CONTINUE, {"a/D01": "failed", "a/D02": "finished", "b/D01": "failed"}),
    ],
)
def test_what_follows_a_failure_is_chosen(
    opened: Rig, rule: OnFailure, expected: dict[str, str]
) -> None:
    Probe.failing.add("D01")
    state = on_rig(
        opened,
        Step("a", Probe, devices=("D01-D02",)),
        Step("b", Probe, devices=("D01",)),
        on_failure=rule,
    ).run()
    assert state.status is Status.FAILED
    assert statuses(state) == expected


def test_no_item_follows_on_a_bench_that_is_not_safe(opened: Rig) -> None:
    opened.matrix.unsafe = True
    state = on_rig(opened, Step("a", Probe, devices=ALL), on_failure=OnFailure.CONTINUE).run()
    assert state.status is Status.FAILED
    assert Probe.measured == ["D01"]
    assert "NOT verified safe" in state.reason


def test_a_failed_item_is_not_repeated_when_the_campaign_is_resumed(opened: Rig) -> None:
    Probe.failing.add("D01")
    campaign = on_rig(opened, Step("a", Probe, devices=ALL))
    assert campaign.run().status is Status.FAILED
    Probe.failing.clear()
    with pytest.raises(BadInput, match="has been begun"):
        campaign.run()
    state = campaign.resume()
    assert statuses(state) == {"a/D01": "failed", "a/D02": "finished", "a/D03": "finished"}
    assert Probe.measured == ["D02", "D03"]
    with pytest.raises(ResumeRefused):
        campaign.resume()
    assert campaign.run(anew=True).status is Status.FINISHED
    assert len(list(campaign_home(opened.station.runs, "trial").glob(f"*/{JOURNAL}"))) == 2


def cut(folder: Path, after: dict[str, Any]) -> None:
    """Leave of a journal what a process that died behind this line would have written."""
    lines = (folder / JOURNAL).read_text(encoding="utf-8").splitlines()
    keep = next(k for k, line in enumerate(lines) if after.items() <= json.loads(line).items())
    text = "\n".join([*lines[: keep + 1], '{"begin": "torn off in the mid'])
    (folder / JOURNAL).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("after", "measured_again"),
    [
        ({"end": "a/D01"}, ["D02", "D03"]),
        ({"begin": "a/D02"}, ["D02", "D03"]),
        ({"run": "a/D02"}, ["D03"]),
        ({"end": "a/D03"}, []),
    ],
)
def test_resume_after_the_process_died(
    opened: Rig, after: dict[str, Any], measured_again: list[str]
) -> None:
    campaign = on_rig(opened, Step("a", Probe, devices=ALL))
    campaign.run()
    cut(folder_of(opened), after)
    assert look_at(campaign_home(opened.station.runs, "trial")).status is Status.INCOMPLETE
    Probe.measured.clear()
    if after == {"end": "a/D03"}:
        with pytest.raises(ResumeRefused):
            campaign.resume()
        return
    state = campaign.resume()
    # The run of a/D02 had ended: only the campaign had not heard of it.
    assert Probe.measured == measured_again
    assert state.status is Status.FINISHED
    assert CampaignState.read(state.folder) == state


def test_an_interrupted_run_is_resumed_in_its_own_folder(
    opened: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = on_rig(opened, Step("a", Probe, devices=ALL), on_uncertain="stop")
    campaign.run()
    cut(folder_of(opened), {"run": "a/D02"})
    (interrupted,) = (opened.station.runs).glob("*/*-probe-D02-*")
    record = json.loads((interrupted / "run.json").read_text(encoding="utf-8"))
    record["status"] = "running"
    (interrupted / "run.json").write_text(json.dumps(record), encoding="utf-8")
    asked: list[tuple[Path, str]] = []

    def resume(folder: Path, _: object, *, on_uncertain: str, **__: object) -> Run:
        asked.append((folder, on_uncertain))
        record["status"] = "finished"
        return Run(folder, record)

    monkeypatch.setattr(scripting, "resume", resume)
    assert campaign.resume().status is Status.FINISHED
    assert asked == [(interrupted, "stop")]
    assert Probe.measured == ["D01", "D02", "D03", "D03"]


def test_what_was_begun_must_stay_as_it_was(opened: Rig) -> None:
    Probe.failing.add("D02")
    on_rig(opened, Step("a", Probe, devices=ALL)).run()
    other = Step("a", Probe, devices=ALL, parameters={"level": 0.2})
    with pytest.raises(ResumeRefused, match="a/D01 has been begun"):
        on_rig(opened, other).resume()
    with pytest.raises(ResumeRefused, match="it is gone"):
        on_rig(opened, Step("b", Probe, devices=ALL)).resume()
    others = (Step("a", Probe, devices=("D01-D02",)), Step("b", Probe, devices=("D01",)))
    assert statuses(on_rig(opened, *others).resume()) == {
        "a/D01": "finished", "a/D02": "failed", "b/D01": "finished",
    }  # fmt: skip


def test_a_campaign_runs_once_at_a_time(opened: Rig) -> None:
    campaign = on_rig(opened, Step("a", Probe))
    home = campaign_home(opened.station.runs, "trial")
    home.mkdir(parents=True)
    with hold(home / LOCK, {"what": "campaign 'trial'"}), pytest.raises(Busy, match="'trial'"):
        campaign.run()
    assert campaign.run().status is Status.FINISHED


def test_nothing_to_resume(opened: Rig) -> None:
    with pytest.raises(ResumeRefused, match="has not been begun"):
        on_rig(opened, Step("a", Probe)).resume()


def test_a_run_that_is_aborted_ends_the_campaign(
    opened: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = Probe.measure

    def interrupted(self: Probe, bench: Any) -> Any:
        yield from measure(self, bench)
        if bench.devices == ("D02",):
            raise KeyboardInterrupt

    monkeypatch.setattr(Probe, "measure", interrupted)
    campaign = on_rig(opened, Step("a", Probe, devices=ALL))
    state = campaign.run()
    assert state.status is Status.ABORTED
    assert statuses(state) == {"a/D01": "finished", "a/D02": "aborted", "a/D03": "waiting"}


def test_a_script_decides_as_it_goes_and_decides_the_same_when_resumed(opened: Rig) -> None:
    campaign = on_rig(opened, name="script")

    def script(*, dies: bool) -> list[Run]:
        with campaign.session() as session:
            runs = [session.run(Probe(), ["D01"])]
            level = 0.2 if runs[0].results["verdict"] == "good" else 0.1
            runs.append(session.run(Probe(level=level), ["D01"], step="again"))
            if dies:
                raise Stopped("asked to stop")
            runs.append(session.run(Probe(), ["D01"]))
            return runs

    with pytest.raises(Stopped):
        script(dies=True)
    state = CampaignState.read(folder_of(opened, "script"))
    assert state.status is Status.ABORTED
    assert statuses(state) == {"probe/D01": "finished", "again/D01": "finished"}
    runs = script(dies=False)
    assert Probe.measured == ["D01", "D01", "D01"]
    assert runs[1].parameters["level"] == 0.2
    assert len({run.folder for run in runs}) == 3
    state = CampaignState.read(folder_of(opened, "script"))
    assert state.status is Status.FINISHED
    assert list(state.items) == ["probe/D01", "again/D01", "probe/D01/#2"]
    # Once more: everything is read, nothing measured, unless it is to be measured anew.
    assert [run.folder for run in script(dies=False)] == [run.folder for run in runs]
    assert len(Probe.measured) == 3
    lines = (state.folder / JOURNAL).read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.startswith('{"end"')]) == 3
    with campaign.session(anew=True) as session:
        assert session.run(Probe(), ["D01"]).folder != runs[0].folder


def test_a_script_that_asks_for_something_else_is_refused(opened: Rig) -> None:
    campaign = on_rig(opened, name="script")

    def script(level: float) -> None:
        with campaign.session() as session:
            session.run(Probe(level=level), ["D01"])
            raise Stopped("asked to stop")

    with pytest.raises(Stopped):
        script(0.1)
    with pytest.raises(ResumeRefused, match="must ask for the same"):
        script(0.3)
    assert Probe.measured == ["D01"]


def test_a_script_gets_the_run_that_failed(opened: Rig) -> None:
    Probe.failing.add("D01")
    with on_rig(opened, name="script").session() as session:
        assert session.run(Probe(), ["D01"]).status is Status.FAILED
        assert session.run(Probe(), ["D02"]).status is Status.FINISHED


def test_remaining_time_follows_the_pace(opened: Rig) -> None:
    campaign = on_rig(opened, Step("a", Probe, devices=ALL))
    campaign.run()
    cut(folder_of(opened), {"end": "a/D02"})
    view = look_at(campaign_home(opened.station.runs, "trial"))
    done = [item for item in view.state.items.values() if item.status is ItemStatus.FINISHED]
    took_s = sum(item.took_s or 0.0 for item in done)
    assert done[0].ended is not None
    assert view.remaining_s(done[0].ended) == pytest.approx(took_s / 2)


class SettableStage(FakeThermometer):
    """A stage that is at its set-point at once, or never where it is stuck."""

    stuck_k: float | None = None
    asked: ClassVar[list[float]] = []

    def temperature_k(self) -> float:
        return self.stuck_k or (self.asked[-1] if self.asked else 295.0)

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        self.asked.append(setpoint_k)


@pytest.fixture
def stage(opened: Rig, monkeypatch: pytest.MonkeyPatch) -> SettableStage:
    stage = SettableStage(opened.clock)
    monkeypatch.setattr(SettableStage, "asked", [])
    parts = replace(opened.station.instruments, temperature=stage)
    monkeypatch.setattr(opened.station, "instruments", parts)
    path = opened.config.document.path
    entry = '[instruments.temperature]\ndriver = "lakeshore336"\nresource = "GPIB0::12::INSTR"\n'
    path.write_text(path.read_text().replace("[clock]", f"{entry}[clock]"), encoding="utf-8")
    return stage


def test_the_stage_settles_once_a_temperature(opened: Rig, stage: SettableStage) -> None:
    step = Step("a", Probe, devices=("D01-D02",), temperatures=(300.0, "310 K"))
    before_s = opened.clock.now()
    state = on_rig(opened, step).run()
    assert set(statuses(state).values()) == {"finished"}
    assert stage.asked == [300.0, 310.0]
    assert opened.clock.now() - before_s > 2 * 120.0
    assert [item.record["temperature_k"] for item in state.items.values()] == [300, 300, 310, 310]


def test_a_stage_that_does_not_settle_fails_the_item(opened: Rig, stage: SettableStage) -> None:
    stage.stuck_k = 295.0
    state = on_rig(opened, Step("a", Probe, temperatures=(300.0,))).run()
    assert state.status is Status.FAILED
    assert "did not settle at 300 K" in state.items["a/300 K"].reason
    assert Probe.measured == []


def test_others_are_told_that_the_campaign_is_over(
    opened: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(opening, "notify", lambda _, summary: told.append(summary) or [])
    Probe.failing.add("D02")
    on_rig(opened, Step("a", Probe, devices=ALL), on_failure=OnFailure.CONTINUE).run()
    (summary,) = told
    assert (summary["campaign"], summary["status"]) == ("trial", Status.FAILED)
    assert summary["items"]["finished"] == 2


def test_the_report_links_every_run(opened: Rig) -> None:
    state = on_rig(opened, Step("a", Probe, devices=("D01-D02",))).run()
    page = (state.folder / "report.html").read_text(encoding="utf-8")
    for key, item in state.items.items():
        assert f'<a href="../../../{item.folder}">{key}</a>' in page
        assert (state.folder / f"../../../{item.folder}").resolve().is_dir()
    assert "verdict: good" in page
