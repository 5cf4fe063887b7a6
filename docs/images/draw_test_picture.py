"""Draws procedures/images/test_picture.png, the 32x32 gray picture that convolution starts from.

Our own drawing: a sitting cat with shaded fur before the full moon. It has smooth areas (the sky,
the fur), hard edges (the outline, the moon), fine detail (eyes, a thin tail), and the whole
range of gray from 0 to 255, because an image that is easy hides errors.

Run it with the target file as the only argument:

    python docs/images/draw_test_picture.py procedures/images/test_picture.png
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZE = 32
OVERSAMPLING = 16
"""The picture is drawn this much larger and averaged down, which gives soft edges."""

Points = list[tuple[float, float]]

SKY_TOP, SKY_BOTTOM = 70.0, 165.0
FUR_LIT, FUR_SHADED = 105.0, 8.0
MOON_CENTRE, MOON_RADIUS = (21.0, 11.5), 9.5
HEAD = (8.0, 6.5, 18.0, 15.5)
BODY: Points = [(9.5, 13), (16.5, 13), (19.5, 19), (21, 25), (20.5, 30), (6.5, 30), (7, 20)]
EARS: list[Points] = [[(8.2, 10), (8.0, 3.0), (12.5, 7.2)], [(17.8, 10), (18.0, 3.0), (13.5, 7.2)]]
TAIL: Points = [(19, 28.5), (24, 28.8), (26.5, 26.5), (26.0, 23.0), (27.5, 20.5)]
EYES = [(10.0, 9.6, 12.2, 11.6), (13.8, 9.6, 16.0, 11.6)]
PUPILS = [(10.9, 9.6, 11.5, 11.6), (14.7, 9.6, 15.3, 11.6)]


def draw_test_picture() -> Image.Image:
    """The picture: mode "L", 32x32, gray 0 and 255 both present."""
    side = SIZE * OVERSAMPLING
    down, across = np.mgrid[0:side, 0:side] / OVERSAMPLING
    picture = SKY_TOP + (SKY_BOTTOM - SKY_TOP) * down / SIZE
    from_moon = np.hypot(across - MOON_CENTRE[0], down - MOON_CENTRE[1])
    picture = _paint(picture, _moon(), 255.0 - 45.0 * (from_moon / MOON_RADIUS) ** 2)
    picture = _paint(picture, _ground(), 30.0 + 1.5 * across)
    fur = FUR_LIT + (FUR_SHADED - FUR_LIT) * (from_moon - 4.0) / 17.0
    picture = _paint(picture, _cat(), np.clip(fur, FUR_SHADED, FUR_LIT))
    picture = _paint(picture, _ellipses(EYES), np.full_like(picture, 255.0))
    picture = _paint(picture, _ellipses(PUPILS), np.zeros_like(picture))
    small = picture.reshape(SIZE, OVERSAMPLING, SIZE, OVERSAMPLING).mean(axis=(1, 3))
    stretched = (small - small.min()) / (small.max() - small.min()) * 255
    return Image.fromarray(np.rint(stretched).astype(np.uint8), mode="L")


def _paint(
    picture: NDArray[np.float64], shape: Image.Image, gray: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.where(np.asarray(shape) > 0, gray, picture)


def _canvas() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    shape = Image.new("L", (SIZE * OVERSAMPLING, SIZE * OVERSAMPLING), 0)
    return shape, ImageDraw.Draw(shape)


def _scaled(points: Points) -> Points:
    return [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]


def _moon() -> Image.Image:
    (x, y), r = MOON_CENTRE, MOON_RADIUS
    return _ellipses([(x - r, y - r, x + r, y + r)])


def _ground() -> Image.Image:
    shape, pen = _canvas()
    pen.rectangle(_scaled([(0, 29), (SIZE, SIZE)]), fill=255)
    return shape


def _cat() -> Image.Image:
    shape, pen = _canvas()
    pen.ellipse(_scaled([HEAD[:2], HEAD[2:]]), fill=255)
    for outline in (BODY, *EARS):
        pen.polygon(_scaled(outline), fill=255)
    pen.line(_scaled(TAIL), fill=255, width=2 * OVERSAMPLING, joint="curve")
    return shape


def _ellipses(boxes: list[tuple[float, float, float, float]]) -> Image.Image:
    shape, pen = _canvas()
    for box in boxes:
        pen.ellipse(_scaled([box[:2], box[2:]]), fill=255)
    return shape


if __name__ == "__main__":
    draw_test_picture().save(Path(sys.argv[1]), optimize=True)
