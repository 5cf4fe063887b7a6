"""`kill -9` of the measuring process, of its guardian, of both: nothing is lost, nothing is played
twice, the bench is safe, and the run tells the truth and goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from labctl.runs.run import Run
from tests.soak.aftermath import (
    Kept,
    catalogue_complaints,
    doctor_complaints,
    nothing_to_resume,
    resumed_badly,
    untrue_status,
)
from tests.soak.benches import InProcess, ServedBench, SoakBench, serving
from tests.soak.books import SIDES, Books, Received, cycles_counted, differences
from tests.soak.children import Child, child, labctl
from tests.soak.kills import (
    Instant,
    Kill,
    Kind,
    await_instant,
    drawn,
    guardians_done,
    lines_of,
    new_folder,
    strike,
)
from tests.soak.measured import Measured

SEED = int(os.environ.get("LABCTL_SOAK_SEED", "1"))
SHORT, FULL = 8, 200
DEVICES = [f"D{number:02d}" for number in range(1, 19)]
SAFE_WITHIN_S = 1.0
UNCERTAIN_CYCLES = 1
"""Of an endurance run whose instruments live on."""

Benches = Callable[[Kind], SoakBench]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[float], ServedBench]]:
    """Served benches, by their pace; each is started when it is first asked for."""
    there: dict[float, ServedBench] = {}
    with ExitStack() as stack:

        def ask(pace: float) -> ServedBench:
            if pace not in there:
                folder = tmp_path_factory.mktemp("served")
                there[pace] = stack.enter_context(serving(folder, pace))
            return there[pace]

        yield ask


@pytest.fixture
def benches(tmp_path: Path, served: Callable[[float], ServedBench]) -> Benches:
    def bench(kind: Kind) -> SoakBench:
        if kind is Kind.IN_PROCESS:
            return InProcess(tmp_path)
        return served(1.0 if kind is Kind.PACED else 0.0)

    return bench


class Ordeal:
    """One run that is killed and resumed until it ends, and what was found to be wrong."""

    def __init__(self, kill: Kill, bench: SoakBench, measured: Measured) -> None:
        self.kill = kill
        self.bench = bench
        self.measured = measured
        self.wrong: list[str] = []
        seed = bench.new_array(1000 + kill.number)
        if kill.case.before:
            ready = labctl([*kill.case.before, *bench.words, *seed], bench.folder)
            assert ready.code == 0, ready.err
            seed = []
        self.words = [*kill.case.words, *bench.words, *seed, "--json"]
        self.at_first: Received = {name: dict.fromkeys(SIDES, 0) for name in DEVICES}
        if kill.case.before:
            self.at_first = bench.received(DEVICES)

    def endure(self) -> None:
        """Kill, look, resume; and so on."""
        runs = self.bench.folder / "runs"
        before = set(runs.glob("2*/*"))
        with child(self.words, self.bench.folder) as run:
            folder = new_folder(runs, before, run)
            assert folder is not None, run.wait().err
            survived = self._struck(self.kill.first, run, folder, 0)
            if survived:
                outcome = run.wait()
                self._say(resumed_badly(outcome, folder), "although it was not killed")
        for instant in () if survived else self.kill.again:
            if nothing_to_resume(folder):
                break
            with child(self._resume(folder), self.bench.folder) as run:
                lines = lines_of(folder / "journal.jsonl")
                survived = self._struck(instant, run, folder, lines)
                if survived:
                    self._say(resumed_badly(run.wait(), folder), "resumed")
                    break
        if not survived:
            self._finish(folder)

    def _struck(self, instant: Instant, run: Child, folder: Path, lines: int) -> bool:
        """Kill the run once and look at what is left; whether it had ended before."""
        await_instant(instant, run, folder, lines)
        death = strike(self.kill, self.bench, run, folder)
        if not death.came:
            self.measured.add("survived", str(self.kill))
            return True
        if self.bench.served:
            guardians_done(folder)
        self.measured.add("killed", str(self.kill))
        if death.guarded:
            self.measured.add("off_after_s", death.off_after_s, was_on=death.was_on)
            if death.off_after_s is None or death.off_after_s > SAFE_WITHIN_S:
                self._say([f"output off after {death.off_after_s} s"], "with a guardian")
        kept = Kept.of(folder)
        self._say(kept.lost(), "after the kill")
        self._say(untrue_status(folder), "after the kill")
        self._say(self._replayed(folder), "at the kill")
        self._say(catalogue_complaints([], self.bench.folder, folder), "after the kill")
        if self.kill.doctor:
            self._say(doctor_complaints(self.bench.folder, folder), "after the kill")
            self._say(kept.lost(), "after the doctor")
        self.kept = kept
        return False

    def _finish(self, folder: Path) -> None:
        hopeless = nothing_to_resume(folder)
        outcome = labctl(self._resume(folder), self.bench.folder)
        if hopeless:
            if outcome.code != 2:
                self._say([f"resume: {outcome.code} {outcome.err}"], "nothing to resume")
            return
        self._say(resumed_badly(outcome, folder), "resumed")
        self.measured.add(f"resumed: {Run.load(folder).status}", str(self.kill))
        self._say(self.kept.lost(), "after it was resumed")
        self._say(self._replayed(folder), "after it was resumed")
        if self.kill.case.procedure == "endurance":
            self._say(self._miscounted(folder), "after it was resumed")

    def _resume(self, folder: Path) -> list[str]:
        return ["run", "--resume", str(folder), "--json"]

    def _replayed(self, folder: Path) -> list[str]:
        return differences(Books.of(folder), self.at_first, self.bench.received(DEVICES))

    def _miscounted(self, folder: Path) -> list[str]:
        (setting,) = self.kill.case.settings
        cycles = range(1, int(setting.partition("=")[2]) + 1)
        told = []
        for device, counted in cycles_counted(folder).items():
            if sorted(counted) != list(cycles):
                told.append(f"{device}: cycles {sorted(counted)}")
            elif (rows := {counted[cycle] for cycle in cycles if cycle > 5}) != {2}:
                told.append(f"{device}: rows of a cycle {rows}")
        return told

    def _say(self, complaints: Sequence[str], when: str) -> None:
        self.wrong += [f"{complaint} ({when})" for complaint in complaints]


def endure(kill: Kill, benches: Benches, measured: Measured) -> None:
    ordeal = Ordeal(kill, benches(kill.kind), measured)
    ordeal.endure()
    assert not ordeal.wrong, "\n".join(ordeal.wrong)


@pytest.mark.parametrize("kill", drawn(SEED, SHORT), ids=str)
def test_kills(kill: Kill, benches: Benches, measured: Measured) -> None:
    endure(kill, benches, measured)


@pytest.mark.soak
@pytest.mark.parametrize("kill", drawn(SEED + 1, FULL), ids=str)
def test_all_kills(kill: Kill, benches: Benches, measured: Measured) -> None:
    endure(kill, benches, measured)
