"""Random procedures, limits, and waveforms: sensible ones, edges, and nonsense."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from drivers.roles import Sensing, Waveform
from labctl.bench.station import STATIONS
from procedures.base import Application, LabProcedure, Purpose
from procedures.errors import ParameterError
from procedures.parameters import Choice, Count, Quantities, Quantity, QuantityOrWord, Switch
from procedures.regime import Regime
from procedures.registry import NAMES, load
from procedures.techniques.states import State, States

EDGES_V = (-0.6, -0.5, -0.36, -0.35, -0.3499999999, -0.3499, -0.2, 0.2, 0.5, 0.55, 0.5501, 0.6)
NONSENSE = (math.nan, math.inf, -math.inf, 1e300, -1e300, 1e-300, 0.0, -0.0, 5e-324)
STATES = ("as is", "on", "off", "erased", "filament", "20 uS", "1 mS", "5 mS")
GUARD = ("[guard]", "quarantine = false")
"""A device that was put aside would end the rest."""
FEW = 12
"""Most that is drawn of what only makes a run longer."""


@dataclass(frozen=True)
class Allowed:
    """The limits of a run, put together without the code under test."""

    lowest_v: float
    lowest_itself: bool
    highest_v: float
    current_a: float
    coldest_k: float
    warmest_k: float

    def outside(self, witness: Any) -> list[tuple[str, float]]:
        """Set-points on the wire beyond these; nan is beyond."""
        low = self.lowest_v
        levels = [
            v
            for v in witness.levels_v
            if not ((v >= low if self.lowest_itself else v > low) and v <= self.highest_v)
        ]
        limits = [a for a in witness.limits_a if not 0 < a <= self.current_a]
        stage = [k for k in witness.set_points_k if not self.coldest_k <= k <= self.warmest_k]
        found = {"V": levels, "A": limits, "K": stage}
        return [(unit, value) for unit, values in found.items() for value in values]


@dataclass(frozen=True)
class FuzzedStation:
    """A copy of the station `simulated` with other limits."""

    path: Path
    regime: str | None
    limits: Mapping[str, float]
    """The narrower of station and sample."""
    interface: Mapping[str, float]

    def allowed(self, regime: str, operator: Mapping[str, float]) -> Allowed:
        """The limits of a run that says it is of `regime`."""
        values, itself = dict(self.limits), True
        for name, value in operator.items():
            narrower = max if name.endswith("_min") else min
            values[name] = narrower(value, values.get(name, value))
        if self.regime == regime == "interface":
            values["voltage_max"] = min(values["voltage_max"], self.interface["max"])
            itself = values["voltage_min"] > self.interface["min"]
            values["voltage_min"] = max(values["voltage_min"], self.interface["min"])
        return Allowed(
            values["voltage_min"],
            itself,
            values["voltage_max"],
            values["current_max"],
            values["temperature_min"],
            values["temperature_max"],
        )


def fuzzed_limits(rng: np.random.Generator, *, chance: float) -> dict[str, tuple[float, str]]:
    """Some limits by name, as values and as texts."""
    drawn = {
        "voltage_min": (-rng.choice([0.0, 0.1, 0.2, 0.3, 0.35, 0.5, 0.7]), "V"),
        "voltage_max": (rng.choice([0.0, 0.1, 0.2, 0.5, 0.55, 0.7]), "V"),
        "current_max": (rng.choice([1e-9, 1e-4, 1e-3, 1e-2, 0.1]), "A"),
        "temperature_min": (rng.choice([1.0, 100.0, 250.0]), "K"),
        "temperature_max": (rng.choice([310.0, 400.0, 430.0]), "K"),
    }
    return {
        name: (float(value), f"{float(value)!r} {unit}")
        for name, (value, unit) in drawn.items()
        if rng.random() < chance
    }


def fuzzed_station(rng: np.random.Generator, folder: Path) -> FuzzedStation:
    """Write one; its sample is of the interface regime, of the other, or of none."""
    folder.mkdir(parents=True)
    for name in ("simulated.toml", "simulated_world.toml"):
        (folder / name).write_text((STATIONS / name).read_text("utf-8"), "utf-8")
    path = folder / "simulated.toml"
    regime = [Regime.INTERFACE, Regime.INTERFACE, Regime.FILAMENT, None][rng.integers(4)]
    sample = fuzzed_limits(rng, chance=0.15)
    interface = {"min": -0.35, "max": 0.55}
    lines = [f'{name} = "{text}"' for name, (_, text) in sample.items()]
    if regime is Regime.INTERFACE and rng.random() < 0.3:
        interface = {"min": -0.45, "max": 0.4}
        lines += ['interface_voltage_min = "-0.45 V"', 'interface_voltage_max = "0.4 V"']
    text = path.read_text("utf-8").splitlines()
    text = [line for line in text if not line.startswith("regime")]
    at = text.index("[wiring]")
    stated = [f'regime = "{regime}"'] if regime else []
    path.write_text(
        "\n".join([*text[: at - 1], *stated, "[sample.limits]", *lines, *text[at:], *GUARD])
    )
    limits = {"voltage_min": -0.6, "voltage_max": 0.6, "current_max": 12e-3}
    limits |= {"temperature_min": 4.0, "temperature_max": 440.0}
    for name, (value, _) in sample.items():
        limits[name] = (max if name.endswith("_min") else min)(value, limits[name])
    return FuzzedStation(path, regime, limits, interface)


def fuzzed_procedure(rng: np.random.Generator) -> LabProcedure:
    """Some procedure, some of its parameters anywhere in their ranges."""
    procedure = load(str(rng.choice(list(NAMES))))()
    for name, parameter in procedure._parameters.items():
        if rng.random() < (0.4 if getattr(parameter, "units", "") == "V" else 0.1):
            try:
                setattr(procedure, name, _value(rng, parameter))
            except ParameterError:
                continue
    return procedure


def _value(  # noqa: PLR0911  (one line a kind)
    rng: np.random.Generator, parameter: Any
) -> object:
    match parameter:
        case Count():
            return int(rng.integers(parameter.minimum, max(parameter.minimum, FEW) + 1))
        case QuantityOrWord() if rng.random() < 0.5:
            return parameter.word
        case Quantities():
            return [_quantity(rng, parameter) for _ in range(rng.integers(1, 5))]
        case Quantity():
            return _quantity(rng, parameter)
        case Choice():
            return str(rng.choice(list(parameter.choices)))
        case Switch():
            return bool(rng.integers(2))
        case State():
            return str(rng.choice(STATES))
        case States():
            return [str(state) for state in rng.choice(STATES, rng.integers(1, 4))]
        case _:
            return parameter.value


def _quantity(rng: np.random.Generator, parameter: Any) -> float:
    """Within the range, evenly by sign and decade; of voltages often an edge."""
    low, high = parameter.minimum, parameter.maximum
    if parameter.units == "V" and rng.random() < 0.6:
        return float(np.clip(rng.choice(EDGES_V), low, high))
    if parameter.units == "K":
        return float(rng.uniform(low, high))
    end = high if low >= 0 or rng.random() < 0.5 else low
    start = low if low > 0 else high if high < 0 else math.copysign(1e-9, end)
    value = np.sign(end) * np.exp(rng.uniform(*sorted(np.log(np.abs([start, end])))))
    return float(round(value, 6) if parameter.units == "s" else value)


def fuzzed_applications(rng: np.random.Generator, device: str) -> Iterator[Application]:
    """What a script might apply: levels about the limits, or no waveform at all."""
    for _ in range(rng.integers(1, 4)):
        yield Application(
            device=device,
            waveform=_waveform(rng),
            sensing=_sensing(rng),
            purpose=Purpose(rng.choice(list(Purpose))),
        )


def _waveform(rng: np.random.Generator) -> Waveform:
    size = int(rng.integers(1, 6))
    levels_v = np.where(
        rng.random(size) < 0.7, rng.choice(EDGES_V, size), rng.uniform(-0.7, 0.7, size)
    )
    if rng.random() < 0.2:
        levels_v[rng.integers(size)] = rng.choice(NONSENSE)
    dwell_s = np.round(10.0 ** rng.uniform(-3, -2, size), 6)
    record, repeats = rng.random(size) < 0.8, int(10 ** rng.uniform(0, 3))
    try:
        return Waveform(levels_v, dwell_s, record, repeats)
    except ValueError:
        return _forged(levels_v, dwell_s, record, repeats)


def _forged(
    levels_v: np.ndarray, dwell_s: np.ndarray, record: np.ndarray, repeats: int
) -> Waveform:
    """A waveform that its own class would have refused."""
    forged = object.__new__(Waveform)
    values = {"levels_v": levels_v, "dwell_s": dwell_s, "record": record, "repeats": repeats}
    for name, value in values.items():
        object.__setattr__(forged, name, value)
    return forged


def _sensing(rng: np.random.Generator) -> Sensing:
    limit_a = float(rng.choice([1e-6, 1e-4, 1e-3, 1e-3, 1e-2, 12e-3, 12.1e-3, 0.1, 2.0]))
    if rng.random() < 0.1:
        limit_a = float(rng.choice(NONSENSE))
    return Sensing(range_a=1e-3, limit_a=limit_a)
