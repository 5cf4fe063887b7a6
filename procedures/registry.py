"""The procedures there are, by the name the command line knows; loaded only when asked for."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from procedures.errors import ParameterError
from procedures.own_files import load_file

if TYPE_CHECKING:
    from procedures.base import LabProcedure

NAMES = {
    "kernel_encoding": "program a 3x3 kernel into 18 devices, closed loop, and verify it",
    "convolution": "convolve a picture with the encoded kernel by 16,200 read pulses",
    "sddp": "conductance change against pulse duration at one amplitude: slope, linearity",
    "switching_energy": "energy of switching to an ON/OFF ratio, and how much of it is resolved",
    "read_accuracy": "deviation of read currents from voltage times conductance, both polarities",
    "rt_sweep": "resistance against temperature, and the law of conduction it follows",
    "retention": "states held for hours and read now and then: decay, time to a given loss",
    "iv_loop": "I-V loops of any order, staircase or pulsed, with the state read in between",
    "forming": "pulses of rising voltage: does the interface switch, where does a filament form",
    "array_read": "conductance of every device at small bias, open and shorted ones named",
    "characterise": "contact, conductance, and a small loop of every device, with a verdict",
    "program_verify": "bring devices to one conductance, closed loop, and verify it",
    "endurance": "cycle each device between ON and OFF, both read in every cycle (Fig 2a-e)",
    "multilevel": "many levels programmed and held: which of them stay apart, and how long",
    "bending": "conductances after many bends of the sample, flat or bent",
}
"""Name of each module of this package that is a procedure, and what it measures."""

ENTRY_POINTS = "labctl.procedures"
"""Group in which an installed package offers procedures of its own, by their names."""

_from_files: dict[str, tuple[Path, type[LabProcedure]]] = {}


def load(name: str) -> type[LabProcedure]:
    """The procedure of a name, or the one in a file: `load("endurance")`, `load("./mine.py")`.

    Names are looked up in this package, in the files added, and in the packages installed. Raises
    `ParameterError` naming the nearest procedure there is, or saying why one cannot be loaded.
    """
    if name.endswith(".py"):
        return _only_one(name, add_file(Path(name)))
    if name in NAMES:
        module = import_module(f"procedures.{name}")
        return getattr(module, "".join(word.capitalize() for word in name.split("_")))
    if name in _from_files:
        return _from_files[name][1]
    if name in _installed():
        return _load_installed(_installed()[name])
    known = [*NAMES, *_from_files, *_installed()]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise ParameterError(f"there is no procedure {name!r}; {hint}there are: {', '.join(known)}")


def add_file(path: Path) -> tuple[type[LabProcedure], ...]:
    """The procedures that a file defines, known by their names from now on.

    Raises `ParameterError` for a file that cannot be loaded, defines none, or takes a name that
    is another procedure's.
    """
    found = load_file(path)
    home = path.resolve()
    for procedure in found:
        taken = _from_files.get(procedure.name, (home, procedure))[0] != home
        if procedure.name in NAMES or taken:
            raise ParameterError(
                f"{path}: the name {procedure.name!r} belongs to another procedure; rename yours"
            )
    _from_files.update({procedure.name: (home, procedure) for procedure in found})
    return found


def summaries() -> Iterator[tuple[str, str]]:
    """Every procedure's name, and what it measures or why it cannot be loaded."""
    yield from NAMES.items()
    for name in [*_from_files, *_installed()]:
        try:
            yield name, (inspect.getdoc(load(name)) or "").partition("\n")[0]
        except ParameterError as error:
            yield name, str(error)


@cache
def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}


def _load_installed(entry: EntryPoint) -> type[LabProcedure]:
    from procedures.base import LabProcedure  # noqa: PLC0415 - imports cost, names alone do not

    try:
        found = entry.load()
    except Exception as error:  # whatever is wrong in somebody's package is told, not thrown
        raise ParameterError(f"procedure {entry.name!r} ({entry.value}): {_told(error)}") from error
    if not (isinstance(found, type) and issubclass(found, LabProcedure)):
        raise ParameterError(f"procedure {entry.name!r} ({entry.value}): is no LabProcedure")
    if found.name != entry.name:
        raise ParameterError(
            f"procedure {entry.name!r} ({entry.value}): calls itself {found.name!r}; "
            "the entry point must have the procedure's own name"
        )
    return found


def _told(error: Exception) -> str:
    return f"cannot be loaded ({type(error).__name__}: {error})"


def _only_one(file: str, found: tuple[type[LabProcedure], ...]) -> type[LabProcedure]:
    first, *others = found
    if others:
        names = ", ".join(procedure.name for procedure in found)
        raise ParameterError(
            f"{file} defines {len(found)} procedures ({names}); name the file in the station's "
            "[plugins] and ask for one by its name"
        )
    return first
