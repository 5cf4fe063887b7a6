"""`labctl check`: whether a procedure, yours or one of ours, is fit for the bench."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from labctl.acceptance.conduct import conduct_objections
from labctl.acceptance.declarations import declaration_objections
from labctl.acceptance.objections import Objection, accepted
from labctl.bench.station import read_station
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.arguments import add_procedure, chosen_class, chosen_devices, chosen_procedure
from labctl.cli.console import paragraphs
from labctl.errors import BadInput
from labctl.runs.devices import choose_devices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As for `run`, but for what only a run needs."""
    add_procedure(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Look at what it declares, then at what it does on a simulated array of its own."""
    owner = chosen_class(arguments)
    objections = declaration_objections(owner)
    if accepted(objections):
        objections += _conduct(arguments)
    return Answer(
        code=ExitCode.FINISHED if accepted(objections) else ExitCode.FAILED,
        data={
            "procedure": owner.name,
            "accepted": accepted(objections),
            "objections": [asdict(objection) for objection in objections],
        },
        text=_text(owner.name, objections),
    )


def _conduct(arguments: argparse.Namespace) -> list[Objection]:
    station, devices = read_station(arguments.station), chosen_devices(arguments)
    if not station.simulated:
        raise BadInput(
            f"station {station.name!r} is real; a procedure is tried on a simulated one first"
        )
    procedure = chosen_procedure(arguments)
    choose_devices(procedure, station, devices)
    return conduct_objections(procedure, arguments.station, devices)


def _text(name: str, objections: list[Objection]) -> str:
    verdict = "accepted" if accepted(objections) else "not accepted"
    return "\n\n".join([f"{name}: {verdict}", *map(_told, objections)])


def _told(objection: Objection) -> str:
    head = f"{objection.weight}: {objection.about}"
    body = f"{objection.what[:1].upper()}{objection.what[1:]}. To do: {objection.remedy}."
    return f"{head}\n{paragraphs(body, indent='  ')}"
