"""While a run touches instruments, somebody answers for it, and somebody survives it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from labctl.bench.station import Station
from labctl.control.desk import Desk, Forward
from labctl.control.server import serving
from labctl.runs.guarded import Guarded
from labctl.runs.run_control import RunControl

logger = logging.getLogger(__name__)


class Watch(Protocol):
    """What the run tells those who watch over it."""

    def tell(self, **status: Any) -> None:
        """How the run is: `state`, `fraction`, `application`; never waits."""
        ...

    def look_at(self, look: Callable[[], Mapping[str, Any]]) -> None:
        """How the instruments are: looked at when somebody asks, or a few times a second."""
        ...

    def stand_down(self, safe: Mapping[str, Any]) -> None:
        """The instruments were brought to their safe state; `safe` is the evidence."""
        ...


@contextmanager
def watched(station: Station, folder: Path, control: RunControl) -> Iterator[Watch]:
    """Serve the run's control channel while the block runs, and guard the bench against its death.

    A bench that another process can reach is guarded by one, the guardian: should this process
    die, it makes the bench safe. A bench that lives in this process dies with it. Raises
    `LabError` when the guardian does not come up, `OSError` when the folder takes no file; then
    nothing was touched.
    """
    obey = _obedience(control)
    try:
        if station.config.in_process:
            desk = Desk(folder.name, os.getpid(), Forward(obey))
            with serving(folder, desk.answers) as address:
                _tell_locks(station, folder, address)
                yield desk
        else:
            with Guarded(
                folder=folder,
                station_file=station.config.document.path,
                runs=station.runs,
                obey=obey,
                reached_at=lambda address: _tell_locks(station, folder, address),
                give_up=control.ask_stop,
            ) as guarded:
                yield guarded
    finally:
        _tell_locks(station, None, None)


def _obedience(control: RunControl) -> Callable[[str, str], None]:
    """Does what is asked of the run: "pause", "go_on", or "abort" for a reason."""

    def obey(what: str, reason: str) -> None:
        match what:
            case "pause":
                control.pause()
            case "go_on":
                control.go_on()
            case "abort":
                control.ask_stop(reason)

    return obey


def _tell_locks(station: Station, folder: Path | None, address: str | None) -> None:
    """Whoever finds the instruments in use learns which run uses them, and where to ask."""
    run = None if folder is None else str(folder)
    try:
        for lock in station.locks:
            lock.tell(run=run, control=address)
    except OSError as error:
        # A full disk; the lock itself holds all the same.
        logger.warning("the locks do not tell the run: %s", error)
