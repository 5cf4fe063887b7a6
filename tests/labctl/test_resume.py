"""A run that died at any instant goes on, and no device gets twice what it was to get once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import pyvisa

from drivers.roles import Flag, Sensing, SmuCapabilities, Waveform
from labctl.bench.station import open_station
from labctl.bench.transactions import _CountingLibrary
from labctl.errors import ResumeRefused
from labctl.ledger.ledger import Ledger
from labctl.runs import resume as resuming
from labctl.runs.resume import resume
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.runner import run
from procedures.base import Application, Bench, LabProcedure, PlannedApplication, Purpose
from procedures.columns import CYCLE, ELAPSED
from procedures.parameters import Count
from tests.labctl.station_files import station_file

SENSING = Sensing(range_a=1e-3, limit_a=1e-3)
CYCLES, READS = 7, 5


class Death(BaseException):
    """The process is gone: nothing of it does anything any more."""


class Cycler(LabProcedure):
    """Stress of some cycles, a pulse that nobody reads, a wait, and a reading, on each device."""

    name = "cycler"
    columns = (CYCLE, ELAPSED)
    store_every = Count(
        "Store", default=1, minimum=1, maximum=9, description="which cycles become rows"
    )

    def measure(self, bench: Bench) -> Iterator[float]:
        for place, device in enumerate(bench.devices):
            started_s = bench.clock.now()
            bench.apply(self.stress(device))
            bench.apply(pulse(device))
            bench.clock.wait(1.0 + 1e-3 * (bench.clock.now() - started_s))
            bench.apply(reading(device))
            yield (place + 1) / len(bench.devices)

    def stress(self, device: str) -> Application:
        cycles = np.repeat(np.arange(1, CYCLES + 1), 2)
        waveform = Waveform([-0.2, -0.01, 0.2, 0.01], 0.05, [False, True] * 2, CYCLES)
        keep = None if self.store_every == 1 else cycles % self.store_every == 0
        return Application(
            device=device,
            waveform=waveform,
            sensing=SENSING,
            purpose=Purpose.STRESS,
            columns={CYCLE.header: cycles},
            keep=keep,
        )

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> list[PlannedApplication]:
        return [PlannedApplication(application=self.stress(device)) for device in devices]

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        return {"rows": len(frame)}


def pulse(device: str) -> Application:
    return Application(
        device=device,
        waveform=Waveform([-0.2], 2e-3, False),
        sensing=SENSING,
        purpose=Purpose.STRESS,
        columns={CYCLE.header: 0},
    )


def reading(device: str) -> Application:
    return Application(
        device=device,
        waveform=Waveform([5e-3, -5e-3], 1e-3, True, READS),
        sensing=SENSING,
        purpose=Purpose.READ,
        columns={CYCLE.header: 0},
    )


@dataclass
class Mortal:
    """A bench that goes on when the process that measures on it dies, after so many messages."""

    folder: Path
    station: Path
    lives: int | None = None
    """Messages until the process dies; None for ever."""
    powered: Any = None
    """Keeps the bench as it is while nobody measures."""

    def carry(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def carried(library: Any, session: Any, what: Any) -> Any:
            if self.lives is not None:
                if self.lives == 0:
                    raise Death
                self.lives -= 1
            return real(library, session, what)

        return carried

    def measure(self, lives: int | None = None, **parameters: int) -> Path:
        """A run in which the process dies; returns its folder."""
        with open_station(self.station, out=self.folder) as station:
            self.lives = lives
            try:
                run(Cycler(**parameters), station, devices=["D01", "D02"])
            except Death:
                self.lives = 0
                raise
        raise AssertionError("it did not die")

    def dies(self, lives: int, **parameters: int) -> Path | None:
        """The folder of a run whose process died after so many messages; None: it survived."""
        try:
            self.measure(lives, **parameters)
        except Death:
            survived = False
        except AssertionError:
            survived = True
        self.lives = None
        return None if survived else self.folder_of_run()

    def folder_of_run(self) -> Path:
        (folder,) = self.folder.glob("2*/*")
        return folder

    def resumes(self, folder: Path, **options: Any) -> Run:
        with open_station(self.station, out=self.folder) as station:
            return resume(folder, station, **options)

    def resumes_mortally(self, folder: Path, lives: int) -> None:
        """Taken up again by a process that dies as well."""
        with open_station(self.station, out=self.folder) as station:
            self.lives = lives
            try:
                resume(folder, station)
            except Death:
                self.lives = 0
                raise

    def forgets(self) -> None:
        """The instruments are switched off and on."""
        self.powered.close()
        self.powered = self.power()

    def power(self) -> Any:
        world = self.folder / "simulated_world.toml"
        return pyvisa.ResourceManager(f"{world}@ag2s").open_resource("GPIB0::30::INSTR")

    def received(self, device: str) -> tuple[int, int]:
        """Excursions below -0.1 V and above 0.1 V that reached a device, by the bench's count."""
        with open_station(self.station, out=self.folder) as station:
            assert station.control is not None
            record: dict[str, Any] = station.control.device_record(device)
        return record["excursions_below"], record["excursions_above"]


@pytest.fixture
def mortal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mortal]:
    station = station_file(tmp_path, ('fetch_interval = "inf"', 'fetch_interval = "0.3 s"'))
    there = Mortal(tmp_path, station)
    monkeypatch.setattr(_CountingLibrary, "read", there.carry(_CountingLibrary.read))
    monkeypatch.setattr(_CountingLibrary, "write", there.carry(_CountingLibrary.write))
    monkeypatch.setattr(resuming, "procedure_of", lambda run: Cycler(**run.parameters))
    there.powered = there.power()
    yield there
    there.powered.close()


MESSAGES = range(20, 160)
"""A run that is not killed exchanges fewer."""


@pytest.mark.parametrize(
    ("lives", "store_every"), [(lives, 1 + lives % 3) for lives in MESSAGES[::13]]
)
def test_killed_at_some_messages(mortal: Mortal, lives: int, store_every: int) -> None:
    check_killed(mortal, lives, store_every)


@pytest.mark.soak
@pytest.mark.parametrize("store_every", [1, 3])
@pytest.mark.parametrize("lives", MESSAGES)
def test_killed_at_every_message(mortal: Mortal, lives: int, store_every: int) -> None:
    check_killed(mortal, lives, store_every)


def check_killed(mortal: Mortal, lives: int, store_every: int) -> None:
    """It goes on, nothing is lost, and no device gets anything twice."""
    folder = mortal.dies(lives, store_every=store_every)
    if folder is None:
        return
    before = Run.load(folder)
    assert before.status == "incomplete"
    kept = (folder / "data.csv").read_bytes()
    done = mortal.resumes(folder)
    assert done.status == "finished", done.reason
    assert (folder / "data.csv").read_bytes().startswith(kept)
    frame = done.frame
    uncertain = frame[frame["Flags"] == int(Flag.UNCERTAIN)]
    assert uncertain["Cycle"].nunique() <= 1
    for device in ("D01", "D02"):
        mine = frame[(frame["Device"] == device) & (frame["Cycle"] > 0)]
        stored = [n for n in range(1, CYCLES + 1) if n % store_every == 0]
        assert mine["Cycle"].tolist() == np.repeat(stored, 2).tolist()
        below, above = mortal.received(device)
        # One cycle may have been cut off, and one pulse never begun.
        assert CYCLES - 1 <= below <= CYCLES + 1
        assert CYCLES - 1 <= above <= CYCLES
        read = frame[(frame["Device"] == device) & (frame["Cycle"] == 0)]
        assert len(read) == 2 * READS
        assert not read["Current (A)"].isna().any()


@pytest.mark.parametrize("lives", MESSAGES[5::40])
def test_what_instruments_have_forgotten_is_not_played_either(mortal: Mortal, lives: int) -> None:
    folder = mortal.dies(lives)
    if folder is None:
        return
    mortal.forgets()
    done = mortal.resumes(folder)
    assert done.status == "finished", done.reason
    for device in ("D01", "D02"):
        mine = done.frame[(done.frame["Device"] == device) & (done.frame["Cycle"] > 0)]
        assert mine["Cycle"].tolist() == np.repeat(range(1, CYCLES + 1), 2).tolist()
        below, above = mortal.received(device)
        assert below <= CYCLES + 1
        assert above <= CYCLES


def interrupted(mortal: Mortal) -> Path:
    folder = mortal.dies(60)
    assert folder is not None
    return folder


def test_the_record_tells_of_every_resumption(mortal: Mortal) -> None:
    folder = interrupted(mortal)
    done = mortal.resumes(folder)
    (told,) = done.record["resumptions"]
    assert told["was"] == "incomplete"
    assert told["adopted"]["output"] == "on"
    assert told["rescued"]["device"] == told["state"]["device"] == "D01"
    assert told["state"]["conductance_siemens"] > 0
    assert "may or may not have been applied" in " ".join(done.record["warnings"])


def test_the_ledger_counts_what_is_uncertain_and_no_more(mortal: Mortal) -> None:
    mortal.resumes(interrupted(mortal))
    history = Ledger(mortal.folder, "dot18").history("D01")
    below, above = mortal.received("D01")
    # A cycle has four excursions, the pulse one; the cycle that was cut off counts as a whole.
    assert below + above <= history.stress_pulses <= 4 * CYCLES + 1
    assert len(history.uncertain) == 1
    assert (history.min_v, history.max_v) == (-0.2, 0.2)


def test_a_resumed_run_that_dies_is_resumed(mortal: Mortal) -> None:
    folder = interrupted(mortal)
    with pytest.raises(Death):
        mortal.resumes_mortally(folder, lives=90)
    mortal.lives = None
    done = mortal.resumes(folder)
    assert done.status == "finished"
    assert len(done.record["resumptions"]) == 2
    assert (done.frame["Cycle"].value_counts().drop(0) == 4).all()
    assert max(mortal.received("D01")) <= CYCLES + 1


def test_uncertainty_may_stop_the_run(mortal: Mortal) -> None:
    folder = interrupted(mortal)
    stopped = mortal.resumes(folder, on_uncertain="stop")
    assert stopped.status == "aborted"
    assert "uncertain" in stopped.reason
    assert mortal.resumes(folder).status == "finished"


def test_asked_without_a_terminal_it_does_not_go_on(mortal: Mortal) -> None:
    assert mortal.resumes(interrupted(mortal), on_uncertain="ask").status == "aborted"


def test_an_aborted_run_goes_on(mortal: Mortal) -> None:
    control = RunControl()
    with open_station(mortal.station, out=mortal.folder) as station:
        aborted = run(
            Cycler(), station, devices=["D01", "D02"], control=control,
            progress=lambda _: control.ask_stop("enough"),
        )  # fmt: skip
    assert aborted.status == "aborted"
    done = mortal.resumes(aborted.folder)
    assert done.status == "finished"
    assert done.record["resumptions"][0]["reason"] == "stopped: enough"
    assert not (done.frame["Flags"] == int(Flag.UNCERTAIN)).any()


def test_what_is_not_to_be_resumed_is_refused_and_left_as_it_is(mortal: Mortal) -> None:
    folder = interrupted(mortal)
    record = (folder / "run.json").read_text(encoding="utf-8")
    with (
        open_station(mortal.station, out=mortal.folder, seed=9) as station,
        pytest.raises(ResumeRefused, match="seed of the simulated array 1, but this is 9"),
    ):
        resume(folder, station)
    assert (folder / "run.json").read_text(encoding="utf-8") == record


def test_a_finished_run_is_not_resumed(mortal: Mortal) -> None:
    done = mortal.resumes(interrupted(mortal))
    with pytest.raises(ResumeRefused, match="is finished"):
        mortal.resumes(done.folder)


def test_a_changed_procedure_fails_and_applies_nothing(
    mortal: Mortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = interrupted(mortal)
    monkeypatch.setattr(Cycler, "stress", lambda _, device: pulse(device))
    failed = mortal.resumes(folder)
    assert (failed.status, failed.error) == ("failed", "ResumeRefused")
    assert max(mortal.received("D01")) < CYCLES
    assert mortal.received("D02") == (0, 0)
