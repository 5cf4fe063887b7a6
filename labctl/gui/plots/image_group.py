"""Images side by side, seen at the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QGridLayout, QWidget

from labctl.gui.plots.image_data import ImageData
from labctl.gui.plots.image_view import ImageView


class ImageGroup(QWidget):
    """Zooming or pointing in one image does the same in all others of its shape."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: dict[str, ImageView] = {}
        self._linking = False
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)

    def show_images(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Show these images of the clerk's, those that are there already in place."""
        images = [ImageData.of(image) for image in told]
        if [image.name for image in images] != list(self._views):
            self._arrange(images)
        for image in images:
            self._views[image.name].show_image(image)

    @property
    def views(self) -> dict[str, ImageView]:
        """All images, by name."""
        return dict(self._views)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay the images out as the new room allows."""
        super().resizeEvent(event)
        first = next(iter(self._views.values()), None)
        if first is not None and first.data is not None:
            self._place(first.data.values.shape)

    def _arrange(self, images: Sequence[ImageData]) -> None:
        old = self._views
        self._views = {image.name: old.pop(image.name, None) or self._new() for image in images}
        for view in old.values():
            view.hide()
            view.deleteLater()  # with its parent, so that Qt alone decides when
        self._columns = 0
        if images:
            self._place(images[0].values.shape)

    def _place(self, shape: tuple[int, ...]) -> None:
        """Lay the images out in as many columns as let them be largest."""
        count = len(self._views)
        columns = best_columns(count, self.width() / max(self.height(), 1), shape[1] / shape[0])
        if columns == self._columns:
            return
        self._columns = columns
        for place, view in enumerate(self._views.values()):
            self._grid.addWidget(view, place // columns, place % columns)
        for line in range(max(self._grid.columnCount(), self._grid.rowCount())):
            self._grid.setColumnStretch(line, int(line < columns))
            self._grid.setRowStretch(line, int(line < -(-count // columns)))

    def _new(self) -> ImageView:
        view = ImageView()
        view.canvas.view.sigRangeChangedManually.connect(lambda _: self._follow(view))
        view.canvas.pointed.connect(lambda place: self._point(view, place))
        return view

    def _partners(self, view: ImageView) -> list[ImageView]:
        data = view.data
        if data is None:
            return []
        return [
            other
            for other in self._views.values()
            if other is not view
            and other.data is not None
            and other.data.values.shape == data.values.shape
        ]

    def _follow(self, view: ImageView) -> None:
        seen = view.canvas.view.viewRect()
        for other in self._partners(view):
            other.canvas.view.setRange(seen, padding=0, disableAutoRange=False)

    def _point(self, view: ImageView, place: tuple[int, int] | None) -> None:
        if self._linking:
            return
        self._linking = True
        try:
            for other in self._partners(view):
                other.canvas.point_at(place)
        finally:
            self._linking = False


def best_columns(count: int, room: float, image: float) -> int:
    """In how many columns `count` (at least 1) images of one shape are largest.

    `room` and `image` are width over height of all the room, and of one image.
    """

    def size(columns: int) -> float:
        rows = -(-count // columns)
        return min(room / columns / image, 1 / rows)

    return max(range(1, count + 1), key=size)
