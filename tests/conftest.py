"""What every test needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from labctl.locks import LOCKS_VARIABLE


@pytest.fixture(autouse=True)
def locks_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Locks of the machine's instruments lie apart for every test, as if it had its own."""
    locks = tmp_path / "locks"
    monkeypatch.setenv(LOCKS_VARIABLE, str(locks))
    return locks
