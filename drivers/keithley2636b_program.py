"""Turns a waveform into what the 2636B's trigger model plays exactly, or says why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drivers.errors import WaveformRefused
from drivers.roles import FloatArray, Sensing, SmuCapabilities, Waveform

OVERHEAD_S = 60e-6
"""Time a reading takes beside its aperture (instruments.md §2, pulse recipe)."""
_MIN_APERTURE_S = 20e-6
_MAX_APERTURE_S = 0.4
"""0.001 to 25 power line cycles, at 50 Hz and at 60 Hz."""
_MIN_TIMER_S = 10e-6
_MAX_TIMER_S = 100e3
_MAX_TIMER_COUNT = 1_048_575
"""Events that a timer makes of one (2600BS-901-01 Rev. F p 9-375)."""
_MIN_MEAN_OF_LIST_S = 50e-6
"""The delays of a timer's list must be this long on average (2600B manual, `delaylist`)."""
_MAX_INTERVAL_S = 1.0
"""Longest `measure.interval` between readings of one trigger (2600B manual)."""
_ROUNDING_S = 1e-9
"""Two times closer than this are the same: the difference is floating-point arithmetic."""
VOLTAGE_RANGES_V = (0.2, 2.0, 20.0)
"""The 200 V range needs the interlock; no device of this laboratory needs that range."""

CAPABILITIES = SmuCapabilities(
    max_points=60_000,
    # The start passes through the timer that steps the levels; the timer makes all others.
    max_levels_played=_MAX_TIMER_COUNT + 1,
    min_dwell_s=_MIN_APERTURE_S + OVERHEAD_S + _MIN_TIMER_S,
    min_pulse_s=100e-6,
    time_resolution_s=1e-6,
    max_voltage_v=VOLTAGE_RANGES_V[-1],
    max_current_a=1.5,
    current_ranges_a=(
        *(100e-12, 1e-9, 10e-9, 100e-9, 1e-6, 10e-6, 100e-6),
        *(1e-3, 10e-3, 100e-3, 1.0, 1.5),
    ),
    # Stand-in until measured: the B2902A's table (instruments.md §4).
    settling_s={
        **dict.fromkeys((100e-12, 1e-9, 10e-9, 100e-9), 10e-3),
        1e-6: 500e-6,
        **dict.fromkeys((10e-6, 100e-6), 250e-6),
        **dict.fromkeys((1e-3, 10e-3, 100e-3, 1.0, 1.5), 80e-6),
    },
    transactions_per_application=5,
)


@dataclass(frozen=True, eq=False)
class Staircase:
    """Levels that follow one another, every one read at its end."""

    levels_v: FloatArray
    """Shape (n,)."""
    hold_s: FloatArray
    """Shape (n,), or (1,) when all levels are held equally long."""
    repeats: int

    gap_s = 0.0
    readings_per_level = 1

    @property
    def first_end_s(self) -> float:
        """From the start to the end of the first level that is read."""
        return float(self.hold_s[0])


@dataclass(frozen=True, eq=False)
class SparseStaircase(Staircase):
    """Levels of which some are not read: the readings run by timers of their own.

    The instrument measures them asynchronously, so it keeps, and sends, those that are wanted and
    no others.
    """

    record: NDArray[np.bool_]
    """Which levels are read, shape (n,)."""

    @property
    def first_end_s(self) -> float:
        """From the start to the end of the first level that is read; 0 when none is."""
        return float(_seconds(self._read_ends)[0]) if self.record.any() else 0.0

    @property
    def intervals_s(self) -> FloatArray:
        """From each level that is read to the next one, across the end of a pass too.

        Shape (levels that are read,), or (1,) when all intervals are equal.
        """
        ends = self._read_ends
        if not ends.size:
            return np.empty(0)
        intervals = np.diff(ends, append=ends[0] + self._ticks.sum())
        return _seconds(intervals[:1] if _is_uniform(intervals) else intervals)

    @property
    def _read_ends(self) -> NDArray[np.int64]:
        return np.cumsum(self._ticks)[self.record]

    @property
    def _ticks(self) -> NDArray[np.int64]:
        """How long each level is held in the timer's ticks, whose sums are exact."""
        ticks = np.rint(self.hold_s / CAPABILITIES.time_resolution_s).astype(np.int64)
        return np.broadcast_to(ticks, self.record.shape)


@dataclass(frozen=True, eq=False)
class PulseTrain:
    """Excursions from 0 V of one width, one gap apart, measured at their end."""

    levels_v: FloatArray
    """Tops of the pulses, shape (n,)."""
    hold_s: FloatArray
    """The width, shape (1,)."""
    gap_s: float
    readings_per_level: int
    """2 when the 0 V after each pulse is measured too, else 1."""
    repeats: int

    @property
    def first_end_s(self) -> float:
        """From the start to the end of the first pulse."""
        return float(self.hold_s[0])


Program = Staircase | SparseStaircase | PulseTrain


def compile_waveform(waveform: Waveform) -> Program:
    """The simplest program that plays the waveform; whether the instrument can is checked apart."""
    tops, gaps = slice(0, None, 2), slice(1, None, 2)
    dwell_s, record = waveform.dwell_s, waveform.record
    is_pulse_train = (
        waveform.levels_v.size % 2 == 0
        and not waveform.levels_v[gaps].any()
        and _is_uniform(dwell_s[tops])
        and _is_uniform(dwell_s[gaps])
        and record[tops].all()
        and _is_uniform(record[gaps])
        and not (record[1] and dwell_s[1] > _MAX_INTERVAL_S)
    )
    if is_pulse_train:
        return PulseTrain(
            levels_v=waveform.levels_v[tops],
            hold_s=dwell_s[:1],
            gap_s=float(dwell_s[1]),
            readings_per_level=2 if record[1] else 1,
            repeats=waveform.repeats,
        )
    levels_v = waveform.levels_v
    hold_s = dwell_s[:1] if _is_uniform(dwell_s) else dwell_s
    if record.all():
        return Staircase(levels_v, hold_s, waveform.repeats)
    return SparseStaircase(levels_v, hold_s, waveform.repeats, record)


def lead_s(sensing: Sensing) -> float:
    """Time before the end of a level at which its reading begins."""
    return sensing.aperture_s + OVERHEAD_S


def unsettled(waveform: Waveform, sensing: Sensing) -> NDArray[np.bool_]:
    """Which recorded readings begin before the range has settled, shape (recorded_points,)."""
    settling_s = CAPABILITIES.settling_s[current_range_a(sensing)]
    # A pass that begins once the first step has settled is like every later one.
    passes = min(waveform.repeats, 2 + int(settling_s / waveform.dwell_s.sum()))
    dwell = np.tile(waveform.dwell_s, passes)
    begin = np.cumsum(dwell) - dwell
    stepped = np.diff(np.tile(waveform.levels_v, passes), prepend=0.0) != 0.0
    last_step = np.maximum.accumulate(np.where(stepped, begin, -np.inf))
    since_step_s = begin + dwell - lead_s(sensing) - last_step
    early = (since_step_s < settling_s - _ROUNDING_S).reshape(passes, -1)[:, waveform.record]
    return np.concatenate([early.ravel(), np.tile(early[-1], waveform.repeats - passes)])


def voltage_range_v(waveform: Waveform) -> float:
    """Smallest voltage range that holds the peak."""
    return next(limit for limit in VOLTAGE_RANGES_V if waveform.peak_v <= limit)


def current_range_a(sensing: Sensing) -> float:
    """Smallest measuring range that holds `sensing.range_a`."""
    return next(limit for limit in CAPABILITIES.current_ranges_a if sensing.range_a <= limit)


def refuse_unplayable(waveform: Waveform, program: Program, sensing: Sensing) -> None:
    """Raise `WaveformRefused` with everything about the waveform that cannot be played exactly."""
    problems = [*_range_problems(waveform, sensing)]
    problems += _count_problems(waveform, program)
    problems += _time_problems(program, sensing)
    if problems:
        raise WaveformRefused(f"Keithley 2636B cannot play this waveform: {'; '.join(problems)}")


def _range_problems(waveform: Waveform, sensing: Sensing) -> Iterator[str]:
    limits = CAPABILITIES
    if waveform.peak_v > limits.max_voltage_v:
        yield f"peak of {waveform.peak_v:g} V is above the range of {limits.max_voltage_v:g} V"
    if not 0 < sensing.range_a <= limits.max_current_a:
        yield (
            f"measuring range of {sensing.range_a:g} A is not within "
            f"0 to {limits.max_current_a:g} A"
        )
    if not 0 < sensing.limit_a <= limits.max_current_a:
        yield f"limit of {sensing.limit_a:g} A is not within 0 to {limits.max_current_a:g} A"
    if not _MIN_APERTURE_S <= sensing.aperture_s <= _MAX_APERTURE_S:
        yield (
            f"aperture of {sensing.aperture_s:g} s is not within "
            f"{_MIN_APERTURE_S:g} to {_MAX_APERTURE_S:g} s"
        )


def _count_problems(waveform: Waveform, program: Program) -> Iterator[str]:
    limits = CAPABILITIES
    if waveform.recorded_points > limits.max_points:
        yield (
            f"{waveform.recorded_points} readings do not fit the buffer of {limits.max_points}; "
            "play fewer repeats at a time"
        )
    steps = program.levels_v.size * program.repeats
    if steps > limits.max_levels_played:
        yield (
            f"{steps} steps are more than the {limits.max_levels_played} that the timer counts; "
            "play fewer repeats at a time"
        )


def _time_problems(program: Program, sensing: Sensing) -> Iterator[str]:
    match program:
        case PulseTrain():
            yield from _pulse_problems(program, sensing)
        case SparseStaircase():
            yield from _sparse_problems(program, sensing)
        case Staircase():
            yield from _staircase_problems(program, sensing)


def _pulse_problems(program: PulseTrain, sensing: Sensing) -> Iterator[str]:
    yield from _dwell_problems("pulse", program.hold_s, _shortest_s(sensing))
    width_s = float(program.hold_s[0])
    if width_s < CAPABILITIES.min_pulse_s - _ROUNDING_S:
        yield f"pulse of {width_s:g} s is shorter than {CAPABILITIES.min_pulse_s:g} s"
    gap_is_read = program.readings_per_level == 2
    shortest_gap_s = _shortest_s(sensing) if gap_is_read else _MIN_MEAN_OF_LIST_S
    yield from _dwell_problems("gap", np.array([program.gap_s]), shortest_gap_s)


def _staircase_problems(program: Staircase, sensing: Sensing) -> Iterator[str]:
    yield from _dwell_problems("dwell", program.hold_s, _shortest_s(sensing))
    mean_delay_s = float(program.hold_s.mean()) - lead_s(sensing)
    if program.hold_s.size > 1 and mean_delay_s < _MIN_MEAN_OF_LIST_S - _ROUNDING_S:
        yield (
            f"unequal dwells leave {mean_delay_s:g} s on average before a reading, less than the "
            f"timer's {_MIN_MEAN_OF_LIST_S:g} s; hold the levels longer"
        )


def _sparse_problems(program: SparseStaircase, sensing: Sensing) -> Iterator[str]:
    """Readings do not overlap: each one fits the level that it is taken on."""
    hold_s = np.broadcast_to(program.hold_s, program.record.shape)
    yield from _dwell_problems("dwell", hold_s[~program.record], CAPABILITIES.min_dwell_s)
    if program.record.any():
        yield from _dwell_problems("dwell", hold_s[program.record], _shortest_s(sensing))
        longest_s = program.intervals_s.max()
        if longest_s > _MAX_TIMER_S:
            yield (
                f"{longest_s:g} s from one reading to the next are more than the timer's "
                f"{_MAX_TIMER_S:g} s; record a level in between"
            )


def _shortest_s(sensing: Sensing) -> float:
    """Shortest time on a level that is read."""
    return lead_s(sensing) + _MIN_TIMER_S


def _dwell_problems(what: str, times_s: FloatArray, shortest_s: float) -> Iterator[str]:
    if times_s.min() < shortest_s - _ROUNDING_S:
        yield (
            f"{what} of {times_s.min():g} s is shorter than the {shortest_s:g} s "
            "that it needs at this aperture"
        )
    if times_s.max() > _MAX_TIMER_S:
        yield f"{what} of {times_s.max():g} s is longer than the timer's {_MAX_TIMER_S:g} s"
    resolution_s = CAPABILITIES.time_resolution_s
    off_grid_s = np.abs(times_s - np.rint(times_s / resolution_s) * resolution_s)
    if (off_grid_s > _ROUNDING_S).any():
        culprit_s = float(times_s[np.argmax(off_grid_s)])
        yield f"{what} of {culprit_s:.12g} s is no multiple of the timer's {resolution_s:g} s"


def _seconds(ticks: NDArray[np.int64]) -> FloatArray:
    return ticks.astype(np.float64) * CAPABILITIES.time_resolution_s


def _is_uniform(values: NDArray) -> bool:
    return bool((values == values[0]).all())
