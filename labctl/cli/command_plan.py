"""`labctl plan`: what a run will take, before anything is connected."""

from __future__ import annotations

import argparse

from labctl.bench.station import read_station, smu_capabilities
from labctl.cli.answer import Answer
from labctl.cli.arguments import add_procedure, chosen_devices, chosen_procedure
from labctl.cli.console import table
from labctl.report.quantities import duration, with_unit
from labctl.runs.devices import choose_devices
from labctl.runs.plan import Exposure, RunPlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As for `run`, but for what only a run needs."""
    add_procedure(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Plan from the procedure and the station file; raises what the run itself would."""
    procedure = chosen_procedure(arguments)
    station = read_station(arguments.station)
    devices = choose_devices(procedure, station, chosen_devices(arguments))
    plan = RunPlan.of(procedure, station, devices, smu_capabilities(station))
    return Answer(data=plan.as_data(), text=_text(plan))


def _text(plan: RunPlan) -> str:
    longest = duration(plan.longest_s)
    expected = duration(plan.duration_s)
    rows = [
        ("Duration", expected if longest == expected else f"{expected}, at most {longest}"),
        ("Applications", f"{plan.applications:,}"),
        ("Pulses that stress", f"{plan.stress_pulses:,}"),
        ("Pulses that read", f"{plan.pulses - plan.stress_pulses:,}"),
        ("Relay closures", f"{plan.closures:,}"),
        ("Transactions", f"{plan.transactions:,}"),
        ("Rows", f"{plan.rows:,}"),
        ("Disk", with_unit(float(plan.disk_bytes), "B", 3)),
    ]
    dose = [(device, *_dose(exposure)) for device, exposure in plan.dose.items()]
    head = ("Device", "Lowest", "Highest", "Under voltage", "Stress", "Read")
    return (
        f"{plan.procedure} on {plan.station}; no instrument was touched\n\n"
        f"{table(rows)}\n\n{table(dose, head)}"
    )


def _dose(exposure: Exposure) -> tuple[str, ...]:
    return (
        with_unit(exposure.min_v, "V"),
        with_unit(exposure.max_v, "V"),
        duration(exposure.under_voltage_s),
        f"{exposure.stress_pulses:,}",
        f"{exposure.pulses - exposure.stress_pulses:,}",
    )
