"""What a campaign measured is told at its end, whichever process measured it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.soak.measured import Measured

collect_ignore_glob = ["test_*.py"] if os.name == "nt" else []
"""Windows has no fork, no kill -9, and none of these signals."""
PROPERTY = "measured"
CAMPAIGN = Measured()


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Iterator[Measured]:
    """What this test measures."""
    mine = Measured()
    yield mine
    request.node.user_properties.append((PROPERTY, dict(mine.values)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        for name, values in report.user_properties:
            if name == PROPERTY and isinstance(values, dict):
                CAMPAIGN.take(values)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lines := CAMPAIGN.summary():
        terminalreporter.section(PROPERTY)
        for line in lines:
            terminalreporter.line(line)
