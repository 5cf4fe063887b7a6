"""The array as it is now: state, target, and history of every device, and where it lies."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.bench.limits import INTERFACE_MIN_V, Limits
from labctl.bench.station import read_station, smu_capabilities
from labctl.clerk.desk import Answer, Request
from labctl.clerk.known_devices import Conductance, Known, KnownDevices
from labctl.config import StationConfig
from labctl.ledger.history import DeviceHistory
from labctl.ledger.ledger import Ledger
from labctl.quantities import with_unit
from procedures.regime import Regime

UNTOUCHED = "untouched"
"""In the place of a regime: no stress so far."""
PULSES_PER_CYCLE = 2
"""Of stress, as the limit `cycles_max` counts them."""

PATIENCE_S = 0.25
"""A long ledger takes its time to be read; whoever else asks must not wait for all of them."""

_UNREAD: dict[str, Any] = {
    "conductance_s": None,
    "target_s": None,
    "error": None,
    "cycles": 0,
    "regime": "",
    "quarantine": None,
    "measured": None,
    "stale": False,
    "run": None,
    "lines": ["Its ledger is being read"],
}
_DEVICES = KnownDevices()


def array(request: Request) -> Answer:
    """Every device of `request["station"]`'s sample, from ledger and runs in `request["runs"]`.

    `{"rows", "columns", "devices", "complete"}`: where reading takes longer than `PATIENCE_S`, not
    all devices are known in the first answer, and one asks again. A device has `name`, `row`,
    `column`, `conductance_s`, `target_s`, `error` (of the target), `cycles`, `regime` ("untouched"
    without stress), the reason of its `quarantine`, when and by which `run` (its folder) it was
    `measured`, whether that is `stale`, and `lines` of text about it; None for what is not known.
    Raises `BadInput`.
    """
    config, runs = read_station(request["station"]), Path(request["runs"])
    ledger, limits = Ledger(runs, config.sample.id), limits_of(config)
    known = _known(ledger, config.wiring.devices)
    layout = config.sample.layout
    return {
        "rows": len(layout),
        "columns": len(layout[0]),
        "complete": len(known) == len(config.wiring.devices),
        "devices": [
            {"name": name, "row": row, "column": column}
            | (_device(config, runs, known[name], limits) if name in known else _UNREAD)
            for row, names in enumerate(layout)
            for column, name in enumerate(names)
            if name
        ],
    }


def limits_of(config: StationConfig) -> Limits:
    """Those of a run in the regime of the sample."""
    regime = config.sample.regime or Regime.INTERFACE
    return Limits.effective(config, smu_capabilities(config), regime=regime)


def local_time(time: str) -> str:
    """A time of ledger or record as people here read it: "2026-11-22 23:55"."""
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"


def counted(number: int, what: str) -> str:
    """So many of something: "1 cycle", "2,000 cycles"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def regime_seen(config: StationConfig, history: DeviceHistory) -> str:
    """Whether stress ever went as low as where a filament forms."""
    if history.stress_pulses == 0:
        return UNTOUCHED
    forms_v = config.sample.limits.get("interface_voltage_min", INTERFACE_MIN_V)
    return (Regime.FILAMENT if history.min_v <= forms_v else Regime.INTERFACE).value


def cycles_text(history: DeviceHistory, limits: Limits) -> str:
    """How many cycles a device has seen, of how many it may see."""
    most = limits.cycles_max
    if most.value == float("inf"):
        pulses = counted(history.stress_pulses, "stress pulse")
        return f"{counted(history.cycles, 'cycle')} with {pulses}"
    seen = history.stress_pulses / PULSES_PER_CYCLE
    return f"{seen:,g} of {most.value:,g} cycles (limit set by the {most.set_by})"


def _known(ledger: Ledger, names: Iterable[str]) -> dict[str, Known]:
    """What is known of devices: all that was read before, and what can be read meanwhile."""
    began_s = time.monotonic()
    known: dict[str, Known] = {}
    for name in names:
        one = ledger.device(name)
        if time.monotonic() - began_s < PATIENCE_S:
            known[name] = _DEVICES.known(one)
        elif (kept := _DEVICES.kept(one)) is not None:
            known[name] = kept
    return known


def _device(config: StationConfig, runs: Path, known: Known, limits: Limits) -> dict[str, Any]:
    state, history = known.conductance, known.history
    folder = None if state is None else _DEVICES.folder(runs, state.run)
    target_s = _target_s(runs, known)
    error = None if state is None or target_s is None else state.siemens / target_s - 1
    return {
        "conductance_s": None if state is None else state.siemens,
        "target_s": target_s,
        "error": error,
        "cycles": history.cycles,
        "regime": regime_seen(config, history),
        "quarantine": None if history.quarantine is None else history.quarantine.reason,
        "measured": None if state is None else state.time,
        "stale": state is not None and state.stale,
        "run": None if folder is None else str(folder),
        "lines": [*_state_lines(state, target_s, error), *_history_lines(history, limits)],
    }


def _target_s(runs: Path, known: Known) -> float | None:
    """What the last run that stressed it aimed at: what came before holds no longer."""
    if known.stressed_by is None:
        return None
    folder = _DEVICES.folder(runs, known.stressed_by)
    return None if folder is None else _DEVICES.target_s(folder, known.history.device)


def _state_lines(
    state: Conductance | None, target_s: float | None, error: float | None
) -> Iterator[str]:
    if state is None:
        yield "State not known: not read so far"
        return
    roughly = ", roughly" if state.rough else ""
    yield f"{with_unit(state.siemens, 'S')}{roughly}"
    yield f"read {local_time(state.time)} by {state.run}"
    if state.stale:
        yield "Stress came after that: read it again"
    if target_s is not None and error is not None:
        yield f"Target {with_unit(target_s, 'S')}, error {100 * error:+.3g} %"


def _history_lines(history: DeviceHistory, limits: Limits) -> Iterator[str]:
    if history.applications == 0:
        yield "Nothing was applied so far"
    else:
        yield f"Seen: {cycles_text(history, limits)}, {counted(history.reads, 'read')}"
        yield f"Voltages: {with_unit(history.min_v, 'V')} to {with_unit(history.max_v, 'V')}"
    if history.uncertain:
        yield f"Uncertain: {counted(len(history.uncertain), 'application')}, counted as the most"
    yield (
        f"Allowed {with_unit(limits.voltage_min.value, 'V')} ({limits.voltage_min.set_by}) to "
        f"{with_unit(limits.voltage_max.value, 'V')} ({limits.voltage_max.set_by})"
    )
    if (put_aside := history.quarantine) is not None:
        run = f" in {put_aside.run}" if put_aside.run else ""
        yield f"QUARANTINE since {local_time(put_aside.time)}{run}: {put_aside.reason}"
