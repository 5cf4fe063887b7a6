"""What journal, ledger, limits, and guard cost an endurance run: its wall time with and without.

    python benchmarks/cost_of_safety.py [--cycles 100000] [--pairs 5]

Runs of one device on the simulated bench in process, in turn with these parts and with stand-ins
that do nothing; the ratio of the medians counts. That of the processor's time is told as well: it
does not depend on what else the computer does, but leaves out waiting for the disk. Prints one
JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from unittest import mock

from labctl.bench.guard import Guard
from labctl.bench.journal import Journal
from labctl.bench.limits import Limits
from labctl.bench.station import open_station
from labctl.ledger.ledger import Ledger
from labctl.runs.runner import run
from procedures.endurance import Endurance

PARTS = (
    (Journal, ("begin", "started", "end", "held", "answer")),
    (Ledger, ("begin",)),
    (Limits, ("check", "check_read_back", "check_cycles")),
    (Guard, ("inspect",)),
)
"""Every method by which the way of a waveform goes through these parts."""


@contextmanager
def without() -> Iterator[None]:
    """While the block runs, these parts do nothing."""
    with ExitStack() as stack:
        for owner, names in PARTS:
            for name in names:
                stack.enter_context(mock.patch.object(owner, name))
        yield


@dataclass(frozen=True)
class Took:
    """Seconds of one run."""

    wall_s: float
    cpu_s: float


def took(cycles: int) -> Took:
    """Time of a whole run on a new array, without the opening of the station."""
    with (
        tempfile.TemporaryDirectory(prefix="labctl-benchmark-") as folder,
        open_station("simulated", out=folder, seed=1) as station,
    ):
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        done = run(Endurance(cycles=cycles), station, devices=["D01"])
        duration = Took(time.perf_counter() - wall_s, time.process_time() - cpu_s)
    if done.status != "finished":
        raise SystemExit(f"the run {done.status}: {done.reason}")
    return duration


def cost(whole_s: Sequence[float], bare_s: Sequence[float]) -> float:
    """What is added, as a share of what there is without."""
    return statistics.median(whole_s) / statistics.median(bare_s) - 1


def main() -> None:
    """Measure pairs in turn, after one that does not count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    took(1000)
    bare, whole = [], []
    for _ in range(arguments.pairs):
        with without():
            bare.append(took(arguments.cycles))
        whole.append(took(arguments.cycles))
    told = {
        "cycles": arguments.cycles,
        "cost": cost([one.wall_s for one in whole], [one.wall_s for one in bare]),
        "cpu_cost": cost([one.cpu_s for one in whole], [one.cpu_s for one in bare]),
        "with": [asdict(one) for one in whole],
        "without": [asdict(one) for one in bare],
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
