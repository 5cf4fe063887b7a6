"""A run of `endurance` that grows as the test says, held by a process or by none."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from labctl.clerk.desk import Answer
from labctl.clerk.following import Follower
from labctl.locks import hold
from labctl.runs.data_file import DataFile, columns_of, header_of
from labctl.runs.run_folder import DATA, LIFE, write_record
from procedures.endurance import Endurance
from tests.labctl.run_folders import record_of

PATIENCE = 3000
"""Looks, a hundredth of a second apart, after which a test has waited long enough."""
ON_S, OFF_S = 7e-5, 7e-7


class GrowingRun:
    """Reads of ON and OFF in turn, at -5 mV and +5 mV, 0.1 s apart."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.procedure = Endurance(cycles=100_000)
        self.rows = 0
        self.record(status="running", ended=None)
        self._life = contextlib.ExitStack()
        self._life.enter_context(hold(folder / LIFE, {"what": f"run {folder.name}"}))
        columns = columns_of(self.procedure)
        self._data = DataFile.create(folder / DATA, header_of(self.procedure), columns)

    def record(self, **changes: Any) -> None:
        """Replace the record."""
        record = record_of(self.procedure, self.folder, self.rows, **changes)
        write_record(self.folder, record)

    def grow(self, rows: int) -> None:
        """Append rows."""
        number = np.arange(self.rows, self.rows + rows)
        is_on = number % 2 == 0
        set_v = np.where(is_on, -5e-3, 5e-3)
        conductance_s = np.where(is_on, ON_S, OFF_S) * (1 + 0.01 * np.sin(number))
        values = {
            "Time (s)": 0.1 * number, "Device": "D03", "Set voltage (V)": set_v,
            "Voltage (V)": set_v + 1e-4, "Current (A)": conductance_s * set_v,
            "Temperature (K)": np.full(rows, np.nan), "Flags": np.zeros(rows, np.uint8),
            "Phase": np.where(is_on, "on", "off"), "Cycle": 1 + number // 2,
        }  # fmt: skip
        self._data.append(values, rows)
        self.rows += rows

    def vanish(self) -> None:
        """The process that measures is gone, whatever the record says."""
        self._data.close()
        self._life.close()

    def end(self, **changes: Any) -> None:
        """The run ends as runs do: its record says so, then it lets go of its lock."""
        self.record(**changes)
        self.vanish()


@contextmanager
def growing_run(folder: Path) -> Iterator[GrowingRun]:
    """A run that goes on in `folder`."""
    run = GrowingRun(folder)
    try:
        yield run
    finally:
        run.vanish()


def looks_until(follower: Follower, enough: Callable[[Answer], bool]) -> list[Answer]:
    """Look until an answer is as wanted, or the run is over and told; all answers."""
    answers: list[Answer] = []
    for _ in range(PATIENCE):
        if (answer := follower.look()) is not None:
            answers.append(answer)
            if enough(answer):
                return answers
        if follower.complete:
            return answers
        threading.Event().wait(0.01)
    raise AssertionError(f"not told within {PATIENCE} looks: {answers[-1:]}")


def all_told(follower: Follower) -> Answer:
    """Look until the run is over and told; what was told last of each part."""
    told: Answer = {}
    for answer in looks_until(follower, lambda _: False):
        told |= answer
    return told
