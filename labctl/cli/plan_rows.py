"""What a run or a campaign will take, as rows for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from labctl.cli.console import table
from labctl.quantities import duration, expected_duration, with_unit
from labctl.runs.plan import Cost, Exposure

_DOSE_HEAD = ("Device", "Lowest", "Highest", "Under voltage", "Stress", "Read")


def cost_rows(cost: Cost) -> list[tuple[str, str]]:
    """Times and numbers, each with its name."""
    return [
        ("Duration", expected_duration(cost.duration_s, cost.longest_s)),
        ("Applications", f"{cost.applications:,}"),
        ("Pulses that stress", f"{cost.stress_pulses:,}"),
        ("Pulses that read", f"{cost.pulses - cost.stress_pulses:,}"),
        ("Relay closures", f"{cost.closures:,}"),
        ("Transactions", f"{cost.transactions:,}"),
        ("Rows", f"{cost.rows:,}"),
        ("Disk", with_unit(float(cost.disk_bytes), "B", 3)),
    ]


def dose_table(dose: Mapping[str, Exposure]) -> str:
    """What each device will see."""
    return table([(device, *_cells(exposure)) for device, exposure in dose.items()], _DOSE_HEAD)


def _cells(exposure: Exposure) -> tuple[str, ...]:
    return (
        with_unit(exposure.min_v, "V"),
        with_unit(exposure.max_v, "V"),
        duration(exposure.under_voltage_s),
        f"{exposure.stress_pulses:,}",
        f"{exposure.pulses - exposure.stress_pulses:,}",
    )
