"""The array of devices: who is in it, what each remembers, and which event factors each draws."""

from __future__ import annotations

import dataclasses
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim_backend.physics.bending import Bending
from sim_backend.physics.device import (
    REFERENCE_K,
    WARN_ABOVE_K,
    Constants,
    State,
    advance,
    constants,
    current,
    strained,
)
from sim_backend.physics.events import factors_between, number_events
from sim_backend.physics.limiter import Cell, OperatingPoint, Source, operating_point
from sim_backend.physics.parameters import (
    ARRAY_NAMES,
    DEVICE_NAMES,
    ArrayParameters,
    DeviceParameters,
    refuse_unknown,
)
from sim_backend.physics.repeats import Events, Levels, Outcome, Part, play
from sim_backend.physics.statistics import gauss

_DEVICE_RATE, _DEVICE_FLOOR = 4, 5
"""Streams of random numbers, behind those of the events; their order is what a seed means."""

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

    outcomes: tuple[Outcome, ...]
    """One for each block of levels."""
    names: tuple[str, ...]
    states: tuple[State, ...]
    events: tuple[tuple[int, int], ...]
    """Number and sign of each device's latest event."""
    end_s: float


@dataclass
class _Actor:
    """A device while steps are played on it: where it has got to."""

    device: _Device
    constants: Constants
    state: State
    event: int
    event_sign: int

    def part(self, seed: int, levels: Levels) -> Part:
        """Its part in the next steps; the event moves on."""
        device, before = self.device, self.event
        first, sign = number_events(levels.level_v, before, self.event_sign)
        again, _ = number_events(levels.level_v, before, sign)
        each = int(again[-1]) - before
        self.event, self.event_sign = int(first[-1]) + (levels.repeats - 1) * each, sign
        factors = factors_between(seed, device.number, device.parameters, before, self.event)
        return Part(self.constants, self.state, Events(first - before, each), factors)


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

        numbers = {name: device.number for name, device in self._devices.items()}
        self.bending = Bending(seed, self._array, numbers)

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
        state = self._devices[name].state
        return current(self._constants(name, temperature_k), state, voltage_v) / voltage_v

    def play(
        self,
        names: Sequence[str],
        sequence: Sequence[Levels],
        limit_a: float,
        *,
        start_s: float,
        temperature_k: float,
    ) -> Played:
        """What steps of one source on devices in parallel come to; `commit` makes it so.

        The temperature is that of the start. Raises `TemperatureOutOfModel` outside 20 to 440 K
        and warns above 400 K.
        """
        actors = [self._actor(name, start_s, temperature_k) for name in names]
        _warn_of_heat(temperature_k)
        outcomes, end_s = [], start_s
        for levels in sequence:
            parts = [actor.part(self._seed, levels) for actor in actors]
            outcome = play(levels, parts, limit_a, self._array.bottom_resistance_ohm)
            for actor, state in zip(actors, outcome.states, strict=True):
                actor.state = state
            outcomes.append(outcome)
            end_s += float(levels.duration_s.sum()) * levels.repeats
        states = tuple(actor.state for actor in actors)
        events = tuple((actor.event, actor.event_sign) for actor in actors)
        return Played(tuple(outcomes), tuple(names), states, events, end_s)

    def commit(self, played: Played) -> None:
        """Remember what was played."""
        for name, state, event in zip(played.names, played.states, played.events, strict=True):
            device = self._devices[name]
            device.state, (device.event, device.event_sign) = state, event
            device.known_at_s = played.end_s

    def operating_point(
        self, names: Sequence[str], level_v: float, limit_a: float, temperature_k: float
    ) -> OperatingPoint:
        """Current and voltage of a source on devices in parallel, in their states as remembered."""
        cells = [Cell(self._constants(name, temperature_k), ()) for name in names]
        source = Source(level_v, limit_a, self._array.bottom_resistance_ohm)
        return operating_point(cells, [self._devices[name].state for name in names], source)

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

    def _constants(self, name: str, temperature_k: float) -> Constants:
        flat = constants(self._devices[name].parameters, temperature_k)
        return strained(flat, self.bending.gain(name))

    def _actor(self, name: str, start_s: float, temperature_k: float) -> _Actor:
        device = self._devices[name]
        at_temperature = self._constants(name, temperature_k)
        idle_s = max(0.0, start_s - device.known_at_s)
        going_on = device.event_sign if idle_s <= INSTANT_S else 0
        factors = factors_between(
            self._seed, device.number, device.parameters, device.event, device.event
        )
        state = advance(at_temperature, device.state, factors[0].tolist(), 0.0, idle_s)
        return _Actor(device, at_temperature, state, device.event, going_on)


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
