"""What somebody should know before a run that is allowed: what is near a limit, and whose it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from drivers.roles import SmuCapabilities, Waveform
from labctl.bench.limits import Limit, Limits
from labctl.clerk.planned_costs import free_bytes, wear_of
from labctl.config import StationConfig
from labctl.excursions import excursions
from labctl.ledger.odometer import WARN_FROM as WORN_FROM
from labctl.quantities import with_unit
from labctl.runs.plan import RunPlan
from procedures.base import PlannedApplication, Purpose
from procedures.regime import Regime

NEAR = 0.9
"""Part of a limit from which on it is told."""
SHORT_DISK = 0.9
"""Part of the free space from which on it is told."""
_ROUNDING = 1e-9

Warned = tuple[str, str]
"""What, and who set it."""


def planned_warnings(
    planned: Sequence[PlannedApplication],
    plan: RunPlan,
    *,
    limits: Limits,
    config: StationConfig,
    smu: SmuCapabilities,
    stress_before: Mapping[str, int],
    runs: Path,
) -> list[dict[str, str]]:
    """Everything that is allowed and yet worth a look, each with who set it."""
    found = [
        *_regime(plan, config),
        *_near_limits(planned, plan, limits),
        *_near_life(planned, limits, stress_before),
        *_narrow_pulses(planned, smu),
        *_relays(plan, config, runs),
        *_disk(plan, runs),
    ]
    return [{"text": text, "set_by": set_by} for text, set_by in found]


def unplayable(planned: Sequence[PlannedApplication], smu: SmuCapabilities) -> str | None:
    """Why the source cannot play one of the waveforms, by its model's capabilities."""
    for item in planned:
        waveform = item.application.waveform
        read_s = waveform.dwell_s[waveform.record]
        if read_s.size and read_s.min() < smu.min_dwell_s * (1 - _ROUNDING):
            return (
                f"{item.application.device}: a level that is read lasts "
                f"{with_unit(read_s.min(), 's')}, less than the {with_unit(smu.min_dwell_s, 's')} "
                "that the source-measure unit needs; make it longer"
            )
        if read_s.size > smu.max_points:
            return (
                f"{item.application.device}: {read_s.size:,} readings in one repeat do not fit the "
                f"buffer of the source-measure unit, {smu.max_points:,}; take fewer steps"
            )
    return None


def _regime(plan: RunPlan, config: StationConfig) -> Iterator[Warned]:
    if plan.regime != Regime.FILAMENT:
        return
    sample = config.sample
    of_interface = sample.regime is Regime.INTERFACE
    but = f", though sample {sample.id!r} is one of the interface regime" if of_interface else ""
    yield (
        f"This run says that filaments may form, be there, or be dissolved{but}: the narrower "
        "limits of the interface regime do not hold",
        "parameters of the procedure (regime: filament)",
    )


def _near_limits(
    planned: Sequence[PlannedApplication], plan: RunPlan, limits: Limits
) -> Iterator[Warned]:
    """Levels, compliance, energy, and time away from 0 V, where they come near."""
    if not planned:
        return
    sensings = [item.application.sensing for item in planned]
    seen = [excursions(item.application.waveform) for item in planned]
    energies_j = [
        one.energy_bound_j(sensing.limit_a) for one, sensing in zip(seen, sensings, strict=True)
    ]
    yield from _near(
        "The lowest level", min(dose.min_v for dose in plan.dose.values()), limits.voltage_min
    )
    yield from _near(
        "The highest level", max(dose.max_v for dose in plan.dose.values()), limits.voltage_max
    )
    yield from _near("The compliance", max(one.limit_a for one in sensings), limits.current_max)
    yield from _near("The energy bound of a pulse", max(energies_j), limits.energy_per_pulse_max)
    yield from _near(
        "The time away from 0 V", max(one.longest_away_s for one in seen), limits.dwell_max
    )


def _near(what: str, value: float, limit: Limit) -> Iterator[Warned]:
    if not math.isfinite(limit.value) or limit.value == 0:
        return
    share = value / limit.value
    if share >= NEAR * (1 - _ROUNDING):
        bound = with_unit(limit.value, limit.unit)
        yield (
            f"{what}, {with_unit(value, limit.unit)}, is {100 * share:.0f} % of the limit of "
            f"{bound}",
            limit.set_by,
        )


def _near_life(
    planned: Sequence[PlannedApplication], limits: Limits, stress_before: Mapping[str, int]
) -> Iterator[Warned]:
    """Devices that will have seen nearly as many cycles as they may."""
    allowed = limits.cycles_max.value
    if not math.isfinite(allowed) or allowed == 0:
        return
    stress = dict(stress_before)
    for item in planned:
        if item.application.purpose is Purpose.STRESS:
            pulses = (item.at_most or item.count) * excursions(item.application.waveform).pulses
            stress[item.application.device] = stress.get(item.application.device, 0) + pulses
    cycles = {device: math.ceil(pulses / 2) for device, pulses in stress.items()}
    near = [device for device, number in cycles.items() if number >= NEAR * allowed]
    if near:
        most = max(cycles[device] for device in near)
        yield (
            f"{', '.join(near)}: up to {most:,} stress cycles in the device's life after this "
            f"run, of {allowed:,.0f} allowed",
            limits.cycles_max.set_by,
        )


def _narrow_pulses(planned: Sequence[PlannedApplication], smu: SmuCapabilities) -> Iterator[Warned]:
    shortest_s = min(
        (_shortest_away_s(item.application.waveform) for item in planned), default=math.inf
    )
    if shortest_s < smu.min_pulse_s * (1 - _ROUNDING):
        yield (
            f"The shortest pulse lasts {with_unit(shortest_s, 's')}, less than the "
            f"{with_unit(smu.min_pulse_s, 's')} whose width the instrument guarantees",
            "source-measure unit",
        )


def _shortest_away_s(waveform: Waveform) -> float:
    """The shortest excursion from 0 V to one side; infinite where there is none."""
    signs = np.sign(waveform.levels_v)
    starts = np.flatnonzero(np.concatenate([[True], signs[1:] != signs[:-1]]))
    held_s = np.add.reduceat(waveform.dwell_s, starts)
    kinds = signs[starts]
    if waveform.repeats > 1 and starts.size > 1 and kinds[0] == kinds[-1]:
        # The last level of a repeat goes on into the next one.
        held_s, kinds = np.append(held_s[1:-1], held_s[0] + held_s[-1]), kinds[1:]
    return float(held_s[kinds != 0].min(initial=math.inf))


def _relays(plan: RunPlan, config: StationConfig, runs: Path) -> Iterator[Warned]:
    found = wear_of(plan, config, runs)
    rated = config.wiring.relay_life
    if found is not None and found[1].used(rated) >= WORN_FROM:
        crosspoint, wear = found
        yield (
            f"Relay {crosspoint} has closed {wear.closures:,} times, {wear.hot:,} of them under "
            f"voltage, and is made for {rated.closures:,} ({rated.hot:,}); plan to exchange its "
            "card",
            "wiring of the station (rated life)",
        )


def _disk(plan: RunPlan, runs: Path) -> Iterator[Warned]:
    free = free_bytes(runs)
    if plan.disk_bytes >= SHORT_DISK * free:
        yield (
            f"The rows take {with_unit(float(plan.disk_bytes), 'B', 3)}, and "
            f"{with_unit(float(free), 'B', 3)} are free in {runs}: make space",
            "disk",
        )
