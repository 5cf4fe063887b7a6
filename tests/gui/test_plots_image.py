"""Images: right colours, what is missing said, the value under the pointer, seen together."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from labctl.gui.plots.colours import colour_table, coloured
from labctl.gui.plots.image_data import ImageData
from labctl.gui.plots.image_group import ImageGroup, best_columns
from labctl.gui.plots.image_view import ImageView
from tests.gui.plot_samples import image

VALUES = [[0.0, 5e-7, np.nan], [1e-6, 2.5e-7, np.nan]]


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    made = ImageView()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    qtbot.waitExposed(made)
    made.show_image(image(VALUES))
    return made


def test_colours_are_those_of_the_values() -> None:
    colours = coloured(np.array(VALUES), 0.0, 1e-6, colour_table("gray"))
    assert colours[0, 0].tolist() == [0, 0, 0, 255]
    assert colours[1, 0].tolist() == [255, 255, 255, 255]
    assert colours[0, 1, 0] in (127, 128)
    assert colours[0, 2, 3] == 0, "not measured is transparent"


def test_logarithmic_colours() -> None:
    colours = coloured(np.array([[1e-9, 1e-7, -1.0]]), 1e-9, 1e-5, colour_table("gray"), log=True)
    assert colours[0, 1, 0] in (127, 128)
    assert colours[0, 2, 3] == 0


@pytest.mark.parametrize("kind", ["sequential", "diverging"])
def test_scales_are_in_order_of_lightness(kind: str) -> None:
    data = ImageData.of(image([[1.0]], kind=kind))
    table = colour_table(data.kind)[:, :3].astype(float)
    lightness = table @ np.array([0.299, 0.587, 0.114])
    half = lightness if kind == "sequential" else lightness[:128]
    assert np.all(np.diff(half) > -1.5)
    assert half[-1] - half[0] > 60


def test_a_diverging_scale_has_zero_in_its_middle() -> None:
    data = ImageData.of(image([[1.0]], kind="diverging", low=-1e-6, high=3e-6))
    assert (data.low, data.high) == (-3e-6, 3e-6)
    assert not data.can_be_log


def test_the_value_under_the_pointer(view: ImageView) -> None:
    canvas = view.canvas
    canvas.sceneObj.sigMouseMoved.emit(canvas.view.mapViewToScene(QPointF(1.5, 0.5)))
    assert view.value_text == "500 nA in row 0, column 1"
    canvas.sceneObj.sigMouseMoved.emit(canvas.view.mapViewToScene(QPointF(2.5, 1.5)))
    assert view.value_text.startswith("not measured")
    canvas.sceneObj.sigMouseMoved.emit(canvas.view.mapViewToScene(QPointF(7.0, 0.5)))
    assert view.value_text.startswith("point at")


def test_arrow_keys_go_from_pixel_to_pixel(qtbot: QtBot, view: ImageView) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view.canvas, key)
    assert view.value_text == "250 nA in row 1, column 1"


def test_a_growing_image_keeps_its_zoom(view: ImageView) -> None:
    view.canvas.view.setRange(QRectF(0, 0, 1, 1), padding=0, disableAutoRange=False)
    seen = view.canvas.view.viewRect()
    view.show_image(image([[0.0, 5e-7, 1e-7], [1e-6, 2.5e-7, np.nan]]))
    assert view.canvas.view.viewRect() == seen
    assert view.data is not None
    assert view.data.missing == 1


def test_images_side_by_side_are_pointed_at_together(qtbot: QtBot) -> None:
    group = ImageGroup()
    qtbot.addWidget(group)
    group.resize(640, 300)
    group.show()
    names = ("measured", "reference", "error")
    group.show_images([image(VALUES, name=name) for name in names])
    group.views["reference"].canvas.point_at((1, 0))
    assert {view.value_text for view in group.views.values()} == {"1 µA in row 1, column 0"}
    group.views["measured"].canvas.view.scaleBy((0.5, 0.5))
    group.views["measured"].canvas.view.sigRangeChangedManually.emit([True, True])
    left = group.views["measured"].canvas.view.viewRect().left()
    assert group.views["error"].canvas.view.viewRect().left() == pytest.approx(left, abs=0.05)


def test_images_come_and_go(qtbot: QtBot) -> None:
    group = ImageGroup()
    qtbot.addWidget(group)
    group.show()
    group.show_images([image(VALUES), image(VALUES, name="reference")])
    group.show_images([image(VALUES, name="reference")])
    assert list(group.views) == ["reference"]
    group.show_images([])
    assert group.views == {}


def test_images_are_laid_out_to_be_large() -> None:
    assert best_columns(4, room=640 / 500, image=1.0) == 2
    assert best_columns(3, room=640 / 200, image=1.0) == 3
    assert best_columns(2, room=640 / 500, image=4.0) == 1


def test_an_image_without_a_value_yet(qtbot: QtBot, view: ImageView) -> None:
    view.show_image(image(np.full((4, 4), np.nan), name="empty", low=None, high=None))
    view.grab()
    assert view.data is not None
    assert view.data.missing == 16
