"""What a procedure found, in words for the window: names, values with units, meanings."""

from __future__ import annotations

from collections.abc import Mapping

from labctl.report.results_table import result_rows
from procedures.findings import Findings

FindingData = dict[str, str]
"""`name`, `value` with its unit, `meaning`."""


def findings_data(results: Mapping[str, object], findings: Findings) -> list[FindingData]:
    """Every single-valued result as a report shows it."""
    return [
        {"name": name, "value": value, "meaning": meaning}
        for name, value, meaning in result_rows(results, findings)
    ]
