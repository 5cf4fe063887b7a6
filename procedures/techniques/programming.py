"""Closed-loop programming in the duration domain: erase, pulse, wait, read, until at the target.

An overshoot is erased: a device that was set too far does not come back by a little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from drivers.roles import Sensing, SmuCapabilities, Waveform
from procedures.analysis.conductance import APERTURE_S
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.columns import ATTEMPT, DWELL, PHASE, TARGET
from procedures.errors import MeasurementStopped
from procedures.techniques.growth import (
    SET_PULSES,
    GrowthRate,
    SetPulse,
    accepted_distance_s,
    finest_needed_step_s,
    needs_finer_pulses,
    next_width_s,
    weaker_pulse,
)
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S, holds_target
from procedures.techniques.reading import READ_DWELL_S, planned_read, read_conductance
from procedures.techniques.waveforms import sampled_pulse

VERIFY_DELAY_S = 1.0
"""Relaxation between a pulse and the reading that judges it."""

ERASE_V = 0.5
ERASE_WIDTH_S = 10e-3
ERASE_SAMPLES = 10
ERASE_LIMIT_A = 10e-3

PULSES_PER_ATTEMPT = 24
ERASES_PER_DEVICE = 30
EXPECTED_TRIES, EXPECTED_PULSES = 3, 3
"""Erasures of a device with a target, and pulses after each, as they usually come (for `plan`)."""
MOST_PULSES = ERASES_PER_DEVICE * PULSES_PER_ATTEMPT
LONGEST_PULSE_S = 10.0
SAMPLES_PER_PULSE = 16

RELAXATION_S = 60.0
"""Wait before the final verify: then it hardly matters which device was programmed last."""
ROUNDS = 5
"""How often devices that left their tolerance while others were programmed are done again."""


class DeviceProgrammer:
    """Brings one device to a conductance, or to the deep high-resistance state.

    Every reading goes into the run with its phase: `erase` and `erased`, `program` and `check`,
    and `verify` for the reading that counts in the end.
    """

    def __init__(
        self,
        bench: Bench,
        device: str,
        target_s: float | None,
        array: str,
        columns: Mapping[str, Any] | None = None,
        *,
        pulse: SetPulse | None = None,
        most_pulses: int = MOST_PULSES,
    ) -> None:
        """`target_s` None aims at the high-resistance state; `columns` go beside every reading.

        `pulse` takes the place of the array's own; without one, a target below 1e-5 S gets a
        weaker pulse, found by measuring. `most_pulses` is the budget of set pulses.
        """
        self.target_s = target_s
        self.last_stress_at_s = 0.0
        """When the last erase or set pulse ended, by the run's clock."""
        self._extra = columns or {}
        self._bench = bench
        self._device = device
        self._pulse = pulse or SET_PULSES[array]
        self._searching = pulse is None and needs_finer_pulses(target_s, array)
        self._rate = GrowthRate(self._pulse)
        self._erases = 0
        self._pulses_left = most_pulses
        self._closest_s: float | None = None

    def program(self, tolerance: float) -> None:
        """Erase, then pulse until the conductance is as close to the aim as pulses can hit it.

        Raises `MeasurementStopped` when the budget of erasures is used up.
        """
        while True:
            conductance_s = self._erase()
            if self.target_s is None:
                return
            if self._searching:
                conductance_s = self._try_amplitude(conductance_s, self.target_s, tolerance)
            if not self._searching and self._approach(conductance_s, self.target_s, tolerance):
                return

    def verify(self) -> float:
        """The conductance now (S), as a reading that counts."""
        expected_s = self.target_s or HIGH_RESISTANCE_LIMIT_S
        return self._read("verify", expected_s)

    def _try_amplitude(self, conductance_s: float, target_s: float, tolerance: float) -> float:
        """One shortest pulse: fine enough ends the search, else the next is weaker.

        The conductance after it.
        """
        shortest_s = self._bench.smu.min_pulse_s
        after_s = self._set(shortest_s, target_s)
        grown_s = after_s - conductance_s
        weaker = weaker_pulse(self._pulse, grown_s / shortest_s)
        if grown_s <= finest_needed_step_s(target_s, tolerance) or weaker is None:
            self._searching = False
            self._rate.learn(grown_s, shortest_s, first=True)
        else:
            self._pulse = weaker
            self._rate = GrowthRate(weaker)
        return after_s

    def _approach(self, conductance_s: float, target_s: float, tolerance: float) -> bool:
        aim_s = target_s * (1 + self._pulse.drift_allowance)
        shortest_s = self._bench.smu.min_pulse_s
        for number in range(PULSES_PER_ATTEMPT):
            first = number == 0
            landing_s = accepted_distance_s(target_s, tolerance, self._rate, shortest_s)
            width_s = next_width_s(
                aim_s - conductance_s, self._rate, shortest_s, landing_s, first=first
            )
            if width_s is None:
                return False
            self._refuse_endless_pulse(width_s, conductance_s)
            before_s = conductance_s
            conductance_s = self._set(width_s, target_s)
            self._rate.learn(conductance_s - before_s, width_s, first=first)
            if abs(conductance_s - aim_s) <= landing_s:
                return True
        return False

    def _set(self, width_s: float, target_s: float) -> float:
        waveform = _set_waveform(self._pulse.amplitude_v, width_s, self._bench.smu)
        self._refuse_more_pulses()
        self._stress("program", waveform, self._pulse.sensing)
        self._bench.clock.wait(VERIFY_DELAY_S)
        reached_s = self._read("check", target_s)
        if self._closest_s is None or abs(reached_s - target_s) < abs(self._closest_s - target_s):
            self._closest_s = reached_s
        return reached_s

    def _erase(self) -> float:
        """Deep erase until the device is in the high-resistance state; its conductance then."""
        while self._erases < ERASES_PER_DEVICE:
            self._erases += 1
            self._stress("erase", _erase_waveform(), _erase_sensing())
            conductance_s = self._read("erased", HIGH_RESISTANCE_LIMIT_S)
            if conductance_s < HIGH_RESISTANCE_LIMIT_S:
                return conductance_s
        raise MeasurementStopped(
            f"{self._device}: not at its target after {self._erases} erasures at {ERASE_V:g} V "
            f"(target {_target_text(self.target_s)}{self._closest_text()}); "
            "leave the device out or raise the tolerance"
        )

    def _read(self, phase: str, expected_s: float) -> float:
        return read_conductance(
            self._bench, self._device, expected_s, self._columns(phase, READ_DWELL_S)
        )

    def _stress(self, phase: str, waveform: Waveform, sensing: Sensing) -> None:
        trace = self._bench.apply(
            Application(
                device=self._device,
                waveform=waveform,
                sensing=sensing,
                purpose=Purpose.STRESS,
                columns=self._columns(phase, waveform.dwell_s[waveform.record]),
            )
        )
        self.last_stress_at_s = float(trace.time_s[-1]) + APERTURE_S

    def _columns(self, phase: str, dwell_s: Any) -> dict[str, Any]:
        return {
            **self._extra,
            PHASE.header: phase,
            ATTEMPT.header: self._erases,
            TARGET.header: np.nan if self.target_s is None else self.target_s,
            DWELL.header: dwell_s,
        }

    def _refuse_more_pulses(self) -> None:
        if self._pulses_left == 0:
            raise MeasurementStopped(
                f"{self._device}: not at its target when its budget of set pulses was used up "
                f"(target {_target_text(self.target_s)}{self._closest_text()}); raise the budget "
                "or the tolerance, or leave the device out"
            )
        self._pulses_left -= 1

    def _closest_text(self) -> str:
        return "" if self._closest_s is None else f", closest {self._closest_s:.4g} S"

    def _refuse_endless_pulse(self, width_s: float, conductance_s: float) -> None:
        if width_s > LONGEST_PULSE_S:
            raise MeasurementStopped(
                f"{self._device}: stays at {conductance_s:.3g} S, the next pulse at "
                f"{self._pulse.amplitude_v:g} V would take {width_s:.3g} s (limit "
                f"{LONGEST_PULSE_S:g} s); the device does not switch as expected"
            )


def program_until_held(
    bench: Bench,
    programmers: Mapping[str, DeviceProgrammer],
    tolerance: float,
    relaxation_s: float = RELAXATION_S,
) -> Iterator[float]:
    """Program every device, wait, verify all; again for those that have drifted out of tolerance.

    Yields the fraction done. Raises `MeasurementStopped` for devices that do not hold.
    """
    pending = list(programmers)
    for _ in range(ROUNDS):
        for done, device in enumerate(pending):
            programmers[device].program(tolerance)
            yield 0.9 * (done + 1) / len(pending)
        bench.clock.wait(relaxation_s)
        measured = {device: programmer.verify() for device, programmer in programmers.items()}
        pending = [
            device
            for device, conductance_s in measured.items()
            if not holds_target(conductance_s, programmers[device].target_s, tolerance)
        ]
        if not pending:
            yield 1.0
            return
    raise MeasurementStopped(
        f"{', '.join(pending)} left the tolerance of {tolerance:.2%} after each of "
        f"{ROUNDS} rounds of programming; raise the tolerance or leave the device out"
    )


def planned_programming(
    device: str, target_s: float | None, array: str, smu: SmuCapabilities
) -> list[PlannedApplication]:
    """Erase, pulses, and readings of one device: as expected, and at most; for `plan`."""
    erase = Application(
        device=device, waveform=_erase_waveform(), sensing=_erase_sensing(), purpose=Purpose.STRESS
    )
    read = planned_read(device, smu).application
    tries = 1 if target_s is None else EXPECTED_TRIES
    planned = [
        PlannedApplication(application=erase, count=tries, at_most=ERASES_PER_DEVICE),
        PlannedApplication(application=read, count=tries, at_most=ERASES_PER_DEVICE),
    ]
    if target_s is None:
        return planned
    pulse = SET_PULSES[array]
    width_s = max(
        smu.min_pulse_s, (target_s - pulse.onset_s) / pulse.rate_s_per_s / EXPECTED_PULSES
    )
    pulses = tries * EXPECTED_PULSES
    stress = Application(
        device=device,
        waveform=_set_waveform(pulse.amplitude_v, width_s, smu),
        sensing=pulse.sensing,
        purpose=Purpose.STRESS,
    )
    return [
        *planned,
        PlannedApplication(
            application=stress, count=pulses, at_most=MOST_PULSES, pause_s=VERIFY_DELAY_S
        ),
        PlannedApplication(application=read, count=pulses, at_most=MOST_PULSES),
    ]


def _set_waveform(level_v: float, width_s: float, smu: SmuCapabilities) -> Waveform:
    samples = int(np.clip(width_s / smu.min_dwell_s, 1, SAMPLES_PER_PULSE))
    ticks = round(width_s / samples / smu.time_resolution_s)
    return sampled_pulse(level_v, ticks * samples * smu.time_resolution_s, samples)


def _erase_waveform() -> Waveform:
    return sampled_pulse(ERASE_V, ERASE_WIDTH_S, ERASE_SAMPLES)


def _erase_sensing() -> Sensing:
    return Sensing(range_a=ERASE_LIMIT_A, limit_a=ERASE_LIMIT_A, aperture_s=APERTURE_S)


def _target_text(target_s: float | None) -> str:
    return f"below {HIGH_RESISTANCE_LIMIT_S:g} S" if target_s is None else f"{target_s:g} S"
