"""Plots above one another: together where they share an axis, as many as a person wants."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from labctl.gui.plots.plot_stack import PlotStack
from tests.gui.plot_samples import axis, iv_plot, plot, series

TIME = axis("Time", "s")


def signals(until_s: float = 10.0) -> list[dict[str, Any]]:
    """Two on one time axis, the second of which begins later; and one on another axis."""
    return [
        plot("voltage", series("set", [0, 5], [0, 1]), x=TIME, y=axis("Voltage", "V")),
        plot("current", series("measured", [2, until_s], [0, 1]), x=TIME),
        iv_plot(),
    ]


@pytest.fixture
def stack(qtbot: QtBot) -> PlotStack:
    made = PlotStack()
    qtbot.addWidget(made)
    made.resize(640, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def _x(stack: PlotStack, name: str) -> tuple[float, float]:
    return stack.views[name].canvas.shown_range()[0]


def test_plots_on_one_axis_show_the_same_range(stack: PlotStack) -> None:
    stack.show_plots(signals())
    assert _x(stack, "voltage") == pytest.approx(_x(stack, "current"))
    assert _x(stack, "voltage")[1] > 10
    assert _x(stack, "iv_linear")[1] < 1
    stack.show_plots(signals(until_s=20.0))
    assert _x(stack, "voltage") == pytest.approx(_x(stack, "current"))
    assert _x(stack, "voltage")[1] > 20


def test_zooming_one_zooms_its_partners_along_x_only(stack: PlotStack) -> None:
    stack.show_plots(signals())
    stack.views["voltage"].canvas.zoom(0.5)
    assert _x(stack, "current") == pytest.approx(_x(stack, "voltage"))
    assert stack.views["current"].canvas.shown_range()[1][1] > 1
    assert not stack.views["iv_linear"].canvas.chosen
    stack.views["current"].canvas.fit()
    assert not stack.views["voltage"].canvas.chosen
    assert _x(stack, "voltage") == pytest.approx(_x(stack, "current"))


def test_a_plot_takes_all_the_room_and_gives_it_back(qtbot: QtBot, stack: PlotStack) -> None:
    stack.show_plots(signals())
    view = stack.views["current"]
    qtbot.mouseDClick(view.canvas.viewport(), Qt.MouseButton.LeftButton)
    assert stack.shown == ("current",)
    qtbot.mouseDClick(view.canvas.viewport(), Qt.MouseButton.LeftButton)
    assert stack.shown == ("voltage", "current", "iv_linear")


def test_a_person_chooses_what_to_see(qtbot: QtBot, stack: PlotStack) -> None:
    stack.show_plots(signals())
    with qtbot.waitSignal(stack.shown_changed) as chosen:
        stack._names.toggle("current")
    assert chosen.args[0] == ("voltage", "iv_linear")
    assert stack.shown == ("voltage", "iv_linear")
    stack.show_plots(signals(until_s=30.0))
    assert stack.shown == ("voltage", "iv_linear")
    stack._names.show_only([])
    assert stack.shown == ("voltage", "iv_linear"), "the last ones stay"


def test_plots_come_and_go(stack: PlotStack) -> None:
    stack.show_plots(signals())
    kept = stack.views["current"]
    stack.show_plots(signals()[1:2])
    assert list(stack.views) == ["current"]
    assert stack.views["current"] is kept
    stack.show_plots([])
    assert stack.views == {}


def test_many_plots_leave_room_for_each(qtbot: QtBot) -> None:
    stack = PlotStack()
    qtbot.addWidget(stack)
    stack.resize(640, 400)
    stack.show()
    stack.show_plots([{**iv_plot(), "name": f"plot {number}"} for number in range(8)])
    assert 1 <= len(stack.shown) <= 3
