"""Looks for the pulse width that takes a device from a start state to a wanted ON/OFF ratio."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from drivers.roles import SmuCapabilities
from procedures.errors import MeasurementStopped
from procedures.techniques.pulse_response import PulsedDevice, PulseShape
from procedures.techniques.states import DeviceState

LONGEST_PULSE_S = 10.0
WORTHWHILE_LENGTHENING, LEAST_GAIN = 1.4, 1.1
"""A pulse longer by the first factor has to raise the ratio by the second, or more is in vain."""


@dataclass
class Pace:
    """How fast a device's conductance has grown in its pulses so far."""

    rate_s_per_s: float | None = None

    def width_s(self, grow_s: float, shortest_s: float) -> float:
        """Width of a pulse for a growth `grow_s` (S); the shortest one while nothing is known."""
        if self.rate_s_per_s is None:
            return shortest_s
        return max(shortest_s, grow_s / self.rate_s_per_s)

    def learn(self, grown_s: float, width_s: float) -> None:
        """Take in what one pulse did; the newest weighs most.

        The rate is kept above zero, so that a dead device shows as an endless pulse.
        """
        measured = max(grown_s / width_s, 1e-12)
        known = self.rate_s_per_s
        self.rate_s_per_s = measured if known is None else known + 0.5 * (measured - known)


@dataclass
class RatioSearch:
    """Pulses of one device from one start state, which is made anew for each."""

    device: PulsedDevice
    state: DeviceState
    shape: PulseShape
    smu: SmuCapabilities
    played_s: list[float] = field(default_factory=list)
    """Widths of all pulses so far."""
    _pace: Pace = field(default_factory=Pace)

    def play(self, width_s: float, columns: Mapping[str, Any]) -> None:
        """One pulse of a width from the start state; `columns` go beside every reading."""
        self.device.start_from(self.state, columns)
        self._pulse(width_s)

    def reach(
        self, ratio: float, tolerance: float, tries: int, columns: Mapping[str, Any]
    ) -> Iterator[None]:
        """Pulse, each time from the start state, until a ratio is met; yields after every pulse.

        Says so in the log when it is not met. Raises `MeasurementStopped` for a device that does
        not switch, and when the next pulse would be endless.
        """
        reached: list[float] = []
        for _ in range(tries):
            before_s = self.device.start_from(self.state, columns)
            wanted_s = self._pace.width_s((ratio - 1) * before_s, self.smu.min_pulse_s)
            width_s = self.shape.evenly_read(wanted_s, self.smu)
            self._refuse_endless_pulse(width_s, ratio, reached)
            after_s = self._pulse(width_s)
            self._pace.learn(after_s - before_s, width_s)
            reached.append(after_s / before_s)
            yield
            if abs(reached[-1] / ratio - 1) <= tolerance:
                return
            if self._overshoots((ratio - 1) * before_s, tolerance) or self._saturates(reached):
                self._refuse_dead_device(reached[-1])
                break
        logging.getLogger(__name__).warning(
            "%s: no pulse from %r led to the ratio %g within %.3g %% (the last to %s; the shortest "
            "pulse is %g s); a smaller amplitude goes in finer steps, a larger one farther",
            self.device.name,
            self.state.text,
            ratio,
            100 * tolerance,
            ", ".join(f"{value:.3g}" for value in reached[-3:]),
            self.smu.min_pulse_s,
        )

    def _pulse(self, width_s: float) -> float:
        self.played_s.append(width_s)
        return self.device.pulse(width_s)

    def _overshoots(self, grow_s: float, tolerance: float) -> bool:
        """Whether even the shortest pulse grows the conductance by too much."""
        shortest_s = self.smu.min_pulse_s
        return self._pace.width_s(grow_s, 0.0) < shortest_s * (1 - tolerance)

    def _saturates(self, reached: list[float]) -> bool:
        """Whether a pulse half as long again as the last one led hardly further."""
        if len(reached) < 2:
            return False
        longer = self.played_s[-1] >= WORTHWHILE_LENGTHENING * self.played_s[-2]
        return longer and reached[-1] < LEAST_GAIN * reached[-2]

    def _refuse_dead_device(self, reached: float) -> None:
        if reached < LEAST_GAIN:
            raise MeasurementStopped(
                f"{self.device.name}: does not switch: a pulse of {self.played_s[-1]:.3g} s led "
                f"from {self.state.text!r} to a ratio of {reached:.3g} (at least {LEAST_GAIN:g} is "
                "needed to go on); use a larger amplitude, or leave the device out"
            )

    def _refuse_endless_pulse(self, width_s: float, ratio: float, reached: list[float]) -> None:
        if width_s > LONGEST_PULSE_S:
            raise MeasurementStopped(
                f"{self.device.name}: a ratio of {ratio:g} from {self.state.text!r} would take a "
                f"pulse of {width_s:.3g} s (limit {LONGEST_PULSE_S:g} s; reached so far: "
                f"{', '.join(f'{value:.3g}' for value in reached) or 'nothing'}); ask for a "
                "smaller ratio or a larger amplitude, or leave the device out"
            )
