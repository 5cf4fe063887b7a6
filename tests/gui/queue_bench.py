"""Processes in the place of runs that end as their procedure's name says, without a bench."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from labctl.gui.queue import run_process

PROGRAM = """
import json, pathlib, sys, time
words = sys.argv[1:]
if words[:2] == ["run", "--resume"]:
    folder, name = pathlib.Path(words[2]), "good"
else:
    name = words[1]
    day = pathlib.Path(words[words.index("--out") + 1]) / "2026-11-22"
    folder = day / f"run-{name}-{time.time_ns()}"
def end(status, code, reason=""):
    print(json.dumps({"run_folder": str(folder), "status": status, "reason": reason}), flush=True)
    sys.exit(code)
if name == "refused":
    print(json.dumps({"error": "peaks: 9 V is outside its limits"}), flush=True)
    sys.exit(2)
if name == "silent":
    sys.exit("Traceback: it broke")
if name == "slow_start":
    time.sleep(60)
folder.mkdir(parents=True, exist_ok=True)
(folder / "run.json").write_text(json.dumps({"status": "running", "safe_state": None}))
pathlib.Path(words[words.index("--folder-file") + 1]).write_text(str(folder))
if name == "bad":
    end("failed", 1, "the compliance was reached")
while name == "long" and not (folder / "end").exists():
    time.sleep(0.01)
end("finished", 0)
"""


class Started:
    """Everything that was started in a test."""

    def __init__(self) -> None:
        self.words: list[list[str]] = []
        self.processes: list[subprocess.Popen[bytes]] = []

    def __call__(
        self, module: str, words: Sequence[str], **streams: Any
    ) -> subprocess.Popen[bytes]:
        assert module == "labctl"
        self.words.append(list(words))
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], **streams)
        self.processes.append(process)
        return process


def let_end(folder: str | None) -> None:
    """Let a run that is "long" finish."""
    assert folder is not None
    (Path(folder) / "end").touch()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """In the place of `labctl`, as long as the test goes on."""
    recorder = Started()
    monkeypatch.setattr(run_process, "start_module", recorder)
    yield recorder
    for process in recorder.processes:
        process.kill()
        process.wait()
