"""Finds a run by what people call it: its path, its folder's name, or the end of that name."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from labctl.catalogue.entries import Unreadable, look_at
from labctl.catalogue.run_folders import run_folders
from labctl.errors import BadInput, StorageError
from labctl.runs.run import Run

MOST_NAMES = 5
"""Names told in an error."""
LATEST = 2000
"""A name that was mistyped is looked for among so many of the latest runs."""


def find_run(runs: Path, called: str) -> Path:
    """The folder of the run that is called so.

    Raises `BadInput` when there is none, naming the nearest, or several, naming them.
    """
    if not called.strip():
        raise BadInput("the name of the run is empty; give its path, its folder, or the end of it")
    for folder in (Path(called), runs / called):
        if called.strip("./\\") and folder.is_dir():
            return folder
    folders = _folders(runs)
    ends = [folder for folder in folders if folder.name.endswith(called)]
    fitting = [folder for folder in ends if folder.name == called] or ends
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise BadInput(f"{len(fitting)} runs are called {called!r}: {_names(fitting)}; give more")
    raise BadInput(f"there is no run {called!r} in {runs}; {_nearest(called, folders)}")


def load_run(runs: Path, called: str) -> Run:
    """The run that is called so; raises `BadInput` when it cannot be found or read."""
    folder = find_run(runs, called)
    if isinstance(looked := look_at(folder), Unreadable):
        raise BadInput(f"{looked.why}; labctl runs doctor {folder} may mend it")
    return Run.load(folder)


def _folders(runs: Path) -> list[Path]:
    try:
        return list(run_folders(runs))
    except OSError as error:
        raise StorageError(f"{runs} cannot be read ({error.strerror or error})") from error


def _names(folders: list[Path]) -> str:
    shown = ", ".join(folder.name for folder in folders[-MOST_NAMES:])
    others = len(folders) - MOST_NAMES
    return f"{shown}, and {others} more" if others > 0 else shown


def _nearest(called: str, folders: list[Path]) -> str:
    names = [folder.name for folder in folders[-LATEST:]]
    ends = {name.rpartition("-")[2]: name for name in names}
    close = get_close_matches(called, [*names, *ends], n=1, cutoff=0.5)
    if close:
        return f"did you mean {ends.get(close[0], close[0])!r}?"
    return f"the latest is {names[-1]!r}" if names else "there are no runs at all"
