"""A simulated bench in a process of its own, whose time is the wall's, and a look at it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.control.client import ChannelSilent, ask

DEADLINE_S = 60.0
LONG_BLOCK = ("iv_loop", "--set", "dwell=1 s", "peaks=-200 mV")
"""Half a loop that takes more than a minute, in one application."""


def until(condition: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """What the condition gives once it is true; fails when it does not become so."""
    end_s = time.monotonic() + deadline_s
    while not (found := condition()):
        assert time.monotonic() < end_s, f"not in {deadline_s:g} s: {condition}"
        threading.Event().wait(0.01)
    return found


class Look:
    """A second connection to one instrument."""

    def __init__(self, resource: str) -> None:
        _, host, port, _ = resource.split("::")
        self._socket = socket.create_connection((host, int(port)), timeout=DEADLINE_S)
        self._lines = self._socket.makefile("r", newline="\n")

    def ask(self, question: str) -> str:
        self._socket.sendall(question.encode() + b"\n")
        return self._lines.readline().strip()

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


@dataclass
class Served:
    """The bench, and who measures on it."""

    station: Path
    runs: Path
    smu: Look
    matrix: Look
    control: Look

    def output_on(self) -> bool:
        return float(self.smu.ask("print(smua.source.output)")) != 0

    def closed(self) -> str:
        return self.matrix.ask('print(channel.getclose("allslots"))')

    def now_s(self) -> float:
        """The bench's own time."""
        return float(self.control.ask("TIME?"))

    def _folders(self) -> Iterator[Path]:
        return self.runs.glob("*-*-*/*")

    def _new(self, before: set[Path]) -> Path | None:
        return next(iter(set(self._folders()) - before), None)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return start(words, self.runs.parent, "--station", str(self.station))

    @contextmanager
    def measuring(self, *words: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
        """A run in the middle of its long block; killed at the end if it is still there."""
        before = set(self._folders())
        process = self.start("run", *(words or LONG_BLOCK), "--device", "D03")
        try:
            folder = until(lambda: _alive(process) and self._new(before))
            journal = folder / "journal.jsonl"
            until(lambda: _alive(process) and journal.exists() and "stress" in journal.read_text())
            until(self.output_on)
            yield process, folder
        finally:
            process.kill()
            process.communicate()


def _alive(process: subprocess.Popen[str]) -> bool:
    assert process.poll() is None, "it ended: " + process.communicate()[1]
    return True


def start(words: Sequence[str], cwd: Path, *more: str) -> subprocess.Popen[str]:
    """`labctl` as somebody starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "labctl", *words, *more, "--out", str(cwd / "runs")],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def status_of(folder: Path) -> dict[str, Any]:
    """What the run's channel answers; nothing when it does not."""
    try:
        return ask(folder, {"do": "status"}, timeout_s=5.0)
    except ChannelSilent:
        return {}


def guardian_of(folder: Path) -> int | None:
    """The process that serves the run's channel."""
    try:
        return json.loads((folder / "control.json").read_text("utf-8"))["pid"]
    except (OSError, ValueError):
        return None


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A bench that keeps real time, until the end of the block."""
    process = start(("sim", "serve", "--pace", "1", "--json"), folder)
    assert process.stdout is not None
    told = json.loads(process.stdout.readline() or "{}")
    try:
        looks = [Look(told["addresses"][role]) for role in ("smu", "matrix", "control")]
        yield Served(Path(told["station"]), folder / "runs", *looks)
        for look in looks:
            look.close()
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.communicate()
