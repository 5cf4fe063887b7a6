"""`python -m labctl.guardian`: started by the measuring process, which speaks to it by pipes."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import sys
from typing import IO

from labctl.guardian.guardian import Guardian
from labctl.guardian.orders import Orders, Parent

_NOT_FOR_US = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What ends the measuring process must leave somebody to make the bench safe."""


def main() -> int:
    """Watch over one run until its end."""
    for name in _NOT_FOR_US:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    says = _own_output()
    if not (first := sys.stdin.readline()):
        return 0
    orders = Orders.of(json.loads(first))
    Guardian(orders, Parent(sys.stdin, says, orders.pid)).watch()
    return 0


def _own_output() -> IO[str]:
    """The pipe to the measuring process; whatever a library prints goes to the log instead."""
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return io.TextIOWrapper(os.fdopen(pipe, "wb"), encoding="utf-8", write_through=True)


if __name__ == "__main__":
    raise SystemExit(main())
