"""Procedures that a laboratory keeps in files of its own."""

from __future__ import annotations

import sys
import traceback
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from procedures.errors import ParameterError

if TYPE_CHECKING:
    from procedures.base import LabProcedure


def load_file(path: Path) -> tuple[type[LabProcedure], ...]:
    """The procedures that a Python file defines, in its order; it is run again when it changed.

    Only for a path that a person gave, on the command line or in a station file: running a file
    is trusting it. Raises `ParameterError` for a file that is missing, fails, or defines none.
    """
    if not path.is_file():
        raise ParameterError(f"there is no file {str(path)!r}")
    return _procedures_in(path.resolve(), path.stat().st_mtime_ns)


@cache
def _procedures_in(path: Path, _changed_ns: int) -> tuple[type[LabProcedure], ...]:
    from procedures.base import LabProcedure  # noqa: PLC0415 - costly, and not for names alone

    module = _run(path)
    found = tuple(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, LabProcedure)
        and value.__module__ == module.__name__
        and value.name
    )
    if not found:
        raise ParameterError(
            f"{path} defines no procedure: it needs a class of LabProcedure with a `name`"
        )
    return found


def _run(path: Path) -> ModuleType:
    name = f"own_procedures_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ParameterError(f"{path} is no Python file")
    module = module_from_spec(spec)
    # Dataclasses look a class's module up by its name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the file does wrong is its author's to read
        del sys.modules[name]
        raise ParameterError(f"{path}{_line(path, error)}: {_words(error)}") from error
    return module


def _line(path: Path, error: Exception) -> str:
    """The last line of the file that took part in the error."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f", line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""


def _words(error: Exception) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}"
