"""Which measured curves stand for which figure of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from labctl.report.page import Picture
from labctl.report.plot_figure import plot_figure
from labctl.report.run_procedure import procedure_of
from labctl.reproduce.comparison import comparison_figure, energy_plot
from labctl.reproduce.verdicts import Runs
from labctl.runs.run import Run
from procedures.plots import Plot, Series


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One plot of one or several runs; those of several are laid over one another."""

    plot: str
    """Name among the procedure's plots."""
    runs: Mapping[str, str]
    """What its series are called, by recipe; "" keeps their own labels."""


@dataclass(frozen=True, kw_only=True)
class PaperFigure:
    """One figure of the paper."""

    name: str
    title: str
    text: str
    curves: tuple[Curve, ...] = ()
    pictures: Mapping[str, tuple[str, str]] | None = None
    """Kernel and array by recipe of a convolution: shown side by side."""
    energies: Mapping[str, tuple[str, str]] | None = None
    """Kernel and array by recipe of an encoding: their energies as bars."""


def overlaid(plots: Mapping[str, Plot]) -> Plot:
    """Several plots with the same axes as one; their labels go before those of their series."""
    first = next(iter(plots.values()))
    series = tuple(
        Series(f"{label} {one.label}".strip(), one.x, one.y, one.style, one.error)
        for label, plot in plots.items()
        for one in plot.series
    )
    return replace(first, series=series)


def pictures_of(figure: PaperFigure, runs: Runs) -> Iterable[Picture]:
    """The figure's curves as far as they were measured."""
    # Many curves of one figure are of the same run, whose plots are costly.
    plots_of = cache(lambda key: _plots(runs[key]))
    for curve in figure.curves:
        plots = {
            label: plot
            for key, label in curve.runs.items()
            if key in runs and (plot := plots_of(key).get(curve.plot)) is not None
        }
        if plots:
            plot = overlaid(plots)
            name = f"fig{figure.name}-{plot.name}-{'-'.join(curve.runs)}"
            yield Picture.drawn(name, plot_figure(plot), plot.caption)
    encoded = {names: runs[key] for key, names in (figure.energies or {}).items() if key in runs}
    if encoded:
        plot = energy_plot(encoded)
        yield Picture.drawn(f"fig{figure.name}-{plot.name}", plot_figure(plot), plot.caption)
    done = {names: runs[key] for key, names in (figure.pictures or {}).items() if key in runs}
    if done:
        yield Picture.drawn(
            f"fig{figure.name}-pictures",
            comparison_figure(done),
            "The picture fed in, what software makes of it, and what the devices measured.",
        )


def _plots(run: Run) -> dict[str, Plot]:
    return {plot.name: plot for plot in procedure_of(run).plots(run.frame)}
