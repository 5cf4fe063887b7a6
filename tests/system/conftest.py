"""Whole runs through the command line, as a user starts them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Outcome:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def shown(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        return json.loads(self.out)


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
