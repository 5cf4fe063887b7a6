"""The folder of a reproduction: its page and its figures, beside the runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from labctl.report.page_files import write_page
from labctl.reproduce.page import reproduction_page
from labctl.reproduce.recipes import Recipe
from labctl.reproduce.reproduction import Reproduction
from labctl.reproduce.verdicts import Judgement
from labctl.runs.run_folder import create_run_folder, storing_in


def write_reproduction(
    reproduction: Reproduction,
    judgements: Sequence[Judgement],
    recipes: Sequence[Recipe],
    out: Path,
) -> Path:
    """Write page and figures into a new folder beside the runs; returns the path of the page.

    Raises `StorageError` when the disk does not take them.
    """
    page = reproduction_page(reproduction, judgements, recipes)
    with storing_in(out):
        what = "-".join(reproduction.figures) or "all"
        folder = create_run_folder(out, "reproduce", [what], datetime.now().astimezone())
        return write_page(page, folder)
