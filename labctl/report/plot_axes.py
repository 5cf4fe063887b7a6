"""How an axis of a procedure's plot is labelled: prefix, unit, scale, names of categories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import fill
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from labctl.quantities import PREFIXES, prefix_exponent, takes_prefix
from labctl.report.appearance import TICK_POINTS, log_scale
from procedures.plots import Axis, FloatArray

LONGER_TIMES = ((2 * 86400.0, 86400.0, "d"), (2 * 3600.0, 3600.0, "h"), (300.0, 60.0, "min"))
"""From how many seconds on an axis counts in what, and how many seconds that is."""
CHARACTERS_PER_IN = 14.0
"""Of a text as small as the labels of ticks."""
MOST_CATEGORIES = 60
"""More are not all named."""


@dataclass(frozen=True)
class AxisView:
    """An axis of one figure: its values are multiplied by `factor` before they are drawn."""

    axis: Axis
    which: Literal["x", "y"]
    factor: float
    unit: str
    """Of the values as drawn."""
    whole: bool = False
    """Whether all values are whole numbers, so that ticks between them mean nothing."""

    @staticmethod
    def of(axis: Axis, which: Literal["x", "y"], values: Iterable[FloatArray]) -> AxisView:
        """The view that suits `values`, all that is to be drawn along this axis."""
        unit = axis.unit.replace("ohm", "Ω")
        values = [each[np.isfinite(each)] for each in values]
        largest = max((float(np.max(np.abs(each), initial=0.0)) for each in values), default=0.0)
        if axis.unit == "%":
            return AxisView(axis, which, 100.0, "%")
        if axis.scale == "log":
            return AxisView(axis, which, 1.0, unit)
        if axis.unit == "s":
            for threshold, size_s, name in LONGER_TIMES:
                if largest >= threshold:
                    return AxisView(axis, which, 1 / size_s, name)
        if not takes_prefix(axis.unit):
            whole = all(np.all(each == np.round(each)) for each in values)
            return AxisView(axis, which, 1.0, unit, whole)
        exponent = prefix_exponent(largest, axis.unit)
        return AxisView(axis, which, 10.0**-exponent, f"{PREFIXES[exponent]}{unit}")

    @property
    def label(self) -> str:
        """The axis' label, with the unit unless every tick has it."""
        on_ticks = self.axis.scale == "log" and takes_prefix(self.unit)
        return self.axis.label if on_ticks or not self.unit else f"{self.axis.label} ({self.unit})"

    def drawn(self, values: FloatArray) -> FloatArray:
        """Values as they are drawn, shape (n,); nan for what a logarithmic axis cannot show."""
        scaled = self.factor * np.where(np.isfinite(values), values, np.nan)
        if self.axis.scale == "log":
            return np.where(scaled > 0, scaled, np.nan)
        return scaled

    def finish(self, axes: Axes, width_in: float) -> None:
        """Label the axis and its ticks, `width_in` long; call it when everything is drawn."""
        axes.set(**{f"{self.which}label": self.label})
        if self.axis.categories:
            self._name_categories(axes, width_in)
        elif self.axis.scale == "log":
            log_scale(axes, self.unit if takes_prefix(self.unit) else "", self.which)
        else:
            axes.ticklabel_format(
                axis=self.which, useOffset=False, useMathText=True, scilimits=(-4, 6)
            )
            axes.locator_params(axis=self.which, integer=self.whole)

    def names(self, width_in: float) -> tuple[list[str], bool]:
        """Names of the categories along an axis of this length, and whether they stand upright.

        On the x axis, names of several words are broken into lines, if that lets them lie.
        """
        names = list(self.axis.categories)
        room = int(CHARACTERS_PER_IN * width_in / max(1, len(names))) - 1
        longest_word = max((len(word) for name in names for word in name.split()), default=0)
        if self.which == "y" or longest_word > room:
            return names, self.which == "x"
        return [fill(name, room) for name in names], False

    def _name_categories(self, axes: Axes, width_in: float) -> None:
        names, upright = self.names(width_in)
        places = range(0, len(names), -(-len(names) // MOST_CATEGORIES))
        axes.set(**{f"{self.which}lim": (-0.6, len(names) - 0.4)})
        axis = axes.xaxis if self.which == "x" else axes.yaxis
        axis.set_ticks(
            list(places), [names[place] for place in places],
            rotation=90 if upright else 0, fontsize=TICK_POINTS,
        )  # fmt: skip
