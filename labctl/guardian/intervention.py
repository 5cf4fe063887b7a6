"""Make a bench safe that nobody answers for."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.bench.instrument_locks import instruments_held
from labctl.bench.station import read_station
from labctl.bench.visa_library import runs_directory
from labctl.config import StationConfig
from labctl.guardian.emergency import Emergency


def make_free_bench_safe(station: str, out: Path) -> dict[str, Any] | None:
    """Make a bench safe that nobody uses; None for one that lives only while somebody uses it.

    Returns what was read back, as a run records it. Raises `Busy` when somebody does use it,
    `BadInput` for a station that cannot be read.
    """
    config = read_station(station)
    runs = runs_directory(config, out)
    with instruments_held(config, runs):
        return None if config.in_process else _make_safe(config, runs)


def intervene(holder: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """Make a bench safe although a process holds it that does not answer.

    A process that measures is ended first: it could wake up and switch the output on again. One
    that measures nothing is interrupted, in case that it was about to begin.
    """
    config = read_station(holder["file"])
    with contextlib.suppress(OSError):
        _disturb(holder)
    return _make_safe(config, runs_directory(config, out))


def _make_safe(config: StationConfig, runs: Path) -> dict[str, Any]:
    with Emergency(config, runs) as emergency:
        record = emergency.make_safe().as_record()
        return record | emergency.note_setpoint()


def _disturb(holder: Mapping[str, Any]) -> None:
    if holder.get("host") != socket.gethostname() or "pid" not in holder:
        return
    if "control" in holder:
        os.kill(holder["pid"], getattr(signal, "SIGKILL", signal.SIGTERM))
    elif sys.platform != "win32":  # where there is nothing between asking and ending
        os.kill(holder["pid"], signal.SIGINT)
