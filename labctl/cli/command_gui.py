"""`labctl gui`: the window at the probe station."""

from __future__ import annotations

import argparse

from labctl.cli.answer import Answer, ExitCode
from labctl.cli.arguments import add_out, add_station
from labctl.gui.application import show_window


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--station` and `--out`."""
    add_station(parser)
    parser.set_defaults(station=None)
    add_out(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Show the window until it is closed; raises `NoScreen` where there is no screen."""
    code = show_window(arguments.station, arguments.out)
    return Answer(code=ExitCode.FAILED if code else ExitCode.FINISHED, data={"closed": True})
