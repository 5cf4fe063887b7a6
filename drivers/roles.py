"""Roles that instruments fill, and the data that passes through them.

A procedure and the Bench know instruments only by these protocols. Every quantity is SI, and its
unit stands in its name. Roles are methods, not attributes, so that a type checker can hold a
driver to them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class Flag(IntFlag):
    """What the instrument says of one reading; 0 means nothing to report."""

    COMPLIANCE = 1
    """The source was limited: the device did not get the requested voltage."""
    OVERFLOW = 2
    """The reading did not fit the measuring range; its current is nan."""
    UNSETTLED = 4
    """Taken sooner after a step than the current range needs to settle (data sheet)."""
    UNCERTAIN = 8
    """Never read: the run was interrupted, and nobody knows whether the device got this voltage."""


@dataclass(frozen=True, eq=False)
class Waveform:
    """A voltage against time, as data: levels held for dwell times, played `repeats` times.

    `levels_v`, `dwell_s`: shape (n,), float64; `record`: shape (n,), bool, the points to read (one
    reading each, at the end of the dwell). Before and after a waveform the source stands at 0 V.
    Raises `ValueError` for unequal lengths, no points, non-finite levels, dwells that are not
    positive and finite, or fewer than one repeat.
    """

    levels_v: FloatArray
    dwell_s: FloatArray
    record: NDArray[np.bool_]
    repeats: int = 1

    def __init__(
        self, levels_v: ArrayLike, dwell_s: ArrayLike, record: ArrayLike = True, repeats: int = 1
    ) -> None:
        levels = np.array(levels_v, dtype=np.float64, ndmin=1)
        dwell = np.array(np.broadcast_to(np.asarray(dwell_s, np.float64), levels.shape))
        mask = np.array(np.broadcast_to(np.asarray(record, np.bool_), levels.shape))
        _refuse_bad_waveform(levels, dwell, repeats)
        for name, array in (("levels_v", levels), ("dwell_s", dwell), ("record", mask)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "repeats", int(repeats))

    @property
    def points(self) -> int:
        """Number of levels played, repeats included."""
        return self.levels_v.size * self.repeats

    @property
    def recorded_points(self) -> int:
        """Number of readings that come back, repeats included."""
        return int(np.count_nonzero(self.record)) * self.repeats

    @property
    def duration_s(self) -> float:
        """Time from the first level to the return to 0 V, repeats included."""
        return float(self.dwell_s.sum()) * self.repeats

    @property
    def max_v(self) -> float:
        """Highest voltage the device sees (0 V before and after counted)."""
        return max(0.0, float(self.levels_v.max()))

    @property
    def min_v(self) -> float:
        """Lowest voltage the device sees (0 V before and after counted)."""
        return min(0.0, float(self.levels_v.min()))

    @property
    def peak_v(self) -> float:
        """Largest magnitude of the voltage."""
        return max(self.max_v, -self.min_v)

    @property
    def under_voltage_s(self) -> float:
        """Time at levels other than 0 V, repeats included."""
        return float(self.dwell_s[self.levels_v != 0.0].sum()) * self.repeats

    def recorded_levels_v(self) -> FloatArray:
        """Requested voltage of every recorded point, shape (recorded_points,)."""
        return np.tile(self.levels_v[self.record], self.repeats)


def _refuse_bad_waveform(levels_v: FloatArray, dwell_s: FloatArray, repeats: int) -> None:
    if levels_v.ndim != 1 or levels_v.size == 0:
        raise ValueError("a waveform needs one row of at least one level")
    if not np.isfinite(levels_v).all():
        raise ValueError("a waveform's levels must be finite voltages")
    if not (np.isfinite(dwell_s).all() and (dwell_s > 0).all()):
        raise ValueError("a waveform's dwell times must be finite and above 0 s")
    if int(repeats) != repeats or repeats < 1:
        raise ValueError(f"a waveform is played at least once: repeats = {repeats!r}")


@dataclass(frozen=True, kw_only=True)
class Sensing:
    """How one application is measured; ranges are fixed, a hardware-timed list cannot autorange."""

    range_a: float
    """Largest current the measuring range must hold (A); the instrument takes its next range up."""
    limit_a: float
    """Compliance: the source lets no more current through the device than this (A)."""
    aperture_s: float = 20e-6
    """Integration time of one reading (s)."""


@dataclass(frozen=True, eq=False)
class Trace:
    """Recorded points of one application, in the order played; every array has shape (n,)."""

    time_s: FloatArray
    """The instrument's own stamps, from the start of the waveform."""
    set_v: FloatArray
    """Requested voltage."""
    voltage_v: FloatArray
    """Measured voltage."""
    current_a: FloatArray
    """Measured current; nan where `Flag.OVERFLOW` is set."""
    flags: NDArray[np.uint8]
    """Bits of `Flag`."""

    def __len__(self) -> int:
        return self.time_s.size

    def __getitem__(self, part: slice) -> Trace:
        """Some of the points."""
        return Trace(*(getattr(self, name)[part] for name in _TRACE_COLUMNS))

    @staticmethod
    def empty() -> Trace:
        """A trace of no points."""
        none = np.empty(0)
        return Trace(none, none, none, none, np.empty(0, np.uint8))

    @staticmethod
    def join(parts: Sequence[Trace]) -> Trace:
        """The parts of one application, one after the other."""
        if not parts:
            return Trace.empty()
        return Trace(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in _TRACE_COLUMNS)
        )


_TRACE_COLUMNS = ("time_s", "set_v", "voltage_v", "current_a", "flags")


@dataclass(frozen=True, kw_only=True)
class SmuCapabilities:
    """What a source-measure unit can play exactly, from its manual."""

    max_points: int
    """Readings that fit the buffer of one application; only recorded points are read."""
    max_levels_played: int = sys.maxsize
    """Levels that one application can play, repeats included, whether recorded or not."""
    min_dwell_s: float
    """Shortest time a level can be held with a reading in it."""
    min_pulse_s: float
    """Shortest excursion from 0 V whose width the instrument guarantees."""
    time_resolution_s: float
    """Dwell times are whole multiples of this."""
    max_voltage_v: float
    max_current_a: float
    current_ranges_a: tuple[float, ...]
    """Measuring ranges in rising order."""
    settling_s: Mapping[float, float] = field(default_factory=dict)
    """Time each current range needs to settle after a step (s)."""
    transactions_per_application: int = 0
    """viWrite and viRead calls of one application that is fetched once (for `plan`)."""


class Instrument(Protocol):
    """What every instrument can do."""

    def identify(self) -> str:
        """The instrument's own identification; raises `InstrumentError` for another model."""
        ...

    def settings(self) -> dict[str, object]:
        """Settings as the instrument reports them now, JSON-able, for the run's record."""
        ...

    def make_safe(self) -> dict[str, object]:
        """Bring the instrument to its safe state at once, read it back, and return what was read.

        Raises `InstrumentError` when the state read back is not safe. May be called at any time,
        also while a waveform plays, and more than once.
        """
        ...


@runtime_checkable
class SourceMeasureUnit(Instrument, Protocol):
    """Plays waveforms, hardware-timed, and records what came of them."""

    def capabilities(self) -> SmuCapabilities:
        """Limits of the model; no message is sent."""
        ...

    def start(self, waveform: Waveform, sensing: Sensing, tag: str = "") -> None:
        """Load the waveform, switch the output on at 0 V if it is off, begin to play, and return.

        The instrument remembers `tag` (letters, digits, `_`, `.`, `/`, `-`) until the next
        waveform or power-up. Every setting is read back. Raises `WaveformRefused` before anything
        is sent when the instrument cannot play the waveform exactly; `InstrumentError` with the
        instrument's own message when it objects.
        """
        ...

    def fetch(self) -> Trace:
        """Recorded points that have come in since the last fetch; does not wait."""
        ...

    def finish(self) -> Trace:
        """Wait for the end of the waveform; return the recorded points not fetched yet.

        On return the source stands at 0 V, which was read back.
        """
        ...

    def at_zero(self) -> bool:
        """Whether the source is programmed to 0 V or its output is off, as the instrument says."""
        ...

    def output_on(self) -> bool:
        """Whether the output is on, as the instrument says."""
        ...

    def remember(self, tag: str) -> None:
        """Have `held_tag` tell this tag; plays nothing and changes no setting."""
        ...

    def held_tag(self) -> str | None:
        """Tag of the last waveform that began, whoever started it; None when it remembers none."""
        ...

    def recover(self, waveform: Waveform, sensing: Sensing) -> Trace:
        """All readings so far of the waveform of `held_tag`, which another connection started.

        `waveform` and `sensing` are what it was started with. `time_s` begins with its start.
        """
        ...

    def ramp_to_zero(self) -> float:
        """Stop what plays, and bring the level to 0 V in small steps; the level found (V)."""
        ...


@runtime_checkable
class SwitchMatrix(Instrument, Protocol):
    """Connects lines by crosspoints named as the instrument names them (`1A05`)."""

    def connect(self, crosspoints: Sequence[str]) -> None:
        """Open every other crosspoint, then close these: break before make; read back.

        Returns when the relays have settled. Raises `InstrumentError` when what is closed
        afterwards is not exactly what was asked for.
        """
        ...

    def closed(self) -> tuple[str, ...]:
        """Crosspoints closed now, sorted."""
        ...


@runtime_checkable
class TemperatureController(Instrument, Protocol):
    """Holds a stage at a temperature."""

    def temperature_k(self) -> float:
        """Stage temperature now; raises `InstrumentError` when the reading is not valid."""
        ...

    def setpoint_k(self) -> float:
        """Set-point as the instrument reports it."""
        ...

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        """Ramp to a set-point at a rate; returns at once; both are read back."""
        ...

    def ramping(self) -> bool:
        """Whether the set-point is still moving."""
        ...


@runtime_checkable
class BendingStage(Instrument, Protocol):
    """Bends the whole sample around a radius."""

    def bend(self, radius_m: float) -> None:
        """Bend to a radius and stay there, inf for flat; returns when it is done."""
        ...

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Bend to a radius and flatten, `cycles` times; ends flat."""
        ...

    def radius_m(self) -> float:
        """The radius the sample is bent to, inf for flat."""
        ...


@runtime_checkable
class Clock(Protocol):
    """The only way to let time pass: wall time on a real station, simulated on a simulated one."""

    def now(self) -> float:
        """Seconds since an origin of the clock's own; never runs backwards."""
        ...

    def wait(self, duration_s: float) -> None:
        """Return after `duration_s`; interruptible by KeyboardInterrupt."""
        ...
