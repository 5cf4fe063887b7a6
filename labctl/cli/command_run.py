"""`labctl run`: one procedure on one station, or an interrupted run that goes on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from labctl.atomic_file import replace_text
from labctl.bench.station import Station, open_station, read_station
from labctl.catalogue.find import load_run
from labctl.cli.answer import Answer
from labctl.cli.arguments import (
    DEFAULT_STATION,
    add_array,
    add_out,
    add_procedure,
    add_requirements,
    chosen_devices,
    chosen_limits,
    chosen_procedure,
    chosen_requirements,
)
from labctl.cli.progress import Progress, warnings_on_stderr
from labctl.cli.run_answer import run_answer
from labctl.errors import BadInput, UnsafeState
from labctl.runs.devices import choose_devices
from labctl.runs.resume import OnUncertain
from labctl.runs.run import Run
from labctl.scripting import resume, run
from procedures.registry import add_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The procedure, its station, and where runs go; or the run to be resumed."""
    add_procedure(parser, nargs="?")
    parser.set_defaults(station=None)
    add_requirements(parser)
    add_array(parser)
    add_out(parser)
    parser.add_argument(
        "--resume", metavar="RUN",
        help="take up a run that did not finish (its folder or name), on the station it had; "
        "nothing that was applied is applied again",
    )  # fmt: skip
    parser.add_argument(
        "--on-uncertain", choices=[*OnUncertain], default=OnUncertain.CONTINUE,
        help="with --resume, when nobody knows whether a device got a voltage: go on behind it "
        "(default), stop, or ask at the terminal",
    )  # fmt: skip
    parser.add_argument(
        "--folder-file", metavar="FILE", type=Path,
        help="for programs: write the run's folder there before anything is touched",
    )  # fmt: skip


def execute(arguments: argparse.Namespace) -> Answer:
    """Check everything that can be checked, then open the station and measure."""
    _empty_folder_file(arguments)
    if arguments.resume is not None:
        return _resume(arguments)
    if arguments.procedure is None:
        raise BadInput(
            "PROCEDURE is missing; name one (see: labctl procedures list), or --resume RUN"
        )
    arguments.station = arguments.station or DEFAULT_STATION
    procedure = chosen_procedure(arguments)
    limits, requires = chosen_limits(arguments), chosen_requirements(arguments)
    devices = choose_devices(procedure, read_station(arguments.station), chosen_devices(arguments))
    opening = open_station(
        arguments.station, out=arguments.out, seed=arguments.seed, fresh=arguments.fresh
    )
    return _answer_on(
        opening,
        procedure.name,
        lambda station, progress: run(
            procedure,
            station,
            devices=devices,
            limits=limits,
            requires=requires,
            progress=progress,
            on_folder=lambda folder: _tell_folder(arguments, folder),
        ),
    )


def _resume(arguments: argparse.Namespace) -> Answer:
    """Everything but limits and the policy is the interrupted run's."""
    fixed = {
        "PROCEDURE": arguments.procedure,
        "--device": arguments.device,
        "--set": arguments.settings,
        "--seed": arguments.seed,
        "--fresh": arguments.fresh,
        "--require": arguments.requirements,
    }
    if given := [name for name, value in fixed.items() if value not in (None, [], False)]:
        raise BadInput(f"--resume: {', '.join(given)} cannot be changed; they are the run's own")
    interrupted = load_run(arguments.out, arguments.resume)
    _tell_folder(arguments, interrupted.folder)
    named = arguments.station or interrupted.record["station"]["file"]
    for path in read_station(named).own_procedures:
        add_file(path)
    return _answer_on(
        open_station(named, out=_runs_of(interrupted.folder)),
        interrupted.record["procedure"],
        lambda station, progress: resume(
            interrupted.folder,
            station,
            on_uncertain=arguments.on_uncertain,
            limits=chosen_limits(arguments),
            progress=progress,
        ),
    )


def _answer_on(
    opening: AbstractContextManager[Station],
    title: str,
    measure: Callable[[Station, Progress], Run],
) -> Answer:
    """The answer of a run on a station that is opened for it."""
    done: list[Run] = []
    try:
        with warnings_on_stderr(), opening as station, Progress(title) as progress:
            done.append(measure(station, progress))
    except UnsafeState:
        # Tried once more on leaving the station, in vain; the run's own answer says it all.
        if not done:
            raise
    return run_answer(done[0])


def _empty_folder_file(arguments: argparse.Namespace) -> None:
    """Raise `BadInput` where nothing can be written, before anything is touched."""
    if arguments.folder_file is None:
        return
    try:
        replace_text(arguments.folder_file, "")
    except OSError as error:
        raise BadInput(
            f"--folder-file: {arguments.folder_file} cannot be written ({error.strerror}); "
            "name a file in a directory that is there"
        ) from error


def _tell_folder(arguments: argparse.Namespace, folder: Path) -> None:
    if arguments.folder_file is not None:
        replace_text(arguments.folder_file, f"{folder.resolve()}\n")


def _runs_of(folder: Path) -> Path:
    """The runs directory: runs lie in it by days."""
    return folder.resolve().parents[1]
