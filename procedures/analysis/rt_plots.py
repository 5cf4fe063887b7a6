"""Figures of a temperature sweep: resistance, and the two laws it may follow (Fig 1d)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from procedures.analysis.conduction_laws import fit_metallic, fit_thermionic
from procedures.analysis.rt_points import DIRECTIONS, point_table
from procedures.analysis.rt_sweep import FEWEST_POINTS, REFERENCE_K
from procedures.analysis.statistics import FloatArray
from procedures.plots import Axis, Plot, Series

STEEP = 10.0
"""From this ratio of the largest to the smallest resistance on, the axis is logarithmic."""
_CURVE_POINTS = 100
_Curve = Callable[[pd.DataFrame, FloatArray], tuple[str, FloatArray]]
"""Points of one device and temperatures, to the fit's value in words and its resistances."""


def rt_plots(frame: pd.DataFrame) -> tuple[Plot, ...]:
    """Resistance against temperature with the law it may follow, and ln(R·T) against 1/T."""
    points = point_table(frame)
    good = points[points["counts"] & points["phase"].isin(DIRECTIONS)]
    if good.empty:
        return ()
    steep = good["ohm"].max() / good["ohm"].min() > STEEP
    junctions = _lines(good, _thermionic)
    return (
        Plot(
            name="resistance",
            caption="Resistance against stage temperature. Where heating lies beside cooling, the "
            "sample lagged behind the stage, or its state drifted. The line is "
            + ("thermionic emission." if steep else "metallic conduction, R linear in T."),
            x=Axis(label="Temperature", unit="K"),
            y=Axis(label="Resistance", unit="Ω", scale="log" if steep else "linear"),
            series=(*_measured(good), *(junctions if steep else _lines(good, _metallic))),
        ),
        Plot(
            name="thermionic",
            caption="ln(R·T) against 1000/T, R in Ω and both T in K: thermionic emission over a "
            "barrier is a straight line here, and the barrier its slope.",
            x=Axis(label="1000 / temperature", unit="1/K"),
            y=Axis(label="ln(resistance × temperature)"),
            series=tuple(map(_arrhenius, (*_measured(good), *junctions))),
        ),
    )


def _arrhenius(series: Series) -> Series:
    error = None if series.error is None else series.error / series.y
    return Series(series.label, 1000 / series.x, np.log(series.y * series.x), series.style, error)


def _measured(good: pd.DataFrame) -> list[Series]:
    return [
        Series(f"{device}, {phase}", rows["kelvin"], rows["ohm"], "points", rows["ohm_u95"])
        for (device, phase), rows in good.groupby(["device", "phase"], sort=False)
    ]


def _lines(good: pd.DataFrame, curve: _Curve) -> list[Series]:
    series = []
    for device, rows in good.groupby("device", sort=False):
        if len(rows) >= FEWEST_POINTS and np.ptp(rows["kelvin"]) > 0:
            kelvin = np.linspace(rows["kelvin"].min(), rows["kelvin"].max(), _CURVE_POINTS)
            label, ohm = curve(rows, kelvin)
            series.append(Series(f"{device}, {label}", kelvin, ohm, "line"))
    return series


def _thermionic(rows: pd.DataFrame, kelvin: FloatArray) -> tuple[str, FloatArray]:
    law = fit_thermionic(rows["kelvin"], rows["ohm"])
    return f"{law.barrier_ev:.4g} eV", law.resistance_ohm(kelvin)


def _metallic(rows: pd.DataFrame, kelvin: FloatArray) -> tuple[str, FloatArray]:
    law = fit_metallic(rows["kelvin"], rows["ohm"], REFERENCE_K)
    return f"{1e3 * law.tcr_per_k:.4g} ‰/K", law.resistance_ohm(kelvin)
