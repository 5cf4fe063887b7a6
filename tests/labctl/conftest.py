"""A bench in memory, and a procedure that goes wrong when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.labctl.fakes import Rig, make_rig
from tests.labctl.staircase import Staircase


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Makes the procedure do something after its first application."""

    def arrange(what: Callable[..., None]) -> None:
        monkeypatch.setattr(Staircase, "trouble", staticmethod(what))

    return arrange
