"""The life of one device, and what a person decides about it: put aside, or released."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.bench.limits import Limits
from labctl.bench.station import read_station
from labctl.catalogue.entries import Entry
from labctl.catalogue.filters import Filters
from labctl.catalogue.index import search
from labctl.clerk.array import (
    PULSES_PER_CYCLE,
    counted,
    cycles_text,
    limits_of,
    local_time,
    regime_seen,
)
from labctl.clerk.desk import Answer, Request
from labctl.clerk.device_life import life_plot
from labctl.clerk.known_devices import Conductance
from labctl.clerk.plot_data import plot_data
from labctl.config import StationConfig
from labctl.errors import BadInput
from labctl.ledger.history import DeviceHistory
from labctl.ledger.ledger import Ledger
from labctl.quantities import between, duration, with_unit

MOST_RUNS = 500
"""Of one device that are listed, the latest first."""


def device(request: Request) -> Answer:
    """All about `request["device"]`: what its dialog in the window shows.

    `{"device", "sample", "crosspoint", "facts": [[label, text]], "limits": [{"name", "text",
    "set_by"}], "cycles": {"text", "share"}, "quarantine": {"reason", "time", "run"} or None,
    "plot", "runs": [{"folder", "name", "procedure", "status", "started", "rows"}], "more"}`.
    Raises `BadInput` for a device that is not wired.
    """
    config, runs = read_station(request["station"]), Path(request["runs"])
    name = str(request["device"])
    crosspoint = config.wiring.crosspoint_of(name)
    ledger, limits = Ledger(runs, config.sample.id), limits_of(config)
    life = ledger.device(name).life()
    history = DeviceHistory.of(ledger.sample, name, life)
    entries, more = _runs(runs, config, name, life.since)
    return {
        "device": name,
        "sample": config.sample.id,
        "crosspoint": crosspoint,
        "facts": _facts(config, history, Conductance.last_of(life.applications)),
        "limits": _limits(limits),
        "cycles": {"text": cycles_text(history, limits), "share": _share(history, limits)},
        "quarantine": _quarantine(history),
        "plot": plot_data(life_plot(life.applications)),
        "runs": entries,
        "more": more,
    }


def put_aside(request: Request) -> Answer:
    """Put `request["device"]` in quarantine, for the reason `why` that `who` gives.

    Raises `BadInput` for a device that is not wired, is in quarantine, or without a reason.
    """
    ledger, name = _ledger_of(request)
    if ledger.device(name).is_quarantined():
        raise BadInput(f"{name} is in quarantine already")
    who = _text(request, "who", "say who decides it")
    ledger.quarantine(name, _text(request, "why", "say why"), event={"decided_by": who})
    return {"device": name}


def release(request: Request) -> Answer:
    """End the quarantine of `request["device"]`: `who` says so, and `why`.

    Raises `BadInput` when there is none, and without a reason.
    """
    ledger, name = _ledger_of(request)
    who = _text(request, "who", "say who decides it")
    ledger.release(name, who, _text(request, "why", "say why it may be used again"))
    return {"device": name}


def _ledger_of(request: Request) -> tuple[Ledger, str]:
    config, name = read_station(request["station"]), str(request["device"])
    config.wiring.crosspoint_of(name)
    return Ledger(request["runs"], config.sample.id), name


def _text(request: Request, key: str, otherwise: str) -> str:
    text = str(request[key]).strip()
    if not text:
        raise BadInput(otherwise)
    return text


def _facts(
    config: StationConfig, history: DeviceHistory, state: Conductance | None
) -> list[tuple[str, str]]:
    charge, energy = with_unit(history.charge_c, "C"), with_unit(history.energy_j, "J")
    facts = [
        ("State", _state(state)),
        ("Regime", regime_seen(config, history)),
        ("Voltages seen", f"{with_unit(history.min_v, 'V')} to {with_unit(history.max_v, 'V')}"),
        (
            "Stress",
            f"{counted(history.cycles, 'cycle')}, {counted(history.stress_pulses, 'pulse')}",
        ),
        ("Reads", counted(history.reads, "pulse")),
        ("Under voltage", duration(history.under_voltage_s)),
        (
            "Charge, energy",
            f"{charge}, {energy} (read in {100 * history.recorded:.3g} % of that time)",
        ),
        ("Temperature", _temperature(history)),
        ("Applications", f"{history.applications:,} in {counted(len(history.runs), 'run')}"),
    ]
    if history.first is not None and history.last is not None:
        facts.append(("First, last", f"{local_time(history.first)}, {local_time(history.last)}"))
    if history.since is not None:
        facts.append(("New sample", local_time(history.since)))
    if history.uncertain:
        facts.append(
            ("Uncertain", f"{counted(len(history.uncertain), 'application')}, as the most")
        )
    return facts


def _state(state: Conductance | None) -> str:
    if state is None:
        return "not known: not read so far"
    roughly = " roughly (one reading within stress)" if state.rough else ""
    stale = "; stress came after it" if state.stale else ""
    return f"{with_unit(state.siemens, 'S')}{roughly}, read {local_time(state.time)}{stale}"


def _temperature(history: DeviceHistory) -> str:
    if history.temperature_min_k is None or history.temperature_max_k is None:
        return "not known"
    return between(history.temperature_min_k, history.temperature_max_k, "K")


def _quarantine(history: DeviceHistory) -> dict[str, str | None] | None:
    if (aside := history.quarantine) is None:
        return None
    return {"reason": aside.reason, "time": local_time(aside.time), "run": aside.run}


def _limits(limits: Limits) -> list[dict[str, str]]:
    return [
        {"name": name, "text": with_unit(limit.value, limit.unit), "set_by": limit.set_by}
        for name, limit in vars(limits).items()
        if math.isfinite(limit.value)
    ]


def _share(history: DeviceHistory, limits: Limits) -> float | None:
    """How much of its cycles a device has used, 0 to 1 and beyond; None without a limit."""
    most = limits.cycles_max.value
    if not 0 < most < math.inf:
        return None
    return history.stress_pulses / PULSES_PER_CYCLE / most


def _runs(
    runs: Path, config: StationConfig, name: str, since: str | None
) -> tuple[list[dict[str, Any]], bool]:
    since_s = None if since is None else datetime.fromisoformat(since).timestamp()
    filters = Filters(sample=config.sample.id, device=name, since_s=since_s, limit=MOST_RUNS)
    found = search(runs, filters)
    return [_run(runs, entry) for entry in found.entries], found.more


def _run(runs: Path, entry: Entry) -> dict[str, Any]:
    return {
        "folder": str(runs / entry.place),
        "name": entry.place,
        "procedure": entry.procedure,
        "status": entry.status,
        "started": local_time(entry.started) if entry.started_s else entry.started,
        "rows": entry.rows,
    }
