"""The conductance of a device over its life, as a plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from labctl.clerk.known_devices import conductance_of
from labctl.ledger.life import Seen, run_of
from procedures.plots import Axis, Plot, Series


@dataclass(frozen=True)
class _Point:
    runs: float
    """How many runs had gone by: a whole number for the last reading of a run."""
    siemens: float
    rough: bool


def life_plot(seen: Sequence[Seen]) -> Plot:
    """Every conductance that readings at small voltage gave, against runs of this device."""
    points = [point for point in _points(seen) if point.siemens > 0]
    return Plot(
        name="device_life",
        caption="Conductance at small voltage over the device's life, run after run.",
        x=Axis(label="Runs with this device"),
        y=Axis(label="Conductance", unit="S", scale="log"),
        series=tuple(
            _series(label, [point for point in points if point.rough is rough])
            for label, rough in (("read", False), ("one reading within stress", True))
            if any(point.rough is rough for point in points)
        ),
    )


def _points(seen: Sequence[Seen]) -> Iterator[_Point]:
    for number, (_, of_run) in enumerate(groupby(seen, key=run_of)):
        read = [(s, one) for one in of_run if (s := conductance_of(one)) is not None]
        for place, (siemens, one) in enumerate(read, start=1):
            yield _Point(number + place / len(read), siemens, one["state_s"] is None)


def _series(label: str, points: Sequence[_Point]) -> Series:
    return Series(label, [point.runs for point in points], [point.siemens for point in points])
