"""How states fade: what is left, the exponent of the decay, and when a given share will be lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procedures.analysis.decay import fit_decay, time_to_loss
from procedures.analysis.held import held_table
from procedures.columns import BEND_RADIUS
from procedures.findings import Finding, Findings, or_none
from procedures.plots import Axis, Plot, Series

FINDINGS: Findings = {
    "smallest_kept": Finding("%", "what the state that faded most kept, last reading over first"),
    "largest_change": Finding("%", "change of the state that changed most, first to last reading"),
    "mean_change": Finding("%", "mean change of all states, first to last reading"),
    "exponent": Finding("", "mean exponent of the decay G ~ t^-exponent, over all states held"),
    "smallest_ratio": Finding("", "highest state over lowest at the worst time; means of devices"),
    "order_kept": Finding("", "whether no state ever met the next one"),
    "retention_time_s": Finding("s", "age of the oldest reading"),
    "latest_delay_s": Finding("s", "how much later than due a reading was taken, at most"),
    "readings": Finding("", "readings of held states"),
    "bend_radius_m": Finding("m", "radius to which the sample was bent; none when flat"),
    "read_disturb": Finding("%", "change of the first device beyond that of its unread control"),
    "read_disturb_u95": Finding("%", "half-width of its 95 % interval"),
    "retention": Finding("", "one row for every state on every device"),
    "retention.device": Finding("", "device"),
    "retention.round": Finding("", "round in which it held the state"),
    "retention.state": Finding("", "state it was brought to"),
    "retention.first_conductance_s": Finding("S", "first reading"),
    "retention.last_conductance_s": Finding("S", "last reading"),
    "retention.kept": Finding("%", "last reading over first"),
    "retention.kept_u95": Finding("%", "half-width of its 95 % interval, from the readings' noise"),
    "retention.exponent": Finding("", "exponent of the fitted decay; positive for a decay"),
    "retention.exponent_u95": Finding("", "half-width of its 95 % interval"),
    "retention.fitted_readings": Finding("", "readings the fit rests on"),
    "retention.loss": Finding("%", "share of the first reading whose loss is timed"),
    "retention.time_to_loss_s": Finding("s", "age at which that share is lost; none for never"),
    "retention.time_to_loss_lower_s": Finding("s", "lower end of its 95 % interval"),
    "retention.time_to_loss_upper_s": Finding("s", "upper end; none where it may be never"),
    "retention.extrapolated": Finding("", "whether that age lies beyond the last reading"),
}


def retention_results(
    frame: pd.DataFrame, fit_from_s: float, loss: float, *, control: bool
) -> dict[str, object]:
    """Results of `retention`, named as in `FINDINGS`.

    `fit_from_s`: readings younger than this are not fitted; `loss`: share whose loss is timed;
    `control`: whether the device that came last was read only first and last.
    """
    table = held_table(frame)
    held, unread = _without_control(table, control)
    rows = [_state_row(rows, fit_from_s, loss) for _, rows in _by_state(held)]
    changes = np.array([row["kept"] - 1 for row in rows])
    radius_m = float(frame[BEND_RADIUS.header].min())
    return {
        "smallest_kept": or_none(1 + changes.min()),
        "largest_change": or_none(changes[np.argmax(np.abs(changes))]),
        "mean_change": or_none(changes.mean()),
        "exponent": or_none(float(np.mean([_number(row["exponent"]) for row in rows]))),
        "smallest_ratio": _smallest_ratio(held),
        "order_kept": order_kept(held),
        "retention_time_s": float(held["age_s"].max()),
        "latest_delay_s": float((held["age_s"] - held["due_s"]).max()),
        "readings": len(table),
        "bend_radius_m": or_none(radius_m),
        **_read_disturb(held, unread),
        "retention": rows,
    }


def order_kept(held: pd.DataFrame) -> bool:
    """Whether at every due time all readings of a state stay above all of the next lower one."""
    order = _states_in_order(held)
    for _, moment in held.groupby("due_s"):
        by_state = moment.groupby("state")["conductance_s"].agg(["min", "max"])
        present = [state for state in order if state in by_state.index]
        lowest, highest = by_state.loc[present, "min"], by_state.loc[present, "max"]
        if not (lowest.to_numpy()[1:] > highest.to_numpy()[:-1]).all():
            return False
    return True


def retention_plots(frame: pd.DataFrame, fit_from_s: float, *, control: bool) -> tuple[Plot, ...]:
    """Conductance against age, and the change with the fitted decay."""
    held, _ = _without_control(held_table(frame), control)
    if held.empty:
        return ()
    groups = [rows for _, rows in _by_state(held)]
    return (
        Plot(
            name="retention",
            caption="Conductance at 5 mV against the time since each state was made.",
            x=Axis(label="time since the state was made", unit="s", scale="log"),
            y=Axis(label="conductance", unit="S", scale="log"),
            series=tuple(
                Series(_label(rows), rows["age_s"], rows["conductance_s"], "both")
                for rows in groups
            ),
        ),
        Plot(
            name="decay",
            caption=(
                "Change since the first reading; lines: power law fitted from "
                f"{fit_from_s:g} s on; bars: 95 % interval of one reading."
            ),
            x=Axis(label="time since the state was made", unit="s", scale="log"),
            y=Axis(label="change of conductance", unit="%"),
            series=tuple(one for rows in groups for one in _change_series(rows, fit_from_s)),
        ),
    )


def _state_row(rows: pd.DataFrame, fit_from_s: float, loss: float) -> dict[str, Any]:
    first, last = rows.iloc[0], rows.iloc[-1]
    decay = fit_decay(*_fitted(rows, fit_from_s))
    ends = _ends(rows)
    age_s = float(first["age_s"])
    nearest, low, high = (
        time_to_loss(exponent, loss, age_s)
        for exponent in (
            decay.exponent,
            decay.exponent + decay.exponent_u95,
            decay.exponent - decay.exponent_u95,
        )
    )
    return {
        "device": first["device"],
        "round": int(first["round"]),
        "state": first["state"],
        "first_conductance_s": float(first["conductance_s"]),
        "last_conductance_s": float(last["conductance_s"]),
        "kept": ends.kept,
        "kept_u95": or_none(ends.kept_u95),
        "exponent": or_none(decay.exponent),
        "exponent_u95": or_none(decay.exponent_u95),
        "fitted_readings": decay.readings,
        "loss": loss,
        "time_to_loss_s": nearest,
        "time_to_loss_lower_s": low,
        "time_to_loss_upper_s": high,
        "extrapolated": nearest is None or nearest > float(last["age_s"]),
    }


def _read_disturb(held: pd.DataFrame, unread: pd.DataFrame) -> dict[str, float | None]:
    """What the first round's first device did beyond its unread twin, and how sure that is.

    The twin's decay, between its two readings, is taken over the ages of the device's own first and
    last reading: these may differ, where the device was read late.
    """
    if unread.empty or held.empty:
        return {"read_disturb": None, "read_disturb_u95": None}
    one_round = int(unread["round"].min())
    control = _ends(unread[unread["round"] == one_round])
    read = _ends(held[(held["round"] == one_round) & (held["device"] == held["device"].iloc[0])])
    share = read.log_span / control.log_span
    factor = read.kept / control.kept**share
    spread = math.hypot(read.kept_u95 / read.kept, share * control.kept_u95 / control.kept)
    return {"read_disturb": or_none(factor - 1), "read_disturb_u95": or_none(factor * spread)}


@dataclass(frozen=True)
class _Ends:
    """First and last reading of one state on one device."""

    kept: float
    kept_u95: float
    log_span: float
    """Logarithm of the last age over the first."""


def _ends(rows: pd.DataFrame) -> _Ends:
    first, last = rows.iloc[0], rows.iloc[-1]
    kept = float(last["conductance_s"] / first["conductance_s"])
    noise = (float(end["conductance_s_u95"] / end["conductance_s"]) for end in (first, last))
    log_span = math.log(last["age_s"] / first["age_s"])
    return _Ends(kept, kept * math.hypot(*noise), log_span)


def _smallest_ratio(held: pd.DataFrame) -> float | None:
    """Highest state over lowest, at the due time at which that is least."""
    order = _states_in_order(held)
    if len(order) < 2:
        return None
    means = held.pivot_table(index="due_s", columns="state", values="conductance_s")
    return or_none(float((means[order[-1]] / means[order[0]]).min()))


def _states_in_order(held: pd.DataFrame) -> list[str]:
    """The states by their mean first reading, lowest first."""
    first = held.groupby(["device", "round", "state"], sort=False)["conductance_s"].first()
    return first.groupby(level="state").mean().sort_values().index.tolist()


def _without_control(table: pd.DataFrame, control: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Readings of the devices that were read at all times, and those of the control."""
    if not control or table.empty:
        return table, table.iloc[:0]
    unread = table["device"] == table["device"].unique()[-1]
    return table[~unread], table[unread]


def _by_state(held: pd.DataFrame) -> Any:
    return held.groupby(["round", "device"], sort=False)


def _fitted(rows: pd.DataFrame, fit_from_s: float) -> tuple[pd.Series, pd.Series]:
    used = rows[rows["age_s"] >= fit_from_s]
    return used["age_s"], used["conductance_s"]


def _change_series(rows: pd.DataFrame, fit_from_s: float) -> tuple[Series, ...]:
    start_s = float(rows["conductance_s"].iloc[0])
    change = rows["conductance_s"] / start_s - 1
    readings = Series(
        _label(rows), rows["age_s"], change, "points", rows["conductance_s_u95"] / start_s
    )
    decay = fit_decay(*_fitted(rows, fit_from_s))
    if not math.isfinite(decay.exponent):
        return (readings,)
    ages_s = np.geomspace(max(fit_from_s, float(rows["age_s"].min())), rows["age_s"].max(), 50)
    fitted = f"{_label(rows)}, fitted"
    return readings, Series(fitted, ages_s, decay.conductance_s(ages_s) / start_s - 1, "line")


def _label(rows: pd.DataFrame) -> str:
    return f"{rows['device'].iloc[0]}: {rows['state'].iloc[0]}"


def _number(value: float | None) -> float:
    return math.nan if value is None else value
