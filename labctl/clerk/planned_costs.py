"""What a planned run takes, in words: time, pulses, relays, disk, and what each device sees."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from labctl.config import RelayLife, StationConfig
from labctl.excursions import excursions
from labctl.ledger.odometer import Wear, every_odometer
from labctl.quantities import duration, expected_duration, with_unit
from labctl.runs.plan import Exposure, RunPlan
from procedures.base import PlannedApplication, Purpose


def cost_rows(
    plan: RunPlan, planned: Sequence[PlannedApplication], config: StationConfig, runs: Path
) -> list[list[str]]:
    """Label and text of every cost; of a closed loop what is expected, and the most."""
    stress_at_most, read_at_most, rows_at_most = _at_most(planned)
    disk = f"{with_unit(float(plan.disk_bytes), 'B', 3)}; {_free(runs)} free"
    return [
        ["Duration", expected_duration(plan.duration_s, plan.longest_s)],
        ["Stress pulses", _counted(plan.stress_pulses, stress_at_most)],
        ["Read pulses", _counted(plan.pulses - plan.stress_pulses, read_at_most)],
        ["Readings (rows)", _counted(plan.rows, rows_at_most)],
        ["Applications", f"{plan.applications:,}"],
        ["Relay closures", _closures(plan, config, runs)],
        ["Disk", disk],
        ["Transactions", f"{plan.transactions:,}"],
    ]


def dose_rows(dose: Mapping[str, Exposure], before: Mapping[str, int]) -> list[dict[str, str]]:
    """What each device will see, and how many stress pulses it has seen so far."""
    return [
        {
            "device": device,
            "lowest": with_unit(exposure.min_v, "V"),
            "highest": with_unit(exposure.max_v, "V"),
            "under_voltage": duration(exposure.under_voltage_s),
            "stress": f"{exposure.stress_pulses:,}",
            "stress_before": f"{before.get(device, 0):,}",
            "read": f"{exposure.pulses - exposure.stress_pulses:,}",
        }
        for device, exposure in dose.items()
    ]


def confirmation_rows(plan: RunPlan, config: StationConfig) -> list[list[str]]:
    """What somebody confirms before a real run."""
    exposures = plan.dose.values()
    lowest_v = min((exposure.min_v for exposure in exposures), default=0.0)
    highest_v = max((exposure.max_v for exposure in exposures), default=0.0)
    return [
        ["Station", f"{config.name} ({config.description})"],
        ["Sample", f"{config.sample.name} ({config.sample.id})"],
        ["Procedure", f"{plan.procedure}, {plan.regime} regime"],
        ["Devices", ", ".join(plan.dose)],
        ["Largest voltage", with_unit(max(highest_v, -lowest_v), "V")],
        ["Stress pulses", f"{plan.stress_pulses:,}"],
        ["Duration", expected_duration(plan.duration_s, plan.longest_s)],
    ]


def free_bytes(runs: Path) -> int:
    """Space where runs are kept, whether that directory is there yet or not."""
    there = next(folder for folder in (runs, *runs.parents) if folder.exists())
    return shutil.disk_usage(there).free


def wear_of(plan: RunPlan, config: StationConfig, runs: Path) -> tuple[str, Wear] | None:
    """The most worn relay that the run will close, as any matrix in the runs directory counts it.

    None when the run closes none, or none of them has closed so far.
    """
    if "matrix" not in config.instruments:
        return None
    concerned = {config.wiring.devices[device] for device in plan.dose}
    counted = [
        (crosspoint, wear)
        for counts in every_odometer(runs).values()
        for crosspoint, wear in counts.items()
        if crosspoint in concerned
    ]
    rated = config.wiring.relay_life
    return max(counted, key=lambda one: one[1].used(rated), default=None)


def _at_most(planned: Sequence[PlannedApplication]) -> tuple[int, int, int]:
    """Stress pulses, read pulses, and rows if every closed loop used up its budget."""
    stress = read = rows = 0
    for item in planned:
        waveform, times = item.application.waveform, item.at_most or item.count
        pulses = times * excursions(waveform).pulses
        rows += times * waveform.recorded_points
        if item.application.purpose is Purpose.STRESS:
            stress += pulses
        else:
            read += pulses
    return stress, read, rows


def _counted(expected: int, at_most: int) -> str:
    return f"{expected:,}, at most {at_most:,}" if at_most > expected else f"{expected:,}"


def _free(runs: Path) -> str:
    return with_unit(float(free_bytes(runs)), "B", 3)


def _closures(plan: RunPlan, config: StationConfig, runs: Path) -> str:
    if "matrix" not in config.instruments:
        return "none (no switch matrix)"
    found = wear_of(plan, config, runs)
    if found is None:
        return f"{plan.closures:,}; none of these relays has closed so far"
    crosspoint, wear = found
    return f"{plan.closures:,}; {crosspoint} has {_used(wear, config.wiring.relay_life)}"


def _used(wear: Wear, rated: RelayLife) -> str:
    share = 100 * wear.used(rated)
    of_life = "under 0.1 %" if share < 0.1 else f"{share:.1f} %"
    return f"closed {wear.closures:,} times so far ({of_life} of its life)"
