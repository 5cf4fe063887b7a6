"""Endurance to the standard of Lanza et al., ACS Nano 15 (2021) 17214, from recorded reads alone.

Distributions instead of single traces, every device, the first failure, and what was not sampled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from procedures.analysis.endurance_failures import KINDS, Criteria
from procedures.analysis.endurance_statistics import (
    DeviceCycles,
    FloatArray,
    IntArray,
    device_cycles,
    ratio_of_means,
    spread,
)
from procedures.analysis.statistics import CONFIDENCE, coefficient_of_variation, mean_with_interval
from procedures.findings import UNCERTAINTY, Finding, Findings, or_none

DRIFT_CYCLES = 1000
"""The first and the last so many cycles are compared."""
QUANTILES = {"q01": 0.01, "median": 0.5, "q99": 0.99}

STATES = {"on": "ON", "off": "OFF"}

_OF_A_STATE = {
    "device": Finding("", "name of the device"),
    "mean_s": Finding("S", "mean {} conductance over the cycles, at the read voltage"),
    "sd_s": Finding("S", "standard deviation of {} over the cycles"),
    "cv": Finding("%", "C_v of {} from cycle to cycle: standard deviation over mean"),
    "q01_s": Finding("S", "one in a hundred cycles is below this {}"),
    "median_s": Finding("S", "median of {}"),
    "q99_s": Finding("S", "one in a hundred cycles is above this {}"),
    "drift": Finding("%", "change of the mean {} from the first 1000 cycles to the last 1000"),
}
_OF_A_DEVICE = {
    "device": Finding("", "name of the device"),
    "cycles": Finding("", "cycles the device has seen"),
    "stored_cycles": Finding("", "cycles of which both states are on record"),
    "ratio": Finding("", "mean ON over mean OFF"),
    "first_failure_cycle": Finding("", "first of the failing cycles that ended its life"),
    "good_until_cycle": Finding("", "last good cycle on record until then, 0 for none"),
    "failure": Finding("", "what its first failure was: stuck ON, stuck OFF, or window"),
    "failing_cycles": Finding("", "stored cycles that fail a criterion"),
    "coarse_cycles": Finding("", "cycles read on the range of the peaks"),
    "overflows": Finding("", "reads that did not fit their range; left out of means"),
}

FINDINGS: Findings = {
    "devices": Finding("", "devices that were cycled"),
    "cycles": Finding("", "most cycles that a device has seen"),
    "period_s": Finding("s", "duration of a cycle, by the source's clock"),
    "on_mean_s": Finding("S", "mean ON conductance; of several devices, of their means"),
    "off_mean_s": Finding("S", "mean OFF conductance; of several devices, of their means"),
    "ratio": Finding("", "mean over the devices of mean ON over mean OFF"),
    "lowest_ratio": Finding("", "smallest mean ON over mean OFF of a device"),
    "highest_ratio": Finding("", "largest mean ON over mean OFF of a device"),
    "on_cv": Finding("%", "C_v of ON from cycle to cycle, mean over the devices"),
    "off_cv": Finding("%", "C_v of OFF from cycle to cycle, mean over the devices"),
    "on_device_cv": Finding("%", "C_v from device to device of the mean ON"),
    "off_device_cv": Finding("%", "C_v from device to device of the mean OFF"),
    "failed_devices": Finding("", "devices that met the criterion for the end of life"),
    "failed_share_at_most": Finding(
        "%", "devices of this kind that fail within these cycles, upper end of 95 % confidence"
    ),
    "first_failure_cycle": Finding("", "earliest first failure of a device; none without one"),
    "failure_chance_at_most": Finding(
        "%", "chance that a cycle fails, upper end of 95 % confidence; none once a cycle failed"
    ),
    "stored_cycles": Finding("", "cycles of which both states are on record, all devices"),
    "not_sampled": Finding("%", "cycles that were played but are not on record"),
    "uncertain_cycles": Finding("", "cycles that an interruption of the run left uncertain"),
    "coarse_cycles": Finding("", "cycles read on the range of the peaks: recorded in full"),
    "overflows": Finding("", "reads that did not fit their range; left out of means"),
    **{f"endurance.{name}": finding for name, finding in _OF_A_DEVICE.items()},
    **{
        f"{state}_cycles.{name}": Finding(finding.unit, finding.meaning.format(label))
        for state, label in STATES.items()
        for name, finding in _OF_A_STATE.items()
    },
}


def endurance_results(frame: pd.DataFrame, criteria: Criteria) -> dict[str, object]:
    """Results of `endurance`, by the names in `FINDINGS`; None for what is not defined.

    Conductance is current over requested voltage, the source's offset left in. Intervals from
    cycle to cycle are those of `endurance_statistics.spread`, which allow for cycles that resemble
    their neighbours; from device to device those of `statistics`, for independent devices of
    normal spread. Upper ends of confidence are Clopper and Pearson's, for independent cycles
    or devices. Every statistic is of the stored cycles, failing ones included.
    """
    found = device_cycles(frame)
    table = [_device_results(cycles, criteria) for cycles in found]
    on_cycles = [_state_results(one.device, one.cycle, one.on_s, one.played) for one in found]
    off_cycles = [_state_results(one.device, one.cycle, one.off_s, one.played) for one in found]
    firsts = [row["first_failure_cycle"] for row in table]
    failed = [cycle for cycle in firsts if isinstance(cycle, int)]
    played = sum(cycles.played for cycles in found)
    stored = sum(cycles.cycle.size for cycles in found)
    good_only = not any(row["failing_cycles"] for row in table)
    return {
        "devices": len(found),
        "cycles": max((cycles.played for cycles in found), default=0),
        "period_s": _period_s(found),
        **_state_over_devices("on", on_cycles),
        **_state_over_devices("off", off_cycles),
        **_ratio_over_devices(table),
        "failed_devices": len(failed),
        "failed_share_at_most": _at_most(len(failed), len(found)),
        "first_failure_cycle": min(failed, default=None),
        "failure_chance_at_most": _at_most(0, stored) if good_only else None,
        "stored_cycles": stored,
        "not_sampled": 1 - stored / played if played else None,
        "uncertain_cycles": sum(cycles.uncertain for cycles in found),
        "coarse_cycles": sum(int(cycles.is_coarse.sum()) for cycles in found),
        "overflows": sum(cycles.overflows for cycles in found),
        "endurance": table,
        "on_cycles": on_cycles,
        "off_cycles": off_cycles,
    }


def _device_results(cycles: DeviceCycles, criteria: Criteria) -> dict[str, object]:
    """One row of the table `endurance`."""
    valid = cycles.is_valid
    ratio, ratio_u95 = ratio_of_means(cycles.on_s[valid], cycles.off_s[valid])
    return {
        "device": cycles.device,
        "cycles": cycles.played,
        "stored_cycles": cycles.cycle.size,
        "ratio": or_none(ratio),
        f"ratio{UNCERTAINTY}": or_none(ratio_u95),
        **_failure(cycles, criteria),
        "coarse_cycles": int(cycles.is_coarse.sum()),
        "overflows": cycles.overflows,
    }


def _state_results(
    device: str, cycle: IntArray, conductance_s: FloatArray, played: int
) -> dict[str, object]:
    """One row of the tables `on_cycles` and `off_cycles`."""
    finite = np.isfinite(conductance_s)
    values, numbers = conductance_s[finite], cycle[finite]
    found = spread(values)
    # The first and the last cycles must not meet.
    last_from = played - DRIFT_CYCLES if played >= 2 * DRIFT_CYCLES else np.inf
    drift, drift_u95 = _drift(values[numbers <= DRIFT_CYCLES], values[numbers > last_from])
    results = {
        "mean_s": found.mean,
        f"mean_s{UNCERTAINTY}": found.mean_u95,
        "sd_s": found.sd,
        "cv": found.cv,
        f"cv{UNCERTAINTY}": found.cv_u95,
        **{
            f"{name}_s": float(np.quantile(values, q)) if values.size else np.nan
            for name, q in QUANTILES.items()
        },
        "drift": drift,
        f"drift{UNCERTAINTY}": drift_u95,
    }
    return {"device": device, **{name: or_none(value) for name, value in results.items()}}


def _drift(first_s: FloatArray, last_s: FloatArray) -> tuple[float, float]:
    if not (first_s.size and last_s.size):
        return np.nan, np.nan
    before, after = spread(first_s), spread(last_s)
    ratio = after.mean / before.mean
    relative = np.hypot(before.mean_u95 / before.mean, after.mean_u95 / after.mean)
    return ratio - 1, abs(ratio) * float(relative)


def _failure(cycles: DeviceCycles, criteria: Criteria) -> dict[str, object]:
    codes = criteria.failing(cycles.on_s, cycles.off_s)
    place = criteria.first_failure(codes)
    good = cycles.cycle[:place][codes[:place] == 0]
    return {
        "first_failure_cycle": None if place is None else int(cycles.cycle[place]),
        "good_until_cycle": int(good[-1]) if good.size else 0,
        "failure": None if place is None else KINDS[codes[place]],
        "failing_cycles": int(np.count_nonzero(codes)),
    }


def _state_over_devices(
    state: str, table: Sequence[Mapping[str, object]]
) -> dict[str, float | None]:
    means_s, means_u95 = (_column(table, f"mean_s{end}") for end in ("", UNCERTAINTY))
    cvs, cvs_u95 = (_column(table, f"cv{end}") for end in ("", UNCERTAINTY))
    mean_s, mean_u95 = mean_with_interval(means_s)
    device_cv, device_cv_u95 = coefficient_of_variation(means_s)
    results = {
        f"{state}_mean_s": mean_s,
        f"{state}_mean_s{UNCERTAINTY}": means_u95[0] if means_u95.size == 1 else mean_u95,
        f"{state}_cv": mean_with_interval(cvs)[0],
        f"{state}_cv{UNCERTAINTY}": np.linalg.norm(cvs_u95) / max(cvs_u95.size, 1),
        f"{state}_device_cv": device_cv,
        f"{state}_device_cv{UNCERTAINTY}": device_cv_u95,
    }
    return {name: or_none(value) for name, value in results.items()}


def _ratio_over_devices(table: Sequence[Mapping[str, object]]) -> dict[str, float | None]:
    ratios, ratios_u95 = (_column(table, f"ratio{end}") for end in ("", UNCERTAINTY))
    mean, mean_u95 = mean_with_interval(ratios)
    known = ratios[np.isfinite(ratios)]
    return {
        "ratio": or_none(mean),
        f"ratio{UNCERTAINTY}": or_none(ratios_u95[0] if ratios.size == 1 else mean_u95),
        "lowest_ratio": or_none(known.min(initial=np.inf)),
        "highest_ratio": or_none(known.max(initial=-np.inf)),
    }


def _column(table: Sequence[Mapping[str, object]], name: str) -> FloatArray:
    return np.array([row[name] for row in table], np.float64)


def _period_s(found: Sequence[DeviceCycles]) -> float | None:
    periods = [np.diff(one.time_s) / np.diff(one.cycle) for one in found]
    joined = np.concatenate(periods) if periods else np.empty(0)
    return float(np.median(joined)) if joined.size else None


def _at_most(failed: int, among: int) -> float | None:
    """Upper end of the one-sided 95 % interval of a share (Clopper and Pearson)."""
    if not among:
        return None
    return 1.0 if failed == among else float(stats.beta.ppf(CONFIDENCE, failed + 1, among - failed))
