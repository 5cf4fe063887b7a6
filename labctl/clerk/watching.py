"""How a station's bench is: who uses it, how their run goes, and what became of the last one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.bench.instrument_locks import instrument_lock_paths
from labctl.bench.station import read_station
from labctl.clerk.desk import Answer, Request
from labctl.clerk.endings import Ending, ending_of, run_in_words
from labctl.clerk.pace import ClockSpeed, Progress
from labctl.control.client import ChannelSilent, ask
from labctl.locks import holder, in_words

BUSY_LOOK_S = 0.2
IDLE_LOOK_S = 0.4
ANSWERS_WITHIN_S, SILENT_AFTER_S = 0.15, 0.7
BUSY_WITHIN_S, BUSY_AFTER_S = 0.5, 2.0
"""One that simulates its bench within itself may be too busy to answer for a while."""


def bench(request: Request) -> Iterator[Answer | None]:
    """Tell how the bench of `request["station"]` is, as seen from the runs in `request["runs"]`.

    `{"state", "holder", "program", "ours", "run", "control", "pid", "fraction", "remaining_s",
    "applications", "instruments", "ended", "says"}`, when something has changed. Raises
    `BadInput` for a station that cannot be read.
    """
    config, runs = read_station(request["station"]), Path(request["runs"])
    watch = BenchWatch(tuple(instrument_lock_paths(config, runs)), runs)
    told: Answer | None = None
    due_s = 0.0
    while True:
        now_s = time.monotonic()
        if now_s < due_s:
            yield None
            continue
        answer = watch.look(now_s)
        due_s = now_s + (IDLE_LOOK_S if answer["holder"] is None else BUSY_LOOK_S)
        yield None if answer == told else answer
        told = answer | {"ended": []}


class BenchWatch:
    """Looks at the locks of one station's instruments, and asks the run that holds them."""

    def __init__(self, locks: Sequence[Path], runs: Path) -> None:
        self._locks = locks
        self._runs = runs
        self._followed: _Followed | None = None
        """The run that uses the bench, or did when it was last looked at."""
        self._last: _Followed | None = None
        """The run that used it before, while nobody does."""

    def look(self, now_s: float) -> Answer:
        """How the bench is now; `now_s` is a monotonic clock."""
        facts = self._held_by()
        run = None if facts is None else facts.get("run")
        ended = self._leave(run)
        if facts is None:
            return _free(self._last) | {"ended": ended}
        answer = {
            "holder": in_words(facts),
            "program": _program(facts),
            "ours": self._ours(run),
            "pid": facts.get("pid"),
        }
        if run is None:
            return _NOTHING | answer | _without_run(facts) | {"ended": ended}
        if self._followed is None:
            self._followed = self._found(run, facts)
        return _NOTHING | answer | self._followed.look(facts, now_s) | {"ended": ended}

    def _held_by(self) -> Mapping[str, Any] | None:
        """Who uses the instruments; who serves them to others does not."""
        for path in self._locks:
            facts = holder(path)
            if facts is not None and not facts.get("serves"):
                return facts
        return None

    def _leave(self, run: str | None) -> list[str]:
        """What has ended since the last look."""
        before = self._followed
        if before is None or before.folder == run:
            return []
        known = before is self._last
        self._followed, self._last = None, before
        return [] if known else [before.folder]

    def _found(self, run: str, facts: Mapping[str, Any]) -> _Followed:
        """A run that begins; or one that was gone already, when its guardian comes after it."""
        if facts.get("guardian") and self._last is not None and self._last.folder == run:
            return self._last
        return _Followed(run, facts)

    def _ours(self, run: str | None) -> bool:
        return run is not None and Path(run).is_relative_to(self._runs)


class _Followed:
    """One run while it uses the bench."""

    def __init__(self, folder: str, facts: Mapping[str, Any]) -> None:
        self.folder = folder
        self.in_process = bool(facts.get("in_process"))
        self.instruments: dict[str, Any] | None = None
        self._progress = Progress()
        self._speed = ClockSpeed()
        self._seen_speed: float | None = None
        self._status: Mapping[str, Any] = {"state": "starting"}
        self._answered_s: float | None = None
        self._safe: dict[str, Any] | None = None
        self._ending: Ending | None = None

    def look(self, facts: Mapping[str, Any], now_s: float) -> Answer:
        """How it is now."""
        control = facts.get("control")
        what = run_in_words(Path(self.folder))
        shown = {"run": self.folder, "control": control}
        if facts.get("guardian"):
            self._lose_sight()
            says = f"the process that measured {what} is gone; its guardian makes the bench safe"
            return shown | {"state": "gone", "instruments": self.instruments, "says": says}
        silent_s = self._ask(control, now_s)
        state = str(self._status["state"])
        says = f"{_WORDS.get(state, state)} {what}"
        if silent_s > (BUSY_AFTER_S if self.in_process else SILENT_AFTER_S):
            state = "silent"
            says = f"{what} has not answered for {silent_s:.0f} s; STOP ends it all the same"
        return shown | {
            "state": state,
            "fraction": self._progress.fraction,
            "remaining_s": self._progress.remaining_s,
            "applications": self._status.get("applications"),
            "instruments": self.instruments,
            "says": says,
        }

    def ending(self) -> Ending:
        """What became of it; read again until its folder says all."""
        if self._ending is None or not self._ending.settled:
            self._ending = ending_of(Path(self.folder), in_process=self.in_process)
            if self._ending.gone:
                self._lose_sight()
            if self._ending.safe is not None:
                self._stand_safe(self._ending.safe)
        return self._ending

    def _ask(self, control: str | None, now_s: float) -> float:
        """Ask how it is; for how long it has not answered."""
        if self._answered_s is None:
            self._answered_s = now_s
        if control is None:  # the channel is about to open, or has closed just now
            return 0.0
        try:
            within_s = BUSY_WITHIN_S if self.in_process else ANSWERS_WITHIN_S
            self._status = ask(control, {"do": "status"}, within_s)
        except ChannelSilent:
            return now_s - self._answered_s
        self._answered_s = now_s
        self._take(now_s)
        return 0.0

    def _take(self, now_s: float) -> None:
        status = self._status
        resting = status["state"] == "paused"
        self._progress.take(status.get("fraction"), now_s, resting=resting)
        if seen := status.get("instruments"):
            self.instruments = {**seen, "speed": self._speed_of(seen, now_s), "safe": None}
        if status.get("safe") is not None:
            self._stand_safe(status["safe"])

    def _speed_of(self, seen: Mapping[str, Any], now_s: float) -> float | None:
        """Of the run's clock, which stands when the measurement is over."""
        if seen["clock"] == "real":
            return 1.0
        if self._status.get("safe") is None:
            self._seen_speed = self._speed.take(seen["time_s"], now_s)
        return self._seen_speed

    def _stand_safe(self, safe: Mapping[str, Any]) -> None:
        """The instruments were brought to their safe state, and this was read back."""
        if self._safe is None or self._safe["verified"] != bool(safe.get("verified")):
            at = datetime.now().astimezone().isoformat(timespec="seconds")
            self._safe = {**safe, "verified": bool(safe.get("verified")), "at": at}
        seen = {**(self.instruments or {}), "safe": self._safe}
        if "output" in safe.get("smu", {}):
            seen["output"] = False
        if "closed" in safe.get("matrix", {}):
            seen["closed"] = []
        self.instruments = seen

    def _lose_sight(self) -> None:
        """Nobody knows how the instruments are."""
        unknown = {"output": None, "closed": None, "speed": None, "safe": None}
        if self.instruments is not None and self._safe is None:
            self.instruments = {**self.instruments, **unknown}


_WORDS = {"safe": "safe, read back; finishing", "starting": "starting"}
_NOTHING: Answer = {
    "state": "idle",
    "holder": None,
    "program": None,
    "ours": False,
    "run": None,
    "control": None,
    "pid": None,
    "fraction": None,
    "remaining_s": None,
    "applications": None,
    "instruments": None,
}


def _program(facts: Mapping[str, Any]) -> str:
    """The command without its options."""
    words = str(facts.get("command", "somebody")).split()
    return " ".join([*words[:1], *(word for word in words[1:2] if word.isalpha())])


def _without_run(facts: Mapping[str, Any]) -> Answer:
    """Somebody has the instruments and measures nothing, not yet or not any more."""
    says = f"{_program(facts)} has the instruments, and measures nothing"
    return {"state": "starting", "says": says}


def _free(last: _Followed | None) -> Answer:
    if last is None:
        return _NOTHING | {"says": ""}
    ending = last.ending()
    return _NOTHING | {
        "state": "gone" if ending.gone else "idle",
        "instruments": last.instruments,
        "says": ending.says,
    }
