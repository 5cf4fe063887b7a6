"""Devices that hold states while time passes, and are read when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from drivers.roles import SmuCapabilities
from procedures.base import Bench, PlannedApplication
from procedures.columns import DUE, DWELL, PHASE
from procedures.errors import ParameterError
from procedures.techniques.reading import READ_DWELL_S, planned_read, read_conductance
from procedures.techniques.states import DeviceState, MadeState, refuse_broken

HOLD = "hold"
"""Phase of the readings while a state is held."""
INSTANT_S = 1e-6
"""Times closer than this are the same: a late clock cannot count more finely."""


def share_out(
    devices: Sequence[str], states: Sequence[DeviceState]
) -> list[dict[str, DeviceState]]:
    """Who holds which state, round by round.

    State k goes to device k; devices that are left over begin again with the first state. With
    more states than devices there are as many rounds as it takes, the last one perhaps with fewer
    devices.
    """
    if len(states) <= len(devices):
        return [{device: states[k % len(states)] for k, device in enumerate(devices)}]
    count = len(devices)
    return [
        dict(zip(devices, states[first : first + count], strict=False))
        for first in range(0, len(states), count)
    ]


def each_in_turn(
    devices: Sequence[str], states: Sequence[DeviceState]
) -> list[dict[str, DeviceState]]:
    """Every device holds every state: one round a state."""
    return [dict.fromkeys(devices, state) for state in states]


def refuse_times_that_do_not_rise(times_s: Sequence[float]) -> None:
    """Raise `ParameterError` for a time that is not later than the one before it."""
    for before_s, after_s in pairwise(times_s):
        if after_s <= before_s:
            raise ParameterError(
                f"times: {after_s:g} s follows {before_s:g} s; they must rise from one to the next"
            )


def planned_vigil(
    devices: Sequence[str], times_s: Sequence[float], smu: SmuCapabilities
) -> Iterable[PlannedApplication]:
    """Readings of devices that hold their states, and the time until the last of them."""
    for number, device in enumerate(devices):
        pause_s = 0.0 if number else times_s[-1] / len(times_s)
        read = planned_read(device, smu, pause_s)
        yield PlannedApplication(application=read.application, count=len(times_s), pause_s=pause_s)


@dataclass
class _Held:
    """One device, and when its next readings are due."""

    made: MadeState
    due_s: list[float]
    conductance_s: float | None = None
    """As read last."""


@dataclass
class Vigil:
    """Reads every device at its due times, counted from when its own state was made.

    A reading that is overtaken by the next one of the same device, while another device was being
    prepared, is left out.
    """

    bench: Bench
    disconnected: bool
    """Between readings all relays are open; else the source stays, at 0 V, on the device read
    last."""
    _held: dict[str, _Held] = field(default_factory=dict, init=False)

    def add(self, device: str, made: MadeState, due_s: Sequence[float]) -> None:
        """Read a device from now on at these times after its state was made, in rising order.

        The first of its readings raises `MeasurementStopped` for an open or shorted device.
        """
        self._held[device] = _Held(made, list(due_s))

    def read_due(self) -> int:
        """Take the readings that are due by now; how many were taken or left out."""
        before = self._pending()
        now_s = self.bench.clock.now()
        for device, held in self._held.items():
            late = [due_s for due_s in held.due_s if held.made.at_s + due_s <= now_s + INSTANT_S]
            held.due_s = held.due_s[len(late) :]
            if late:
                self._read(device, held, late[-1])
        return before - self._pending()

    def read_all(self) -> Iterator[int]:
        """Wait for every reading and take it; yields how many are still to come."""
        while self._pending():
            moment_s = min(h.made.at_s + h.due_s[0] for h in self._held.values() if h.due_s)
            remaining_s = moment_s - self.bench.clock.now()
            if remaining_s > INSTANT_S:
                if self.disconnected:
                    self.bench.release()
                self.bench.clock.wait(remaining_s)
            self.read_due()
            yield self._pending()

    def _pending(self) -> int:
        return sum(len(held.due_s) for held in self._held.values())

    def _read(self, device: str, held: _Held, due_s: float) -> None:
        columns = {
            **held.made.columns,
            PHASE.header: HOLD,
            DWELL.header: READ_DWELL_S,
            DUE.header: due_s,
        }
        expected_s = held.conductance_s or held.made.state.expected_s
        conductance_s = read_conductance(self.bench, device, abs(expected_s), columns)
        if held.conductance_s is None:
            refuse_broken(device, conductance_s, held.made.state.text)
        held.conductance_s = conductance_s
