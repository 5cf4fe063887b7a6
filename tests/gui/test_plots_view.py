"""One plot: changed in place, read exactly, left alone where a person has zoomed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QImage
from PyQt5.QtSvg import QSvgRenderer
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labctl.gui import theme
from labctl.gui.plots.looks import looks_of, numbered_in_order
from labctl.gui.plots.measure import quotient_unit
from labctl.gui.plots.plot_view import PlotView
from labctl.gui.plots.si_text import MINUS
from tests.gui.plot_samples import axis, iv_plot, plot, series


@pytest.fixture
def view(qtbot: QtBot) -> PlotView:
    made = PlotView()
    qtbot.addWidget(made)
    made.resize(640, 320)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def light_again() -> Iterator[None]:
    yield
    theme.apply(_application(), theme.LIGHT.name)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def test_new_data_change_the_items_that_are_there(view: PlotView) -> None:
    view.show_plot(iv_plot())
    before = list(view.canvas.view.addedItems)
    view.show_plot(iv_plot(scale=3.0))
    assert list(view.canvas.view.addedItems) == before
    (_, _), (bottom, top) = view.canvas.shown_range()
    assert bottom < -2.4e-6 < 2.4e-6 < top


def test_the_range_is_the_persons_until_fit(view: PlotView) -> None:
    view.show_plot(iv_plot())
    view.canvas.zoom(0.5)
    chosen = view.canvas.shown_range()
    assert not view.fit_action.isChecked()
    view.show_plot(iv_plot(scale=10.0))
    assert view.canvas.shown_range() == chosen
    view.fit_action.trigger()
    assert view.fit_action.isChecked()
    assert view.canvas.shown_range()[1][1] > 8e-6


def test_what_a_logarithm_cannot_show_is_left_out(view: PlotView) -> None:
    data = plot("mixed", series("", [0, 1, 2, 3, 4], [-1e-6, 0, 1e-9, np.nan, 1e-6], "both"))
    view.show_plot(data)
    view.log_y_action.trigger()
    (_, _), (bottom, top) = view.canvas.shown_range()
    assert -9.5 < bottom < -9 < -6 < top < -5.5
    view.log_x_action.trigger()
    assert view.canvas.log == (True, True)


@pytest.mark.parametrize(
    "shown",
    [
        [],
        [series("", [], [])],
        [series("", [np.nan], [np.nan], "points")],
        [series("", [1.0], [2.0], "both", [0.1])],
        [series("", [5.0, 5.0], [0.0, 0.0], "bars")],
        [series("", [1.0, 2.0], [np.inf, 1.0], "line")],
        [series("", [1.0, 2.0], [1e-300, 1e300], "line")],
    ],
)
def test_strange_data_are_drawn_on_every_scale(view: PlotView, shown: list[dict[str, Any]]) -> None:
    view.show_plot(plot("strange", *shown))
    for action in (view.log_x_action, view.log_y_action, view.log_x_action):
        action.trigger()
        view.grab()
        assert np.all(np.isfinite(view.canvas.shown_range()))


def test_error_bars_below_zero_do_not_stretch_a_logarithmic_axis(view: PlotView) -> None:
    data = plot("errors", series("", [1, 2], [1e-6, 2e-6], "points", [5e-6, 1e-7]))
    view.show_plot({**data, "y": axis("Conductance", "S", "log")})
    assert view.canvas.shown_range()[1][0] > -6.5
    view.grab()


def test_the_legend_hides_and_shows(view: PlotView) -> None:
    small, large = series("small", [0, 1], [0, 1]), series("large", [0, 1], [0, 100])
    view.show_plot(plot("two", small, large))
    view.legend.toggle("large")
    assert view.canvas.shown_range()[1][1] < 2
    assert view.legend.shown == ("small",)
    view.show_plot(plot("two", small, series("large", [0, 1], [0, 200])))
    assert view.canvas.shown_range()[1][1] < 2, "what is hidden stays hidden"
    view.legend.toggle("large")
    assert view.canvas.shown_range()[1][1] > 200


def test_the_legend_is_used_by_keyboard(qtbot: QtBot, view: PlotView) -> None:
    view.show_plot(iv_plot())
    view.legend.setFocus()
    view.legend.setCurrentRow(1)
    qtbot.keyClick(view.legend, Qt.Key.Key_Space)
    assert view.legend.shown == ("cycle 1",)
    item = view.legend.item(1)
    assert item is not None
    assert "hidden" in item.data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_pointer_tells_its_coordinates(view: PlotView) -> None:
    view.show_plot(iv_plot())
    where = view.canvas.view.mapViewToScene(QPointF(-0.2, 4e-7))
    view.canvas.sceneObj.sigMouseMoved.emit(where)
    assert view.cursor_text == f"Voltage {MINUS}200 mV\nCurrent 400 nA"
    view.canvas.sceneObj.sigMouseMoved.emit(QPointF(-5, -5))
    assert view.cursor_text == ""


def test_the_pointer_names_categories(view: PlotView) -> None:
    data = plot("array", series("", [0, 1], [1, 2], "bars"))
    view.show_plot({**data, "x": axis("Device", "", "linear", "D01", "D02")})
    assert not view.log_x_action.isEnabled()
    view.canvas.sceneObj.sigMouseMoved.emit(view.canvas.view.mapViewToScene(QPointF(1.1, 1.0)))
    assert view.cursor_text.startswith("Device D02")


def test_two_markers_measure_what_lies_between(qtbot: QtBot, view: PlotView) -> None:
    view.show_plot(iv_plot())
    view.measure_action.trigger()
    view.measure.place(0, 0.1, 1e-7)
    view.measure.place(1, 0.3, 5e-7)
    told = view.measure.text
    for part in ("Δx 200 mV", "Δy 400 nA", "Δy/Δx 2 µS", "1/Δx 5 1/V", "move B"):
        assert part in told
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    assert "Δx 20" in view.measure.text
    assert "Δx 200 mV" not in view.measure.text
    view.measure_action.trigger()
    assert view.measure.text == ""


def test_slopes_have_units_of_their_own() -> None:
    assert quotient_unit("A", "V") == "S"
    assert quotient_unit("V", "A") == "Ω"
    assert quotient_unit("", "s") == "Hz"
    assert quotient_unit("S", "s") == "S/s"
    assert quotient_unit("K", "K") == ""


def test_keys_do_what_the_buttons_do(qtbot: QtBot, view: PlotView) -> None:
    view.show_plot(iv_plot())
    view.activateWindow()
    view.canvas.setFocus()
    qtbot.waitUntil(view.canvas.hasFocus)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Y)
    assert view.canvas.log == (False, True)
    before = view.canvas.shown_range()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    assert view.canvas.shown_range()[0][0] > before[0][0]
    assert view.canvas.shown_range()[1] == pytest.approx(before[1])
    qtbot.keyClick(view.canvas, Qt.Key.Key_A)
    assert view.canvas.shown_range() == before


def test_a_table_has_every_digit_and_what_is_in_view(view: PlotView, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    view.told.connect(lambda level, text: told.append((level, text)))
    x = np.array([0.1, 0.2, 0.30000000000000004])
    view.show_plot(
        plot("precise", series("a, b", x, x / 3, "points", x / 7), series("other", x, x))
    )
    view.legend.toggle("other")
    view.canvas.choose_x((0.15, 0.4))
    path = tmp_path / "precise.csv"
    view.export(path)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert rows[0][:3] == ["series", "Voltage (V)", "Current (A)"]
    assert [row[0] for row in rows[1:]] == ["a, b", "a, b"]
    assert [float(row[1]) for row in rows[1:]] == [0.2, 0.30000000000000004]
    assert float(rows[2][2]) == x[2] / 3
    assert float(rows[2][3]) == x[2] / 7
    assert told[0][0] == "info"
    assert told[0][1].startswith("The 2 points in view")


def test_pictures_are_written_on_a_light_ground(
    view: PlotView, tmp_path: Path, light_again: None
) -> None:
    theme.apply(_application(), theme.DARK.name)
    view.show_plot(plot("all", *(series(s, [1, 2], [1, 2], s) for s in ("points", "both", "bars"))))
    view.export(tmp_path / "all.png")
    picture = QImage(str(tmp_path / "all.png"))
    assert picture.width() > 3 * 600
    assert picture.pixelColor(3, 3).name() == theme.LIGHT.base
    view.export(tmp_path / "all.svg")
    assert QSvgRenderer(str(tmp_path / "all.svg")).isValid()
    assert "What all shows." in (tmp_path / "all.svg").read_text(encoding="utf-8")
    assert view.canvas.backgroundBrush().color().name() == theme.DARK.base


def test_a_file_that_cannot_be_written_is_told(view: PlotView, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    view.told.connect(lambda level, text: told.append((level, text)))
    view.show_plot(iv_plot())
    view.export(tmp_path / "missing" / "plot.svg")
    assert told[0][0] == "error"
    assert "missing" in told[0][1]


def test_what_nobody_sees_is_not_drawn(qtbot: QtBot) -> None:
    view = PlotView()
    qtbot.addWidget(view)
    view.show_plot(iv_plot())
    assert view.canvas.x_bounds() is None
    view.show()
    assert view.canvas.x_bounds() == (-0.4, 0.4)


def test_text_from_outside_is_no_markup(view: PlotView) -> None:
    data = {**iv_plot(), "caption": "<b>V</b> & <img src=x>", "x": axis("<i>x</i>", "V")}
    view.show_plot(data)
    assert "&lt;i&gt;" in view.canvas.x_axis.labelString()


def test_no_two_looks_differ_by_colour_alone() -> None:
    looks = looks_of([f"curve {letter}" for letter in "abcdefghijklmnopqrst"], theme.LIGHT)
    seen = {(look.dash, look.marker) for look in looks}
    assert len({(look.colour.name(), look.dash, look.marker) for look in looks}) == len(looks)
    assert len(seen) == len(looks)


def test_cycles_in_order_are_coloured_along_a_scale() -> None:
    for colours in (theme.LIGHT, theme.DARK):
        looks = looks_of([f"cycle {cycle}" for cycle in (1, 20, 40, 60)], colours)
        lightness = [look.colour.lightness() for look in looks]
        assert len(set(lightness)) > 1
        assert looks[0].colour.blue() > looks[0].colour.red() * 0.5
    assert not numbered_in_order(["D01", "D02", "D03"])
    assert not numbered_in_order(["cycle 2", "cycle 1", "cycle 3"])
