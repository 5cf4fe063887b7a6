"""Energies of switching pulses and how well they are resolved, from the recorded readings alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from drivers.roles import Flag
from procedures.analysis.conductance import APERTURE_S, pulse_energy
from procedures.analysis.pulse_response import PULSE, REST, pulse_responses
from procedures.analysis.statistics import fit_line, mean_with_interval, student_factor
from procedures.columns import (
    APPLICATION,
    CURRENT,
    DWELL,
    ELAPSED,
    FLAGS,
    PHASE,
    PULSE_WIDTH,
    VOLTAGE,
)
from procedures.findings import Finding, Findings, or_none, plain_records

FloatArray = NDArray[np.float64]

READINGS_TO_RESOLVE = 4
FLOORS_TO_RESOLVE = 3.0
"""A reading below so many times the floor is not told from it."""
ONE_MS = 1e-3
_DOUBTFUL = int(Flag.OVERFLOW | Flag.UNSETTLED)

FINDINGS: Findings = {
    "coefficient_j_per_s2": Finding(
        "J/S²", "energy over the difference of squared conductances; mean of the goals' pulses"
    ),
    "energy_exponent": Finding(
        "", "slope of ln(energy) against ln(that difference); 1 where the change is linear in time"
    ),
    "start_exponent": Finding(
        "", "slope of ln(energy / (ratio^2 - 1)) against ln(start conductance); None for one start"
    ),
    "lowest_energy_j": Finding("J", "smallest energy of a resolved pulse"),
    "pulses": Finding("", "pulses with a reading before and after"),
    "unresolved_pulses": Finding("", "pulses with too few readings, or readings near the floor"),
    "implied_width_s": Finding(
        "s", "longest pulse that could cost the claimed energy, at the lowest start conductance"
    ),
    "implied_conductance_s": Finding(
        "S", "mean conductance with which a pulse of 1 ms would cost the claimed energy"
    ),
    "claimed_energy_j": Finding("J", "the energy of which is said what it would imply"),
    "statement": Finding("", "what the claimed energy would imply, in words"),
    "goals.device": Finding("", "name in the station's wiring"),
    "goals.state": Finding("", "start state"),
    "goals.wanted": Finding("", "ratio, or width in s, that was asked for"),
    "goals.reached": Finding("", "repeats that met it, each by its shortest pulse that did"),
    "goals.ratio": Finding("", "ON/OFF ratio of these pulses, mean"),
    "goals.width_s": Finding("s", "width of these pulses, mean"),
    "goals.energy_j": Finding("J", "energy of these pulses, mean"),
    "goals.bound_j": Finding("J", "their bound V^2 * G_before * t, mean"),
    "goals.unresolved": Finding("", "how many of them are unresolved"),
    "goals.unresolved_share": Finding("%", "part of their energy that is not resolved, mean"),
    "implied.device": Finding("", "name in the station's wiring"),
    "implied.state": Finding("", "start state"),
    "implied.before_s": Finding("S", "conductance before the pulses, mean"),
    "implied.width_s": Finding("s", "longest pulse that could cost the claimed energy from there"),
    "implied.bound_j": Finding("J", "least energy of a pulse of 1 ms from there"),
    "single_pulses.device": Finding("", "name in the station's wiring"),
    "single_pulses.state": Finding("", "start state"),
    "single_pulses.repeat": Finding("", "repeat, from 1"),
    "single_pulses.width_s": Finding("s", "width as played"),
    "single_pulses.interval_s": Finding("s", "from reading to reading within the pulse"),
    "single_pulses.readings": Finding("", "readings within the pulse"),
    "single_pulses.before_s": Finding("S", "conductance at +-5 mV before the pulse"),
    "single_pulses.after_s": Finding("S", "conductance at +-5 mV a fixed delay after it"),
    "single_pulses.ratio": Finding("", "after over before"),
    "single_pulses.energy_j": Finding("J", "integral of V times I over the pulse"),
    "single_pulses.bound_j": Finding("J", "V^2 * G_before * t: the least it can be"),
    "single_pulses.floor_a": Finding("A", "scatter of the current at 0 V on the same range"),
    "single_pulses.limited": Finding("", "whether the pulse met the compliance"),
    "single_pulses.unresolved": Finding("", "fewer than 4 readings, or one below 3 floors"),
    "single_pulses.unresolved_share": Finding(
        "%", "part of the energy that does not lie between two good readings"
    ),
}


SHOWN = (
    *("device", "state", "repeat", "width_s", "interval_s", "readings", "before_s", "after_s"),
    *("ratio", "energy_j", "energy_j_u95", "bound_j", "floor_a", "limited"),
    *("unresolved", "unresolved_share"),
)
"""Columns of the pulses that go into the results."""

_ENERGY = (
    *("interval_s", "readings", "energy_j", "energy_j_u95", "floor_a"),
    *("unresolved", "unresolved_share"),
)
"""Columns that come from the readings within a pulse."""


@dataclass(frozen=True)
class Goals:
    """What the pulses were to reach."""

    column: str
    """Column of the pulses that tells: `ratio` or `width_s`."""
    values: tuple[float, ...]
    tolerance: float
    """Relative distance that still counts as reached."""


def energy_results(frame: pd.DataFrame, goals: Goals, claimed_j: float) -> dict[str, object]:
    """Results of `switching_energy`, as `FINDINGS` names them; None for what is not defined."""
    pulses = energy_table(frame)
    chosen = chosen_pulses(pulses, goals)
    resolved = resolved_only(chosen)
    coefficient, coefficient_u95 = energy_coefficient(chosen)
    by_square = fit_line(_ln(squares_s2(resolved)), _ln(resolved["energy_j"]))
    by_start = fit_line(
        _ln(resolved["before_s"]), _ln(resolved["energy_j"] / (resolved["ratio"] ** 2 - 1))
    )
    several = resolved["state"].nunique() > 1
    implied = implied_table(pulses, claimed_j)
    voltage_v = float(pulses["amplitude_v"].abs().max())
    return {
        "coefficient_j_per_s2": or_none(coefficient),
        "coefficient_j_per_s2_u95": or_none(coefficient_u95),
        "energy_exponent": or_none(by_square.slope),
        "energy_exponent_u95": or_none(by_square.slope_u95),
        "start_exponent": or_none(by_start.slope) if several else None,
        "start_exponent_u95": or_none(by_start.slope_u95) if several else None,
        "lowest_energy_j": or_none(float(resolved["energy_j"].min())),
        "pulses": len(pulses),
        "unresolved_pulses": int(pulses["unresolved"].sum()),
        "implied_width_s": or_none(float(implied["width_s"].max())),
        "implied_conductance_s": or_none(claimed_j / (voltage_v**2 * ONE_MS)),
        "claimed_energy_j": claimed_j,
        "statement": _statement(implied, voltage_v, claimed_j),
        "goals": plain_records(goal_table(pulses, chosen, goals)),
        "implied": plain_records(implied),
        "single_pulses": plain_records(pulses[list(SHOWN)]),
    }


def energy_table(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a pulse that was read before and after: what it did, and its energy.

    Columns as `PulseResponse` names them, and those of `FINDINGS` for `single_pulses`.
    """
    pulses = pulse_responses(frame)
    applications = dict(list(frame.groupby(APPLICATION.header)))
    energies = [_energy(applications[number]) for number in pulses["application"]]
    table = pulses.join(pd.DataFrame(energies, columns=list(_ENERGY), index=pulses.index))
    return table.assign(
        ratio=(table["after_s"] / table["before_s"]).astype(float),
        bound_j=(table["amplitude_v"] ** 2 * table["before_s"] * table["width_s"]).astype(float),
    )


def resolved_only(pulses: pd.DataFrame) -> pd.DataFrame:
    """The pulses whose energy is resolved: what the others cost is partly guessed."""
    return pulses[~pulses["unresolved"].astype(bool)]


def chosen_pulses(pulses: pd.DataFrame, goals: Goals) -> pd.DataFrame:
    """For every goal the shortest pulse of each repeat that met it, with the goal as `wanted`.

    The shortest, since a conductance that has stopped growing meets a ratio at any width.
    """
    parts = []
    for wanted in goals.values:
        met = pulses[(pulses[goals.column] / wanted - 1).abs() <= goals.tolerance]
        firsts = met.sort_values("width_s").groupby(["device", "state", "repeat"]).head(1)
        parts.append(firsts.assign(wanted=wanted))
    return pd.concat(parts).sort_values(["application", "wanted"])


def energy_coefficient(chosen: pd.DataFrame) -> tuple[float, float]:
    """Energy over the difference of squared conductances (J/S^2), mean and its interval.

    Of the resolved pulses. It is constant where the conductance grows linearly in time and the
    current follows it in proportion.
    """
    resolved = resolved_only(chosen)
    return mean_with_interval(resolved["energy_j"] / squares_s2(resolved))


def squares_s2(pulses: pd.DataFrame) -> pd.Series:
    """Square of the conductance after each pulse less that before it (S^2)."""
    return pulses["after_s"] ** 2 - pulses["before_s"] ** 2


def implied_table(pulses: pd.DataFrame, claimed_j: float) -> pd.DataFrame:
    """What a claimed energy would imply, by device and start state: from V^2 * G_before * t."""
    rows = []
    for (device, state), mine in pulses.groupby(["device", "state"], sort=False):
        before_s = float(mine["before_s"].mean())
        power_w = float((mine["amplitude_v"] ** 2).mean()) * before_s
        # The noise of an open device may read as a conductance below 0, which bounds nothing.
        power_w = power_w if power_w > 0 else math.nan
        rows.append((device, state, before_s, claimed_j / power_w, power_w * ONE_MS))
    return pd.DataFrame(rows, columns=["device", "state", "before_s", "width_s", "bound_j"])


def goal_table(pulses: pd.DataFrame, chosen: pd.DataFrame, goals: Goals) -> pd.DataFrame:
    """The chosen pulses' means by device, start state, and goal; goals nobody met as well."""
    parts = dict(list(chosen.groupby(["device", "state", "wanted"])))
    places = pulses[["device", "state"]].drop_duplicates().itertuples(index=False)
    rows = [
        {"device": device, "state": state, "wanted": wanted}
        | _means(parts.get((device, state, wanted), chosen.iloc[:0]))
        for device, state in places
        for wanted in goals.values
    ]
    return pd.DataFrame(rows)


def _means(met: pd.DataFrame) -> dict[str, object]:
    energy_j, energy_u95 = mean_with_interval(met["energy_j"])
    if len(met) == 1:
        energy_u95 = float(met["energy_j_u95"].iloc[0])
    return {
        "reached": len(met),
        "ratio": float(met["ratio"].mean()),
        "width_s": float(met["width_s"].mean()),
        "energy_j": energy_j,
        "energy_j_u95": energy_u95,
        "bound_j": float(met["bound_j"].mean()),
        "unresolved": int(met["unresolved"].sum()),
        "unresolved_share": float(met["unresolved_share"].mean()),
    }


def _energy(rows: pd.DataFrame) -> tuple[float, int, float, float, float, bool, float]:
    """What the readings of one application say of its pulse, as `_ENERGY` names it."""
    rests, pulse = rows[rows[PHASE.header] == REST], rows[rows[PHASE.header] == PULSE]
    began_s = float(rests[DWELL.header].sum())
    middle_s = (pulse[ELAPSED.header] + APERTURE_S / 2 - began_s).to_numpy(np.float64)
    amps = pulse[CURRENT.header].to_numpy(np.float64)
    volts = pulse[VOLTAGE.header].to_numpy(np.float64)
    width_s = float(pulse[PULSE_WIDTH.header].iloc[0])
    energy_j = pulse_energy(middle_s, volts, amps, width_s)
    # Readings scatter around a nearly straight line of power; their mean times the width is E.
    scatter_w = fit_line(middle_s, volts * amps).residuals
    degrees = amps.size - 2
    error_j = math.sqrt(float(scatter_w @ scatter_w) / max(degrees, 1) / amps.size) * width_s
    floor_a = float(rests[CURRENT.header].std())
    above = np.abs(amps) >= FLOORS_TO_RESOLVE * floor_a
    settled = (pulse[FLAGS.header].to_numpy() & _DOUBTFUL) == 0
    interval_s = float(np.diff(middle_s).mean()) if amps.size > 1 else math.nan
    unresolved = amps.size < READINGS_TO_RESOLVE or not bool(above.all())
    share = _unresolved_share(middle_s, volts * amps, above & settled, energy_j)
    energy_u95 = student_factor(degrees) * error_j
    return interval_s, amps.size, energy_j, energy_u95, floor_a, unresolved, share


def _unresolved_share(
    middle_s: FloatArray, power_w: FloatArray, good: NDArray[np.bool_], energy_j: float
) -> float:
    """Part of the energy that does not lie between two neighbouring good readings."""
    between_j = np.diff(middle_s) * (power_w[1:] + power_w[:-1]) / 2
    resolved_j = float(between_j[good[1:] & good[:-1]].sum())
    return min(max(1 - resolved_j / energy_j, 0.0), 1.0) if energy_j > 0 else 1.0


def _ln(values: pd.Series) -> FloatArray:
    positive = pd.to_numeric(values).to_numpy(np.float64)
    return np.log(np.where(positive > 0, positive, np.nan))


def _statement(implied: pd.DataFrame, voltage_v: float, claimed_j: float) -> str | None:
    bounded = implied[implied["width_s"].notna()]
    if bounded.empty:
        return None
    lowest = bounded.sort_values("before_s").iloc[0]
    needed_s = claimed_j / (voltage_v**2 * ONE_MS)
    return (
        f"At {voltage_v:g} V and the {lowest['before_s']:.3g} S measured before the pulse, "
        f"{claimed_j:.3g} J are used up after {lowest['width_s']:.3g} s at the latest; a pulse of "
        f"1 ms costs at least {lowest['bound_j']:.3g} J, and would cost {claimed_j:.3g} J only "
        f"with a mean conductance of {needed_s:.3g} S."
    )
