"""The state of a device, read before an interrupted run goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from labctl.bench.journal import Journal
from labctl.bench.memory import Memory
from labctl.runs.run_folder import STATE_JOURNAL
from labctl.runs.runner import Orders, bench_of, books_of
from procedures.errors import MeasurementStopped
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S
from procedures.techniques.reading import read_conductance


class _NoRows:
    """The readings are none of the procedure's; what they give stands in the record."""

    rows = 0

    def append(self, values: Mapping[str, Any], rows: int) -> None:
        """Keep nothing."""


def read_state(orders: Orders, folder: Path, device: str) -> dict[str, Any]:
    """Conductance of a device at +-5 mV, read through the one door, with a journal of its own.

    None with a reason where the device cannot be read. Ends with the instruments safe. Raises
    `InstrumentError`, `LimitRefused`, and `GuardTripped`.
    """
    with closing(Journal(folder / STATE_JOURNAL)) as journal:
        memory = Memory(journal, f"{folder.name}/state")
        bench = bench_of(orders, books_of(orders, folder, _NoRows(), memory), columns=())
        try:
            conductance_s = read_conductance(bench, device, HIGH_RESISTANCE_LIMIT_S, {})
        except MeasurementStopped as error:
            return {"device": device, "conductance_siemens": None, "reason": str(error)}
        finally:
            bench.make_safe()
    return {"device": device, "conductance_siemens": conductance_s}
