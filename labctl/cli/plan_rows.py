"""What a run or a campaign will take, as rows for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from labctl.campaigns.planning.checking import Totals
from labctl.cli.console import table
from labctl.report.quantities import duration, with_unit
from labctl.runs.plan import Exposure, RunPlan

_DOSE_HEAD = ("Device", "Lowest", "Highest", "Under voltage", "Stress", "Read")


def cost_rows(plan: RunPlan | Totals) -> list[tuple[str, str]]:
    """Times and numbers, each with its name."""
    longest, expected = duration(plan.longest_s), duration(plan.duration_s)
    return [
        ("Duration", expected if longest == expected else f"{expected}, at most {longest}"),
        ("Applications", f"{plan.applications:,}"),
        ("Pulses that stress", f"{plan.stress_pulses:,}"),
        ("Pulses that read", f"{plan.pulses - plan.stress_pulses:,}"),
        ("Relay closures", f"{plan.closures:,}"),
        ("Transactions", f"{plan.transactions:,}"),
        ("Rows", f"{plan.rows:,}"),
        ("Disk", with_unit(float(plan.disk_bytes), "B", 3)),
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
