"""`labctl off`: everything safe, now; runs are asked to stop, and benches nobody answers for taken.

Drivers are imported only when a bench has to be taken: asking takes milliseconds, imports a second.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.cli.answer import Answer, ExitCode
from labctl.control.client import ChannelSilent, answers
from labctl.locks import holder, in_words, machine_locks

SILENT_AFTER_S = 0.2
BUSY_FOR_S = 5.0
"""A bench that is simulated within the process that measures keeps it busy, and does no harm."""
SAFE_WITHIN_S = 15.0


@dataclass(frozen=True)
class Bench:
    """The instruments of one station that somebody uses."""

    holder: Mapping[str, Any]
    """What the lock says."""

    @property
    def name(self) -> str:
        """For people: the station, and the run."""
        run = self.holder.get("run")
        station = str(self.holder.get("station", "a station"))
        return station if run is None else f"{station}, run {run}"


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

    def in_words(self) -> str:
        """One line."""
        if self.verified:
            return f"{self.bench}: safe, read back ({self.how})"
        failures = "; ".join(map(str, self.safe.get("failures", ()))) or "nothing was read back"
        return f"{self.bench}: NOT verified safe ({self.how}): {failures}; check it by hand"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--station` and `--out`."""
    parser.add_argument(
        "--station", metavar="S",
        help="name or file of a station (default: every bench that is in use on this computer)",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("runs"),
        help="directory of runs, where simulated benches are in use (default: runs)",
    )  # fmt: skip


def execute(arguments: argparse.Namespace) -> Answer:
    """Make everything safe; raises `BadInput` for a station that cannot be read."""
    benches = [bench for bench in _in_use(arguments.out) if _meant(bench, arguments.station)]
    outcomes = _stopped(benches, arguments.out)
    if not benches and arguments.station is not None:
        outcomes = _taken(arguments.station, arguments.out)
    if not outcomes:
        return Answer(data={"benches": []}, text="nothing is running, so there is nothing to stop")
    data = {
        "benches": [
            {"bench": outcome.bench, "how": outcome.how, "safe": outcome.safe}
            for outcome in outcomes
        ]
    }
    unsafe = [outcome.in_words() for outcome in outcomes if not outcome.verified]
    return Answer(
        code=ExitCode.FAILED if unsafe else ExitCode.FINISHED,
        data=data | ({"error": "; ".join(unsafe)} if unsafe else {}),
        text="\n".join(outcome.in_words() for outcome in outcomes if outcome.verified),
        complaint="\n".join(unsafe),
    )


def _in_use(out: Path) -> list[Bench]:
    """Every bench that a living process holds; one for all instruments of a station."""
    places = [path for directory in (machine_locks(), out) for path in directory.glob("*.lock")]
    found = {}
    for path in sorted(places):
        facts = holder(path)
        # Who serves a bench to others does not use it.
        if facts is not None and not facts.get("serves"):
            found.setdefault((facts.get("pid"), facts.get("file")), Bench(facts))
    return list(found.values())


def _meant(bench: Bench, station: str | None) -> bool:
    if station is None:
        return True
    file = bench.holder.get("file", "")
    if station.endswith(".toml"):
        return file == str(Path(station).resolve())
    return station in (bench.holder.get("station"), Path(file).stem)


def _stopped(benches: Sequence[Bench], out: Path) -> list[Outcome]:
    """Ask all at once, then hear how it went."""
    asked = [(bench, _ask(bench)) for bench in benches]
    return [_outcome(bench, coming, out) for bench, coming in asked]


def _ask(bench: Bench) -> Generator[dict[str, Any]] | None:
    """The answers to come, once the first is there; None when nobody answers."""
    if (address := bench.holder.get("control")) is None:
        return None
    silent_s = BUSY_FOR_S if bench.holder.get("in_process") else SILENT_AFTER_S
    coming = answers(address, {"do": "abort", "reason": "labctl off"}, silent_s, SAFE_WITHIN_S)
    try:
        next(coming)
    except ChannelSilent:
        return None
    return coming


def _outcome(bench: Bench, coming: Generator[dict[str, Any]] | None, out: Path) -> Outcome:
    if coming is not None:
        try:
            *_, last = coming
        except (ChannelSilent, ValueError):
            pass  # it died while it was asked; the bench is taken
        else:
            if last.get("safe") is not None:
                return Outcome(bench.name, "its run was stopped", last["safe"])
    return _broken_into(bench, out)


def _broken_into(bench: Bench, out: Path) -> Outcome:
    """Nobody answers for the bench: it is made safe against whoever holds it."""
    who = in_words(bench.holder)
    if bench.holder.get("in_process"):
        why = f"it is simulated within {who}, which does not answer; end that process"
        return Outcome(bench.name, "nobody answers", {"verified": False, "failures": [why]})
    from labctl.guardian.intervention import intervene  # noqa: PLC0415

    return Outcome(bench.name, f"taken from {who}", intervene(bench.holder, out))


def _taken(station: str, out: Path) -> list[Outcome]:
    """A bench that nobody uses, or that somebody uses under another name."""
    from labctl.errors import Busy  # noqa: PLC0415
    from labctl.guardian.intervention import make_free_bench_safe  # noqa: PLC0415

    try:
        safe = make_free_bench_safe(station, out)
    except Busy as busy:
        return _stopped([Bench(busy.holder)], out)
    return [] if safe is None else [Outcome(station, "nobody used it", safe)]
