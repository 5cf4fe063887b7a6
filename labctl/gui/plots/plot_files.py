"""A plot as a file: where to, in which format, and what is told of it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QSettings
from PyQt5.QtWidgets import QFileDialog, QWidget

from labctl.atomic_file import replace_bytes
from labctl.gui.plots.canvas import PlotCanvas
from labctl.gui.plots.csv_text import csv_text
from labctl.gui.plots.picture import png_of, svg_of
from labctl.gui.plots.plot_data import PlotData

FOLDER_KEY = "plots/export folder"
ENDINGS = (".png", ".svg", ".csv")


def ask_path(parent: QWidget, plot: PlotData) -> Path | None:
    """Let the person choose a file; one without a known ending gets that of the chosen kind."""
    translate = QCoreApplication.translate
    start = Path(QSettings().value(FOLDER_KEY, "", str)) / f"{plot.name}.png"
    kinds = translate("PlotFiles", "Picture (*.png);;Drawing (*.svg);;Table (*.csv)")
    title = translate("PlotFiles", "Export plot")
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    QSettings().setValue(FOLDER_KEY, str(path.parent))
    if path.suffix.lower() in ENDINGS:
        return path
    return path.with_name(path.name + kind[kind.index("*") + 1 : kind.index(")")])


def write_plot(path: Path, plot: PlotData, canvas: PlotCanvas, hidden: Collection[str]) -> str:
    """Write what is shown as `.png`, `.svg`, or `.csv`, and say what was written.

    Raises `OSError` when it cannot be written, and leaves an older file as it was.
    """
    translate = QCoreApplication.translate
    if path.suffix.lower() == ".csv":
        text, points = csv_text(plot, hidden, canvas.shown_range(), canvas.log)
        replace_bytes(path, text.encode("utf-8"))
        return translate(
            "PlotFiles",
            "The {} points in view were written to {}; every reading is in the run's data.csv.",
        ).format(points, path)
    make = svg_of if path.suffix.lower() == ".svg" else png_of
    replace_bytes(path, make(canvas, plot, hidden))
    return translate("PlotFiles", "The plot was written to {}.").format(path)
