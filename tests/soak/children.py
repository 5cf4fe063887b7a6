"""Processes of `labctl` that can be killed at any instant, and begin without importing anything.

Each is forked from a server that has imported everything and started no thread (`warm.py`), so
that hundreds of them take minutes. What runs in them is the command line, to its exit code.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from labctl.cli.main import main
from tests.command_outcome import Outcome

DEADLINE_S = 120.0
"""So long everything waits before it takes something for stuck."""
_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["tests.soak.warm"])


def until(condition: Callable[[], Any], what: str, deadline_s: float = DEADLINE_S) -> Any:
    """What the condition gives once it is true; fails when it does not become so."""
    end_s = time.monotonic() + deadline_s
    while not (found := condition()):
        assert time.monotonic() < end_s, f"not in {deadline_s:g} s: {what}"
        threading.Event().wait(0.001)
    return found


class Child:
    """A `labctl` command in a process of its own."""

    def __init__(self, words: Sequence[str], cwd: Path, *, most_bytes: int | None = None) -> None:
        """Start it in `cwd`; `most_bytes`: no file can become larger, as on a full disk."""
        cwd.mkdir(parents=True, exist_ok=True)
        number = len(list(cwd.glob("child*.out")))
        self._out, self._err = cwd / f"child{number}.out", cwd / f"child{number}.err"
        self._out.touch()
        self._process = _NURSERY.Process(
            target=_labctl,
            args=(tuple(words), cwd, (self._out, self._err), dict(os.environ), most_bytes),
            daemon=True,
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def send(self, number: signal.Signals) -> float:
        """Send a signal; returns when that was, by the monotonic clock."""
        at_s = time.monotonic()
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
        return at_s

    def wait(self, deadline_s: float = DEADLINE_S) -> Outcome:
        """Its end; exit codes below 0 are signals."""
        self._process.join(deadline_s)
        assert self._process.exitcode is not None, f"still runs after {deadline_s:g} s"
        return Outcome(
            self._process.exitcode, self._out.read_text("utf-8"), self._err.read_text("utf-8")
        )


@contextmanager
def child(words: Sequence[str], cwd: Path) -> Iterator[Child]:
    """A child that does not outlive the block."""
    born = Child(words, cwd)
    try:
        yield born
    finally:
        born.send(signal.SIGKILL)
        born.wait()


def labctl(
    words: Sequence[str],
    cwd: Path,
    *,
    most_bytes: int | None = None,
    deadline_s: float = DEADLINE_S,
) -> Outcome:
    """A command from its beginning to its end."""
    return Child(words, cwd, most_bytes=most_bytes).wait(deadline_s)


def _labctl(
    words: Sequence[str],
    cwd: Path,
    outputs: tuple[Path, Path],
    environment: Mapping[str, str],
    most_bytes: int | None,
) -> None:
    for stream, target in zip((sys.stdout, sys.stderr), outputs, strict=True):
        with target.open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if most_bytes is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    code = main(list(words))
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)
