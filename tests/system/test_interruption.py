"""Ctrl-C, SIGTERM, and kill -9 at a moment that is known: what stays, and what comes next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from labctl.runs.run import Run
from tests.command_outcome import Outcome
from tests.system.conftest import Labctl

ROOT = Path(__file__).parents[2]
IN_KERNEL_ENCODING, IN_CONVOLUTION = 12, 32
"""Numbers of calls of the progress within a demo: at least 19 while encoding, 18 while reading."""

PAUSING = """
import itertools, sys
from labctl.cli.main import main
from labctl.cli.progress import Progress
calls = itertools.count(1)
def pause(self, fraction):
    if next(calls) == int(sys.argv[1]):
        sys.stderr.write("here\\n")
        sys.stderr.flush()
        sys.stdin.readline()
Progress.__call__ = pause
raise SystemExit(main(sys.argv[2:]))
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to wait for")


def interrupt(folder: Path, number: signal.Signals, moment: int, *words: str) -> Outcome:
    """Start `labctl`, wait until it has got as far as `moment`, and send it a signal."""
    with subprocess.Popen(
        [sys.executable, "-c", PAUSING, str(moment), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(number)
        out, err = process.communicate("go on\n")
    assert first == "here\n", first + err
    return Outcome(process.returncode, out, err)


def runs_in(folder: Path) -> list[Run]:
    found = [Run.load(path) for path in (folder / "runs").glob("2*/*")]
    return sorted(found, key=lambda run: run.record["started"])


@pytest.mark.parametrize(
    ("number", "moment", "procedure"),
    [
        (signal.SIGINT, IN_KERNEL_ENCODING, "kernel_encoding"),
        (signal.SIGTERM, IN_CONVOLUTION, "convolution"),
    ],
    ids=["SIGINT while encoding", "SIGTERM in the second half"],
)
def test_an_interrupted_demo_keeps_what_it_has(
    labctl: Labctl, tmp_path: Path, number: signal.Signals, moment: int, procedure: str
) -> None:
    done = interrupt(tmp_path, number, moment, "demo", "--json")
    assert done.code == 130, done.err
    assert done.shown["status"] == "aborted"
    assert number.name in done.err
    assert "Traceback" not in done.err
    last = runs_in(tmp_path)[-1]
    assert (last.record["procedure"], last.status) == (procedure, "aborted")
    assert len(last.frame) == last.record["data"]["rows"] > 0
    assert last.record["safe_state"]["verified"]
    assert labctl("station", "check").code == 0


def test_a_killed_run_leaves_an_array_that_can_be_used(labctl: Labctl, tmp_path: Path) -> None:
    done = interrupt(tmp_path, signal.SIGKILL, IN_KERNEL_ENCODING, "run", "kernel_encoding")
    assert done.code == -signal.SIGKILL
    last = runs_in(tmp_path)[-1]
    assert last.status == "incomplete"
    assert len(last.frame) > 0
    assert json.loads((tmp_path / "runs" / "simulated_world.state.json").read_text("utf-8"))
    again = labctl("run", "kernel_encoding", "--json")
    assert again.code == 0, again.err
    assert runs_in(tmp_path)[-1].status == "finished"


def test_ctrl_c_while_the_first_report_is_made_stops_the_demo(tmp_path: Path) -> None:
    script = (
        "import os, signal\n"
        "from labctl.cli import command_demo\n"
        "from labctl.cli.main import main\n"
        "command_demo.write_report = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)\n"
        "raise SystemExit(main(['demo']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    first, second = runs_in(tmp_path)
    assert (first.status, second.status) == ("finished", "aborted")
