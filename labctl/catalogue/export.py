"""Runs as files that other programs read: what can be written, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.catalogue.export_pulses import write_aihwkit, write_aihwkit_steps, write_crosssim
from labctl.catalogue.export_rows import write_hdf5, write_parquet
from labctl.catalogue.pulse_trains import Train, equal_trains
from labctl.errors import BadInput, StorageError
from labctl.runs.run import Run

Notes = list[str]


@dataclass(frozen=True)
class RowFormat:
    """All rows of the runs, as they were recorded."""

    ending: str
    meaning: str
    write: Callable[[Sequence[Run], Path], Notes]


@dataclass(frozen=True)
class PulseFormat:
    """Conductance against pulses."""

    ending: str
    meaning: str
    write: Callable[[Sequence[Train], Path], Notes]


FORMATS: dict[str, RowFormat | PulseFormat] = {
    "parquet": RowFormat(".parquet", "rows with units, the record in the metadata", write_parquet),
    "hdf5": RowFormat(".h5", "one group a run: columns with units, the record", write_hdf5),
    "aihwkit": PulseFormat(
        "-aihwkit.csv", "pulses and responses for aihwkit's fit_measurements", write_aihwkit
    ),
    "aihwkit-steps": PulseFormat(
        "-aihwkit-steps.csv", "up and down ramps for aihwkit's PiecewiseStepDevice",
        write_aihwkit_steps,
    ),
    "crosssim": PulseFormat(
        "-crosssim", "folder with set.csv and reset.csv for CrossSim's tables", write_crosssim
    ),
}  # fmt: skip
"""By the name the command line knows."""


@dataclass(frozen=True)
class Exported:
    """A file, or a folder of files, that was written."""

    path: Path
    notes: Notes
    """What whoever uses it should know."""


def export(
    runs: Sequence[Run], name: str, output: Path | None = None, widths_s: Sequence[float] = ()
) -> Exported:
    """Write runs in a format of `FORMATS`; `output` defaults to the last run's name, here.

    `widths_s`: durations of the pulses to take, for formats made of pulses. Raises `BadInput` when
    the runs do not have what the format needs or something stands at `output` already,
    `StorageError` when it cannot be written; then nothing is left behind.
    """
    _refuse_twice(runs)
    kind = FORMATS[name]
    path = Path(f"{runs[-1].folder.resolve().name}{kind.ending}") if output is None else output
    if path.exists():
        raise BadInput(f"{path} is there already and stays as it is; name another with --output")
    if isinstance(kind, RowFormat):
        if widths_s:
            raise BadInput(f"--pulse-width goes with formats made of pulses, not with {name}")
        with _written(path):
            return Exported(path, kind.write(runs, path))
    trains = equal_trains(runs, widths_s)
    with _written(path):
        return Exported(path, kind.write(trains, path))


def _refuse_twice(runs: Sequence[Run]) -> None:
    names = [run.folder.resolve().name for run in runs]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"run {name} is given twice")


@contextmanager
def _written(path: Path) -> Iterator[None]:
    """Leave nothing half written; raises `BadInput` or `StorageError` for what the disk says."""
    try:
        yield
    except FileExistsError as error:
        raise BadInput(f"{path} was made by somebody else meanwhile; name another") from error
    except BaseException as error:
        with suppress(OSError):
            _remove(path)
        if isinstance(error, OSError):
            raise StorageError(f"{path} cannot be written ({error.strerror or error})") from error
        raise


def _remove(path: Path) -> None:
    if not path.is_dir():
        path.unlink()
        return
    for part in path.iterdir():
        part.unlink()
    path.rmdir()
