"""Which benches are in use on this computer, and how their runs are asked to make them safe."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.control.client import ChannelSilent, answers
from labctl.locks import holder, machine_locks

SILENT_AFTER_S = 0.2
BUSY_FOR_S = 5.0
"""A bench that is simulated within the process that measures keeps it busy, and does no harm."""
SAFE_WITHIN_S = 15.0


@dataclass(frozen=True)
class BenchInUse:
    """The instruments of one station that somebody uses."""

    holder: Mapping[str, Any]
    """What the lock says."""

    @property
    def name(self) -> str:
        """For people: the station, and the run."""
        run = self.holder.get("run")
        station = str(self.holder.get("station", "a station"))
        return station if run is None else f"{station}, run {run}"

    @property
    def in_process(self) -> bool:
        """Whether it is simulated within the process that uses it, and ends with it."""
        return bool(self.holder.get("in_process"))

    def belongs_to(self, station: str) -> bool:
        """Whether it is the station of a name, or of a file."""
        file = self.holder.get("file", "")
        if station.endswith(".toml"):
            return file == str(Path(station).resolve())
        return station in (self.holder.get("station"), Path(file).stem)

    def abort(self, reason: str) -> Generator[dict[str, Any]] | None:
        """Ask its run to stop: the answers to come, once the first is there; None for none."""
        if (address := self.holder.get("control")) is None:
            return None
        silent_s = BUSY_FOR_S if self.in_process else SILENT_AFTER_S
        return abort(address, reason, silent_s)


@dataclass(frozen=True)
class Outcome:
    """How one bench came to its safe state, or why it did not."""

    bench: str
    how: str
    safe: Mapping[str, Any]
    """What was read back; `verified` says whether all of it was as it should be."""

    @property
    def verified(self) -> bool:
        """Whether the bench is safe."""
        return bool(self.safe.get("verified"))

    def as_data(self) -> dict[str, Any]:
        """For other programs."""
        return {"bench": self.bench, "how": self.how, "safe": self.safe}

    def in_words(self) -> str:
        """One line."""
        if self.verified:
            return f"{self.bench}: safe, read back ({self.how})"
        failures = "; ".join(map(str, self.safe.get("failures", ()))) or "nothing was read back"
        return f"{self.bench}: NOT verified safe ({self.how}): {failures}; check it by hand"


def benches_in_use(out: Path) -> list[BenchInUse]:
    """Every bench that a living process holds; one for all instruments of a station.

    `out` is the directory of runs, where simulated benches are in use.
    """
    places = [path for directory in (machine_locks(), out) for path in directory.glob("*.lock")]
    found = {}
    for path in sorted(places):
        facts = holder(path)
        # Who serves a bench to others does not use it.
        if facts is not None and not facts.get("serves"):
            found.setdefault((facts.get("pid"), facts.get("file")), BenchInUse(facts))
    return list(found.values())


def abort(address: str, reason: str, silent_s: float) -> Generator[dict[str, Any]] | None:
    """Ask the run at an address to stop: the answers to come, once the first is there.

    None when there is none within `silent_s`.
    """
    coming = answers(address, {"do": "abort", "reason": reason}, silent_s, SAFE_WITHIN_S)
    try:
        next(coming)
    except ChannelSilent:
        return None
    return coming


def safe_state(coming: Generator[dict[str, Any]]) -> Mapping[str, Any] | None:
    """What was read back when the run was safe; None when it died, or did not come to that."""
    try:
        *_, last = coming
    except (ChannelSilent, ValueError):
        return None
    return last.get("safe")
