"""How far read currents are from voltage times conductance, from the recorded readings alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from procedures.analysis.conductance import slope_conductance
from procedures.analysis.read_disturb import disturb_table
from procedures.analysis.statistics import mean_with_interval
from procedures.columns import APPLICATION, CURRENT, DEVICE, PHASE, REPEAT, SET_VOLTAGE
from procedures.findings import UNCERTAINTY, Finding, Findings, or_none, plain_records

VERIFY, READ, GAP = "verify", "pulse", "offset"

NEAR_NOISE_V = 0.4e-3
"""Up to here the paper sees the current near its noise (Fig 4d)."""
WELL_ABOVE_V = 5e-3
LARGE_DEVIATION = 0.2

MEASURES: Findings = {
    "deviation": Finding("%", "mean deviation from requested V times G, in magnitude"),
    "corrected_deviation": Finding("%", "the same, the mean current at 0 V taken off"),
    "positive_deviation": Finding("%", "mean deviation at positive voltages"),
    "negative_deviation": Finding("%", "mean deviation at negative voltages"),
    "noise_edge_deviation": Finding("%", "mean deviation at 0.4 mV"),
    "near_noise_deviation": Finding("%", "mean deviation at 0.4 mV and below"),
    "near_noise_share": Finding("%", "part of the mean deviation that comes from 0.4 mV and below"),
    "well_above_deviation": Finding("%", "mean deviation above 5 mV"),
    "offset_v": Finding("V", "mean current at 0 V over the conductance: the source's offset"),
}
"""What every run says, and every device as the mean of its runs."""

FINDINGS: Findings = {
    **MEASURES,
    "readings": Finding("", "readings at a voltage"),
    "overflows": Finding("", "readings that did not fit their range, left out"),
    "over_20_percent_v": Finding(
        "V", "largest voltage at which the mean deviation is surely over 20 %"
    ),
    "devices.device": Finding("", "name in the station's wiring"),
    "devices.conductance_s": Finding("S", "verified conductance, mean of the runs"),
    **{f"devices.{name}": finding for name, finding in MEASURES.items()},
    "runs.device": Finding("", "name in the station's wiring"),
    "runs.run": Finding("", "run, from 1"),
    "runs.conductance_s": Finding("S", "conductance verified before the run"),
    **{f"runs.{name}": finding for name, finding in MEASURES.items()},
    "disturb.device": Finding("", "name in the station's wiring"),
    "disturb.level_v": Finding("V", "voltage of the further read pulses"),
    "disturb.reads": Finding("", "how many there were"),
    "disturb.before_s": Finding("S", "conductance before them"),
    "disturb.change": Finding("%", "relative change of the conductance over them"),
    "disturb.control_change": Finding("%", "the same over as long at 0 V, just before"),
}


def accuracy_results(frame: pd.DataFrame) -> dict[str, object]:
    """Results of `read_accuracy`, as `FINDINGS` names them; None for what is not defined.

    Single values are means over the devices; the interval is that of one device's mean over its
    runs, with several devices that of the mean over devices.
    """
    readings = reading_table(frame)
    runs = _runs(readings)
    devices = _devices(runs)
    means = _means(devices) if len(devices) != 1 else devices.iloc[0].drop("device").to_dict()
    return {
        **{name: or_none(means[name]) for name in _with_intervals(MEASURES)},
        "over_20_percent_v": or_none(_largest_poor_voltage(readings)),
        "readings": len(readings),
        "overflows": int(frame.loc[frame[PHASE.header] == READ, CURRENT.header].isna().sum()),
        "devices": plain_records(devices),
        "runs": plain_records(runs),
        "disturb": plain_records(disturb_table(frame)),
    }


READING_COLUMNS = [
    *("device", "run", "set_v", "current_a", "conductance_s", "arithmetic_a", "gap_a"),
    *("deviation", "corrected"),
]


def reading_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a reading at a voltage, of every run that was verified.

    `device`, `run`, `set_v`, `current_a`, `conductance_s` (verified before the run),
    `arithmetic_a`, `gap_a` (mean current at 0 V in the run), `deviation` (signed, relative),
    `corrected` (the same without `gap_a`). Overflowed readings are left out.
    """
    runs = frame[frame[REPEAT.header] > 0].groupby([DEVICE.header, REPEAT.header], sort=False)
    tables = [_readings_of(rows) for _, rows in runs]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=READING_COLUMNS)


def _readings_of(rows: pd.DataFrame) -> pd.DataFrame:
    device, run = rows[[DEVICE.header, REPEAT.header]].iloc[0]
    phase = rows[PHASE.header]
    reads = rows[(phase == READ) & rows[CURRENT.header].notna()]
    set_v = reads[SET_VOLTAGE.header].to_numpy(np.float64)
    current_a = reads[CURRENT.header].to_numpy(np.float64)
    conductance_s = _last_burst(rows[phase == VERIFY])
    arithmetic_a = set_v * conductance_s
    gap_a = float(rows.loc[phase == GAP, CURRENT.header].mean())
    values = (
        *(device, run, set_v, current_a, conductance_s, arithmetic_a, gap_a),
        *(current_a / arithmetic_a - 1, (current_a - gap_a) / arithmetic_a - 1),
    )
    return pd.DataFrame(dict(zip(READING_COLUMNS, values, strict=True)))


def _last_burst(rows: pd.DataFrame) -> float:
    last = rows[rows[APPLICATION.header] == rows[APPLICATION.header].max()]
    return slope_conductance(last[SET_VOLTAGE.header], last[CURRENT.header])


def _runs(readings: pd.DataFrame) -> pd.DataFrame:
    parts = readings.groupby(["device", "run"], sort=False)
    rows = [{"device": device, "run": run, **_run(mine)} for (device, run), mine in parts]
    return pd.DataFrame(rows, columns=["device", "run", "conductance_s", *MEASURES])


def _run(mine: pd.DataFrame) -> dict[str, float]:
    """The measures of one run, as `MEASURES` names them; nan for a range without a voltage."""
    deviation, volts = mine["deviation"].abs(), mine["set_v"].abs()
    near_noise = volts <= NEAR_NOISE_V * (1 + 1e-9)
    conductance_s = float(mine["conductance_s"].iloc[0])
    return {
        "conductance_s": conductance_s,
        "deviation": float(deviation.mean()),
        "corrected_deviation": float(mine["corrected"].abs().mean()),
        "positive_deviation": float(deviation[mine["set_v"] > 0].mean()),
        "negative_deviation": float(deviation[mine["set_v"] < 0].mean()),
        "noise_edge_deviation": float(deviation[np.isclose(volts, NEAR_NOISE_V)].mean()),
        "near_noise_deviation": float(deviation[near_noise].mean()),
        "near_noise_share": float(deviation[near_noise].sum() / deviation.sum()),
        "well_above_deviation": float(deviation[volts > WELL_ABOVE_V].mean()),
        "offset_v": float(mine["gap_a"].iloc[0]) / conductance_s,
    }


def _devices(runs: pd.DataFrame) -> pd.DataFrame:
    parts = runs.groupby("device", sort=False)
    rows = [
        {"device": device, "conductance_s": float(mine["conductance_s"].mean()), **_means(mine)}
        for device, mine in parts
    ]
    names = ["device", "conductance_s", *_with_intervals(MEASURES)]
    return pd.DataFrame(rows, columns=names)


def _means(rows: pd.DataFrame) -> dict[str, float]:
    """Every measure's mean over rows (runs, or devices), and its interval."""
    means: dict[str, float] = {}
    for name in MEASURES:
        means[name], means[name + UNCERTAINTY] = mean_with_interval(rows[name])
    return means


def _with_intervals(names: Iterable[str]) -> list[str]:
    return [each for name in names for each in (name, name + UNCERTAINTY)]


def _largest_poor_voltage(readings: pd.DataFrame) -> float:
    """The largest magnitude whose mean deviation is surely over `LARGE_DEVIATION`; 0 for none.

    Surely: with the whole of its 95 % interval. Rounded to the nanovolt, so that both polarities
    are one voltage.
    """
    levels_v = readings["set_v"].abs().round(9).to_numpy(np.float64)
    deviations = readings["deviation"].abs().to_numpy(np.float64)
    poor_v = [0.0]
    for level_v in np.unique(levels_v):
        mean, u95 = mean_with_interval(deviations[levels_v == level_v])
        if mean - u95 > LARGE_DEVIATION:
            poor_v.append(float(level_v))
    return max(poor_v)
