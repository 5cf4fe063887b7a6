"""Which levels stay apart while they fade, and how long: gaps against drift and read spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.decay import LONGEST_TIME_S, Decay, fit_decay
from procedures.analysis.held import held_table
from procedures.analysis.program_verify import PROGRAMMED, programmed_device
from procedures.analysis.retention import order_kept
from procedures.analysis.statistics import CONFIDENCE
from procedures.columns import DEVICE, REPEAT
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

FINDINGS: Findings = {
    "levels_programmed": Finding("", "levels"),
    "worst_deviation": Finding("%", "largest deviation of a level from its target at the verify"),
    "within_tolerance": Finding("", "whether every level ended within the tolerance"),
    "smallest_gap_s": Finding("S", "smallest gap between neighbours at the verify"),
    "largest_drift_s": Finding(
        "S", "largest drift of a level, from the verify to its last reading"
    ),
    "gap_over_drift": Finding("", "smallest gap over largest drift"),
    "order_kept": Finding("", "whether no level ever met the next one"),
    "retention_time_s": Finding("s", "age of the oldest reading"),
    "confidence": Finding("%", "share of single readings that the bands of the levels hold"),
    "distinguishable_levels": Finding(
        "", "most levels whose bands, from the first reading to the last, do not touch"
    ),
    "distinguishable_time_s": Finding(
        "s", "age until which no bands of neighbours touch; none for ever, 0 for never"
    ),
    "distinguishable_extrapolated": Finding("", "whether that age lies beyond the last reading"),
    "levels": Finding("", "one row a level, lowest first"),
    **{f"levels.{name}": finding for name, finding in PROGRAMMED.items()},
    "levels.round": Finding("", "round in which it was programmed and held"),
    "levels.last_conductance_s": Finding("S", "last reading"),
    "levels.drift_s": Finding("S", "change from the verify to the last reading"),
    "levels.drift": Finding("%", "the same, relative"),
    "levels.exponent": Finding("", "exponent of its decay G ~ t^-exponent"),
    "levels.exponent_u95": Finding("", "half-width of its 95 % interval"),
    "levels.read_spread": Finding("%", "half-width of the interval of 95 % of single readings"),
    "levels.apart_time_s": Finding("s", "age until which it stays apart from the level below"),
}


def level_results(frame: pd.DataFrame, tolerance: float) -> dict[str, object]:
    """Results of `multilevel`, named as in `FINDINGS`."""
    held = held_table(frame)
    levels = sorted(
        (_Level.of(rows) for _, rows in frame.groupby([REPEAT.header, DEVICE.header])),
        key=lambda level: level.row["target_s"],
    )
    rows, bands = [level.row for level in levels], [level.band for level in levels]
    apart_s = [_apart_s(lower, upper) for lower, upper in pairwise(bands)]
    for row, age_s in zip(rows, [None, *apart_s], strict=True):
        row["apart_time_s"] = None if age_s is None else or_none(age_s)
    last_s = float(held["age_s"].max())
    gaps_s = np.diff([row["measured_s"] for row in rows])
    drift_s = max(abs(row["drift_s"]) for row in rows)
    worst = max(abs(row["deviation"]) for row in rows)
    return {
        "levels_programmed": len(rows),
        "worst_deviation": worst,
        "within_tolerance": worst <= tolerance,
        "smallest_gap_s": float(gaps_s.min()),
        "largest_drift_s": drift_s,
        "gap_over_drift": or_none(float(gaps_s.min()) / drift_s) if drift_s else None,
        "order_kept": order_kept(held),
        "retention_time_s": last_s,
        "confidence": CONFIDENCE,
        "distinguishable_levels": _most_apart([band.swept(last_s) for band in bands]),
        "distinguishable_time_s": or_none(min(apart_s)),
        "distinguishable_extrapolated": min(apart_s) > last_s,
        "levels": rows,
    }


def level_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Every level against its age, and how far each is from its target."""
    held = held_table(frame)
    if held.empty:
        return ()
    return (
        Plot(
            name="levels",
            caption="Conductance at 5 mV of every level against the time since it was made.",
            x=Axis(label="time since the level was made", unit="s", scale="log"),
            y=Axis(label="conductance", unit="S"),
            series=tuple(
                Series("", rows["age_s"], rows["conductance_s"], "both")
                for _, rows in _by_level(held)
            ),
        ),
        _deviation_plot(held),
    )


@dataclass(frozen=True)
class _Band:
    """Where single readings of one level lie, from its first reading on; logarithms of S and s.

    The upper edge rises, and the lower edge falls, with the age; of a level that only decays the
    upper edge stands still.
    """

    first: float
    """Logarithm of the age at the first reading."""
    top: float
    rising: float
    bottom: float
    falling: float

    @staticmethod
    def of(decay: Decay, first_age_s: float) -> _Band:
        """The band of a fitted level; the edges are given at the age of the first reading."""
        first = math.log(first_age_s)
        middle = decay.log_intercept - decay.exponent * first
        half = decay.reading_spread
        return _Band(
            first=first,
            top=middle + math.log1p(half),
            rising=max(0.0, -decay.exponent),
            bottom=middle + math.log1p(-half),
            falling=max(0.0, decay.exponent),
        )

    def swept(self, age_s: float) -> tuple[float, float]:
        """Lower and upper edge after all ages up to this one."""
        passed = math.log(age_s) - self.first
        return self.bottom - self.falling * passed, self.top + self.rising * passed


def _apart_s(lower: _Band, upper: _Band) -> float:
    """Age at which two bands meet (s): 0 when they do from the first, inf when they never do."""
    first = max(lower.first, upper.first)
    gap = upper.swept(math.exp(first))[0] - lower.swept(math.exp(first))[1]
    closing = lower.rising + upper.falling
    if gap <= 0:
        return 0.0
    log_age = first + gap / closing if closing > 0 else math.inf
    return math.exp(log_age) if log_age < math.log(LONGEST_TIME_S) else math.inf


def _most_apart(bands: list[tuple[float, float]]) -> int:
    """The most bands of which no two touch: always the one that ends lowest next."""
    count, taken_to = 0, -math.inf
    for bottom, top in sorted(bands, key=lambda band: band[1]):
        if bottom > taken_to:
            count, taken_to = count + 1, top
    return count


@dataclass(frozen=True)
class _Level:
    """One level: its row of the results, and where its readings lie."""

    row: dict[str, Any]
    band: _Band

    @staticmethod
    def of(rows: pd.DataFrame) -> _Level:
        """From all recorded rows of one device in one round."""
        held = held_table(rows)
        decay = fit_decay(held["age_s"], held["conductance_s"])
        level = programmed_device(rows)
        last_s = float(held["conductance_s"].iloc[-1])
        drift_s = last_s - level["measured_s"]
        row = {
            **level,
            "round": int(held["round"].iloc[0]),
            "last_conductance_s": last_s,
            "drift_s": drift_s,
            "drift": drift_s / level["measured_s"],
            "exponent": or_none(decay.exponent),
            "exponent_u95": or_none(decay.exponent_u95),
            "read_spread": or_none(decay.reading_spread),
        }
        return _Level(row, _Band.of(decay, float(held["age_s"].iloc[0])))


def _deviation_plot(held: pd.DataFrame) -> Plot:
    deviation = held.assign(deviation=held["conductance_s"] / held["target_s"] - 1)
    ends = deviation.sort_values("target_s", kind="stable").groupby("target_s")
    first, last = ends.first(), ends.last()
    return Plot(
        name="deviation",
        caption="Deviation of every level from its target, at its first and its last reading.",
        x=Axis(label="target", unit="S"),
        y=Axis(label="deviation", unit="%"),
        series=(
            Series("first reading", first.index.to_numpy(), first["deviation"]),
            Series("last reading", last.index.to_numpy(), last["deviation"]),
        ),
    )


def _by_level(held: pd.DataFrame) -> Any:
    return held.groupby(["round", "device"], sort=False)
