"""The files of a reproduction: the page, and every figure as PNG and SVG beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from labctl.atomic_file import replace_bytes, replace_text
from labctl.report.page import to_html
from labctl.report.run_report import REPORT
from labctl.reproduce.page import reproduction_page
from labctl.reproduce.recipes import Recipe
from labctl.reproduce.reproduction import Reproduction
from labctl.runs.run_folder import create_run_folder, storing_in


def write_reproduction(reproduction: Reproduction, recipes: Sequence[Recipe], out: Path) -> Path:
    """Write page and figures into a new folder beside the runs; returns the path of the page.

    Raises `StorageError` when the disk does not take them.
    """
    page = reproduction_page(reproduction, recipes)
    with storing_in(out):
        what = "-".join(reproduction.figures) or "all"
        folder = create_run_folder(out, "reproduce", [what], datetime.now().astimezone())
        figures = folder / "figures"
        figures.mkdir()
        for picture in page.pictures():
            replace_bytes(figures / f"{picture.name}.png", picture.png)
            replace_bytes(figures / f"{picture.name}.svg", picture.svg)
        path = folder / REPORT
        replace_text(path, to_html(page))
    return path
