"""Starts a module of ours in a process of its own, which outlives us if it has to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

# Ctrl-C and a closed terminal are for the process that starts it alone.
_APART = (
    subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    if sys.platform == "win32"
    else 0
)


def start_module(
    module: str,
    words: Sequence[str] = (),
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] | None = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Run `python -m module words` with this interpreter and the modules it would find here.

    A pipe that is None is ours as well.

    Raises `OSError` when the process cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 (this interpreter, and our own module)
        [sys.executable, "-P", "-m", module, *words],
        # The same modules as here, whatever lies in the current directory.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        creationflags=_APART,
        start_new_session=True,  # what Windows has is said above
    )
