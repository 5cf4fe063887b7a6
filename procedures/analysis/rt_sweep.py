"""Resistance against temperature: points, laws, lag, and the effect of reading, from the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from procedures.analysis.conduction_laws import (
    Metallic,
    Thermionic,
    Verdict,
    compare,
    fit_linear,
    fit_metallic,
    fit_thermionic,
)
from procedures.analysis.junction import fit_junction
from procedures.analysis.rt_points import AMPLITUDE, DIRECTIONS, point_table
from procedures.findings import UNCERTAINTY, Finding, Findings, or_none

FloatArray = NDArray[np.float64]

REFERENCE_K = 300.0
FEWEST_POINTS = 3
NEITHER_BELOW = 0.9
"""A line that explains less of the variance than this describes nothing."""

JUNCTION = (
    *("barrier_ev", "barrier_ev_u95"),
    *("series_ohm", "series_ohm_u95", "leak_s", "leak_s_u95"),
)
"""What `procedures.analysis.junction.Junction` says."""

DEVICE_FINDINGS: Findings = {
    "law": Finding("", "law that describes the data: thermionic, metallic, undecided, or neither"),
    "law_weight": Finding("%", "share of the evidence (Akaike weight) for the likelier law"),
    "barrier_ev": Finding("eV", "slope of ln(R·T) against 1/T, times k"),
    "barrier_ev_u95": Finding("eV", "half-width of its 95 % interval"),
    "thermionic_r_squared": Finding("", "R² of the line of ln(R·T) against 1/T"),
    "junction_barrier_ev": Finding("eV", "barrier when series resistance and leak are allowed for"),
    "junction_barrier_ev_u95": Finding("eV", "half-width of its 95 % interval"),
    "series_ohm": Finding("Ω", "constant resistance in series with the junction, if there is one"),
    "series_ohm_u95": Finding("Ω", "half-width of its 95 % interval"),
    "leak_s": Finding("S", "constant conductance beside the junction, if there is one"),
    "leak_s_u95": Finding("S", "half-width of its 95 % interval"),
    "tcr_per_k": Finding("1/K", "slope of the line of R in T over its value at 300 K"),
    "tcr_per_k_u95": Finding("1/K", "half-width of its 95 % interval"),
    "reference_ohm": Finding("Ω", "value of that line at 300 K"),
    "reference_ohm_u95": Finding("Ω", "half-width of its 95 % interval"),
    "metallic_r_squared": Finding("", "R² of the line of R in T"),
    "resistance_ratio": Finding("", "resistance at the coldest over that at the hottest reading"),
    "monotonic": Finding("", "whether R rises, or falls, all along, but for its noise"),
    "hysteresis_k": Finding("K", "stage temperature when heating less when cooling, at equal R"),
    "hysteresis_k_u95": Finding("K", "half-width of its 95 % interval"),
    "drift_per_decade": Finding("%", "rise of R with every tenfold time since the state was made"),
    "drift_per_decade_u95": Finding("%", "half-width of its 95 % interval"),
    "read_effect": Finding("%", "largest change of conductance by the reading itself"),
    "read_effect_u95": Finding("%", "half-width of its 95 % interval"),
    "self_heating_k": Finding("K", "warming that would explain it: an upper bound"),
    "points": Finding("", "readings that count"),
    "unresolved": Finding("", "readings left out, for their noise exceeds a tenth of them"),
}
"""Of one device; the results without a device are the mean over all."""

FINDINGS: Findings = {
    **DEVICE_FINDINGS,
    "coldest_k": Finding("K", "lowest stage temperature of a reading that counts"),
    "hottest_k": Finding("K", "highest stage temperature of a reading that counts"),
    "devices.device": Finding("", "name of the device"),
    **{f"devices.{name}": finding for name, finding in DEVICE_FINDINGS.items()},
}


def rt_results(frame: pd.DataFrame) -> dict[str, object]:
    """Results of `rt_sweep`: `FINDINGS`, with one entry a device in the table `devices`."""
    points = point_table(frame)
    entries = [
        {"device": device, **device_results(points[points["device"] == device])}
        for device in points["device"].unique()
    ]
    counting = points.loc[points["counts"], "kelvin"]
    return {
        **_over_all(entries),
        "coldest_k": or_none(counting.min()),
        "hottest_k": or_none(counting.max()),
        "devices": entries,
    }


def device_results(points: pd.DataFrame) -> dict[str, object]:
    """`DEVICE_FINDINGS` of one device, from its rows of `point_table`."""
    readings = points[points["phase"].isin(DIRECTIONS)]
    good = readings[readings["counts"]]
    counts = {"points": len(good), "unresolved": len(readings) - len(good)}
    if len(good) < FEWEST_POINTS or np.ptp(good["kelvin"]) == 0:
        return {**dict.fromkeys(DEVICE_FINDINGS), **counts}
    kelvin, ohm = good["kelvin"].to_numpy(), good["ohm"].to_numpy()
    thermionic = fit_thermionic(kelvin, ohm)
    metallic = fit_metallic(kelvin, ohm, REFERENCE_K)
    verdict = _verdict(thermionic, metallic)
    results: dict[str, object] = {
        "law": verdict.law,
        "law_weight": verdict.weight,
        **_thermionic(thermionic, kelvin, ohm),
        **_metallic(metallic),
        **_course(good),
        **_hysteresis(good, thermionic, metallic),
        **_read_effect(points, thermionic, metallic),
        **counts,
    }
    return {name: results[name] for name in DEVICE_FINDINGS}


def sensitivity_per_k(kelvin: FloatArray, thermionic: Thermionic, metallic: Metallic) -> FloatArray:
    """Change of ln R with temperature (1/K), shape (n,), by the law that describes R better."""
    better = _better(thermionic, metallic)
    step_k = 1e-3 * kelvin
    above, below = (better.resistance_ohm(kelvin + sign * step_k) for sign in (1, -1))
    return (above - below) / (2 * step_k) / better.resistance_ohm(kelvin)


def _better(thermionic: Thermionic, metallic: Metallic) -> Thermionic | Metallic:
    return thermionic if _spread(thermionic) < _spread(metallic) else metallic


def _spread(law: Thermionic | Metallic) -> float:
    return float(np.std(law.residuals))


def _verdict(thermionic: Thermionic, metallic: Metallic) -> Verdict:
    verdict = compare(thermionic, metallic)
    if max(thermionic.r_squared, metallic.r_squared) < NEITHER_BELOW:
        return Verdict("neither", verdict.weight)
    return verdict


def _thermionic(law: Thermionic, kelvin: FloatArray, ohm: FloatArray) -> dict[str, float | None]:
    found: dict[str, float | None] = {
        "barrier_ev": law.barrier_ev,
        "barrier_ev_u95": or_none(law.barrier_ev_u95),
        "thermionic_r_squared": or_none(law.r_squared),
    }
    renamed = {name: f"junction_{name}" if "barrier" in name else name for name in JUNCTION}
    if law.barrier_ev <= 0:
        return found | dict.fromkeys(renamed.values())
    junction = fit_junction(kelvin, ohm, law)
    return found | {new: or_none(getattr(junction, name)) for name, new in renamed.items()}


def _metallic(law: Metallic) -> dict[str, float | None]:
    return {
        "tcr_per_k": law.tcr_per_k,
        "tcr_per_k_u95": or_none(law.tcr_per_k_u95),
        "reference_ohm": law.reference_ohm,
        "reference_ohm_u95": or_none(law.reference_ohm_u95),
        "metallic_r_squared": or_none(law.r_squared),
    }


def _course(good: pd.DataFrame) -> dict[str, object]:
    """Ratio of the ends, and whether R goes one way all along (each direction by itself)."""
    ends = good.sort_values("kelvin")["ohm"].iloc[[0, -1]].tolist()
    sign = 1.0 if ends[1] > ends[0] else -1.0
    courses = [part.sort_values("kelvin") for _, part in good.groupby("phase")]
    return {
        "resistance_ratio": ends[0] / ends[1],
        "monotonic": all(_goes_one_way(course, sign) for course in courses),
    }


def _goes_one_way(course: pd.DataFrame, sign: float) -> bool:
    """Whether no step goes backwards by more than the intervals of its ends."""
    u95 = course["ohm_u95"].to_numpy()
    step_u95 = np.hypot(u95[1:], u95[:-1])
    return bool(np.all(sign * np.diff(course["ohm"]) >= -step_u95))


def _hysteresis(
    good: pd.DataFrame, thermionic: Thermionic, metallic: Metallic
) -> dict[str, float | None]:
    """Lag and drift, told apart by where they act.

    From cooling to heating, a lag shifts ln R in proportion to its slope in T at each point; a
    drift of the state shifts it in proportion to the logarithm of the time that passed.
    """
    names = ("hysteresis_k", "hysteresis_k_u95", "drift_per_decade", "drift_per_decade_u95")
    cooling, heating = (good[good["phase"] == phase].sort_values("kelvin") for phase in DIRECTIONS)
    if min(len(cooling), len(heating)) < FEWEST_POINTS:
        return dict.fromkeys(names)
    law, kelvin = _better(thermionic, metallic), heating["kelvin"].to_numpy()

    def rise(above: FloatArray, below: FloatArray) -> FloatArray:
        return above - np.interp(kelvin, cooling["kelvin"].to_numpy(), below)

    decades = rise(*(np.log10(part["age_s"].to_numpy()) for part in (heating, cooling)))
    per_k = sensitivity_per_k(kelvin, thermionic, metallic)
    changes = rise(*(_log_above(law, part) for part in (heating, cooling)))
    (lag_k, drift), (lag_u95, drift_u95) = fit_linear(np.column_stack([-per_k, decades]), changes)
    return dict(zip(names, map(or_none, (lag_k, lag_u95, drift, drift_u95)), strict=True))


def _log_above(law: Thermionic | Metallic, points: pd.DataFrame) -> FloatArray:
    """Logarithm of R over the law, nan where the law is not above zero."""
    ratio = points["ohm"].to_numpy() / law.resistance_ohm(points["kelvin"].to_numpy())
    return np.log(np.where(ratio > 0, ratio, np.nan))


def _read_effect(
    points: pd.DataFrame, thermionic: Thermionic, metallic: Metallic
) -> dict[str, float | None]:
    """What reading at V changes, from readings at V and 2V: a third of the difference, as V²."""
    usable = points[points["counts"]]
    twice = usable[usable["phase"] == AMPLITUDE]
    once = usable[usable["phase"].isin(DIRECTIONS)]
    both = once.merge(twice, on="repeat", suffixes=("", "_twice"))
    if both.empty:
        return dict.fromkeys(("read_effect", "read_effect_u95", "self_heating_k"))
    effect = (both["ohm"] / both["ohm_twice"] - 1).to_numpy() / 3
    relative = [(both[f"ohm_u95{end}"] / both[f"ohm{end}"]).to_numpy() for end in ("", "_twice")]
    per_k = sensitivity_per_k(both["kelvin"].to_numpy(), thermionic, metallic)
    largest = int(np.abs(effect).argmax())
    return {
        "read_effect": float(effect[largest]),
        "read_effect_u95": float(np.hypot(*relative)[largest] / 3),
        "self_heating_k": float(np.abs(effect[largest] / per_k[largest])),
    }


def _over_all(entries: list[dict[str, object]]) -> dict[str, object]:
    """Of one device its results; of several the mean, its interval from those of the devices."""
    if len(entries) == 1:
        return {name: value for name, value in entries[0].items() if name != "device"}
    return {name: _combined(name, entries) for name in DEVICE_FINDINGS}


def _combined(name: str, entries: list[dict[str, object]]) -> object:
    values = [entry[name] for entry in entries if entry[name] is not None]
    if name == "law":
        return values[0] if len(set(values)) == 1 else "mixed"
    if name == "monotonic":
        return all(values)
    if not values:
        return None
    numbers = np.array(values, dtype=np.float64)
    if name in ("points", "unresolved"):
        return int(numbers.sum())
    if name.endswith(UNCERTAINTY):
        return float(np.sqrt(np.sum(numbers**2)) / numbers.size)
    return float(numbers.mean())
