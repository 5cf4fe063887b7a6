"""`python -m sim_backend serve WORLD`: a simulated bench in a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim_backend.servers.server import BenchServer
from sim_backend.world import World
from sim_backend.world_file import WorldFileError

BAD_INPUT = 2
HIGHEST_PORT_BASE = 65532


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; the exit code is 2 when that cannot begin."""
    arguments = _arguments(argv)
    try:
        world = World.load(arguments.world.absolute(), pace=arguments.pace)
        server = BenchServer(world, port_base=arguments.port_base)
    except (WorldFileError, OSError) as error:
        _say({"error": _in_words(error, arguments)})
        return BAD_INPUT
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    # On Windows a signal handler would not run while the server waits for its sockets.
    signal.set_wakeup_fd(server.stopper())
    if arguments.until_stdin_closes:
        threading.Thread(target=_stop_with_stdin, args=(server,), daemon=True).start()
    _announce(server, world, arguments.world.absolute())
    server.serve()
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sim_backend", allow_abbrev=False)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    serve = commands.add_parser(
        "serve", allow_abbrev=False, help="put every instrument of a world on a local TCP socket"
    )
    serve.add_argument("world", metavar="WORLD", type=Path, help="world file")
    serve.add_argument(
        "--port-base", metavar="N", type=_port_base, default=0,
        help="smu at port N, matrix, temperature, control at the next three (default: free ports)",
    )  # fmt: skip
    serve.add_argument(
        "--pace", metavar="K", type=float,
        help="simulated seconds per second, 0 for virtual time (default: what the world file says)",
    )  # fmt: skip
    serve.add_argument(
        "--until-stdin-closes", action="store_true", help="end with whoever holds standard input"
    )
    return parser.parse_args(argv)


def _port_base(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT_BASE):
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to {HIGHEST_PORT_BASE}, or 0")
    return int(text)


def _in_words(error: Exception, arguments: argparse.Namespace) -> str:
    if isinstance(error, WorldFileError):
        return str(error)
    first = arguments.port_base
    return (
        f"ports {first} to {first + 3} cannot be used ({error}); choose others with --port-base, "
        "or 0 for free ones"
    )


def _stop_with_stdin(server: BenchServer) -> None:
    # Not sys.stdin: its lock would be held for ever when the interpreter shuts down.
    while os.read(0, 1 << 12):
        pass
    server.stop()


def _announce(server: BenchServer, world: World, path: Path) -> None:
    _say(
        {
            "addresses": server.addresses,
            "world": str(path),
            "pace": world.pace,
            "pid": os.getpid(),
        }
    )


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
