"""What every run has against its clock, as outlines: voltage, current, conductance, temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labctl.clerk.envelope import Envelope
from procedures.columns import CURRENT, SET_VOLTAGE, TEMPERATURE, TIME, VOLTAGE
from procedures.plots import Axis, Plot, Series, Style

FloatArray = NDArray[np.float64]

SMALL_BIAS_V = (1e-3, 50e-3)
"""Readings between these magnitudes tell a conductance: above, the device may be switching; below,
the offset of the source would be most of the current."""
COLUMNS = (TIME, SET_VOLTAGE, VOLTAGE, CURRENT, TEMPERATURE)
"""What a reading must have, in the order in which `Signals.add` takes them."""


class Signals:
    """The signals of one run; adding costs what the new rows cost, reading out nearly nothing."""

    def __init__(self) -> None:
        self._set_v, self._voltage_v, self._current_a = Envelope(), Envelope(), Envelope()
        self._conductance_s, self._temperature_k = Envelope(), Envelope()

    def add(
        self,
        time_s: FloatArray,
        set_v: FloatArray,
        voltage_v: FloatArray,
        current_a: FloatArray,
        temperature_k: FloatArray,
    ) -> None:
        """Take in more readings, all of shape (n,)."""
        self._set_v.add(time_s, set_v)
        self._voltage_v.add(time_s, voltage_v)
        self._current_a.add(time_s, current_a)
        self._temperature_k.add(time_s, temperature_k)
        lowest_v, highest_v = SMALL_BIAS_V
        is_small = (np.abs(set_v) >= lowest_v) & (np.abs(set_v) <= highest_v * (1 + 1e-9))
        conductance_s = current_a[is_small] / set_v[is_small]
        # The axis is logarithmic: noise around nothing has no place on it.
        conductance_s[conductance_s <= 0] = np.nan
        self._conductance_s.add(time_s[is_small], conductance_s)

    def plots(self) -> list[Plot]:
        """Plots to stand above each other on one time axis; those without a value are left out."""
        drawn = [
            _plot(
                "signal_voltage",
                "Requested and measured voltage on the top electrode.",
                Axis(label="Voltage", unit="V"),
                _series("set", self._set_v) + _series("measured", self._voltage_v),
            ),
            _plot(
                "signal_current",
                "Measured current.",
                Axis(label="Current", unit="A"),
                _series("measured", self._current_a),
            ),
            _plot(
                "signal_conductance",
                "Current over requested voltage, of readings at small voltages "
                f"(at most {1e3 * SMALL_BIAS_V[1]:g} mV).",
                Axis(label="Conductance", unit="S", scale="log"),
                _series("read", self._conductance_s, "points"),
            ),
            _plot(
                "signal_temperature",
                "Temperature of the stage.",
                Axis(label="Temperature", unit="K"),
                _series("stage", self._temperature_k),
            ),
        ]
        return [plot for plot in drawn if plot.series]


def _plot(name: str, caption: str, y: Axis, series: tuple[Series, ...]) -> Plot:
    x = Axis(label="Time", unit="s")
    return Plot(name=name, caption=caption, x=x, y=y, series=series)


def _series(label: str, envelope: Envelope, style: Style = "line") -> tuple[Series, ...]:
    x, y = envelope.line()
    return (Series(label, x, y, style),) if np.isfinite(y).any() else ()
