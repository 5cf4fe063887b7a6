"""One lock for each instrument of a station, whatever name a station file gives it."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pyvisa import rname

from labctl.config import StationConfig
from labctl.errors import Busy
from labctl.locks import Lock, locks_directory, take

SUFFIX = ".lock"
GUARDIAN_PATIENCE_S = 15.0
_PAUSE_S = 0.05
# Raw sockets of an instrument that answers at its LAN device name as well: SCPI and TSP, Lake
# Shore, telnet (instruments.md). Any other port may belong to another instrument behind a gateway.
_PORTS_OF_ONE_INSTRUMENT = frozenset({"5025", "7777", "23"})
_NAMES_OF_ONE_INSTRUMENT = re.compile(r"(inst|hislip|vxi)\d+")


@contextmanager
def instruments_held(
    config: StationConfig, runs: Path, *, patience_s: float = GUARDIAN_PATIENCE_S
) -> Iterator[tuple[Lock, ...]]:
    """Hold all instruments of a station while the block runs; raises `Busy` naming the holder.

    A guardian that makes them safe after a crash is soon done: it alone is waited for.
    """
    facts = {
        "station": config.name,
        "file": str(config.document.path.resolve()),
        "in_process": config.in_process,
    }
    end_s = time.monotonic() + patience_s
    with ExitStack() as held:
        locks = []
        for path, what in instrument_lock_paths(config, runs).items():
            locks.append(_taken(path, {"what": what, **facts}, end_s))
            held.callback(locks[-1].release)
        yield tuple(locks)


def _taken(path: Path, who: Mapping[str, Any], end_s: float) -> Lock:
    """One lock, once a guardian has let it go."""
    while True:
        try:
            return take(path, who)
        except Busy as busy:
            if not busy.holder.get("guardian") or time.monotonic() >= end_s:
                raise
            threading.Event().wait(_PAUSE_S)


def world_lock(world: Path) -> Path:
    """Lock file of a simulated bench, beside its world file."""
    return world.with_suffix(SUFFIX)


def instrument_lock_paths(config: StationConfig, runs: Path) -> dict[Path, str]:
    """Lock files of a station's instruments, in the order to take them, and what each locks.

    A world that is simulated within the process is one instrument, and locked beside the runs.
    """
    if config.visa.world is not None:
        world = runs / Path(config.visa.world).name
        return {world_lock(world): f"the simulated bench {world}"}
    directory = locks_directory()
    places: dict[Path, str] = {}
    for role, instrument in config.instruments.items():
        if instrument.resource is not None:
            path = directory / f"{instrument_name(instrument.resource)}{SUFFIX}"
            places.setdefault(path, f"{role} at {instrument.resource}")
    # In one order for all, so that no two stations wait for each other's instruments.
    return dict(sorted(places.items()))


def instrument_name(resource: str) -> str:
    """One name for an instrument, as far as its VISA addresses show that it is one.

    Board numbers of LAN and USB say nothing about the instrument; those of GPIB and the serial
    interface do.
    """
    try:
        name = rname.ResourceName.from_string(resource)
    except rname.InvalidResourceName:
        return _file_name(resource.lower())  # an alias that the VISA library keeps
    match name:
        case rname.TCPIPInstr():
            device = name.lan_device_name.lower()
            own = _NAMES_OF_ONE_INSTRUMENT.fullmatch(device) is not None
            return _file_name("TCPIP", _host(name.host_address), "" if own else device)
        case rname.TCPIPSocket():
            own = name.port in _PORTS_OF_ONE_INSTRUMENT
            return _file_name("TCPIP", _host(name.host_address), "" if own else name.port)
        case rname.USBInstr() | rname.USBRaw():
            maker, model = (f"{int(n, 0):04x}" for n in (name.manufacturer_id, name.model_code))
            return _file_name("USB", maker, model, name.serial_number.lower())
        case rname.ASRLInstr() if name.board.startswith("/"):
            return _file_name("ASRL", os.path.realpath(name.board))
        case _:
            return _file_name(*rname.to_canonical_name(resource).upper().split("::"))


def _host(name: str) -> str:
    """The host's address, so that its name and its number are one."""
    try:
        return socket.gethostbyname(name)
    except OSError:
        return name.lower()


def _file_name(*parts: str) -> str:
    return "_".join(re.sub(r"[^A-Za-z0-9.-]+", "-", part) for part in parts if part)
