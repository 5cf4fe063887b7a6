"""The array of devices: who is in it, what each remembers, and which event factors each draws."""

from __future__ import annotations

import dataclasses
import functools
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim_backend.physics.device import (
    EVENT_V,
    REFERENCE_K,
    WARN_ABOVE_K,
    State,
    advance,
    constants,
    current,
)
from sim_backend.physics.limiter import Cell, OperatingPoint, Source, operating_point
from sim_backend.physics.parameters import (
    ARRAY_NAMES,
    DEVICE_NAMES,
    ArrayParameters,
    DeviceParameters,
    refuse_unknown,
)
from sim_backend.physics.statistics import gauss, gauss_rows
from sim_backend.physics.stepping import Drive, FloatArray, Outcome, Participant, play

_SET, _RESET, _FILAMENT, _THRESHOLD, _DEVICE_RATE, _DEVICE_FLOOR = range(6)
"""Streams of random numbers; their order is part of what a seed means."""


INSTANT_S = 1e-9
"""Times closer than this are the same: clock sums carry rounding, no source is this fast."""


class _Preset(NamedTuple):
    devices: int
    rate: float
    floor: float
    array: ArrayParameters
    evenly_spaced: bool


# physics.md §1.6; the correlation of dot18 is the median found in §0 [choice].
_SPREAD = ArrayParameters(rate_spread=0.110, floor_spread=0.202, spread_correlation=0.99)
_PRESETS = {
    "single": _Preset(1, 1.0, 1.0, ArrayParameters(), False),
    "dot18": _Preset(18, 1.0, 1.0, _SPREAD, False),
    "ten": _Preset(10, 0.830, 1.258, dataclasses.replace(_SPREAD, spread_correlation=1.0), True),
}


@dataclass
class _Device:
    number: int
    parameters: DeviceParameters
    state: State
    event: int = 0
    event_sign: int = 0
    known_at_s: float = 0.0
    """When the state was as it says; the device has only drifted since."""


class Played(NamedTuple):
    """What steps on some devices came to, not yet part of the array's memory."""

    outcome: Outcome
    names: tuple[str, ...]
    events: tuple[tuple[int, int], ...]
    """Number and sign of each device's latest event."""
    end_s: float


class DotArray:
    """Devices with one common bottom electrode, the same for the same preset, overrides, and seed.

    `overrides` replaces defaults of `DeviceParameters` and `ArrayParameters` by name. A fresh
    device is as a ±0.2 V cycle left it: reset to its floor, without a filament [choice]. Raises
    `UnknownParameter` or `ValueError` for a bad override and `ValueError` for an unknown preset.
    """

    def __init__(self, preset: str, overrides: Mapping[str, float], seed: int) -> None:
        if preset not in _PRESETS:
            known = ", ".join(_PRESETS)
            raise ValueError(f"no array preset is named {preset!r}; there are {known}")
        refuse_unknown(overrides)
        chosen = _PRESETS[preset]
        shared = {name: value for name, value in overrides.items() if name in ARRAY_NAMES}
        own = {name: value for name, value in overrides.items() if name in DEVICE_NAMES}
        self._seed = seed
        self._array = dataclasses.replace(chosen.array, **shared)
        self._devices = {
            f"D{number:02d}": _fresh(number, parameters)
            for number, parameters in enumerate(
                _population(chosen, self._array, DeviceParameters(**own), seed), start=1
            )
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the devices, `D01` first."""
        return tuple(self._devices)

    def parameters(self, name: str) -> DeviceParameters:
        """What a device is made of, its place in the population included."""
        return self._devices[name].parameters

    def state(self, name: str) -> State:
        """What a device remembers, as it was when it was last played or read."""
        return self._devices[name].state

    def conductance_s(
        self, name: str, voltage_v: float = 0.005, temperature_k: float = REFERENCE_K
    ) -> float:
        """True conductance of a device at a voltage and a temperature; it changes nothing."""
        device = self._devices[name]
        at_temperature = constants(device.parameters, temperature_k)
        return current(at_temperature, device.state, voltage_v) / voltage_v

    def play(
        self,
        names: Sequence[str],
        level_v: FloatArray,
        duration_s: FloatArray,
        limit_a: float,
        *,
        start_s: float,
        temperature_k: float,
    ) -> Played:
        """What steps of one source on devices in parallel come to; `commit` makes it so.

        `level_v` and `duration_s` have shape (n,); the temperature is that of the start. Raises
        `TemperatureOutOfModel` outside 20 to 440 K and warns above 400 K.
        """
        participants, events = [], []
        for name in names:
            participant, event = self._participant(name, level_v, start_s, temperature_k)
            participants.append(participant)
            events.append(event)
        _warn_of_heat(temperature_k)
        drive = Drive(level_v, duration_s, limit_a, self._array.bottom_resistance_ohm)
        end_s = start_s + float(duration_s.sum())
        return Played(play(drive, participants), tuple(names), tuple(events), end_s)

    def commit(self, played: Played) -> None:
        """Remember what was played."""
        for name, state, event in zip(
            played.names, played.outcome.states, played.events, strict=True
        ):
            device = self._devices[name]
            device.state, (device.event, device.event_sign) = state, event
            device.known_at_s = played.end_s

    def operating_point(
        self, names: Sequence[str], level_v: float, limit_a: float, temperature_k: float
    ) -> OperatingPoint:
        """Current and voltage of a source on devices in parallel, in their states as remembered."""
        chosen = [self._devices[name] for name in names]
        cells = [Cell(constants(d.parameters, temperature_k), ()) for d in chosen]
        source = Source(level_v, limit_a, self._array.bottom_resistance_ohm)
        return operating_point(cells, [d.state for d in chosen], source)

    def snapshot(self) -> dict[str, Any]:
        """What the devices remember, JSON-able at full precision."""
        return {
            name: {
                "state": d.state._asdict(),
                "event": d.event,
                "event_sign": d.event_sign,
                "known_at_s": d.known_at_s,
            }
            for name, d in self._devices.items()
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take up a snapshot; raises `ValueError` when it is of other devices."""
        if set(kept) != set(self._devices):
            raise ValueError(
                f"the kept array has {len(kept)} devices, this one {len(self._devices)}: "
                "start with a fresh array or name the preset it was made with"
            )
        for name, entry in kept.items():
            device = self._devices[name]
            device.state = State(**entry["state"])
            device.event, device.event_sign = entry["event"], entry["event_sign"]
            device.known_at_s = entry["known_at_s"]

    def _participant(
        self, name: str, level_v: FloatArray, start_s: float, temperature_k: float
    ) -> tuple[Participant, tuple[int, int]]:
        device = self._devices[name]
        at_temperature = constants(device.parameters, temperature_k)
        idle_s = max(0.0, start_s - device.known_at_s)
        going_on = device.event_sign if idle_s <= INSTANT_S else 0
        numbers, sign = number_events(level_v, device.event, going_on)
        last = int(numbers[-1]) if numbers.size else device.event
        owner = (self._seed, device.number, device.parameters)
        if last == device.event:
            factors = _factors_of_one(*owner, last)
        else:
            factors = _factors(*owner, device.event, last)
        state = advance(at_temperature, device.state, factors[0].tolist(), 0.0, idle_s)
        participant = Participant(at_temperature, state, numbers - device.event, factors)
        return participant, (last, sign)


def _factors(seed: int, device: int, p: DeviceParameters, first: int, last: int) -> FloatArray:
    """One row of factors for each event of a device from `first` to `last`."""
    streams = (_SET, _RESET, _FILAMENT, _THRESHOLD)
    draw = gauss_rows(seed, device, streams, np.arange(first, last + 1))
    return np.column_stack(
        (
            np.exp(p.set_spread * draw[_SET]),
            np.exp(p.reset_spread * draw[_RESET]),
            np.exp(p.filament_spread * draw[_FILAMENT]),
            p.threshold_voltage_v + p.threshold_spread_v * draw[_THRESHOLD],
        )
    )


@functools.lru_cache(maxsize=256)
def _factors_of_one(seed: int, device: int, p: DeviceParameters, event: int) -> FloatArray:
    """The row of one event, shape (1, 4), which stays in force through all reads after it."""
    return _factors(seed, device, p, event, event)


def number_events(level_v: FloatArray, number: int, sign: int) -> tuple[NDArray[np.int64], int]:
    """The event each step belongs to, shape (n,), and the sign of the one that is still going on.

    `number` and `sign` are those of the event before; sign 0 means that it is over. Below 0.1 V
    the factors of the latest event stay in force (physics.md §1.5).
    """
    signs = np.where(np.abs(level_v) >= EVENT_V, np.sign(level_v), 0.0).astype(np.int64)
    before = np.concatenate(([sign], signs[:-1]))
    begins = (signs != 0) & (signs != before)
    return number + np.cumsum(begins), int(signs[-1]) if signs.size else sign


def _population(
    preset: _Preset, array: ArrayParameters, centre: DeviceParameters, seed: int
) -> list[DeviceParameters]:
    """Parameters of each device: `centre` with the preset's factors and the spread (§1.5)."""
    numbers = range(1, preset.devices + 1)
    if preset.evenly_spaced:
        scores = np.linspace(-1.0, 1.0, preset.devices)
        rate_scores = scores / np.std(scores, ddof=1)
    else:
        rate_scores = np.array([float(gauss(seed, n, _DEVICE_RATE, 0)) for n in numbers])
    other_scores = np.array([float(gauss(seed, n, _DEVICE_FLOOR, 0)) for n in numbers])
    shared = array.spread_correlation
    floor_scores = shared * rate_scores + math.sqrt(1.0 - shared**2) * other_scores
    rates = preset.rate * np.exp(array.rate_spread * rate_scores)
    floors = preset.floor * np.exp(array.floor_spread * floor_scores)
    return [
        dataclasses.replace(
            centre,
            set_rate_s_per_s=centre.set_rate_s_per_s * float(rate),
            cap_conductance_s=centre.cap_conductance_s * float(rate),
            floor_conductance_s=centre.floor_conductance_s * float(floor),
        )
        for rate, floor in zip(rates, floors, strict=True)
    ]


def _fresh(number: int, parameters: DeviceParameters) -> _Device:
    return _Device(number, parameters, State(parameters.floor_conductance_s, 0.0, 0.0, 0.0))


def _warn_of_heat(temperature_k: float) -> None:
    if temperature_k > WARN_ABOVE_K:
        warnings.warn(
            f"sample at {temperature_k:g} K: the device model is calibrated up to "
            f"{WARN_ABOVE_K:g} K",
            RuntimeWarning,
            stacklevel=3,
        )
