"""Whatever goes wrong on the bench: the run says so, keeps its rows, and the bench is safe.

Or the run says that it is not, where nothing could make it safe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from labctl.bench.station import STATIONS
from labctl.runs.run import Run
from tests.command_outcome import Outcome
from tests.soak.benches import InProcess, ServedBench, SoakBench, serving
from tests.soak.children import labctl
from tests.soak.faults import (
    FULL_DISK,
    TOLD,
    Trouble,
    each_kind_once,
    every_kind_in_every_procedure,
)
from tests.soak.kills import guardians_done
from tests.soak.measured import Measured
from tests.soak.test_kills import SEED

pytestmark = pytest.mark.timeout(600)
DEADLINE_S = 400.0
"""An instrument that never answers costs ten seconds each time it is asked."""
WORLD = "simulated_world.toml"
STOPPED_BY = {"failed": (1, 3), "finished": (0,)}
"""Exit codes by status."""
LIMITS = ("LimitRefused", "GuardTripped")
"""Errors that end with exit code 3."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBench]:
    with serving(tmp_path_factory.mktemp("served"), pace=0.0) as bench:
        yield bench


def measured_under(trouble: Trouble, bench: SoakBench, words: list[str]) -> Outcome:
    """What becomes of the run while the fault is there."""
    return labctl(
        [*trouble.case.words, *bench.words, *words, "--json"],
        bench.folder,
        most_bytes=trouble.most_bytes,
        deadline_s=DEADLINE_S,
    )


def complaints(trouble: Trouble, outcome: Outcome, folder: Path | None) -> list[str]:
    """What is not as it should be in the end of a run."""
    told = []
    if "Traceback" in outcome.err + outcome.out:
        told.append(f"traceback: {outcome.err}")
    shown = json.loads(outcome.out)
    if folder is None:
        if outcome.code not in (1, 2) or not shown.get("error"):
            told.append(f"no run, and exit code {outcome.code}: {outcome.out}")
        return told
    run = Run.load(folder)
    if trouble.kind == FULL_DISK and run.status == "incomplete":
        # Its record could not be replaced; what stands there is of before.
        return told if outcome.code == 1 and shown.get("error") else [f"code {outcome.code}"]
    expected = 3 if run.error in LIMITS else STOPPED_BY[run.status][0]
    if outcome.code != expected:
        told.append(f"exit code {outcome.code} of a run that {run.status}: {run.error}")
    if run.status == "failed" and not re.search(TOLD.get(trouble.kind, "."), run.reason):
        told.append(f"the reason of a {trouble.kind} is {run.reason!r}")
    unsafe_at_last = "NOT verified safe" in outcome.err
    if run.status == "failed" and run.reason not in outcome.err and not unsafe_at_last:
        told.append(f"the reason is {run.reason!r}, on standard error is {outcome.err!r}")
    told += _unkept(run, folder)
    return told


def _unkept(run: Run, folder: Path) -> list[str]:
    rows = len(pd.read_csv(folder / "data.csv", comment="#"))
    if rows != run.record["data"]["rows"] or rows != len(run.frame):
        return [f"{rows} rows in the file, {run.record['data']['rows']} in the record"]
    return []


def unsafe(bench: ServedBench, run: Run) -> list[str]:
    """What a second connection sees of a bench that is said to be safe."""
    verified = (run.record.get("safe_state") or {}).get("verified")
    if run.status == "failed" and not verified:
        named = "NOT verified safe" in run.reason
        return [] if named else [f"not safe, and the reason is {run.reason!r}"]
    told = ["the output is on"] if bench.output_on() else []
    if (closed := bench.closed()) != "nil":
        told.append(f"closed: {closed}")
    return told


def folder_of(runs: Path, before: set[Path]) -> Path | None:
    """The folder that a run made, if it made one."""
    return next(iter(set(runs.glob("2*/*")) - before), None)


@pytest.mark.parametrize("trouble", each_kind_once(SEED), ids=str)
def test_each_fault(trouble: Trouble, tmp_path: Path, measured: Measured) -> None:
    bench = InProcess(tmp_path)
    seed = bench.new_array(2000 + trouble.number)
    if trouble.case.before:
        assert labctl([*trouble.case.before, *seed], tmp_path).code == 0
        seed = []
    world = tmp_path / "runs" / WORLD
    world.parent.mkdir(exist_ok=True)
    if trouble.fault:
        text = (STATIONS / WORLD).read_text("utf-8")
        world.write_text(text + trouble.table, "utf-8")
    before = set(world.parent.glob("2*/*"))
    outcome = measured_under(trouble, bench, seed)
    folder = folder_of(world.parent, before)
    told(measured, trouble, outcome, folder)
    assert not (wrong := complaints(trouble, outcome, folder)), "\n".join(wrong)


@pytest.mark.soak
@pytest.mark.parametrize("trouble", every_kind_in_every_procedure(SEED), ids=str)
def test_every_fault(trouble: Trouble, served: ServedBench, measured: Measured) -> None:
    seed = served.new_array(3000 + trouble.number)
    runs = served.folder / "runs"
    served.control.ask("FAULT:CLEAR\n*OPC?")
    if trouble.case.before:
        assert labctl([*trouble.case.before, *served.words, *seed], served.folder).code == 0
        seed = []
    before = set(runs.glob("2*/*"))
    if trouble.fault:
        served.control.ask(f"{trouble.order}\n*OPC?")
        assert served.control.ask("ERROR?") == '0,"No error"'
    outcome = measured_under(trouble, served, seed)
    folder = folder_of(runs, before)
    if folder is not None:
        guardians_done(folder)
    served.control.ask("FAULT:CLEAR\n*OPC?")
    served.look_again()
    told(measured, trouble, outcome, folder)
    wrong = complaints(trouble, outcome, folder)
    if folder is not None:
        wrong += unsafe(served, Run.load(folder))
    assert not wrong, "\n".join(wrong)


def told(measured: Measured, trouble: Trouble, outcome: Outcome, folder: Path | None) -> None:
    """For the summary: how often a kind of fault ended how."""
    status = "not begun" if folder is None else Run.load(folder).status
    measured.add(f"{trouble.kind}: {status}, exit code {outcome.code}", str(trouble))
    print(f"{trouble}: {status}, {outcome.code}: {outcome.err.strip()[:600]}")
