"""What the process of an item leaves behind for the window: its folder, its answer, its words."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.gui.queue.item import State

_RECORD = "run.json"
_RUNNING = "running"
_SAYS_THE_STATE = "stopped: "
_LONGEST_WORDS = 4096


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an item's process ended."""

    state: State
    why: str = ""
    folder: str | None = None
    unsafe: bool = False
    """Whether the instruments could not be shown to be safe."""


@dataclass(frozen=True)
class RunPlace:
    """`<runs>/window/<id>`; it outlives the window, as the process does."""

    path: Path

    @property
    def folder_file(self) -> Path:
        """Where the process writes its run's folder before it touches anything."""
        return self.path / "folder"

    @property
    def answer_file(self) -> Path:
        """The process's standard output: one JSON object at its end."""
        return self.path / "answer.json"

    @property
    def words_file(self) -> Path:
        """The process's standard error."""
        return self.path / "words.txt"

    def clear(self) -> None:
        """Make it, empty; raises `OSError`."""
        self.path.mkdir(parents=True, exist_ok=True)
        for file in self._files():
            file.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove it, as far as that is possible: what is left harms nobody."""
        with contextlib.suppress(OSError):
            for file in self._files():
                file.unlink(missing_ok=True)
            self.path.rmdir()

    def folder(self) -> str | None:
        """The run's folder, once the process has one."""
        with contextlib.suppress(OSError):
            return self.folder_file.read_text(encoding="utf-8").strip() or None
        return None

    def answer(self) -> dict[str, Any] | None:
        """The process's answer, once it has ended by itself."""
        return _json(self.answer_file)

    def outcome(self, folder: str | None, code: int | None) -> Outcome:
        """What became of a process that is gone; `code` is None when nobody saw it end."""
        answer = self.answer() or {}
        folder = answer.get("run_folder") or answer.get("folder") or self.folder() or folder
        record = {} if folder is None else _json(Path(folder) / _RECORD) or {}
        if error := answer.get("error"):
            return Outcome(state=State.FAILED, why=str(error), folder=folder)
        told = answer if "status" in answer else record
        safe = record.get("safe_state") or {}
        if told.get("status", _RUNNING) != _RUNNING:
            return Outcome(
                state=_STATES.get(told["status"], State.FAILED),
                why=str(told.get("reason", "")).removeprefix(_SAYS_THE_STATE),
                folder=folder,
                unsafe=safe.get("verified") is False,
            )
        return self._cut_off(folder, code)

    def _cut_off(self, folder: str | None, code: int | None) -> Outcome:
        how = "" if code is None else f" (exit code {code})"
        words = self._last_words()
        if folder is not None or code is None:
            why = f"the process that measured is gone{how}; what it measured up to there is kept"
            return Outcome(state=State.INTERRUPTED, why=why, folder=folder)
        why = words or f"its process ended{how} before it had a run folder; nothing was touched"
        return Outcome(state=State.FAILED, why=why)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            text = self.words_file.read_text(encoding="utf-8", errors="replace")
            lines = [line.strip() for line in text[-_LONGEST_WORDS:].splitlines() if line.strip()]
            return lines[-1] if lines else ""
        return ""

    def _files(self) -> tuple[Path, ...]:
        return self.folder_file, self.answer_file, self.words_file


_STATES = {
    "finished": State.FINISHED,
    "failed": State.FAILED,
    "aborted": State.ABORTED,
    "incomplete": State.INTERRUPTED,
}


def _json(path: Path) -> dict[str, Any] | None:
    """An object from a file; None when it is not there, or not whole."""
    with contextlib.suppress(OSError, ValueError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else None
    return None
