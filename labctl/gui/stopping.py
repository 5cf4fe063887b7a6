"""The way from STOP to the safe state; it needs no Qt, and never waits for the window."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.control.in_use import BenchInUse, Outcome, abort, benches_in_use, safe_state
from labctl.own_process import start_module

REASON = "STOP at the window"
SILENT_AFTER_S = 0.3
"""Whoever has not answered by then is overruled."""
STOPPED = "its run was stopped"
NOT_SAFE_WORDS = "'labctl off' could not be run"

_Heard = tuple[str, Mapping[str, Any] | None]


def stop(station: str, runs: Path, address: str | None) -> list[Outcome]:
    """Make the bench of a station safe, and every other that a run in `runs` uses.

    All runs are asked at once; the one at `address` without a look at the disk. Where one does not
    come to a safe state, or nobody uses the bench, `labctl off` does it. Returns how each came to
    its safe state; empty when there was nothing to stop.
    """
    asked = _Asked()
    if address is not None:
        asked.ask(address)
    benches = [bench for bench in benches_in_use(runs) if _meant(bench, station, runs)]
    wanted = {bench.holder.get("control"): bench.name for bench in benches}
    for where in filter(None, wanted):
        asked.ask(where)
    if not wanted:  # the one that is watched may have let its bench go just now
        wanted = {address: station}
    obeyed = None not in wanted
    outcomes: list[Outcome] = []
    while wanted and obeyed:
        where, safe = asked.next_answer()
        if where in wanted:
            outcomes.append(Outcome(wanted.pop(where), STOPPED, safe or {}))
            obeyed = outcomes[-1].verified
    if obeyed:
        return outcomes
    outcomes = [outcome for outcome in outcomes if outcome.verified]
    outcomes += switch_off(station, runs)
    return outcomes or [Outcome(station, STOPPED, safe) for safe in asked.verified()]


class _Asked:
    """Runs that were asked to abort, each from a thread of its own."""

    def __init__(self) -> None:
        self._addresses: set[str] = set()
        self._answers: queue.SimpleQueue[_Heard] = queue.SimpleQueue()
        self._heard: list[_Heard] = []

    def ask(self, address: str) -> None:
        """Ask the run at an address, once."""
        if address not in self._addresses:
            self._addresses.add(address)
            threading.Thread(target=self._ask, args=(address,), daemon=True).start()

    def next_answer(self) -> _Heard:
        """Who has answered, and what was read back; None for one who is not safe or is silent."""
        self._heard.append(self._answers.get())
        return self._heard[-1]

    def verified(self) -> list[Mapping[str, Any]]:
        """The safe states that have come by now."""
        while not self._answers.empty():
            self.next_answer()
        return [safe for _, safe in self._heard if safe is not None and safe.get("verified")]

    def _ask(self, address: str) -> None:
        coming = abort(address, REASON, SILENT_AFTER_S)
        self._answers.put((address, None if coming is None else safe_state(coming)))


def switch_off(station: str, runs: Path) -> list[Outcome]:
    """`labctl off` in a process of its own, which outlives the window."""
    words = ["off", "--station", station, "--out", str(runs), "--json"]
    try:
        process = start_module("labctl", words, stdout=subprocess.PIPE)
        printed, _ = process.communicate()
        told = json.loads(printed)
    except (OSError, ValueError) as error:
        return [_failed(station, f"{NOT_SAFE_WORDS} ({error})")]
    if "benches" not in told:
        return [_failed(station, str(told.get("error", NOT_SAFE_WORDS)))]
    return [Outcome(bench["bench"], bench["how"], bench["safe"]) for bench in told["benches"]]


def _meant(bench: BenchInUse, station: str, runs: Path) -> bool:
    run = bench.holder.get("run")
    return bench.belongs_to(station) or (run is not None and Path(run).is_relative_to(runs))


def _failed(station: str, why: str) -> Outcome:
    return Outcome(station, "nobody answers", {"verified": False, "failures": [why]})
