"""Pictures in: any file Pillow reads becomes 32x32 gray levels by one rule.

The rule: turned as its EXIF tag says; transparency laid on white; reduced to luminance (ITU-R 601);
cut to the largest centred square; averaged over areas down to 32x32. A 32x32 gray picture comes
through unchanged.
"""

from __future__ import annotations

import warnings
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from pymeasure.experiment import Parameter

from procedures.errors import ParameterError

SIDE = 32
LARGEST_PIXELS = 50_000_000
SHIPPED = "test picture"
"""Value of an `image` parameter that means the picture shipped with the package."""


class Picture(Parameter):
    """A picture file's path as text; read only when the procedure is checked."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> str: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> str:
        """Take text or a path; raises `ParameterError` for anything else, and for nothing."""
        if not isinstance(value, str | Path) or not str(value).strip():
            raise ParameterError(f"{value!r} is not a file name")
        return str(value)


def load_gray(image: str) -> NDArray[np.uint8]:
    """Gray levels of the file at `image` (or of the shipped picture), shape (32, 32).

    Raises `ParameterError` for a file that is missing, no picture, too large, or too small.
    """
    if image == SHIPPED:
        with files("procedures").joinpath("images", "test_picture.png").open("rb") as stream:
            return _to_gray(Image.open(stream))
    path = Path(image)
    if not path.is_file():
        raise ParameterError(f"image: there is no file {image!r}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                _refuse_size(image, picture)
                return _to_gray(picture)
    except UnidentifiedImageError:
        raise ParameterError(f"image: {image!r} is not a picture (PNG, JPEG, TIFF, ...)") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"image: {image!r} cannot be read: {error}") from error


def _refuse_size(image: str, picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > LARGEST_PIXELS:
        raise ParameterError(
            f"image: {image!r} has {width}x{height} pixels; at most {LARGEST_PIXELS:,} are read"
        )
    if min(width, height) < SIDE:
        raise ParameterError(
            f"image: {image!r} has {width}x{height} pixels; it needs at least {SIDE}x{SIDE}"
        )


def _to_gray(picture: Image.Image) -> NDArray[np.uint8]:
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):
        upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
    if upright.mode in ("I", "F"):
        raise ParameterError(
            f"image: pixels of type {upright.mode!r} have no agreed white; use 8 or 16 bit"
        )
    if upright.has_transparency_data:
        rgba = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    gray = upright.convert("L")
    if gray.size != (SIDE, SIDE):
        gray = ImageOps.fit(gray, (SIDE, SIDE), method=Image.Resampling.BOX)
    return np.array(gray, dtype=np.uint8)
