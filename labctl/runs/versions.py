"""Which software measured."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("pymeasure", "pyvisa", "numpy", "pandas", "scipy")
_ROOT = Path(__file__).parents[2]


def software_versions() -> dict[str, str | None]:
    """Versions of Python, the system, and the packages; the commit when run from a work tree."""
    packages = {name: _version(name) for name in _PACKAGES}
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        **packages,
        "commit": _commit(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the work tree these files stand in, with "-dirty" when they were changed."""
    top = _git("rev-parse", "--show-toplevel")
    # An installed copy may lie inside somebody else's work tree.
    if top is None or Path(top).resolve() != _ROOT.resolve():
        return None
    return _git("describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")


def _git(*arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - nothing in the command comes from outside
            [git, "-C", str(_ROOT), *arguments],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
