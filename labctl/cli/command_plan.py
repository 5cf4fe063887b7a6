"""`labctl plan`: what a run, or a campaign, will take, before anything is connected."""

from __future__ import annotations

import argparse

from labctl.bench.limits import OperatorLimits
from labctl.bench.station import read_station, smu_capabilities
from labctl.campaigns.campaign import Campaign
from labctl.cli.answer import Answer
from labctl.cli.arguments import (
    add_procedure,
    chosen_devices,
    chosen_limits,
    chosen_procedure,
)
from labctl.cli.campaign_plan import plan_answer
from labctl.cli.console import table
from labctl.cli.plan_rows import cost_rows, dose_table
from labctl.errors import BadInput
from labctl.report.limit_rows import LIMIT_HEAD, limit_rows
from labctl.runs.devices import choose_devices
from labctl.runs.plan import RunPlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As for `run`, but for what only a run needs."""
    add_procedure(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Plan from the procedure and the station file; raises what the run itself would."""
    if arguments.procedure.endswith(".toml"):
        return _campaign(arguments)
    procedure = chosen_procedure(arguments)
    station = read_station(arguments.station)
    devices = choose_devices(procedure, station, chosen_devices(arguments))
    plan = RunPlan.of(
        procedure,
        station,
        devices,
        smu_capabilities(station),
        limits=OperatorLimits.parse(chosen_limits(arguments)),
    )
    return Answer(data=plan.as_data(), text=_text(plan))


def _campaign(arguments: argparse.Namespace) -> Answer:
    if arguments.device or arguments.settings or arguments.limits:
        raise BadInput(
            "--device, --set, and --limit are for a procedure; a campaign's file says them itself"
        )
    return plan_answer(Campaign.load(arguments.procedure).check())


def _text(plan: RunPlan) -> str:
    limits = table(limit_rows(plan.limits), LIMIT_HEAD)
    return (
        f"{plan.procedure} on {plan.station}, {plan.regime} regime; no instrument was touched\n\n"
        f"{table(cost_rows(plan))}\n\n{dose_table(plan.dose)}\n\n{limits}"
    )
