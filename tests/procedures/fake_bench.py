"""A bench of the simplest devices that still show what the controllers must cope with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from drivers.roles import Flag, SmuCapabilities, Trace
from procedures.analysis.conductance import APERTURE_S
from procedures.base import Application, LabProcedure
from procedures.columns import (
    APPLICATION,
    CURRENT,
    DEVICE,
    ELAPSED,
    FLAGS,
    SET_VOLTAGE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
)

CAPABILITIES = SmuCapabilities(
    max_points=60_000,
    min_dwell_s=1e-4,
    min_pulse_s=1e-4,
    time_resolution_s=1e-6,
    max_voltage_v=20.0,
    max_current_a=1.5,
    current_ranges_a=(1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2),
    settling_s={1e-7: 1e-2, 1e-6: 5e-4, 1e-5: 2.5e-4, 1e-4: 2.5e-4, 1e-3: 8e-5, 1e-2: 8e-5},
)
BEFORE_END_S = 2e-5
"""The middle of a reading comes so long before the end of its dwell."""


@dataclass
class FakeDevice:
    """Conductance grows linearly with the duration of negative pulses; +0.5 V erases it."""

    rate_s_per_s: float
    conductance_s: float = 8e-7
    stuck: bool = False
    left_by_erase: float = 0.0
    """Share of the conductance that one erase leaves."""
    set_energy_j: float = 0.0
    """What set pulses have cost since the last erase, by the closed form."""
    volts_per_efold: float | None = None
    """Where given, the rate is that at -0.2 V and falls with the amplitude, down to 0.1 V."""

    def rate_at(self, level_v: float) -> float:
        """Growth per second of pulse at a level (S/s); 0 where nothing grows."""
        if self.volts_per_efold is None:
            return self.rate_s_per_s if level_v <= -0.15 else 0.0
        if level_v > -0.1:
            return 0.0
        return self.rate_s_per_s * float(np.exp(-(level_v + 0.2) / self.volts_per_efold))


@dataclass
class FakeClock:
    """Time that passes only when it is waited for."""

    time_s: float = 0.0

    def now(self) -> float:
        return self.time_s

    def wait(self, duration_s: float) -> None:
        self.time_s += duration_s


@dataclass
class FakeStage:
    """Arrives as soon as it is sent."""

    kelvin: float = 300.0
    visited: list[float] = field(default_factory=list)

    def temperature_k(self) -> float:
        return self.kelvin

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        self.kelvin = setpoint_k
        self.visited.append(setpoint_k)

    def ramping(self) -> bool:
        return False


@dataclass
class FakeBending:
    """Bends nothing, and remembers what it was asked for."""

    asked: list[tuple[str, float, int]] = field(default_factory=list)

    def bend(self, radius_m: float) -> None:
        self.asked.append(("bend", radius_m, 0))

    def cycle(self, radius_m: float, cycles: int) -> None:
        self.asked.append(("cycle", radius_m, cycles))


@dataclass
class FakeBench:
    """Fills `procedures.base.Bench`; every recorded point ends up in `frame`."""

    fakes: dict[str, FakeDevice]
    seed: int = 1
    offset_v: float = 90e-6
    clock: FakeClock = field(default_factory=FakeClock)
    order: tuple[str, ...] | None = None
    blocks: list[pd.DataFrame] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    read_phase_at: int | None = None
    released_at: list[int] = field(default_factory=list)
    """How many applications had been played at each release."""
    stage: FakeStage = field(default_factory=FakeStage)
    bending: FakeBending = field(default_factory=FakeBending)

    def __post_init__(self) -> None:
        self._noise = np.random.default_rng(self.seed)

    @property
    def smu(self) -> SmuCapabilities:
        return CAPABILITIES

    @property
    def wired_devices(self) -> tuple[str, ...]:
        return tuple(self.fakes)

    @property
    def devices(self) -> tuple[str, ...]:
        return self.order or self.wired_devices

    def release(self) -> None:
        self.released_at.append(len(self.applications))

    def mark_read_phase(self) -> None:
        self.read_phase_at = len(self.applications)

    def apply_each(self, applications: Iterable[Application]) -> Iterator[Trace]:
        return (self.apply(application) for application in applications)

    def apply(self, application: Application) -> Trace:
        device, waveform = self.fakes[application.device], application.waveform
        levels_v, all_dwell_s, record = (
            np.tile(part, waveform.repeats)
            for part in (waveform.levels_v, waveform.dwell_s, waveform.record)
        )
        factor = np.exp(0.06 * self._noise.standard_normal())
        currents = np.empty(levels_v.size)
        for k, (level_v, dwell_s) in enumerate(zip(levels_v, all_dwell_s, strict=True)):
            lag_s = 0.0
            if not device.stuck and level_v >= 0.4:
                left_s = device.left_by_erase ** (dwell_s / 10e-3) * device.conductance_s
                device.conductance_s, device.set_energy_j = max(left_s, 1e-8), 0.0
            rate_s_per_s = device.rate_at(level_v)
            if not device.stuck and rate_s_per_s > 0:
                before_s = device.conductance_s
                device.conductance_s += rate_s_per_s * factor * dwell_s
                mean_s = (before_s + device.conductance_s) / 2
                device.set_energy_j += level_v**2 * mean_s * dwell_s
                lag_s = rate_s_per_s * factor * BEFORE_END_S
            currents[k] = (device.conductance_s - lag_s) * (level_v + self.offset_v)
        currents *= 1 + 0.01 * self._noise.standard_normal(currents.size)
        overflow = np.abs(currents) > 1.02 * application.sensing.range_a
        elapsed_s = np.cumsum(all_dwell_s) - BEFORE_END_S - APERTURE_S / 2
        trace = Trace(
            time_s=self.clock.time_s + elapsed_s[record],
            set_v=levels_v[record],
            voltage_v=levels_v[record],
            current_a=np.where(overflow, np.nan, currents)[record],
            flags=np.where(overflow, int(Flag.OVERFLOW), 0)[record].astype(np.uint8),
        )
        trace, elapsed_s = _watched(application, trace, elapsed_s[record])
        self._record(application, trace, elapsed_s)
        self.clock.time_s += waveform.duration_s
        return trace

    def _record(self, application: Application, trace: Trace, elapsed_s: np.ndarray) -> None:
        block = {
            TIME.header: trace.time_s,
            DEVICE.header: application.device,
            SET_VOLTAGE.header: trace.set_v,
            VOLTAGE.header: trace.voltage_v,
            CURRENT.header: trace.current_a,
            TEMPERATURE.header: self.stage.kelvin,
            FLAGS.header: trace.flags,
            **{
                name: value if np.ndim(value) == 0 else np.asarray(value)[: len(trace)]
                for name, value in application.columns.items()
            },
            APPLICATION.header: len(self.applications),
            ELAPSED.header: elapsed_s,
        }
        self.applications.append(application)
        rows = pd.DataFrame(block)
        kept = application.keep
        self.blocks.append(rows if kept is None else rows[kept[: len(trace)]])

    @property
    def frame(self) -> pd.DataFrame:
        return pd.concat(self.blocks, ignore_index=True)


def run(procedure: LabProcedure, bench: FakeBench) -> dict[str, object]:
    """What the runner does, without a folder: check, measure, analyse."""
    procedure.check()
    for _ in procedure.measure(bench):
        pass
    return procedure.analyse(recorded(procedure, bench))


def recorded(procedure: LabProcedure, bench: FakeBench) -> pd.DataFrame:
    """The rows as the run's file would hold them, absent values filled in."""
    frame = bench.frame
    for column in procedure.columns:
        if column.header not in frame:
            frame[column.header] = column.absent
        elif column.absent is not None and not isinstance(column.absent, float):
            frame[column.header] = frame[column.header].fillna(column.absent)
        elif column.absent == np.inf:
            frame[column.header] = frame[column.header].fillna(np.inf)
    return frame[procedure.DATA_COLUMNS]


def _watched(
    application: Application, trace: Trace, elapsed_s: np.ndarray
) -> tuple[Trace, np.ndarray]:
    """What is left of a trace when the application's watch cuts it short."""
    watch = application.watch
    if watch is None:
        return trace, elapsed_s
    end_s = watch.interval_s
    while end_s < elapsed_s[-1] + watch.interval_s:
        seen = elapsed_s <= end_s
        part = Trace(
            *(
                getattr(trace, n)[seen]
                for n in ("time_s", "set_v", "voltage_v", "current_a", "flags")
            )
        )
        if len(part) and watch.tripped(part):
            return part, elapsed_s[seen]
        end_s += watch.interval_s
    return trace, elapsed_s
