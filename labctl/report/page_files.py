"""A page on disk: one self-contained file, and its pictures as PNG and SVG beside it."""

from __future__ import annotations

from pathlib import Path

from labctl.atomic_file import replace_bytes, replace_text
from labctl.report.page import Page, to_html

REPORT = "report.html"
"""Name of the page in its folder."""


def write_page(page: Page, folder: Path) -> Path:
    """Write a page into `folder` and its pictures into `folder/figures`; returns its path.

    Files that are there are replaced. Raises `OSError`.
    """
    figures = folder / "figures"
    for picture in page.pictures():
        figures.mkdir(exist_ok=True)
        replace_bytes(figures / f"{picture.name}.png", picture.png)
        replace_bytes(figures / f"{picture.name}.svg", picture.svg)
    path = folder / REPORT
    replace_text(path, to_html(page))
    return path
