"""One campaign a session; what it measured is told at its end."""

from __future__ import annotations

import os

import pytest

from tests.soak.measured import Measured

collect_ignore_glob = ["test_*.py"] if os.name == "nt" else []
"""Windows has no fork, no kill -9, and none of these signals."""
MEASURED = Measured()


@pytest.fixture(scope="session")
def measured() -> Measured:
    return MEASURED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lines := MEASURED.summary():
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.line(line)
