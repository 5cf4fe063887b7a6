"""One cycle of an endurance test: its levels, and the two points that are read in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drivers.roles import FloatArray, Trace, Waveform
from procedures.analysis.endurance_failures import read_conductances
from procedures.errors import ParameterError
from procedures.techniques.waveforms import excursions

SHAPES = ("triangle", "square", "pulse")
READ_DWELL_S = 1e-3
"""How long a read of a square or pulsed cycle is held; a triangle reads at one of its steps."""
SHORTEST_DWELL_S = 90e-6
"""A level with a reading in it (2636B: 20 us aperture, 60 us overhead, 10 us timer)."""
TICK_S = 1e-6
POINTS, POINT_S = 20, 300e-6
"""Most points of a flat top, and the time each has at least where the top is long enough: in
cycles that are recorded in full, the range of the peaks has to settle."""
FEWEST_STEPS, MOST_STEPS = 4, 1000


@dataclass(frozen=True, eq=False)
class Cycle:
    """Set, read ON, reset, read OFF; all arrays have shape (n,)."""

    levels_v: FloatArray
    dwell_s: FloatArray
    reads: tuple[int, int]
    """Places of the ON read and the OFF read among the levels."""

    @property
    def read_dwell_s(self) -> float:
        """How long the level of the shorter read is held."""
        return float(self.dwell_s[list(self.reads)].min())

    def waveform(self, cycles: int, *, whole: bool) -> Waveform:
        """So many cycles; recorded are all points (`whole`) or the two reads."""
        record = np.full(self.levels_v.size, whole)
        record[list(self.reads)] = True
        return Waveform(self.levels_v, self.dwell_s, record, cycles)

    def phases(self, *, whole: bool) -> NDArray[np.str_]:
        """Phase of each recorded point of one cycle: `on`, `off`, and `waveform` for the rest."""
        if not whole:
            return np.array(["on", "off"])
        phases = np.full(self.levels_v.size, "waveform")
        phases[list(self.reads)] = ["on", "off"]
        return phases

    def conductances(self, trace: Trace, *, whole: bool) -> tuple[FloatArray, FloatArray]:
        """ON and OFF of the cycles that a trace holds completely, shape (cycles,); see `whole`."""
        size, places = (self.levels_v.size, self.reads) if whole else (2, (0, 1))
        complete = slice(0, len(trace) // size * size)
        part = trace[complete]
        rows = read_conductances(part.set_v, part.current_a, part.flags)
        by_cycle = rows.reshape(-1, size)
        return by_cycle[:, places[0]], by_cycle[:, places[1]]


def triangle_cycle(amplitude_v: float, read_v: float, period_s: float, wanted: int) -> Cycle:
    """0 to -amplitude to 0 to +amplitude to 0, in about `wanted` equal steps an edge (Fig 2a).

    The reads are the points at `read_v` of both falling edges: of the numbers of steps of which
    one is the read voltage, the nearest is taken. Raises `ParameterError` when there is none, or
    when a level would be held for too short.
    """
    steps = _fitting_steps(amplitude_v, read_v, wanted)
    dwell_s = _ticks(period_s / (4 * steps))
    _refuse_short("a step", dwell_s, "make the period longer or take fewer steps")
    shape = excursions((-amplitude_v, amplitude_v), steps, dwell_s)
    on = 2 * steps - 1 - round(read_v / amplitude_v * steps)
    return Cycle(shape.levels_v, shape.dwell_s, (on, 2 * steps + on))


def square_cycle(amplitude_v: float, read_v: float, period_s: float) -> Cycle:
    """Each polarity held for half a period less the read that follows it at once."""
    top_s = _flat_top(period_s / 2 - READ_DWELL_S, "make the period longer")
    return _two_halves(amplitude_v, read_v, top_s, gaps_s=[])


def pulse_cycle(amplitude_v: float, read_v: float, period_s: float, width_s: float) -> Cycle:
    """Each half period: a pulse, 0 V, a read, 0 V; the times at 0 V are equal."""
    top_s = _flat_top(width_s, "make the pulse longer")
    gap_s = _ticks((period_s / 2 - width_s - READ_DWELL_S) / 2)
    _refuse_short("the time at 0 V between pulse and read", gap_s, "make the period longer")
    return _two_halves(amplitude_v, read_v, top_s, gaps_s=[gap_s])


def _flat_top(duration_s: float, advice: str) -> FloatArray:
    """How long each point of a flat top is held, shape (points,)."""
    points = int(np.clip(duration_s / POINT_S, 1, POINTS))
    dwell_s = _ticks(duration_s / points)
    _refuse_short("a point of the flat top", dwell_s, advice)
    return np.full(points, dwell_s)


def _two_halves(amplitude_v: float, read_v: float, top_s: FloatArray, gaps_s: list[float]) -> Cycle:
    """Top and read, negative and then positive; `gaps_s` at 0 V before and after each read."""
    at_zero = [0.0] * len(gaps_s)
    half_v = np.r_[np.full(top_s.size, amplitude_v), at_zero, read_v, at_zero]
    half_s = np.r_[top_s, gaps_s, READ_DWELL_S, gaps_s]
    on = top_s.size + len(gaps_s)
    return Cycle(np.r_[0.0 - half_v, half_v], np.tile(half_s, 2), (on, half_v.size + on))


def _ticks(duration_s: float) -> float:
    return round(round(duration_s / TICK_S) * TICK_S, 9)


def _refuse_short(what: str, dwell_s: float, advice: str) -> None:
    if dwell_s < SHORTEST_DWELL_S - TICK_S / 2:
        raise ParameterError(
            f"{what} would last {dwell_s:g} s, less than {SHORTEST_DWELL_S:g} s; {advice}"
        )


def _fitting_steps(amplitude_v: float, read_v: float, wanted: int) -> int:
    places = {n: read_v / amplitude_v * n for n in range(FEWEST_STEPS, MOST_STEPS + 1)}
    fitting = [n for n, place in places.items() if round(place) and _is_whole(place)]
    if not fitting:
        raise ParameterError(
            f"reads at {read_v:g} V are on none of up to {MOST_STEPS} equal steps to "
            f"{amplitude_v:g} V; read at a voltage of which the amplitude is a multiple"
        )
    return min(fitting, key=lambda n: abs(n - wanted))


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6
