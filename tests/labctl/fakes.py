"""Instruments in memory, on one virtual clock, that write down what is done to them in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from drivers.errors import InstrumentError
from drivers.roles import Sensing, SmuCapabilities, Trace, Waveform
from labctl.bench.instruments import Instruments
from labctl.bench.station import Station
from labctl.config import StationConfig, read_station_file
from labctl.runs.run import Run

CAPABILITIES = SmuCapabilities(
    max_points=100,
    min_dwell_s=1e-4,
    min_pulse_s=1e-4,
    time_resolution_s=1e-6,
    max_voltage_v=20.0,
    max_current_a=1.5,
    current_ranges_a=(1e-6, 1e-3),
)

SOURCE_AND_MATRIX = """\
[instruments.smu]
driver = "keithley2636b"
resource = "GPIB0::26::INSTR"
[instruments.matrix]
driver = "keithley707b"
resource = "GPIB0::16::INSTR"
"""
SAMPLE_AND_LIMITS = """\
[sample]
name = "resistors"
id = "R3"
[wiring]
static = ["2B12"]
[wiring.devices]
D01 = "1A01"
D02 = "1A02"
D03 = "1A03"
[limits]
voltage_min = "-600 mV"
voltage_max = "0.5 V"
current_max = "10 mA"
[timing]
fetch_interval = "inf"
settle = "0 s"
"""
STATION = f"""\
schema = 1
name = "bench in memory"
[visa]
library = "@ag2s"
world = "memory.toml"
{SOURCE_AND_MATRIX}[clock]
driver = "bench_control"
resource = "GPIB0::30::INSTR"
{SAMPLE_AND_LIMITS}"""


@dataclass
class FakeClock:
    """Time that passes only when it is waited for."""

    time_s: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time_s

    def wait(self, duration_s: float) -> None:
        self.waits.append(duration_s)
        self.time_s += duration_s


@dataclass
class FakeSmu:
    """Plays on a resistor; every message takes a millisecond."""

    clock: FakeClock
    diary: list[str]
    resistance_ohm: float = 1000.0
    standing_v: float = 0.0
    unsafe: bool = False
    lost_readings: int = 0
    messages: int = 0
    interrupt_in_finish: BaseException | None = None
    tag: str | None = None
    _start_s: float = 0.0
    _waveform: Waveform | None = None
    _given: int = 0

    def identify(self) -> str:
        return "fake source"

    def settings(self) -> dict[str, object]:
        return {"level_v": self.standing_v}

    def capabilities(self) -> SmuCapabilities:
        return CAPABILITIES

    def at_zero(self) -> bool:
        self._message()
        return self.standing_v == 0.0

    def start(self, waveform: Waveform, sensing: Sensing, tag: str = "") -> None:
        self._message()
        self.tag = tag
        self.diary.append(f"play {waveform.points} points")
        self._waveform, self._given = waveform, 0
        self._start_s = self.clock.time_s

    def fetch(self) -> Trace:
        self._message()
        self.diary.append("fetch")
        return self._take(self.clock.time_s - self._start_s)

    def finish(self) -> Trace:
        if self.interrupt_in_finish is not None:
            raise self.interrupt_in_finish
        assert self._waveform is not None
        self.clock.time_s = max(self.clock.time_s, self._start_s + self._waveform.duration_s)
        self._message()
        return self._take(np.inf)

    def output_on(self) -> bool:
        return self.standing_v != 0.0

    def remember(self, tag: str) -> None:
        self.tag = tag

    def held_tag(self) -> str | None:
        return self.tag

    def recover(self, waveform: Waveform, sensing: Sensing) -> Trace:
        self._given = 0
        return self._take(self.clock.time_s - self._start_s)

    def ramp_to_zero(self) -> float:
        found_v, self.standing_v = self.standing_v, 0.0
        self.diary.append(f"ramp from {found_v:g} V")
        return found_v

    def make_safe(self) -> dict[str, object]:
        self.diary.append("source safe")
        if self.unsafe:
            raise InstrumentError("fake source: output is still on")
        self.standing_v = 0.0
        return {"level_v": 0.0, "output": False}

    def _message(self) -> None:
        self.messages += 2
        self.clock.time_s += 1e-3

    def _take(self, until_s: float) -> Trace:
        assert self._waveform is not None
        wave = self._waveform
        ends_s = np.cumsum(np.tile(wave.dwell_s, wave.repeats))[np.tile(wave.record, wave.repeats)]
        count = int(np.searchsorted(ends_s, until_s, side="right"))
        part = slice(self._given, max(self._given, count - self.lost_readings))
        self._given = part.stop
        levels_v = wave.recorded_levels_v()[part]
        current_a = levels_v / self.resistance_ohm
        flags = np.zeros(levels_v.size, np.uint8)
        return Trace(ends_s[part], levels_v, levels_v, current_a, flags)


@dataclass
class FakeMatrix:
    """Crosspoints that close as they are told."""

    diary: list[str]
    now_closed: tuple[str, ...] = ()
    unsafe: bool = False

    def identify(self) -> str:
        return "fake matrix"

    def settings(self) -> dict[str, object]:
        return {"closed": list(self.now_closed)}

    def connect(self, crosspoints: Sequence[str]) -> None:
        self.now_closed = tuple(sorted(crosspoints))
        self.diary.append(f"close {' '.join(self.now_closed)}")

    def closed(self) -> tuple[str, ...]:
        return self.now_closed

    def make_safe(self) -> dict[str, object]:
        self.diary.append("relays open")
        if self.unsafe:
            raise InstrumentError("fake matrix: a relay sticks")
        self.now_closed = ()
        return {"closed": []}


@dataclass
class FakeThermometer:
    """A stage that warms by 1 mK per second."""

    clock: FakeClock
    readings: list[float] = field(default_factory=list)

    def identify(self) -> str:
        return "fake controller"

    def settings(self) -> dict[str, object]:
        return {"setpoint_k": 300.0}

    def temperature_k(self) -> float:
        self.clock.time_s += 1e-3
        self.readings.append(self.clock.time_s)
        return 300.0 + round(self.clock.time_s) * 1e-3

    def setpoint_k(self) -> float:
        return 300.0

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        raise NotImplementedError

    def ramping(self) -> bool:
        return False

    def make_safe(self) -> dict[str, object]:
        raise AssertionError("the heater is left as it is")


@dataclass
class Rig:
    """A fake station and its parts."""

    station: Station
    config: StationConfig
    clock: FakeClock
    smu: FakeSmu
    matrix: FakeMatrix
    thermometer: FakeThermometer
    diary: list[str]


def make_rig(folder: Path, *, replacing: tuple[str, str] = ("", "")) -> Rig:
    """A fake station whose file differs from `STATION` by one replacement."""
    path = folder / "station.toml"
    path.write_text(STATION.replace(*replacing) if replacing[0] else STATION, encoding="utf-8")
    config = read_station_file(path)
    diary: list[str] = []
    clock = FakeClock()
    smu, matrix = FakeSmu(clock, diary), FakeMatrix(diary)
    thermometer = FakeThermometer(clock)
    instruments = Instruments(
        smu=smu,
        matrix=matrix,
        temperature=thermometer,
        clock=clock,
        wait_slice_s=np.inf,
        transactions=lambda: smu.messages,
    )
    station = Station(
        config=config,
        instruments=instruments,
        runs=folder / "runs",
        control=None,
        identities={"smu": "fake source", "matrix": "fake matrix"},
    )
    return Rig(station, config, clock, smu, matrix, thermometer, diary)


def raising(error: BaseException) -> Callable[..., None]:
    """Trouble for a `Staircase`."""

    def trouble(_: object) -> None:
        raise error

    return trouble


def assert_safe(rig: Rig, done: Run) -> None:
    """The instruments ended safe, source first, and the record says so."""
    assert rig.diary[-2:] == ["source safe", "relays open"]
    assert rig.matrix.now_closed == ()
    assert done.record["safe_state"]["verified"] is True
    assert not rig.station.touched
