"""Arguments that several commands share, checked before anything is touched."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from labctl.bench.limits import OperatorLimits
from labctl.bench.station import read_station
from labctl.errors import BadInput
from labctl.ledger.requirements import Requirements
from procedures.base import LabProcedure
from procedures.registry import add_file, load

DEFAULT_STATION = "simulated"
DEFAULT_OUT = Path("runs")
LARGEST_SEED = 2**63 - 1


def add_procedure(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    """PROCEDURE, its station, its devices, and its parameters; `nargs` "?" lets it be absent."""
    parser.add_argument(
        "procedure", nargs=nargs, metavar="PROCEDURE",
        help="name (see: labctl procedures list), or a .py file",
    )  # fmt: skip
    add_station(parser)
    parser.add_argument(
        "--device", metavar="D01[,D02..]", action="append", type=_names,
        help="devices by their names in the station's wiring (default: the first it needs)",
    )  # fmt: skip
    parser.add_argument(
        "--set", metavar="name=value", nargs="+", action="extend", default=[], dest="settings",
        help='parameters, with unit: --set set_voltage="-200 mV"',
    )  # fmt: skip
    parser.add_argument(
        "--limit", metavar="name=value", nargs="+", action="extend", default=[], dest="limits",
        help='narrower limits for this run: --limit voltage_max="0.3 V" (see: labctl station show)',
    )  # fmt: skip


def add_requirements(parser: argparse.ArgumentParser) -> None:
    """`--require`."""
    parser.add_argument(
        "--require", metavar="name=value", nargs="+", action="extend", default=[],
        dest="requirements",
        help='what the devices must not have seen: --require never_below="-0.35 V"',
    )  # fmt: skip


def add_station(parser: argparse.ArgumentParser) -> None:
    """`--station`."""
    parser.add_argument(
        "--station", metavar="S", default=DEFAULT_STATION,
        help=f"name or file of a station (default: {DEFAULT_STATION})",
    )  # fmt: skip


def add_out(parser: argparse.ArgumentParser) -> None:
    """`--out`."""
    parser.add_argument(
        "--out", metavar="DIR", type=_directory, default=DEFAULT_OUT,
        help=f"directory of runs and of the simulated array (default: {DEFAULT_OUT})",
    )  # fmt: skip


def add_array(parser: argparse.ArgumentParser) -> None:
    """`--seed` or `--fresh`."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--seed", metavar="N", type=seed_number, help="start with the simulated array of this seed"
    )
    group.add_argument(
        "--fresh", action="store_true", help="start with a new array of the simulated world's seed"
    )


def seed_number(text: str) -> int:
    """A seed from its text; raises `ArgumentTypeError` for anything but a whole number in range."""
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SEED):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a seed; it is a whole number from 0 to {LARGEST_SEED}"
        )
    return int(text)


def chosen_devices(arguments: argparse.Namespace) -> list[str] | None:
    """Names given by `--device`, in their order; None when there was none."""
    given: list[list[str]] | None = arguments.device
    return None if given is None else [name for names in given for name in names]


def chosen_procedure(arguments: argparse.Namespace) -> LabProcedure:
    """The procedure with its parameters set and checked.

    Raises `BadInput` for a setting that is not name=value or is given twice, `ParameterError` for
    an unknown procedure or parameter and for a value that cannot be used.
    """
    settings = _settings("--set", arguments.settings)
    procedure = chosen_class(arguments)(**settings)
    procedure.check()
    return procedure


def chosen_limits(arguments: argparse.Namespace) -> dict[str, str]:
    """What `--limit` allows; raises `BadInput` for an unknown limit or a value of no use."""
    stated = _settings("--limit", arguments.limits)
    OperatorLimits.parse(stated)
    return stated


def chosen_class(arguments: argparse.Namespace) -> type[LabProcedure]:
    """The procedure that was named; those of the station's own files are known as well.

    Raises `BadInput` for a station that cannot be read, `ParameterError` for a procedure that
    cannot be loaded.
    """
    for path in read_station(arguments.station).own_procedures:
        add_file(path)
    return load(arguments.procedure)


def _directory(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the directory is empty")
    return Path(text)


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise argparse.ArgumentTypeError(
            f"{text!r} has an empty name; write names with commas between: D01,D02"
        )
    return names


def chosen_requirements(arguments: argparse.Namespace) -> dict[str, str]:
    """What `--require` asks for; raises `BadInput`."""
    stated = _settings("--require", arguments.requirements)
    Requirements.parse(stated)
    return stated


def _settings(option: str, words: Sequence[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise BadInput(f"{option}: {word!r} is not of the form name=value")
        if not value.strip():
            raise BadInput(f"{option}: {name.strip()!r} has no value; write {name.strip()}=value")
        if name.strip() in settings:
            raise BadInput(f"{option}: {name.strip()!r} is given twice")
        settings[name.strip()] = value.strip()
    return settings
