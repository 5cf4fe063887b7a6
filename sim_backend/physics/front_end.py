"""What stands between the true current and a reading of one SMU channel (physics.md §7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.statistics import gauss_rows

FloatArray = NDArray[np.float64]

_SOURCE, _READING, _FLOOR, _METER = range(4)
"""Streams of random numbers; their order is part of what a seed means."""

_LEAST_VOLTAGE_V = 1e-12
_SETTLED_SHARE = 1000.0
"""A range counts as settled when a step has come within one part in this many [choice]."""
_FORGOTTEN = 1e-22
"""A share of the largest current that no reading shows."""


@dataclass(frozen=True, kw_only=True)
class FrontEndParameters:
    """Errors of one SMU channel; raises `ValueError` for an error that is not finite.

    Source and reading errors from physics.md §1.6, those of the voltmeter chosen within the
    ±225 µV that the data sheet allows on the 200 mV range.
    """

    source_offset_v: float = 90e-6
    source_noise_v: float = 70e-6
    reading_noise: float = 0.01
    """Standard deviation of a current reading as a share of it, whatever the integration time."""
    current_floor: float = 1e-5
    """Standard deviation of a current reading as a share of the range."""
    meter_offset_v: float = 40e-6
    meter_noise_v: float = 10e-6
    full_scale: float = 1.02
    """Largest reading as a share of the range."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not math.isfinite(value):
                raise ValueError(f"{name} = {value!r} must be a finite number")


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings in the order they were taken; each array has shape (n,)."""

    current_a: FloatArray
    """Measured current; nan where it does not fit its range."""
    voltage_v: FloatArray
    """Measured voltage; nan where it does not fit its range."""


def settling_s(range_a: float) -> float:
    """Time a current range needs to settle within 0.1 % (instruments.md §4)."""
    if range_a <= 100e-9 * 1.001:
        return 10e-3
    if range_a <= 1e-6 * 1.001:
        return 500e-6
    return 250e-6 if range_a <= 100e-6 * 1.001 else 80e-6


def memory_s(range_a: float) -> float:
    """For how long a current range feels what was before, to one part in 1e22."""
    return settling_s(range_a) * math.log(1.0 / _FORGOTTEN) / math.log(_SETTLED_SHARE)


class FrontEnd:
    """One channel's source and meter errors, the same for the same seed, channel, and reading."""

    def __init__(
        self,
        seed: int,
        parameters: FrontEndParameters | None = None,
        *,
        channel: int = 0,
    ) -> None:
        self._seed = seed
        self._channel = channel
        self._taken = 0
        self.parameters = parameters or FrontEndParameters()

    @property
    def source_offset_v(self) -> float:
        """What the terminals carry beyond the programmed voltage."""
        return self.parameters.source_offset_v

    def readings(  # noqa: PLR0917 (what a meter is set to, in the order of its manual)
        self,
        current_a: FloatArray,
        voltage_v: FloatArray,
        durations_s: FloatArray,
        reads: NDArray[np.bool_],
        range_a: float,
        voltage_range_v: float,
        aperture_s: float,
    ) -> Readings:
        """What the channel reads at the end of the steps marked in `reads`.

        `current_a`, `voltage_v` (true values at the terminals), `durations_s`, and `reads` have
        shape (steps,); the answer holds one entry per marked step. Before the first step the
        meter stands at 0 A. The reading integrates over `aperture_s` before the end of its step.
        """
        seen_a = _settled(current_a, durations_s, settling_s(range_a), aperture_s)[reads]
        true_v = voltage_v[reads]
        p = self.parameters
        source, reading, floor, meter = self._draw(int(np.count_nonzero(reads)))
        driven = np.abs(true_v) > _LEAST_VOLTAGE_V
        divisor_v = np.where(driven, true_v, 1.0)
        # The chord through the origin stands for the device's curve over the source's noise.
        noisy_a = np.where(
            driven, seen_a * (true_v + p.source_noise_v * source) / divisor_v, seen_a
        )
        measured_a = noisy_a * (1.0 + p.reading_noise * reading)
        measured_a += p.current_floor * range_a * floor
        measured_v = true_v + p.meter_offset_v + p.meter_noise_v * meter
        return Readings(
            _within(p.full_scale * range_a, measured_a),
            _within(p.full_scale * voltage_range_v, measured_v),
        )

    def snapshot(self) -> dict[str, Any]:
        """The running number of the next reading, JSON-able."""
        return {"readings_taken": self._taken}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on after the readings of a snapshot."""
        self._taken = int(kept["readings_taken"])

    def _draw(self, count: int) -> FloatArray:
        """Random numbers of the next readings, shape (4, count)."""
        numbers = np.arange(self._taken, self._taken + count)
        self._taken += count
        return gauss_rows(self._seed, self._channel, (_SOURCE, _READING, _FLOOR, _METER), numbers)


def _within(highest: float, values: FloatArray) -> FloatArray:
    """The values, nan where they are beyond what the converter reaches."""
    return np.where(np.abs(values) > highest, np.nan, values)


def _settled(
    current_a: FloatArray, durations_s: FloatArray, settles_s: float, aperture_s: float
) -> FloatArray:
    """Mean over the aperture of a first-order lag that follows each step's current."""
    lag_s = settles_s / math.log(_SETTLED_SHARE)
    aperture = np.clip(aperture_s, 1e-12, durations_s)
    left = np.exp(-durations_s / lag_s)
    # The lag's decay averaged from the start of the aperture to the end of the step.
    averaged = lag_s / aperture * (np.exp(-(durations_s - aperture) / lag_s) - left)
    lagging_a = _lagging(current_a * -np.expm1(-durations_s / lag_s), left)
    before_a = np.concatenate(([0.0], lagging_a[:-1]))
    return current_a + (before_a - current_a) * averaged


def _lagging(added: FloatArray, left: FloatArray) -> FloatArray:
    """What remains of all that was added when each step keeps its share `left`; shape (n,).

    Each pass doubles how many steps back are taken in, until nothing further back is felt.
    """
    total, kept, reach = added.copy(), left.copy(), 1
    while reach < total.size and kept[reach:].max() > _FORGOTTEN:
        total[reach:] += kept[reach:] * total[:-reach]
        kept[reach:] *= kept[:-reach].copy()
        reach *= 2
    return total
