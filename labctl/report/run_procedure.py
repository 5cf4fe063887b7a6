"""The procedure that measured a run, found again without running anything the folder names."""

from __future__ import annotations

import re

from labctl.runs.run import Run
from procedures.base import LabProcedure
from procedures.errors import ParameterError
from procedures.registry import load

_NAME = re.compile(r"[A-Za-z][\w-]*")


class ProcedureNotHere(Exception):
    """The procedure that measured a run cannot be had as it was; says why."""


def procedure_of(run: Run) -> LabProcedure:
    """The procedure of a run with its parameters, by its name in the registry.

    Nothing that the folder names is imported, and no file is run. Raises `ProcedureNotHere`.
    """
    name, owner = str(run.record["procedure"]), run.record["procedure_class"]
    if _NAME.fullmatch(name) is None:
        raise ProcedureNotHere(f"{name!r} is no name of a procedure")
    try:
        found = load(name)
    except ParameterError as error:
        raise ProcedureNotHere(
            f"the procedure {name!r} is not there; one of your own is found when its package is "
            "installed, or when the station that was opened names its file"
        ) from error
    if owner != f"{found.__module__}.{found.__qualname__}":
        raise ProcedureNotHere(f"the run is of {owner}, another than the {name!r} that is there")
    try:
        return found(**run.parameters)
    except ParameterError as error:
        raise ProcedureNotHere(f"{name} does not take this run's parameters: {error}") from error
