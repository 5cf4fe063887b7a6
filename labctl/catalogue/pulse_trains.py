"""Conductance after each of many equal pulses, from whatever run has readings between pulses.

Which runs those are is told by their columns and rows, not by the name of the procedure: a pulse
is an application at one level, a reading is a burst at both polarities of a small voltage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labctl.errors import BadInput
from labctl.runs.run import Run
from procedures.analysis.conductance import slope_conductance
from procedures.columns import (
    APPLICATION,
    CURRENT,
    CYCLE,
    DEVICE,
    DWELL,
    PHASE,
    PULSE_WIDTH,
    SET_VOLTAGE,
)

FloatArray = NDArray[np.float64]

READ_BELOW_V = 0.1
"""From here on a voltage is stress, below it may be a reading."""
ON, OFF = "on", "off"
"""Phases of the two reads of a cycle."""
_NEEDED = (
    "it takes pulses of one level with a reading at both polarities before and after each (sddp "
    "with between=cumulative and equal durations), or cycles with both states read (endurance)"
)


@dataclass(frozen=True, order=True)
class Kind:
    """What pulses have in common that count as equal."""

    amplitude_v: float
    width_s: float
    """Of a pulse; of a cycle of endurance, its period is not told apart."""

    @property
    def raises(self) -> bool:
        """Whether such a pulse sets: at negative voltage the conductance rises."""
        return self.amplitude_v < 0

    def __str__(self) -> str:
        """For an error's list."""
        width = f" for {1e3 * self.width_s:.6g} ms" if self.width_s else " cycles"
        return f"{self.amplitude_v:+g} V{width}"


@dataclass(frozen=True, eq=False)
class Train:
    """Pulses that followed one another on one device, with nothing else in between."""

    run: str
    device: str
    kinds: tuple[Kind, ...]
    """Of each pulse, n of them."""
    conductances_s: FloatArray
    """Before the first pulse and after each, shape (n + 1,)."""

    @property
    def signs(self) -> NDArray[np.int64]:
        """+1 for each pulse that sets, -1 for one that resets, shape (n,)."""
        return np.array([1 if kind.raises else -1 for kind in self.kinds], dtype=np.int64)

    def ramps(self, *, up: bool) -> Iterator[FloatArray]:
        """The conductances of each stretch in one direction, its start included."""
        edges = np.flatnonzero(np.diff(self.signs)) + 1
        for first, after in zip([0, *edges], [*edges, self.signs.size], strict=True):
            if self.kinds[first].raises == up:
                yield self.conductances_s[first : after + 1]


def equal_trains(runs: Sequence[Run], widths_s: Sequence[float] = ()) -> list[Train]:
    """All pulses of the runs that are read before and after; of each direction all are equal.

    `widths_s` keeps the pulses of these durations alone. Raises `BadInput` saying what is needed
    when there are none, or when pulses of one direction differ.
    """
    trains = [part for run in runs for train in trains_of(run) for part in _only(train, widths_s)]
    if not trains:
        names = ", ".join(run.folder.name for run in runs)
        kept = " of these durations" if widths_s else ""
        raise BadInput(f"{names}: no pulses{kept} between readings; {_NEEDED}")
    for raises, what in ((True, "set"), (False, "reset")):
        kinds = sorted({kind for train in trains for kind in train.kinds if kind.raises == raises})
        if len(kinds) > 1:
            counts = ", ".join(f"{_count(trains, kind)} of {kind}" for kind in kinds[:8])
            more = f", and {len(kinds) - 8} kinds more" if len(kinds) > 8 else ""
            raise BadInput(
                f"the {what} pulses are not equal: {counts}{more}; choose one duration with "
                '--pulse-width, such as --pulse-width "1 ms", or measure with equal ones '
                "(sddp with between=cumulative)"
            )
    return trains


def trains_of(run: Run) -> list[Train]:
    """Every train of pulses in a run; none when its columns do not tell of any."""
    frame, name = run.frame, run.folder.name
    headers = set(frame.columns)
    parts = frame.groupby(DEVICE.header, sort=False)
    if {CYCLE.header, PHASE.header} <= headers:
        amplitude_v = float(run.parameters.get("amplitude", 0.0) or 0.0)
        found = (_cycled(name, str(device), mine, amplitude_v) for device, mine in parts)
    elif {APPLICATION.header, DWELL.header} <= headers:
        found = (_pulsed(name, str(device), mine) for device, mine in parts)
    else:
        return []
    return [train for trains in found for train in trains]


def _count(trains: Iterable[Train], kind: Kind) -> int:
    return sum(train.kinds.count(kind) for train in trains)


def _only(train: Train, widths_s: Sequence[float]) -> Iterator[Train]:
    """The stretches of a train whose pulses have these durations."""
    if not widths_s:
        yield train
        return
    kept = [bool(np.isclose(kind.width_s, widths_s, rtol=1e-6).any()) for kind in train.kinds]
    for first, after in _stretches(kept):
        yield Train(
            train.run,
            train.device,
            train.kinds[first:after],
            train.conductances_s[first : after + 1],
        )


def _stretches(kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First place, and place after the last, of each stretch of true values."""
    edges = np.flatnonzero(np.diff(np.r_[False, kept, False].astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _cycled(run: str, device: str, mine: pd.DataFrame, amplitude_v: float) -> Iterator[Train]:
    """OFF, set, ON, reset, OFF... of the cycles of a device that follow one another."""
    reads = mine[mine[PHASE.header].isin([ON, OFF]) & (mine[SET_VOLTAGE.header] != 0)]
    table = pd.DataFrame(
        {
            "cycle": reads[CYCLE.header].to_numpy(np.int64),
            "phase": reads[PHASE.header].to_numpy(),
            "conductance_s": (reads[CURRENT.header] / reads[SET_VOLTAGE.header]).to_numpy(float),
        }
    ).pivot_table(index="cycle", columns="phase", values="conductance_s", aggfunc="last")
    if not {ON, OFF} <= set(table.columns):
        return
    both = table[[ON, OFF]].dropna()
    cycles = both.index.to_numpy(np.int64)
    ends = [0, *(np.flatnonzero(np.diff(cycles) != 1) + 1).tolist(), cycles.size]
    kinds = (Kind(amplitude_v, 0.0), Kind(-amplitude_v, 0.0))
    for first, after in pairwise(ends):
        # Nobody read the state before the first set: the train begins at its ON.
        values = both.to_numpy(np.float64)[first:after].ravel()
        if values.size > 1:
            pulses = (kinds * (after - first))[: values.size - 1]
            yield Train(run, device, pulses, values)


def _pulsed(run: str, device: str, mine: pd.DataFrame) -> Iterator[Train]:
    """Reading, pulse, reading, pulse, reading... in the order they were applied."""
    kinds: list[Kind] = []
    values: list[float] = []
    pending: Kind | None = None
    for event in [*_events(mine), None]:
        if isinstance(event, float) and pending is not None and values:
            kinds.append(pending)
            values.append(event)
            pending = None
        elif isinstance(event, Kind) and pending is None and values:
            pending = event
        else:
            if kinds:
                yield Train(run, device, tuple(kinds), np.array(values))
            kinds, values, pending = [], [event] if isinstance(event, float) else [], None


def _events(mine: pd.DataFrame) -> Iterator[float | Kind | None]:
    """Conductance of each reading, kind of each pulse, None for any other stress."""
    repeated = False
    for _, rows in mine.groupby(APPLICATION.header, sort=True):
        event = _event(rows)
        if isinstance(event, float):
            # The same state read again says no more than the first reading.
            if repeated or np.isnan(event):
                continue
            repeated = True
        else:
            repeated = False
        yield event


def _event(rows: pd.DataFrame) -> float | Kind | None:
    set_v = rows[SET_VOLTAGE.header].to_numpy(np.float64)
    if (set_v < 0).any() and (set_v > 0).any() and np.abs(set_v).max() < READ_BELOW_V:
        return slope_conductance(set_v, rows[CURRENT.header])
    pulsed = set_v != 0
    levels = np.unique(set_v[pulsed])
    if levels.size != 1:
        return None
    return Kind(float(levels[0]), _width_s(rows[pulsed]))


def _width_s(pulsed: pd.DataFrame) -> float:
    columns: dict[str, Any] = {name: pulsed[name].to_numpy(np.float64) for name in pulsed.columns
                               if name in {PULSE_WIDTH.header, DWELL.header}}  # fmt: skip
    width = columns.get(PULSE_WIDTH.header, np.array([np.nan]))[0]
    # To the nanosecond: dwell times that add up to the same are the same.
    return round(float(width if np.isfinite(width) else columns[DWELL.header].sum()), 9)
