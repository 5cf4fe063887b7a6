"""Make a bench safe by connections of one's own, whoever used it before and left it as it was."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from drivers.roles import SourceMeasureUnit
from labctl.bench.clock import WallClock
from labctl.bench.connections import Connections
from labctl.bench.instruments import SafeState
from labctl.bench.visa_library import in_one_line, visa_library
from labctl.config import StationConfig

logger = logging.getLogger(__name__)

PATIENCE_S = 10.0
"""Longest that an instrument that does not answer is tried again."""
_PAUSE_S = 0.02
_LAST_TRY_S = 5.0
"""For a try that goes on when the patience ends; one that hangs for good is left alone."""
_SOURCE_FIRST_S = 0.25
"""The relays wait so long for the source, so as not to open under voltage; then they open."""


class Emergency:
    """The way to the safe state of one station; nothing is connected before `make_safe`."""

    def __init__(self, config: StationConfig, runs: Path) -> None:
        """Load all that is needed; raises `BadInput` when the VISA library cannot be loaded."""
        self._roles = tuple(role for role in ("smu", "matrix") if role in config.instruments)
        self._noted = tuple(role for role in ("temperature",) if role in config.instruments)
        self._connections = Connections(config, visa_library(config, runs))
        self._clock = WallClock()
        self._source_is_safe = threading.Event()
        self.smu: SourceMeasureUnit | None = None
        """The source, once it has been made safe."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connections.close()

    def make_safe(self, patience_s: float = PATIENCE_S) -> SafeState:
        """Source to 0 V and off, relays open, read back; each instrument whatever the other does.

        An instrument that does not answer is connected to again and again for `patience_s`: it
        needs a moment to notice that the connection before is gone. Raises nothing.
        """
        end_s = time.monotonic() + patience_s
        evidence: dict[str, dict[str, object]] = {
            role: {"error": "is not done with the first try"} for role in self._roles
        }

        def bring(role: str) -> None:
            evidence[role] = self._bring(role, end_s)

        threads = [
            threading.Thread(target=bring, args=(role,), daemon=True) for role in self._roles
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, end_s + _LAST_TRY_S - time.monotonic()))
        found = dict(evidence)
        failures = [f"{role}: {one['error']}" for role, one in found.items() if "error" in one]
        return SafeState(found, tuple(failures))

    def note_setpoint(self) -> dict[str, dict[str, object]]:
        """The stage keeps its set-point: what it is, where a controller answers."""
        noted: dict[str, dict[str, object]] = {}
        for role in self._noted:
            try:
                controller = self._connections.instrument(role, self._clock)
                noted[role] = {"setpoint_k": controller.setpoint_k()}
            except Exception as error:  # it is no part of the safe state
                noted[role] = {"error": in_one_line(error)}
        return noted

    def _bring(self, role: str, end_s: float) -> dict[str, object]:
        """What one instrument read back, or its `error` when it cannot be made safe."""
        if role == "matrix":
            self._source_is_safe.wait(_SOURCE_FIRST_S)
        while True:
            try:
                instrument = self._connections.instrument(role, self._clock)
                found = instrument.make_safe()
            except Exception as error:  # whatever it is, the next try may do
                self._connections.disconnect(role)
                failure = in_one_line(error) or type(error).__name__
                if time.monotonic() >= end_s:
                    logger.error("%s could not be brought to its safe state: %s", role, failure)
                    return {"error": failure}
                threading.Event().wait(_PAUSE_S)
            else:
                self._keep(role, instrument)
                return found

    def _keep(self, role: str, instrument: Any) -> None:
        if role == "smu":
            self.smu = instrument
            self._source_is_safe.set()
