"""`labctl sim serve`: a simulated bench in a process of its own, on sockets of this computer."""

from __future__ import annotations

import argparse
import math
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from labctl.bench.served_bench import ServedBench, serving
from labctl.bench.station import read_station
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.arguments import add_out, add_station
from labctl.cli.console import table

HIGHEST_PORT_BASE = 65532
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`serve`, its station, its ports, and its pace."""
    actions = parser.add_subparsers(dest="action", metavar="serve", required=True)
    serve = actions.add_parser("serve", help="serve a simulated station's bench until stopped")
    add_station(serve)
    serve.add_argument(
        "--port-base", metavar="N", type=_port_base, default=0,
        help="source at port N, matrix, temperature, control at the next (default: free ports)",
    )  # fmt: skip
    serve.add_argument(
        "--pace", metavar="K", type=_pace, default=0.0,
        help="simulated seconds per second (default: 0, time moves by messages and waits only)",
    )  # fmt: skip
    add_out(serve)


def execute(arguments: argparse.Namespace) -> Answer:
    """Serve until stopped; raises `BadInput` for a station whose bench cannot be served."""
    config = read_station(arguments.station)
    with (
        serving(config, arguments.out, port_base=arguments.port_base, pace=arguments.pace) as bench,
        _stopped_by_signals(bench.stop),
    ):
        told = _told(bench)
        # Now, not at the end: whoever started this waits for the addresses.
        sys.stdout.write((told.json_line() if arguments.json else told.text) + "\n")
        sys.stdout.flush()
        code = bench.wait()
    if code:
        complaint = f"the simulated bench ended with exit code {code}"
        return Answer(code=ExitCode.FAILED, data={}, complaint=complaint, printed=True)
    return Answer(data={}, printed=True)


def _told(bench: ServedBench) -> Answer:
    rows = table(list(bench.addresses.items()))
    return Answer(
        data={
            "station": str(bench.station_file),
            "addresses": bench.addresses,
            "pid": bench.pid,
        },
        text=f"{rows}\n\nUse it with --station {bench.station_file}; stop it with Ctrl-C.",
    )


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    previous = {number: signal.signal(number, lambda *_: stop()) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _port_base(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT_BASE):
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to {HIGHEST_PORT_BASE}, or 0")
    return int(text)


def _pace(text: str) -> float:
    try:
        pace = float(text)
    except ValueError:
        pace = math.nan
    if not 0 <= pace < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no pace; it is a number of 0 or more")
    return pace
