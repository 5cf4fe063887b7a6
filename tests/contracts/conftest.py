"""Ready objects for each role: in memory, and the real drivers over the simulated bench."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from pymeasure.adapters import VISAAdapter

from drivers.bench_control import BenchControl, BendingControl
from drivers.errors import InstrumentError, WaveformRefused
from drivers.keithley707b import Keithley707B
from drivers.keithley2636b import Keithley2636B
from drivers.lakeshore336 import LakeShore336
from drivers.roles import (
    BendingStage,
    Clock,
    Sensing,
    SmuCapabilities,
    SourceMeasureUnit,
    SwitchMatrix,
    TemperatureController,
    Trace,
    Waveform,
)


class InMemoryClock:
    """Simulated time and nothing else."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def now(self) -> float:
        return self._now_s

    def wait(self, duration_s: float) -> None:
        if not 0 <= duration_s < float("inf"):
            raise ValueError(f"cannot wait {duration_s!r} s")
        self._now_s += duration_s


class InMemorySmu:
    """A resistor of 10 kOhm behind an ideal source; gives half of a run to the first fetch."""

    def __init__(self) -> None:
        self._pending = Trace.empty()
        self._plays = False

    def identify(self) -> str:
        return "In-memory source-measure unit"

    def settings(self) -> dict[str, object]:
        return {"resistance_ohm": 1e4}

    def capabilities(self) -> SmuCapabilities:
        return SmuCapabilities(
            max_points=1000,
            max_levels_played=10_000,
            min_dwell_s=1e-4,
            min_pulse_s=1e-4,
            time_resolution_s=1e-6,
            max_voltage_v=10.0,
            max_current_a=1.0,
            current_ranges_a=(1e-6, 1e-3, 1.0),
            settling_s={1e-6: 1e-3, 1e-3: 1e-4, 1.0: 1e-4},
        )

    def start(self, waveform: Waveform, sensing: Sensing) -> None:
        limits = self.capabilities()
        if waveform.peak_v > limits.max_voltage_v:
            raise WaveformRefused(f"{waveform.peak_v} V is too much")
        if waveform.recorded_points > limits.max_points:
            raise WaveformRefused(f"{waveform.recorded_points} readings are too many")
        if waveform.points > limits.max_levels_played:
            raise WaveformRefused(f"{waveform.points} levels are too many")
        ends_s = np.cumsum(np.tile(waveform.dwell_s, waveform.repeats))
        set_v = waveform.recorded_levels_v()
        current_a = np.clip(set_v / 1e4, -sensing.limit_a, sensing.limit_a)
        recorded = np.tile(waveform.record, waveform.repeats)
        flags = np.zeros(set_v.size, np.uint8)
        self._pending = Trace(ends_s[recorded], set_v, current_a * 1e4, current_a, flags)
        self._plays = True

    def fetch(self) -> Trace:
        return self._take(len(self._pending) // 2)

    def finish(self) -> Trace:
        self._plays = False
        return self._take(len(self._pending))

    def at_zero(self) -> bool:
        return not self._plays

    def make_safe(self) -> dict[str, object]:
        self._plays = False
        return {"output": "off"}

    def _take(self, count: int) -> Trace:
        def part(points: slice) -> Trace:
            whole = self._pending
            columns = (whole.time_s, whole.set_v, whole.voltage_v, whole.current_a, whole.flags)
            return Trace(*(column[points] for column in columns))

        taken, self._pending = part(slice(None, count)), part(slice(count, None))
        return taken


class InMemoryMatrix:
    """Crosspoints in a set."""

    def __init__(self) -> None:
        self._closed: set[str] = set()

    def identify(self) -> str:
        return "In-memory matrix"

    def settings(self) -> dict[str, object]:
        return {"closed": list(self.closed())}

    def connect(self, crosspoints: Sequence[str]) -> None:
        for crosspoint in crosspoints:
            if len(crosspoint) != 4:
                raise InstrumentError(f"{crosspoint!r} is no crosspoint")
        self._closed = set(crosspoints)

    def closed(self) -> tuple[str, ...]:
        return tuple(sorted(self._closed))

    def make_safe(self) -> dict[str, object]:
        self._closed.clear()
        return {"closed": []}


class InMemoryController:
    """A stage that follows its set-point exactly."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._from = self._to = 295.0
        self._begin_s = self._rate_k_per_s = 0.0

    def identify(self) -> str:
        return "In-memory controller"

    def settings(self) -> dict[str, object]:
        return {"setpoint_k": self.setpoint_k()}

    def temperature_k(self) -> float:
        return self.setpoint_k()

    def setpoint_k(self) -> float:
        travelled = self._rate_k_per_s * (self._clock.now() - self._begin_s)
        distance = self._to - self._from
        return self._from + np.sign(distance) * min(abs(distance), travelled)

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        if not (0 <= setpoint_k <= 500 and rate_k_per_min > 0):
            raise ValueError(f"{setpoint_k} K at {rate_k_per_min} K/min is not in range")
        self._from, self._to = self.setpoint_k(), setpoint_k
        self._begin_s, self._rate_k_per_s = self._clock.now(), rate_k_per_min / 60

    def ramping(self) -> bool:
        return self.setpoint_k() != self._to

    def make_safe(self) -> dict[str, object]:
        return {"heater_range": 0}


class InMemoryBending:
    """A sample that is where it was last sent."""

    def __init__(self) -> None:
        self._radius_m = math.inf

    def identify(self) -> str:
        return "In-memory bending stage"

    def settings(self) -> dict[str, object]:
        return {"radius_m": None if math.isinf(self._radius_m) else self._radius_m}

    def bend(self, radius_m: float) -> None:
        if not radius_m > 0:
            raise ValueError(f"{radius_m} m is not above 0 m")
        self._radius_m = radius_m

    def cycle(self, radius_m: float, cycles: int) -> None:
        if cycles < 1:
            raise ValueError(f"{cycles} cycles are none; it takes one above 0")
        self.bend(radius_m)
        self._radius_m = math.inf

    def radius_m(self) -> float:
        return self._radius_m

    def make_safe(self) -> dict[str, object]:
        return self.settings()


def open_simulated(resource: str) -> VISAAdapter:
    """An instrument of the simulated bench, opened as any program that uses PyVISA opens it."""
    return VISAAdapter(resource, visa_library="@ag2s")


@pytest.fixture(params=["in memory", "BenchControl"])
def clock(request: pytest.FixtureRequest) -> Iterator[Clock]:
    if request.param == "in memory":
        yield InMemoryClock()
        return
    adapter = open_simulated("GPIB0::30::INSTR")
    yield BenchControl(adapter)
    adapter.close()


@pytest.fixture(params=["in memory", "Keithley2636B"])
def smu(request: pytest.FixtureRequest) -> Iterator[SourceMeasureUnit]:
    if request.param == "in memory":
        yield InMemorySmu()
        return
    adapter = open_simulated("GPIB0::26::INSTR")
    driver = Keithley2636B(adapter)
    yield driver
    driver.make_safe()
    adapter.close()


@pytest.fixture(params=["in memory", "Keithley707B"])
def matrix(request: pytest.FixtureRequest) -> Iterator[SwitchMatrix]:
    if request.param == "in memory":
        yield InMemoryMatrix()
        return
    adapter = open_simulated("GPIB0::16::INSTR")
    driver = Keithley707B(adapter)
    yield driver
    driver.make_safe()
    adapter.close()


@pytest.fixture(params=["in memory", "LakeShore336"])
def stage(request: pytest.FixtureRequest) -> Iterator[tuple[TemperatureController, Clock]]:
    """A controller and the clock that its ramps run by."""
    if request.param == "in memory":
        clock = InMemoryClock()
        yield InMemoryController(clock), clock
        return
    control, adapter = open_simulated("GPIB0::30::INSTR"), open_simulated("GPIB0::12::INSTR")
    bench = BenchControl(control)
    driver = LakeShore336(adapter, now_s=bench.now)
    yield driver, bench
    driver.make_safe()
    adapter.close()
    control.close()


@pytest.fixture(params=["in memory", "BendingControl"])
def bending(request: pytest.FixtureRequest) -> Iterator[BendingStage]:
    if request.param == "in memory":
        yield InMemoryBending()
        return
    adapter = open_simulated("GPIB0::30::INSTR")
    driver = BendingControl(adapter)
    yield driver
    driver.bend(math.inf)
    adapter.close()
