"""From the wish to stop to the output off, in the middle of a block that the instrument times."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from labctl.cli.main import main
from labctl.runs.run import Run
from tests.soak.benches import ServedBench, serving
from tests.soak.children import Child, child, labctl, until
from tests.soak.kills import new_folder, wait
from tests.soak.measured import Measured
from tests.soak.test_kills import SEED
from tests.system.served_bench import status_of

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(1500),
]

TIMES = 60
WITHIN_S = 0.5
LONG_BLOCK = ("run", "iv_loop", "--set", "dwell=1 s", "peaks=-200 mV", "--device", "D03", "--json")
"""More than a minute in one application."""
LATEST_S = 1.0
"""Longest drawn time between the beginning of the block and the wish to stop."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBench]:
    with serving(tmp_path_factory.mktemp("paced"), pace=1.0) as there:
        yield there


@contextmanager
def in_the_block(bench: ServedBench) -> Iterator[tuple[Child, Path]]:
    """A run whose long block has begun."""
    runs = bench.folder / "runs"
    before = set(runs.glob("2*/*"))
    with child([*LONG_BLOCK, *bench.words], bench.folder) as run:
        folder = new_folder(runs, before, run)
        assert folder is not None, run.wait().err
        until(lambda: "stress" in _text(folder / "journal.jsonl"), "the long block")
        until(bench.output_on, "the output on")
        until(lambda: status_of(folder).get("state") == "measuring", "an answer of the run")
        yield run, folder


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def latencies_s(
    bench: ServedBench, ask: Callable[[Child, ServedBench], float], seed: int, times: int = TIMES
) -> list[float]:
    """Seconds until the output was off, one run each."""
    rng, measured_s = np.random.default_rng(seed), []
    for _ in range(times):
        with in_the_block(bench) as (run, folder):
            wait(float(rng.uniform(0, LATEST_S)))
            asked_s = ask(run, bench)
            off_after_s = bench.off_after_s(asked_s)
            outcome = run.wait()
        assert off_after_s is not None, "the output stayed on"
        assert outcome.code == 130, outcome.err
        done = Run.load(folder)
        assert done.status == "aborted"
        assert done.record["safe_state"]["verified"]
        assert bench.closed() == "nil"
        measured_s.append(off_after_s)
    return measured_s


def held(measured: Measured, name: str, measured_s: list[float]) -> None:
    for latency_s in measured_s:
        measured.add(f"{name} to output off, s", latency_s)
    assert np.percentile(measured_s, 95) < WITHIN_S, measured_s


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals(bench: ServedBench, measured: Measured, number: signal.Signals) -> None:
    held(measured, number.name, latencies_s(bench, lambda run, _: run.send(number), SEED))


def test_off_of_a_process_that_is_there(bench: ServedBench, measured: Measured) -> None:
    """As from a window: no Python has to start."""

    def off(_: Child, bench: ServedBench) -> float:
        words = ["off", "--out", str(bench.folder / "runs")]
        asked_s = time.monotonic()
        threading.Thread(target=main, args=(words,)).start()
        return asked_s

    measured_s = latencies_s(bench, off, SEED + 1, TIMES // 2)
    held(measured, "labctl off, without Python's start", measured_s)


def test_off_from_another_terminal(bench: ServedBench, measured: Measured) -> None:
    commands = []

    def off(_: Child, bench: ServedBench) -> float:
        asked_s = time.monotonic()
        commands.append(subprocess.Popen([sys.executable, "-m", "labctl", "off"], cwd=bench.folder))
        return asked_s

    measured_s = latencies_s(bench, off, SEED + 2)
    assert {command.wait() for command in commands} == {0}
    held(measured, "labctl off", measured_s)


def test_off_finds_nothing_left(bench: ServedBench) -> None:
    assert labctl(["off", "--json"], bench.folder).shown == {"benches": []}
