"""Which process is killed, when, and what somebody does afterwards: drawn from a seed."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from tests.soak.benches import ServedBench, SoakBench
from tests.soak.cases import CASES, PACED, Case
from tests.soak.children import Child, until
from tests.system.served_bench import guardian_of

LATEST_S = (0.05, 1.0)
"""Longest drawn delay behind a line of the journal; on a paced bench."""
AGAIN = (0.6, 0.25, 0.15)
"""How likely it is that a run is killed never, once, twice again when it was resumed."""
BETWEEN_S = 0.5
"""Longest time between the first kill and the second."""


class Victims(StrEnum):
    """Who is killed, in this order."""

    RUN = "run"
    GUARDIAN = "guardian"
    GUARDIAN_THEN_RUN = "guardian, run"
    RUN_THEN_GUARDIAN = "run, guardian"


class Kind(StrEnum):
    """Where the bench is, and what its time is."""

    IN_PROCESS = "in process"
    SERVED = "served"
    PACED = "paced"


TURNS = (Kind.IN_PROCESS, Kind.SERVED, Kind.IN_PROCESS, Kind.SERVED, Kind.PACED)
VICTIMS = (Victims.RUN, *Victims)


@dataclass(frozen=True)
class Instant:
    """When: so many lines of the journal, and a while."""

    line: int
    delay_s: float


@dataclass(frozen=True)
class Kill:
    """One run that is killed, and resumed, and killed..."""

    number: int
    kind: Kind
    case: Case
    victims: Victims
    first: Instant
    again: tuple[Instant, ...]
    """Instants at which the resumed run is killed in turn."""
    between_s: float
    """Between one victim and the other."""
    doctor: bool
    """Whether the run is mended before it is resumed."""

    def __str__(self) -> str:
        times = f" x{1 + len(self.again)}" if self.again else ""
        return f"{self.number}-{self.case.procedure}-{self.kind}-{self.victims}{times}"


def drawn(seed: int, count: int) -> list[Kill]:
    """`count` of them: procedures, benches, and victims in turn, instants by chance."""
    rng = np.random.default_rng(seed)
    return [_one(rng, number) for number in range(count)]


def _one(rng: np.random.Generator, number: int) -> Kill:
    kind = TURNS[number % len(TURNS)]
    # One further each round, so that every procedure comes to every kind of bench.
    case = CASES[(number + number // len(CASES)) % len(CASES)]
    if kind is Kind.PACED:
        case = PACED[number // len(TURNS) % len(PACED)]
    victims = Victims.RUN
    if kind is not Kind.IN_PROCESS:
        victims = VICTIMS[int(rng.integers(len(VICTIMS)))]

    def instant() -> Instant:
        line = int(rng.integers(case.lines))
        return Instant(line, float(rng.uniform(0, LATEST_S[kind is Kind.PACED])))

    return Kill(
        number=number,
        kind=kind,
        case=case,
        victims=victims,
        first=instant(),
        again=tuple(instant() for _ in range(int(rng.choice(3, p=AGAIN)))),
        between_s=float(rng.uniform(0, BETWEEN_S)),
        doctor=bool(rng.integers(2)),
    )


@dataclass(frozen=True)
class Death:
    """What was seen of a kill."""

    came: bool
    """Whether the measuring process died of it: it had not ended before."""
    guarded: bool = False
    """Whether a guardian lived when the measuring process died, and was left alone."""
    was_on: bool = False
    """Whether the output was on right after the death."""
    off_after_s: float | None = None
    """From the death to the output off; None: never, or not looked at."""


def await_instant(instant: Instant, run: Child, folder: Path, lines: int = 0) -> None:
    """Wait for an instant, its lines counted behind `lines` of the journal, or for the end."""
    journal = folder / "journal.jsonl"
    until(lambda: lines_of(journal) >= lines + instant.line or not run.alive, f"line of {journal}")
    wait(instant.delay_s)


def strike(kill: Kill, bench: SoakBench, run: Child, folder: Path) -> Death:
    """Kill who is to be killed, now; a guardian that is not there yet is waited for."""
    if kill.victims in (Victims.GUARDIAN, Victims.GUARDIAN_THEN_RUN):
        until(lambda: guardian_of(folder) or not run.alive, f"a guardian of {folder}")
        end(guardian_of(folder))
        if kill.victims is Victims.GUARDIAN:
            return Death(came=False)
        wait(kill.between_s)
    guardian = guardian_of(folder) if bench.served else None
    came = run.alive
    guarded = came and lives(guardian) and kill.victims is not Victims.RUN_THEN_GUARDIAN
    at_s = run.send(signal.SIGKILL)
    if kill.victims is Victims.RUN_THEN_GUARDIAN:
        wait(kill.between_s)
        end(guardian)
    was_on, off_after_s = False, None
    if isinstance(bench, ServedBench) and guarded:
        was_on = bench.output_on()
        off_after_s = bench.off_after_s(at_s)
    return Death(came and run.wait().code == -signal.SIGKILL, guarded, was_on, off_after_s)


def wait(duration_s: float) -> None:
    """Let real time pass: the instant of a kill is part of what is drawn."""
    threading.Event().wait(duration_s)


def end(process: int | None) -> None:
    """Kill a process that may be gone."""
    with suppress(ProcessLookupError):
        if process is not None:
            os.kill(process, signal.SIGKILL)


def lives(process: int | None) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def lines_of(path: Path) -> int:
    """Complete lines of a file that may not be there yet."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def new_folder(runs: Path, before: set[Path], run: Child) -> Path | None:
    """The folder that a run has made, or None when it ended without one."""

    def made() -> set[Path] | None:
        return set(runs.glob("2*/*")) - before

    until(lambda: made() or not run.alive, f"a folder in {runs}")
    return next(iter(made() or ()), None)


def guardians_done(folder: Path, deadline_s: float = 60.0) -> None:
    """Wait until no guardian of the run is at work any more."""
    end_s = time.monotonic() + deadline_s
    while (guardian := guardian_of(folder)) is not None and lives(guardian):
        assert time.monotonic() < end_s, f"guardian {guardian} does not end"
        threading.Event().wait(0.01)
