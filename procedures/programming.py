"""Closed-loop programming in the duration domain: erase, pulse, wait, read, until at the target.

The conductance grows linearly with the duration of set pulses of one amplitude (SDDP, paper Fig
3a), so the next duration follows from the gap that is left and the growth rate seen so far. The
shortest legal pulse moves a device by several per cent, so a gap smaller than that is never left on
the way, and an overshoot is erased (physics.md §4, "Programming with real instruments").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from drivers.roles import Flag, Sensing, SmuCapabilities, Trace, Waveform
from procedures.analysis.conductance import APERTURE_S, slope_conductance
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.columns import ATTEMPT, DWELL, PHASE, TARGET
from procedures.errors import MeasurementStopped
from procedures.kernels import FTM, HIGH_RESISTANCE_LIMIT_S, ITM
from procedures.waveforms import read_burst, sampled_pulse

READ_V = 5e-3
READ_PAIRS = 100
READ_DWELL_S = 1e-3
READ_LIMIT_A = 1e-3
VERIFY_DELAY_S = 1.0
"""Relaxation between a pulse and the reading that judges it."""

AIM_ABOVE = 0.5
"""How far above its target a device is programmed, in tolerances: the drift until the final verify
(-1.2 % from 1 s to a minute, physics.md §4) is to be expected."""
LANDING = 0.3
"""How far from the aim is accepted, in tolerances."""

ERASE_V = 0.5
ERASE_WIDTH_S = 10e-3
ERASE_SAMPLES = 10
ERASE_LIMIT_A = 10e-3

PULSES_PER_ATTEMPT = 24
ERASES_PER_DEVICE = 12
LONGEST_PULSE_S = 10.0
SAMPLES_PER_PULSE = 16
EVENT_SPREAD = 0.065
"""Relative scatter of what one pulse does (physics.md §1.6, sigma_set = 0.060, and the reading)."""
FIRST_PULSE_SPREAD = 0.13
"""The same before the device's own rate is known (device spread a = 0.110 besides)."""


@dataclass(frozen=True, kw_only=True)
class SetPulse:
    """The set pulse of a device array, and what to expect of it before a device has been seen."""

    amplitude_v: float
    rate_s_per_s: float
    """Growth of the conductance per second of pulse."""
    onset_s: float
    """What the first pulse adds at once: the filament's first quantum and the interface's share."""
    range_a: float
    limit_a: float


SET_PULSES: Mapping[str, SetPulse] = {
    ITM.name: SetPulse(
        amplitude_v=-0.2, rate_s_per_s=9.3e-3, onset_s=0.0, range_a=1e-3, limit_a=1e-3
    ),
    FTM.name: SetPulse(
        amplitude_v=-0.5, rate_s_per_s=0.66, onset_s=1.75e-4, range_a=10e-3, limit_a=10e-3
    ),
}
"""Paper Fig 3a and 4f,g: -0.2 V stays at the interface, -0.5 V forms a filament."""


@dataclass
class GrowthRate:
    """What a device has shown of its growth so far; starts from the expectation."""

    expected: SetPulse
    grown_s: float = 0.0
    pulsed_s: float = 0.0
    onset_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.onset_s = self.expected.onset_s

    @property
    def s_per_s(self) -> float:
        """Best estimate; kept above zero, so that a dead device shows as an endless pulse."""
        if self.pulsed_s == 0.0:
            return self.expected.rate_s_per_s
        return max(self.grown_s / self.pulsed_s, 1e-5 * self.expected.rate_s_per_s)

    @property
    def spread(self) -> float:
        """Relative scatter to expect of the next pulse."""
        return FIRST_PULSE_SPREAD if self.pulsed_s == 0.0 else EVENT_SPREAD

    def learn(self, grown_s: float, width_s: float, *, first: bool) -> None:
        """Take in what one pulse did; the first after an erase carries the onset as well."""
        if first and self.expected.onset_s > 0:
            self.onset_s = max(0.0, grown_s - self.s_per_s * width_s)
            return
        self.grown_s += grown_s
        self.pulsed_s += width_s


def next_width_s(
    gap_s: float, rate: GrowthRate, shortest_s: float, landing_s: float, *, first: bool
) -> float | None:
    """Duration of the next pulse for a conductance gap `gap_s`; None when only an erase can help.

    `shortest_s` is the shortest legal pulse, `landing_s` how far from the aim is still accepted.
    Lands at once when the scatter allows; otherwise leaves a gap that one more pulse can close.
    """
    step = rate.s_per_s * shortest_s
    grow = gap_s - (rate.onset_s if first else 0.0)
    if grow < step - landing_s:
        return shortest_s if first else None
    if rate.spread * grow <= 0.4 * landing_s or grow < 2.2 * step:
        return max(shortest_s, grow / rate.s_per_s)
    margin = 3 * rate.spread
    left = (1.1 * step + margin * grow) / (1 + margin)
    return max(shortest_s, (grow - left) / rate.s_per_s)


def settled_sensing(
    smu: SmuCapabilities, current_a: float, dwell_s: float, limit_a: float
) -> Sensing:
    """The smallest fixed range that holds `current_a` and settles within `dwell_s`."""
    usable = [
        range_a
        for range_a in smu.current_ranges_a
        if range_a >= current_a and smu.settling_s.get(range_a, 0.0) <= dwell_s - APERTURE_S
    ]
    range_a = usable[0] if usable else smu.current_ranges_a[-1]
    return Sensing(range_a=range_a, limit_a=limit_a, aperture_s=APERTURE_S)


class DeviceProgrammer:
    """Brings one device to a conductance, or to the deep high-resistance state.

    Every reading goes into the run with its phase: `erase` and `erased`, `program` and `check`,
    and `verify` for the reading that counts in the end.
    """

    def __init__(self, bench: Bench, device: str, target_s: float | None, array: str) -> None:
        self._bench = bench
        self._device = device
        self._target_s = target_s
        self._pulse = SET_PULSES[array]
        self._rate = GrowthRate(self._pulse)
        self._erases = 0

    def program(self, tolerance: float) -> None:
        """Erase, then pulse until the conductance is close to the aim (`AIM_ABOVE`, `LANDING`).

        Raises `MeasurementStopped` when the budget of erasures is used up.
        """
        while True:
            conductance_s = self._erase()
            if self._target_s is None or self._approach(conductance_s, self._target_s, tolerance):
                return

    def verify(self) -> float:
        """The conductance now (S), as a reading that counts."""
        expected_s = self._target_s or HIGH_RESISTANCE_LIMIT_S
        return self._read("verify", expected_s)

    def _approach(self, conductance_s: float, target_s: float, tolerance: float) -> bool:
        aim_s = target_s * (1 + AIM_ABOVE * tolerance)
        landing_s = LANDING * tolerance * target_s
        shortest_s = self._bench.smu.min_pulse_s
        for number in range(PULSES_PER_ATTEMPT):
            first = number == 0
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
        sensing = Sensing(
            range_a=self._pulse.range_a, limit_a=self._pulse.limit_a, aperture_s=APERTURE_S
        )
        self._apply("program", waveform, sensing, Purpose.STRESS)
        self._bench.clock.wait(VERIFY_DELAY_S)
        return self._read("check", target_s)

    def _erase(self) -> float:
        """Deep erase until the device is in the high-resistance state; its conductance then."""
        while self._erases < ERASES_PER_DEVICE:
            self._erases += 1
            self._apply("erase", _erase_waveform(), _erase_sensing(), Purpose.STRESS)
            conductance_s = self._read("erased", HIGH_RESISTANCE_LIMIT_S)
            if conductance_s < HIGH_RESISTANCE_LIMIT_S:
                return conductance_s
        raise MeasurementStopped(
            f"{self._device}: not at its target after {self._erases} erasures at {ERASE_V:g} V "
            f"(target {_target_text(self._target_s)}); leave the device out or raise the tolerance"
        )

    def _read(self, phase: str, expected_s: float) -> float:
        return read_conductance(
            self._bench, self._device, expected_s, self._columns(phase, READ_DWELL_S)
        )

    def _apply(self, phase: str, waveform: Waveform, sensing: Sensing, purpose: Purpose) -> Trace:
        return self._bench.apply(
            Application(
                device=self._device,
                waveform=waveform,
                sensing=sensing,
                purpose=purpose,
                columns=self._columns(phase, waveform.dwell_s[waveform.record]),
            )
        )

    def _columns(self, phase: str, dwell_s: Any) -> dict[str, Any]:
        return {
            PHASE.header: phase,
            ATTEMPT.header: self._erases,
            TARGET.header: np.nan if self._target_s is None else self._target_s,
            DWELL.header: dwell_s,
        }

    def _refuse_endless_pulse(self, width_s: float, conductance_s: float) -> None:
        if width_s > LONGEST_PULSE_S:
            raise MeasurementStopped(
                f"{self._device}: stays at {conductance_s:.3g} S, the next pulse at "
                f"{self._pulse.amplitude_v:g} V would take {width_s:.3g} s (limit "
                f"{LONGEST_PULSE_S:g} s); the device does not switch as expected"
            )


def read_conductance(
    bench: Bench, device: str, expected_s: float, columns: Mapping[str, Any]
) -> float:
    """Conductance at +-5 mV (S), from 200 readings; the range goes up where a reading overflows.

    Raises `MeasurementStopped` when the largest range overflows as well.
    """
    burst = read_burst(READ_V, READ_PAIRS, READ_DWELL_S)
    current_a = 1.5 * expected_s * READ_V
    while current_a <= bench.smu.current_ranges_a[-1]:
        sensing = settled_sensing(bench.smu, current_a, READ_DWELL_S, READ_LIMIT_A)
        trace = bench.apply(
            Application(
                device=device,
                waveform=burst,
                sensing=sensing,
                purpose=Purpose.READ,
                columns=columns,
            )
        )
        if not (trace.flags & Flag.OVERFLOW).any():
            return slope_conductance(trace.set_v, trace.current_a)
        current_a = 2 * sensing.range_a
    raise MeasurementStopped(
        f"{device}: more than {bench.smu.current_ranges_a[-1]:g} A at {READ_V:g} V; is it shorted?"
    )


def planned_read(device: str, smu: SmuCapabilities, pause_s: float = 0.0) -> PlannedApplication:
    """One conductance reading after a pause, for `plan`."""
    sensing = settled_sensing(smu, HIGH_RESISTANCE_LIMIT_S * READ_V, READ_DWELL_S, READ_LIMIT_A)
    burst = read_burst(READ_V, READ_PAIRS, READ_DWELL_S)
    return PlannedApplication(
        application=Application(
            device=device, waveform=burst, sensing=sensing, purpose=Purpose.READ
        ),
        pause_s=pause_s,
    )


def planned_programming(
    device: str, target_s: float | None, array: str, smu: SmuCapabilities
) -> list[PlannedApplication]:
    """Erase, pulses, and readings of one device: as expected, and at most; for `plan`."""
    erase = Application(
        device=device, waveform=_erase_waveform(), sensing=_erase_sensing(), purpose=Purpose.STRESS
    )
    read = planned_read(device, smu).application
    planned = [
        PlannedApplication(application=erase, at_most=ERASES_PER_DEVICE),
        PlannedApplication(application=read, at_most=ERASES_PER_DEVICE),
    ]
    if target_s is None:
        return planned
    pulse = SET_PULSES[array]
    expected_pulses = 4
    width_s = max(
        smu.min_pulse_s, (target_s - pulse.onset_s) / pulse.rate_s_per_s / expected_pulses
    )
    stress = Application(
        device=device,
        waveform=_set_waveform(pulse.amplitude_v, width_s, smu),
        sensing=Sensing(range_a=pulse.range_a, limit_a=pulse.limit_a, aperture_s=APERTURE_S),
        purpose=Purpose.STRESS,
    )
    most = ERASES_PER_DEVICE * PULSES_PER_ATTEMPT
    return [
        *planned,
        PlannedApplication(
            application=stress, count=expected_pulses, at_most=most, pause_s=VERIFY_DELAY_S
        ),
        PlannedApplication(application=read, count=expected_pulses, at_most=most),
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
