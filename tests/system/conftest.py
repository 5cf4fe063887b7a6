"""Whole runs through the command line, as a user starts them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_outcome import Outcome

Labctl = Callable[..., Outcome]


@pytest.fixture
def labctl(tmp_path: Path) -> Labctl:
    """Run `labctl` in an empty directory; its runs directory is kept from call to call."""

    def call(*words: object) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "labctl", *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call
