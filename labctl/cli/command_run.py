"""`labctl run`: one procedure on one station."""

from __future__ import annotations

import argparse

from labctl.bench.station import open_station, read_station
from labctl.cli.answer import Answer
from labctl.cli.arguments import (
    add_array,
    add_out,
    add_procedure,
    chosen_devices,
    chosen_procedure,
)
from labctl.cli.progress import Progress, warnings_on_stderr
from labctl.cli.run_answer import run_answer
from labctl.report.run_report import write_report
from labctl.runs.devices import choose_devices
from labctl.runs.runner import run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The procedure, its station, and where runs go."""
    add_procedure(parser)
    add_array(parser)
    add_out(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Check everything that can be checked, then open the station and measure."""
    procedure = chosen_procedure(arguments)
    named = read_station(arguments.station)
    devices = choose_devices(procedure, named, chosen_devices(arguments))
    with (
        warnings_on_stderr(),
        open_station(
            arguments.station, out=arguments.out, seed=arguments.seed, fresh=arguments.fresh
        ) as station,
        Progress(procedure.name) as progress,
    ):
        done = run(
            procedure,
            station,
            devices=devices,
            progress=progress,
            derive=[write_report],
        )
    return run_answer(done)
