"""One run that is killed and resumed until it ends, and what was found to be wrong meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labctl.runs.run import Run
from tests.command_outcome import Outcome
from tests.soak.aftermath import (
    Kept,
    catalogue_complaints,
    doctor_complaints,
    nothing_to_resume,
    resumed_badly,
    untrue_status,
)
from tests.soak.benches import SoakBench
from tests.soak.books import SIDES, Books, Received, cycles_counted, differences, uncertain_cycles
from tests.soak.children import Child, child, labctl
from tests.soak.kills import (
    Instant,
    Kill,
    await_instant,
    guardians_done,
    lines_of,
    new_folder,
    strike,
)
from tests.soak.measured import Measured

DEVICES = [f"D{number:02d}" for number in range(1, 19)]
SAFE_WITHIN_S = 1.0


class Ordeal:
    """What `kill` says, on a bench; what is wrong stands in `wrong`."""

    def __init__(self, kill: Kill, bench: SoakBench, measured: Measured) -> None:
        self.kill = kill
        self.bench = bench
        self.measured = measured
        self.wrong: list[str] = []
        self.kept: Kept | None = None
        array = bench.new_array(1000 + kill.number)
        self.at_first: Received = {name: dict.fromkeys(SIDES, 0) for name in DEVICES}
        if kill.case.before:
            ready = labctl([*kill.case.before, *bench.words, *array], bench.folder)
            assert ready.code == 0, ready.err
            array = []
            self.at_first = bench.received(DEVICES)
        self.words = [*kill.case.words, *bench.words, *array, "--json"]

    def endure(self) -> None:
        """Kill, look, resume; and so on."""
        runs = self.bench.folder / "runs"
        before = set(runs.glob("2*/*"))
        with child(self.words, self.bench.folder) as run:
            folder = new_folder(runs, before, run)
            assert folder is not None, run.wait().err
            if not self._killed(self.kill.first, run, folder):
                return
        for instant in self.kill.again:
            if nothing_to_resume(folder):
                break
            with child(self._resume(folder), self.bench.folder) as run:
                if not self._killed(instant, run, folder):
                    return
        self._finish(folder)

    def _killed(self, instant: Instant, run: Child, folder: Path) -> bool:
        """Kill the run once and look at what is left; False if it had ended, or its guardian fell.

        Such a run has to end well by itself.
        """
        await_instant(instant, run, folder, lines_of(folder / "journal.jsonl"))
        death = strike(self.kill, self.bench, run, folder)
        if not death.came:
            self.measured.add("survived", str(self.kill))
            self._at_the_end(run.wait(), folder)
            return False
        if self.bench.served:
            guardians_done(folder)
        self.measured.add("killed", str(self.kill))
        if death.guarded:
            self.measured.add("s to output off", death.off_after_s, was_on=death.was_on)
            if death.off_after_s is None or death.off_after_s > SAFE_WITHIN_S:
                self._say([f"output off after {death.off_after_s} s"], "with a guardian")
        self._look(folder)
        return True

    def _look(self, folder: Path) -> None:
        """At what a kill left behind."""
        if not (folder / "run.json").exists():
            # It died while its guardian came up: nothing was touched, there is no run yet.
            self.measured.add("killed before there was a record", str(self.kill))
            return
        kept = Kept.of(folder)
        self._say(kept.lost(), "after the kill")
        self._say(untrue_status(folder), "after the kill")
        self._say(self._replayed(folder), "at the kill")
        self._say(catalogue_complaints(self.bench.folder, folder), "after the kill")
        if self.kill.doctor:
            self._say(doctor_complaints(self.bench.folder, folder), "after the kill")
            self._say(kept.lost(), "after the doctor")
        self.kept = kept

    def _finish(self, folder: Path) -> None:
        """Resume it for the last time, or be refused."""
        hopeless = nothing_to_resume(folder)
        outcome = labctl(self._resume(folder), self.bench.folder)
        if hopeless:
            if outcome.code != 2:
                self._say([f"resume: {outcome.code} {outcome.err}"], "nothing to resume")
            return
        self.measured.add(f"resumed: {Run.load(folder).status}", str(self.kill))
        self._at_the_end(outcome, folder)

    def _at_the_end(self, outcome: Outcome, folder: Path) -> None:
        """Of a run that was not killed any more."""
        self._say(resumed_badly(outcome, folder), "at the end")
        self._say(self.kept.lost() if self.kept else [], "at the end")
        self._say(self._replayed(folder), "at the end")
        if self.kill.case.procedure == "endurance" and outcome.code == 0:
            self._say(self._miscounted(folder), "at the end")

    def _resume(self, folder: Path) -> list[str]:
        return ["run", "--resume", str(folder), "--json"]

    def _replayed(self, folder: Path) -> list[str]:
        return differences(Books.of(folder), self.at_first, self.bench.received(DEVICES))

    def _miscounted(self, folder: Path) -> list[str]:
        """Every cycle stands once, with as many rows as it has to have, and few are uncertain."""
        (setting,) = self.kill.case.settings
        cycles = list(range(1, int(setting.partition("=")[2]) + 1))
        told = []
        for device, counted in cycles_counted(folder).items():
            if sorted(counted) != cycles:
                told.append(f"{device}: cycles {sorted(counted)}")
            elif {counted[cycle] for cycle in cycles} != {counted[1], counted[cycles[-1]]}:
                told.append(f"{device}: rows of the cycles {counted}")
        uncertain = uncertain_cycles(folder)
        self.measured.add("uncertain cycles", float(uncertain), served=self.bench.served)
        # Each kill may leave one behind where the instruments live on.
        if self.bench.served and uncertain > 1 + len(self.kill.again):
            told.append(f"{uncertain} cycles are uncertain")
        return told

    def _say(self, complaints: Sequence[str], when: str) -> None:
        self.wrong += [f"{complaint} ({when})" for complaint in complaints]
