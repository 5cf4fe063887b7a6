"""How a device answers set pulses, and how long the next one should be.

The conductance grows linearly with the duration of set pulses of one amplitude (SDDP, paper Fig
3a), so the next duration follows from the gap that is left and the growth rate seen so far. The
shortest legal pulse moves a device by several per cent, so a gap smaller than that is never left on
the way (physics.md §4, "Programming with real instruments").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.roles import Sensing
from procedures.analysis.conductance import APERTURE_S
from procedures.techniques.kernels import FTM, ITM

EVENT_SPREAD = 0.065
"""Relative scatter of what one pulse does (physics.md §1.6, sigma_set = 0.060, and the reading)."""
FIRST_PULSE_SPREAD = 0.13
"""The same before the device's own rate is known (device spread a = 0.110 besides)."""
FINEST_LANDING, COARSEST_LANDING = 0.1, 0.175
"""Bounds of what is accepted as at the aim, in tolerances."""


@dataclass(frozen=True, kw_only=True)
class SetPulse:
    """The set pulse of a device array, and what to expect of it before a device has been seen."""

    amplitude_v: float
    rate_s_per_s: float
    """Growth of the conductance per second of pulse."""
    onset_s: float
    """What the first pulse adds at once: the filament's first quantum and the interface's share."""
    drift_allowance: float
    """How far above its target a device is programmed, as a share of it: part of the drift from
    1 s to two minutes, -1.2 % at the interface and -1.6 % in a filament (physics.md §1.4)."""
    range_a: float
    limit_a: float

    @property
    def sensing(self) -> Sensing:
        """How it is measured."""
        return Sensing(range_a=self.range_a, limit_a=self.limit_a, aperture_s=APERTURE_S)


SET_PULSES: Mapping[str, SetPulse] = {
    ITM.name: SetPulse(
        amplitude_v=-0.2,
        rate_s_per_s=9.3e-3,
        onset_s=0.0,
        drift_allowance=0.006,
        range_a=1e-3,
        limit_a=1e-3,
    ),
    FTM.name: SetPulse(
        amplitude_v=-0.5,
        rate_s_per_s=0.66,
        onset_s=1.75e-4,
        drift_allowance=0.010,
        range_a=10e-3,
        limit_a=10e-3,
    ),
}
"""Paper Fig 3a and 4f,g: -0.2 V stays at the interface, -0.5 V forms a filament."""

FINE_PULSES_BELOW_S = 1e-5
"""Below this interface target the shortest pulse at -0.2 V is too coarse (physics.md §4)."""
AMPLITUDE_STEP_V = 10e-3
WEAKEST_AMPLITUDE_V = -0.11
"""Weaker pulses hardly differ from readings: ions begin to move at 0.1 V (physics.md §1.5)."""


def needs_finer_pulses(target_s: float | None, array: str) -> bool:
    """Whether pulses weaker than the array's own have to be looked for."""
    return target_s is not None and array == ITM.name and target_s < FINE_PULSES_BELOW_S


def weaker_pulse(pulse: SetPulse, measured_s_per_s: float) -> SetPulse | None:
    """The pulse one step weaker, expected as fast as the stronger one was; None at the weakest."""
    amplitude_v = round(pulse.amplitude_v + AMPLITUDE_STEP_V, 6)
    if amplitude_v > WEAKEST_AMPLITUDE_V:
        return None
    return replace(pulse, amplitude_v=amplitude_v, rate_s_per_s=measured_s_per_s)


def finest_needed_step_s(target_s: float, tolerance: float) -> float:
    """What the shortest pulse may add at most (S): then its own scatter stays within the landing.

    The same 2.2 standard deviations as in `accepted_distance_s`.
    """
    return COARSEST_LANDING * tolerance * target_s / (2.2 * EVENT_SPREAD)


@dataclass
class GrowthRate:
    """What a device has shown of its growth so far; starts from the expectation.

    The first pulse after an erase and those after it are told apart: growth slows a little near
    the target, because the series resistance takes its share, and a filament begins with a jump.
    """

    expected: SetPulse
    known: bool = False
    """Whether the rates are the device's own."""
    onset_s: float = field(init=False)
    first_s_per_s: float = field(init=False)
    further_s_per_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.onset_s = self.expected.onset_s
        self.first_s_per_s = self.further_s_per_s = self.expected.rate_s_per_s

    @property
    def spread(self) -> float:
        """Relative scatter to expect of the next pulse."""
        return EVENT_SPREAD if self.known else FIRST_PULSE_SPREAD

    def learn(self, grown_s: float, width_s: float, *, first: bool) -> None:
        """Take in what one pulse did; the newest pulses weigh most.

        Rates are kept above zero, so that a dead device shows as an endless pulse.
        """
        if first and self.expected.onset_s > 0:
            self.onset_s = max(0.0, grown_s - self.first_s_per_s * width_s)
            return
        measured = max(grown_s / width_s, 1e-5 * self.expected.rate_s_per_s)
        if not self.known:
            self.first_s_per_s = self.further_s_per_s = measured
            self.known = True
        elif first:
            self.first_s_per_s += 0.5 * (measured - self.first_s_per_s)
        else:
            self.further_s_per_s += 0.5 * (measured - self.further_s_per_s)


def accepted_distance_s(
    target_s: float, tolerance: float, rate: GrowthRate, shortest_s: float
) -> float:
    """How far from the aim is accepted (S): what the shortest pulse hits in most cases, in bounds.

    A large target is approached in relatively finer steps and so can be met more closely.
    """
    often_s = 2.2 * EVENT_SPREAD * rate.further_s_per_s * shortest_s
    allowed_s = tolerance * target_s
    return min(max(often_s, FINEST_LANDING * allowed_s), COARSEST_LANDING * allowed_s)


def next_width_s(
    gap_s: float, rate: GrowthRate, shortest_s: float, landing_s: float, *, first: bool
) -> float | None:
    """Duration of the next pulse for a conductance gap `gap_s`; None when only an erase can help.

    `shortest_s` is the shortest legal pulse, `landing_s` how far from the aim is still accepted.
    Lands at once when the scatter allows; otherwise leaves a gap that one more pulse can close.
    """
    step = rate.further_s_per_s * shortest_s
    pace = rate.first_s_per_s if first else rate.further_s_per_s
    grow = gap_s - (rate.onset_s if first else 0.0)
    if grow < step - landing_s:
        return shortest_s if first else None
    if rate.spread * grow <= 0.4 * landing_s or grow < 2.2 * step:
        return max(shortest_s, grow / pace)
    margin = 3 * rate.spread
    left = (1.1 * step + margin * grow) / (1 + margin)
    return max(shortest_s, (grow - left) / pace)
