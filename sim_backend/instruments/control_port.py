"""The bench's control port: lets simulated time pass, counts, and makes new arrays."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

from sim_backend.clock import VirtualClock
from sim_backend.faults.order import FaultError, FaultOrder
from sim_backend.instruments.instrument import SimulatedInstrument

IDENTITY = "AG2S,Simulated bench,0,1.0"
LONGEST_WAIT_S = 1e9
SMALLEST_RADIUS_M = 0.5e-3
"""Bent more sharply, the films crack [choice]."""
MOST_BENDS = 1_000_000
_COMMAND = re.compile(r"\s*(\*?[A-Za-z:]+\??)\s*(.*?)\s*")


class Bench(Protocol):
    """What the control port acts on: the world it stands in."""

    seed: int

    @property
    def faults(self) -> Faults:
        """What is ordered to go wrong."""
        ...

    @property
    def now_s(self) -> float:
        """Simulated time."""
        ...

    @property
    def pace(self) -> float:
        """Simulated seconds per real second; 0: time moves only by messages and waits."""
        ...

    def wait(self, duration_s: float) -> None:
        """Let simulated time pass."""
        ...

    def counters(self) -> Mapping[str, int]:
        """Counters of the whole bench."""
        ...

    def record(self, device: str) -> Mapping[str, Any]:
        """What one device has received; raises `KeyError` for a device that is not there."""
        ...

    def renew(self, seed: int | None) -> None:
        """Make a new array; None is the world file's seed."""
        ...

    @property
    def radius_m(self) -> float:
        """To what radius the sample is bent; infinite when flat."""
        ...

    @property
    def sourcing(self) -> bool:
        """Whether an output is on."""
        ...

    def bend(self, radius_m: float) -> None:
        """Bend the sample to a radius, infinite for flat."""
        ...

    def bend_often(self, radius_m: float, cycles: int) -> None:
        """Bend the sample to a radius and back, so many times."""
        ...


class Faults(Protocol):
    """What is ordered to go wrong."""

    def add(self, order: FaultOrder) -> None:
        """Arm one more fault."""
        ...

    def clear(self) -> object:
        """End all faults and forget them."""
        ...

    def told(self) -> list[dict[str, Any]]:
        """Every fault and its state."""
        ...


class CommandError(Exception):
    """A command that cannot be executed: its code and text go to the error queue."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class ControlPort(SimulatedInstrument):
    """An instrument that costs no time and never touches physics.

    `*IDN?`; `*OPC?`; `WAIT <s>`; `TIME?` (s, 17 digits); `COUNT?` and `COUNT? <device>` (JSON);
    `SEED?`; `NEW [<seed>]`; `BEND <radius_m>`, `BEND INF`, `BEND:CYCLE <radius_m>,<cycles>`,
    and `BEND?`; `FAULT <JSON>`, `FAULT?`, `FAULT:CLEAR`; `ERROR?`; `*CLS` empties the error queue.
    """

    latency_s = 0.0

    def __init__(self, bench: Bench, clock: VirtualClock) -> None:
        super().__init__(clock)
        self._bench = bench
        self._waiting = False
        self._errors: deque[str] = deque(maxlen=20)
        self._commands = {
            "*IDN?": lambda _: IDENTITY,
            "*OPC?": lambda _: "1",
            "*CLS": lambda _: self._errors.clear(),
            "WAIT": self._wait,
            "TIME?": lambda _: f"{bench.now_s:.17g}",
            "COUNT?": self._count,
            "SEED?": lambda _: str(bench.seed),
            "NEW": self._new,
            "BEND": self._bend,
            "BEND:CYCLE": self._bend_often,
            "BEND?": lambda _: f"{bench.radius_m:.17g}".upper(),
            "FAULT": self._fault,
            "FAULT?": lambda _: json.dumps(bench.faults.told()),
            "FAULT:CLEAR": self._clear_faults,
            "ERROR?": lambda _: self._errors.popleft() if self._errors else '0,"No error"',
        }

    @property
    def working(self) -> bool:
        """Whether `WAIT` waits for the wall clock."""
        return self._waiting

    def handle(self, message: bytes) -> None:
        """Execute one command; what goes wrong is told by `ERROR?`."""
        text = message.decode("ascii", errors="replace")
        if not text.strip():
            return
        try:
            answer = self._execute(text)
        except CommandError as error:
            self._errors.append(f'{error.code},"{error}"')
            return
        if answer is not None:
            self.respond(f"{answer}\n".encode("ascii"))

    def _execute(self, text: str) -> str | None:
        match = _COMMAND.fullmatch(text)
        command = self._commands.get(match[1].upper()) if match else None
        if match is None or command is None:
            raise CommandError(-113, f"Undefined header: {_quotable(text)}")
        return command(match[2])

    def _wait(self, argument: str) -> None:
        try:
            duration_s = float(argument)
        except ValueError:
            raise CommandError(-104, f"WAIT needs seconds: {_quotable(argument)}") from None
        if not (math.isfinite(duration_s) and 0 <= duration_s <= LONGEST_WAIT_S):
            raise CommandError(-222, f"WAIT {argument} s is outside 0 to {LONGEST_WAIT_S:g} s")
        if not self._bench.pace:
            self._bench.wait(duration_s)
            return
        self._waiting = True
        self.clock.call_at(self.clock.now_s + duration_s, self._end_wait)

    def _end_wait(self) -> None:
        self._waiting = False

    def _count(self, device: str) -> str:
        if not device:
            return json.dumps(dict(self._bench.counters()))
        try:
            return json.dumps(dict(self._bench.record(device)))
        except KeyError:
            raise CommandError(-224, f"no device {_quotable(device)} in this array") from None

    def _fault(self, argument: str) -> None:
        try:
            self._bench.faults.add(FaultOrder.of(json.loads(argument)))
        except json.JSONDecodeError:
            raise CommandError(-104, f"FAULT needs a JSON object: {_quotable(argument)}") from None
        except FaultError as error:
            raise CommandError(-224, f"FAULT: {_quotable(str(error), 200)}") from None

    def _clear_faults(self, _: str) -> None:
        self._bench.faults.clear()

    def _new(self, argument: str) -> None:
        if argument and not (argument.isascii() and argument.isdigit() and int(argument) < 2**63):
            limits = "a whole number from 0 to 2^63 - 1"
            raise CommandError(-222, f"NEW needs {limits}: {_quotable(argument)}")
        self._bench.renew(int(argument) if argument else None)

    def _bend(self, argument: str) -> None:
        radius_m = _radius_m(argument)
        self._refuse_while_sourcing()
        self._bench.bend(radius_m)

    def _bend_often(self, arguments: str) -> None:
        radius, _, cycles = (part.strip() for part in arguments.partition(","))
        radius_m = _radius_m(radius)
        if math.isinf(radius_m):
            raise CommandError(-222, "BEND:CYCLE needs a radius to bend to, not INF")
        if not (cycles.isascii() and cycles.isdigit() and 1 <= int(cycles) <= MOST_BENDS):
            limits = f"a whole number from 1 to {MOST_BENDS}"
            raise CommandError(-222, f"BEND:CYCLE needs {limits} of cycles: {_quotable(cycles)}")
        self._refuse_while_sourcing()
        self._bench.bend_often(radius_m, int(cycles))

    def _refuse_while_sourcing(self) -> None:
        if self._bench.sourcing:
            raise CommandError(-221, "Settings conflict: an output is on; switch it off to bend")


def _radius_m(text: str) -> float:
    try:
        radius_m = float(text)
    except ValueError:
        raise CommandError(-104, f"BEND needs a radius in m, or INF: {_quotable(text)}") from None
    if not radius_m >= SMALLEST_RADIUS_M:
        raise CommandError(-222, f"radius {text} m is below {SMALLEST_RADIUS_M:g} m")
    return radius_m


def _quotable(text: str, most: int = 60) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:most]).replace(
        '"', "'"
    )
