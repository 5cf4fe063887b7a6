"""`labctl station`: which stations there are, what one says, and whether its instruments answer."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.bench.glance import look
from labctl.bench.limits import Limits
from labctl.bench.station import open_station, read_station, smu_capabilities, station_files
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.arguments import DEFAULT_STATION, add_out
from labctl.cli.console import table
from labctl.config import GuardConfig, StationConfig
from labctl.errors import BadInput, StationError
from labctl.quantities import with_unit
from labctl.report.limit_rows import LIMIT_HEAD, limit_rows
from procedures.regime import Regime

PATTERN = "probe_station"
"""The station that comes along to be copied."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `check [S]`, `show [S]`, or `init [FILE]`."""
    actions = parser.add_subparsers(dest="action", metavar="list|check|show|init", required=True)
    actions.add_parser("list", help="stations that come with labctl")
    check = actions.add_parser("check", help="connect, and say what every instrument is")
    show = actions.add_parser("show", help="a station's file as it was read, and its limits")
    add_out(check)
    for action in (check, show):
        action.add_argument(
            "station", metavar="S", nargs="?", default=DEFAULT_STATION,
            help=f"name or file of a station (default: {DEFAULT_STATION})",
        )  # fmt: skip
    init = actions.add_parser("init", help="begin a station file of your own bench")
    init.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, default=Path("my_bench.toml"),
        help="where to put it (default: my_bench.toml)",
    )  # fmt: skip


def execute(arguments: argparse.Namespace) -> Answer:
    """Do it; raises `BadInput` for a station there is not, or a file that is there already."""
    match arguments.action:
        case "list":
            return _list()
        case "show":
            return _show(read_station(arguments.station))
        case "init":
            return _init(arguments.file)
        case _:
            return _check(arguments)


def _list() -> Answer:
    stations = {name: read_station(path) for name, path in station_files().items()}
    rows = [
        (name, "simulated" if config.simulated else "real", config.description)
        for name, config in stations.items()
    ]
    data = {name: {"kind": kind, "description": text} for name, kind, text in rows}
    return Answer(data={"stations": data}, text=table(rows, head=("Station", "Kind", "What it is")))


def _init(path: Path) -> Answer:
    """A copy of the station file that explains itself, under the file's own name."""
    text = station_files()[PATTERN].read_text(encoding="utf-8")
    text = text.replace(f'name = "{PATTERN}"', f'name = "{path.stem}"', 1)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written ({error.strerror}); nothing was changed, name another"
        ) from error
    return Answer(
        data={"file": str(path)},
        text=f"{path}: put in your addresses, wiring, sample, and limits; then\n"
        f"  labctl station check {path}        connects, and changes nothing",
    )


def _check(arguments: argparse.Namespace) -> Answer:
    name = read_station(arguments.station).name
    try:
        with open_station(arguments.station, out=arguments.out) as station:
            identities = dict(station.identities)
            settings = station.instruments.settings()
            seen = look(station.instruments, settings)
    except StationError as error:
        return Answer(
            code=ExitCode.FAILED,
            data={
                "station": name,
                "identities": error.identities,
                "failures": error.failures,
                "error": str(error),
            },
            text=f"{name}: these answer\n{_rows(error.identities)}" if error.identities else "",
            complaint=str(error),
        )
    return Answer(
        data={
            "station": name,
            "identities": identities,
            "instruments": seen,
            "settings": settings,
            "looked": datetime.now().astimezone().isoformat(timespec="seconds"),
        },
        text=f"{name}: every instrument answers\n{_rows(identities)}\n\n{_state_text(seen)}",
    )


def _state_text(seen: Mapping[str, Any]) -> str:
    """How the instruments were left, as they say."""
    rows = {"source output": "on" if seen["output"] else "off"}
    if seen["compliance_a"] is not None:
        rows["compliance"] = with_unit(seen["compliance_a"], "A")
    if seen["closed"] is not None:
        rows["closed crosspoints"] = ", ".join(seen["closed"]) or "none"
    if seen["temperature_k"] is not None:
        setpoint = with_unit(seen["setpoint_k"], "K", 5)
        rows["stage"] = f"{with_unit(seen['temperature_k'], 'K', 5)}, set-point {setpoint}"
    return _rows(rows)


def _rows(identities: Mapping[str, str]) -> str:
    return table(list(identities.items()))


def _show(config: StationConfig) -> Answer:
    smu = smu_capabilities(config)
    limits = {regime: Limits.effective(config, smu, regime=regime).as_record() for regime in Regime}
    data = {
        "station": config.name,
        "file": str(config.document.path),
        "content": config.document.values,
        "limits": limits[Regime.INTERFACE],
        "limits_in_filament_regime": limits[Regime.FILAMENT],
        "guard": asdict(config.guard),
    }
    return Answer(data=data, text=_show_text(config, limits))


def _show_text(config: StationConfig, limits: Mapping[Regime, Mapping[str, Any]]) -> str:
    kind = "simulated" if config.simulated else "real"
    instruments = [
        (
            role,
            entry.driver,
            entry.resource or "",
            ", ".join(f"{k}={v}" for k, v in entry.options.items()),
        )
        for role, entry in config.instruments.items()
    ]
    sample = config.sample
    return "\n\n".join(
        [
            f"{config.name} ({kind}): {config.description}\nFile: {config.document.path}",
            table(instruments, head=("Instrument", "Driver", "Resource", "Options")),
            table(limit_rows(limits[Regime.INTERFACE]), LIMIT_HEAD),
            *_filament_limits(limits),
            table(_guard_rows(config.guard), ("Guard", "Does", "From")),
            f"Sample: {sample.name} ({sample.id}) {sample.topology} {sample.notes}".rstrip(),
            f"Always closed: {', '.join(config.wiring.static) or 'nothing'}",
            table(list(config.wiring.devices.items()), head=("Device", "Crosspoint")),
        ]
    )


def _filament_limits(limits: Mapping[Regime, Mapping[str, Any]]) -> list[str]:
    """A second table, where a run of the filament regime has other limits."""
    other = {
        name: limit
        for name, limit in limits[Regime.FILAMENT].items()
        if limit != limits[Regime.INTERFACE][name]
    }
    if not other:
        return []
    head = ("With regime=filament", *LIMIT_HEAD[1:])
    return [table(limit_rows(other), head)]


def _guard_rows(guard: GuardConfig) -> list[tuple[str, str, str]]:
    thresholds = {
        "jump": f"{guard.jump_decades:g} decades",
        "conductance": f"{with_unit(guard.conductance_max_s, 'S')}, "
        f"{with_unit(guard.read_conductance_max_s, 'S')} up to 50 mV",
    }
    return [(kind, action, thresholds.get(kind, "")) for kind, action in guard.actions.items()]
