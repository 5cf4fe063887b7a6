"""`labctl off`: everything safe, now; runs are asked to stop, and benches nobody answers for taken.

Drivers are imported only when a bench has to be taken: asking takes milliseconds, imports a second.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from labctl.cli.answer import Answer, ExitCode
from labctl.control.in_use import BenchInUse, Outcome, benches_in_use, safe_state
from labctl.locks import in_words

REASON = "labctl off"


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
    benches = [
        bench
        for bench in benches_in_use(arguments.out)
        if arguments.station is None or bench.belongs_to(arguments.station)
    ]
    outcomes = _stopped(benches, arguments.out)
    if not benches and arguments.station is not None:
        outcomes = _taken(arguments.station, arguments.out)
    if not outcomes:
        return Answer(data={"benches": []}, text="nothing is running, so there is nothing to stop")
    data = {"benches": [outcome.as_data() for outcome in outcomes]}
    unsafe = [outcome.in_words() for outcome in outcomes if not outcome.verified]
    return Answer(
        code=ExitCode.FAILED if unsafe else ExitCode.FINISHED,
        data=data | ({"error": "; ".join(unsafe)} if unsafe else {}),
        text="\n".join(outcome.in_words() for outcome in outcomes if outcome.verified),
        complaint="\n".join(unsafe),
    )


def _stopped(benches: Sequence[BenchInUse], out: Path) -> list[Outcome]:
    """Ask all at once, then hear how it went."""
    asked = [(bench, bench.abort(REASON)) for bench in benches]
    return [_outcome(bench, coming, out) for bench, coming in asked]


def _outcome(bench: BenchInUse, coming: Generator[dict[str, Any]] | None, out: Path) -> Outcome:
    # One that dies while it is asked tells of no safe state; its bench is taken.
    if coming is not None and (safe := safe_state(coming)) is not None:
        return Outcome(bench.name, "its run was stopped", safe)
    return _broken_into(bench, out)


def _broken_into(bench: BenchInUse, out: Path) -> Outcome:
    """Nobody answers for the bench: it is made safe against whoever holds it."""
    who = in_words(bench.holder)
    if bench.in_process:
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
        return _stopped([BenchInUse(busy.holder)], out)
    return [] if safe is None else [Outcome(station, "nobody used it", safe)]
