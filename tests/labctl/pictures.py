"""What a test asks of a drawn picture."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(png)) as image:
        return image.size
