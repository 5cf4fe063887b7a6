"""What one device has seen so far, in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from labctl.ledger.life import Life, Quarantine, Seen, run_of
from procedures.base import Purpose


@dataclass(frozen=True, kw_only=True)
class State:
    """What the last reading under voltage said of a device."""

    time: str
    """When its application began."""
    run: str
    voltage_v: float
    current_a: float
    conductance_s: float | None
    """None when that reading was one of stress; see `labctl.ledger.dose.Received.state_s`."""
    stale: bool
    """Whether stress came after it, or may have come, of which no reading is known."""


@dataclass(frozen=True, kw_only=True)
class DeviceHistory:
    """Totals over the applications of one device. Uncertain ones count with the most they can be.

    Voltages, times, cycles, and pulses are programmed ones, widened by what was measured; charge
    and energy rest on readings alone, on the fraction `recorded` of the time under voltage.
    """

    sample: str
    device: str
    since: str | None
    """When the sample was made new; None when the ledger knows it from its first application."""
    seed: int | None
    """Of the simulated array that was made new then."""
    first: str | None
    last: str | None
    """When the first and the last application began."""
    applications: int
    cycles: int
    """Repeats of waveforms that stress."""
    stress_pulses: int
    """Excursions from 0 V in waveforms that stress, readings among them."""
    reads: int
    """Excursions from 0 V in waveforms that only read."""
    min_v: float
    max_v: float
    duration_s: float
    under_voltage_s: float
    charge_c: float
    """Moved in either direction."""
    energy_j: float
    recorded: float
    state: State | None
    """The last one that is known."""
    temperature_min_k: float | None
    temperature_max_k: float | None
    runs: tuple[str, ...]
    """In the order they came."""
    uncertain: tuple[str, ...]
    """Applications that may have ended early, or never begun."""
    quarantine: Quarantine | None

    @classmethod
    def of(cls, sample: str, device: str, life: Life) -> DeviceHistory:
        """Add up a life."""
        seen = life.applications
        stress = [one for one in seen if one["purpose"] == Purpose.STRESS]
        stress_pulses = sum(one["pulses"] for one in stress)
        under_voltage_s = math.fsum(one["under_voltage_s"] for one in seen)
        recorded_s = math.fsum(one["recorded"] * one["under_voltage_s"] for one in seen)
        temperatures_k = [t for one in seen if (t := one["temperature_k"]) is not None]
        return cls(
            sample=sample,
            device=device,
            since=life.since,
            seed=life.seed,
            first=seen[0]["time"] if seen else None,
            last=seen[-1]["time"] if seen else None,
            applications=len(seen),
            cycles=sum(one["repeats"] for one in stress),
            stress_pulses=stress_pulses,
            reads=sum(one["pulses"] for one in seen) - stress_pulses,
            min_v=min((one["min_v"] for one in seen), default=0.0),
            max_v=max((one["max_v"] for one in seen), default=0.0),
            duration_s=math.fsum(one["duration_s"] for one in seen),
            under_voltage_s=under_voltage_s,
            charge_c=math.fsum(one["charge_c"] for one in seen),
            energy_j=math.fsum(one["energy_j"] for one in seen),
            recorded=recorded_s / under_voltage_s if under_voltage_s > 0 else 1.0,
            state=last_state(seen),
            temperature_min_k=min(temperatures_k, default=None),
            temperature_max_k=max(temperatures_k, default=None),
            runs=tuple(dict.fromkeys(map(run_of, seen))),
            uncertain=tuple(one["planned"] for one in seen if one["uncertain"]),
            quarantine=life.quarantine,
        )


def last_state(seen: Sequence[Seen]) -> State | None:
    """What the last reading under voltage says; None when there is none."""
    stale = False
    for one in reversed(seen):
        stress = one["purpose"] == Purpose.STRESS
        stale = stale or (stress and (one["uncertain"] or one["last_v"] is None))
        if one["last_v"] is not None and one["last_a"] is not None:
            return State(
                time=one["time"],
                run=run_of(one),
                voltage_v=one["last_v"],
                current_a=one["last_a"],
                conductance_s=one["state_s"],
                stale=stale,
            )
    return None
