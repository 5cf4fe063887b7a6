"""Whole campaigns by the command line: killed, stopped, paused, and taken up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from labctl.runs.run import Run
from labctl.runs.status import Status
from tests.system.conftest import Labctl

ROOT = Path(__file__).parents[2]
PAUSING = """
import sys
from labctl.cli.main import main
from labctl.cli.progress import Progress
waited = []
def pause(self, fraction):
    if self._title == sys.argv[1] and not waited:
        waited.append(True)
        sys.stderr.write("here\\n")
        sys.stderr.flush()
        sys.stdin.readline()
Progress.__call__ = pause
raise SystemExit(main(sys.argv[2:]))
"""
"""`labctl`, waiting for a line on its standard input in the middle of one item."""
FILE = """\
schema = 1
name = "pairs"
station = "simulated"
seed = 5
[[step]]
name = "pulses"
procedure = "sddp"
devices = ["D01-D03"]
[step.parameters]
durations = "1 ms, 2 ms, 3 ms"
repeats = 2
"""
MIDDLE = "pulses/D02"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to wait for")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@contextmanager
def in_the_middle(file: Path, action: str = "run") -> Iterator[subprocess.Popen[str]]:
    """A campaign that has begun its second item, and waits there until it gets a line."""
    with subprocess.Popen(
        [sys.executable, "-c", PAUSING, MIDDLE, "campaign", action, str(file), "--json"],
        cwd=file.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said == "here\n", said + process.stderr.read()
        try:
            yield process
        finally:
            process.kill()


def go_on(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate("go on\n")
    assert "Traceback" not in err
    return json.loads(out)


def statuses(shown: dict[str, Any]) -> dict[str, str]:
    return {item["item"]: item["status"] for item in shown["items"]}


def runs_in(folder: Path) -> list[Run]:
    return [Run.load(path.parent) for path in sorted(folder.glob("runs/*/*/run.json"))]


def received(folder: Path) -> dict[str, int]:
    """Stress applications that the journals of all runs say were begun, by device."""
    begun: dict[str, int] = {}
    for path in folder.glob("runs/2*/*/journal.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if "begin" in entry and entry["purpose"] == "stress":
                begun[entry["device"]] = begun.get(entry["device"], 0) + 1
    return begun


def test_killed_then_resumed(labctl: Labctl, file: Path) -> None:
    with in_the_middle(file) as process:
        process.send_signal(signal.SIGKILL)
    shown = labctl("campaign", "status", file, "--json").shown
    assert shown["status"] == "incomplete"
    assert statuses(shown) == {
        "pulses/D01": "finished", "pulses/D02": "begun", "pulses/D03": "waiting",
    }  # fmt: skip
    by_folder = labctl("campaign", "status", shown["folder"], "--json").shown
    assert by_folder == shown
    again = labctl("campaign", "run", file)
    assert again.code == 2
    assert "campaign resume" in again.err
    before = {run.folder: run.status for run in runs_in(file.parent)}
    assert list(before.values()) == [Status.FINISHED, Status.INCOMPLETE]

    resumed = labctl("campaign", "resume", file, "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.shown["status"] == "finished"
    assert set(statuses(resumed.shown).values()) == {"finished"}
    after = runs_in(file.parent)
    assert {run.folder for run in after} > set(before)
    assert [run.status for run in after] == [Status.FINISHED] * 3
    # Every device got the same: nothing was applied again to the one that was interrupted.
    counts = received(file.parent)
    assert counts["D02"] == counts["D01"]
    assert "Campaign pairs" in Path(resumed.shown["report"]).read_text(encoding="utf-8")

    over = labctl("campaign", "resume", file)
    assert over.code == 2
    assert "nothing left" in over.err


def test_paused_and_woken_from_another_process(labctl: Labctl, file: Path) -> None:
    with in_the_middle(file) as process:
        paused = labctl("campaign", "pause", file, "--json").shown
        assert (paused["status"], paused["paused"]) == ("running", True)
        assert paused["running"]["item"] == MIDDLE
        assert paused["pid"] == process.pid
        assert paused["remaining_s"] > 0
        second = labctl("campaign", "run", file)
        assert second.code == 2
        assert "campaign 'pairs' is in use" in second.err
        assert process.stdin is not None
        process.stdin.write("go on\n")
        process.stdin.flush()
        log = runs_in(file.parent)[-1].folder / "log.txt"
        while "paused" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None
        woken = labctl("campaign", "resume", file, "--json").shown
        assert woken["paused"] is False
        out, err = process.communicate()
        assert process.returncode == 0, err
    assert set(statuses(json.loads(out)).values()) == {"finished"}


def test_stopped_from_another_process(labctl: Labctl, file: Path) -> None:
    with in_the_middle(file) as process:
        stopping = subprocess.Popen(
            [sys.executable, "-m", "labctl", "campaign", "stop", str(file), "--json"],
            cwd=file.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        request = next(file.parent.glob("runs/campaigns/pairs/*/")) / "request.json"
        heard = False
        while not (heard and not request.exists()):
            heard = heard or request.exists() or stopping.poll() is not None
        ended = go_on(process)
        told, _ = stopping.communicate()
    assert process.returncode == 130
    assert (ended["status"], json.loads(told)["status"]) == ("aborted", "aborted")
    assert statuses(ended)[MIDDLE] == "aborted"
    stopped = runs_in(file.parent)[-1]
    assert stopped.status is Status.ABORTED
    assert stopped.record["safe_state"]["verified"] is True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_then_resumed(labctl: Labctl, file: Path, number: signal.Signals) -> None:
    with in_the_middle(file) as process:
        process.send_signal(number)
        shown = go_on(process)
        assert process.returncode == 130
    assert (shown["status"], statuses(shown)[MIDDLE]) == ("aborted", "aborted")
    resumed = labctl("campaign", "resume", file, "--json")
    assert (resumed.code, resumed.shown["status"]) == (0, "finished")
    assert len(runs_in(file.parent)) == 3
    assert received(file.parent)["D02"] == received(file.parent)["D01"]


def test_one_bad_item_and_nothing_starts(labctl: Labctl, file: Path, tmp_path: Path) -> None:
    file.write_text(
        f'{FILE}[[step]]\nname = "loop"\nprocedure = "iv_loop"\ndevices = ["D01", "D19"]\n'
        '[step.parameters]\nwell = "20 ms"\n',
        encoding="utf-8",
    )
    refused = labctl("campaign", "run", file, "--json")
    assert refused.code == 2
    assert "pairs.toml, line 15: there is no device 'D19'" in refused.shown["error"]
    assert "pairs.toml, line 17: iv_loop has no parameter 'well'" in refused.shown["error"]
    assert not (tmp_path / "runs").exists()

    file.write_text(FILE.replace("repeats = 2", 'repeats = 2\namplitude = "-0.5 V"'))
    limited = labctl("campaign", "check", file, "--json")
    assert limited.code == 3
    assert limited.shown["problems"][0]["items"] == ["pulses/D01", "pulses/D02", "pulses/D03"]
    assert labctl("campaign", "run", file).code == 3
    assert not (tmp_path / "runs").exists()


def test_a_campaign_is_planned_like_a_run(labctl: Labctl, file: Path) -> None:
    planned = labctl("plan", file, "--json")
    assert planned.code == 0, planned.err
    assert [item["key"] for item in planned.shown["items"]][1] == MIDDLE
    assert planned.shown["dose"]["D03"]["min_v"] == -0.2
    assert not (file.parent / "runs").exists()


def test_the_example_for_ten_devices_runs_small(labctl: Labctl, tmp_path: Path) -> None:
    text = (ROOT / "examples" / "paper_ten.toml").read_text(encoding="utf-8")
    small = tmp_path / "small.toml"
    text = text.replace("cycles = 100000", "cycles = 200")
    small.write_text(text.replace('devices = "all"', 'devices = ["D01-D02"]'), encoding="utf-8")
    done = labctl("campaign", "run", small, "--json")
    assert done.code == 0, done.err
    assert list(statuses(done.shown)) == [
        "look/D01", "endurance/D01", "look/D02", "endurance/D02", "bending",
    ]  # fmt: skip
    assert set(statuses(done.shown).values()) == {"finished"}
