"""What reaches the simulated instruments, read off the messages themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from sim_backend.visa.visa_library import Ag2sVisaLibrary

_NUMBER = r"[-+0-9.eE]+|nan|inf|-inf"
_LEVEL_LISTS = (
    re.compile(r"ag2s\.start\(smu[ab], \{([^}]*)\}"),
    re.compile(r"ag2s\.levels = \{([^}]*)\}"),
    re.compile(r"ag2s\.extend\(ag2s\.levels, \{([^}]*)\}"),
)
_LEVEL = re.compile(rf"\.source\.levelv = ({_NUMBER})")
_LIMIT = re.compile(rf"limiti ?= ?({_NUMBER})")
_SET_POINT = re.compile(rf"SETP \d,({_NUMBER})")
_COUNT = re.compile(r"count=(\d+)")


class Enough(Exception):
    """The rest of a run would only take time."""


@dataclass
class WireWitness:
    """Every set-point that was sent since the last `forget`."""

    levels_v: list[float] = field(default_factory=list)
    limits_a: list[float] = field(default_factory=list)
    set_points_k: list[float] = field(default_factory=list)
    starts: int = 0
    most_starts: int = 10
    most_points: int = 5000

    def forget(self) -> None:
        """Begin anew."""
        for kept in (self.levels_v, self.limits_a, self.set_points_k):
            kept.clear()
        self.starts = 0

    def see(self, message: str) -> None:
        """Keep what a message sets; raises `Enough` for one waveform too many, or too long."""
        if message.startswith("loadscript"):
            return
        for pattern in _LEVEL_LISTS:
            for found in pattern.findall(message):
                self.levels_v += [float(value) for value in found.split(",")]
        self.levels_v += [float(value) for value in _LEVEL.findall(message)]
        self.limits_a += [float(value) for value in _LIMIT.findall(message)]
        self.set_points_k += [float(value) for value in _SET_POINT.findall(message)]
        if "ag2s.start(" in message:
            self.starts += 1
            points = int(_COUNT.search(message)[1])  # pyright: ignore[reportOptionalSubscript]
            if self.starts > self.most_starts or points > self.most_points:
                raise Enough


def witness_on_the_wire(monkeypatch: pytest.MonkeyPatch) -> WireWitness:
    """A witness of everything that is sent to simulated instruments in this process."""
    witness, send = WireWitness(), Ag2sVisaLibrary.write

    def seen(library: Any, session: Any, data: bytes) -> Any:
        witness.see(data.decode("latin-1"))
        return send(library, session, data)

    monkeypatch.setattr(Ag2sVisaLibrary, "write", seen)
    return witness
