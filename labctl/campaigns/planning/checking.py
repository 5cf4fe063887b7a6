"""Everything about a campaign that can be known before an instrument is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from labctl.bench.limits import Limits
from labctl.bench.station import read_station, smu_capabilities
from labctl.campaigns.definition import Definition
from labctl.campaigns.planning.expansion import expand
from labctl.campaigns.planning.items import Item
from labctl.campaigns.planning.past import Past
from labctl.campaigns.planning.prepared_step import prepare_steps
from labctl.campaigns.planning.problems import CampaignRefused, Problem, Problems
from labctl.config import StationConfig
from labctl.errors import LimitRefused, missing_role
from labctl.runs.plan import Cost, RunPlan, dose_by_device
from procedures.registry import add_file
from procedures.techniques.settling import travel_s

SETTLING_S = 80.0
"""What a stage usually needs after a step of some kelvin, besides ramp and dwell."""
ROOM_K = 295.0
"""From where the first ramp is counted, as nobody has asked the stage yet."""


@dataclass(frozen=True)
class PlannedItem:
    """One item and what it will take."""

    item: Item
    plan: RunPlan
    settle_s: float
    """Time until the stage has settled at the item's temperature, as expected."""

    @property
    def duration_s(self) -> float:
        """Stage and run."""
        return self.settle_s + self.plan.duration_s


@dataclass(frozen=True, kw_only=True)
class CheckedCampaign:
    """A campaign held against its station."""

    definition: Definition
    station: StationConfig
    planned: Sequence[PlannedItem]
    """Every item that can be run, in order."""
    problems: Sequence[Problem]

    def refuse(self) -> None:
        """Raise `CampaignRefused` with all problems, if there are any."""
        if self.problems:
            raise CampaignRefused(self.definition.name, self.problems)

    @cached_property
    def totals(self) -> Cost:
        """What all items take together, as expected and if no condition leaves one out."""
        return _totals(self.planned)

    def as_data(self) -> dict[str, object]:
        """Totals, every item, and every problem, JSON-able."""
        return {
            "campaign": self.definition.name,
            "station": self.station.name,
            **asdict(self.totals),
            "items": [
                {**one.item.as_record(), "duration_s": one.duration_s, "rows": one.plan.rows}
                for one in self.planned
            ],
            "problems": [asdict(problem) for problem in self.problems],
        }


def check(definition: Definition, runs: Path) -> CheckedCampaign:
    """Expand and plan every item; what is wrong is in the result, all of it.

    `runs` is the runs directory, whose ledger is asked what the devices have seen so far.

    Raises `BadInput` or `ConfigError` for a station that cannot be read.
    """
    station = read_station(definition.station)
    for path in station.own_procedures:
        add_file(path)
    problems = Problems()
    if not definition.steps:
        problems.add(f"campaign {definition.name!r}", "has no step")
    steps = prepare_steps(definition, station, problems)
    items = expand(definition, steps, station, problems)
    past = Past(runs, station.sample.id) if definition.seed is None else None
    planned = _Planner(definition, station, past, problems).planned(items)
    return CheckedCampaign(
        definition=definition, station=station, planned=planned, problems=problems.all()
    )


class _Planner:
    """Plans items; those that differ in nothing but the device share a plan."""

    def __init__(
        self,
        definition: Definition,
        station: StationConfig,
        past: Past | None,
        problems: Problems,
    ) -> None:
        """`past` is None for a new sample, which has none."""
        self._definition = definition
        self._station = station
        self._past = past
        self._problems = problems
        self._smu = smu_capabilities(station)
        self._plans: dict[tuple[int, int], tuple[tuple[str, ...], RunPlan | LimitRefused]] = {}
        self._limits: dict[str, Limits] = {}
        self._stress: Counter[str] = Counter()
        self._stage_k = ROOM_K

    def planned(self, items: Sequence[Item]) -> list[PlannedItem]:
        """Every item that the limits allow, in order."""
        planned: list[PlannedItem] = []
        for item in items:
            with self._problems.noting(self._definition.place_of(item.step), item.key):
                if self._past is not None:
                    self._past.refuse(item)
                plan = self._plan(item)
                self._check_stress(item, plan)
                planned.append(PlannedItem(item, plan, self._settle_s(item)))
        return planned

    def _plan(self, item: Item) -> RunPlan:
        known = (id(item.procedure), len(item.devices))
        if known not in self._plans:
            self._plans[known] = (item.devices, self._planned_or_refused(item))
        devices, plan = self._plans[known]
        if isinstance(plan, LimitRefused):
            raise plan
        if devices == item.devices:
            return plan
        renamed = dict(zip(devices, item.devices, strict=True))
        return replace(plan, dose={renamed[name]: one for name, one in plan.dose.items()})

    def _planned_or_refused(self, item: Item) -> RunPlan | LimitRefused:
        try:
            return RunPlan.of(
                item.procedure,
                self._station,
                item.devices,
                self._smu,
                limits=self._definition.operator,
            )
        except LimitRefused as refusal:
            return refusal

    def _check_stress(self, item: Item, plan: RunPlan) -> None:
        """Stress adds up over the items: together they may go beyond what each alone may."""
        for device, exposure in plan.dose.items():
            if device not in self._stress and self._past is not None:
                self._stress[device] = self._past.stress_pulses(device)
            self._stress[device] += exposure.stress_pulses
            self._in_force(item).check_cycles(device, self._stress[device])

    def _settle_s(self, item: Item) -> float:
        if item.temperature_k is None:
            return 0.0
        if "temperature" not in self._station.instruments:
            raise missing_role(self._station.name, "temperature")
        self._in_force(item).check_temperature(item.temperature_k)
        distance_k, self._stage_k = item.temperature_k - self._stage_k, item.temperature_k
        if distance_k == 0:
            return 0.0
        settings = self._definition.stage
        return travel_s(distance_k, settings.rate_k_per_min) + SETTLING_S + settings.dwell_s

    def _in_force(self, item: Item) -> Limits:
        regime = item.procedure.stated_regime()
        if regime not in self._limits:
            self._limits[regime] = Limits.effective(
                self._station, self._smu, regime=regime, operator=self._definition.operator
            )
        return self._limits[regime]


def _totals(planned: Sequence[PlannedItem]) -> Cost:
    plans = [one.plan for one in planned]
    return Cost(
        duration_s=sum(one.duration_s for one in planned),
        longest_s=sum(one.settle_s + one.plan.longest_s for one in planned),
        applications=sum(plan.applications for plan in plans),
        pulses=sum(plan.pulses for plan in plans),
        stress_pulses=sum(plan.stress_pulses for plan in plans),
        closures=sum(plan.closures for plan in plans),
        transactions=sum(plan.transactions for plan in plans),
        rows=sum(plan.rows for plan in plans),
        disk_bytes=sum(plan.disk_bytes for plan in plans),
        dose=dose_by_device(seen for plan in plans for seen in plan.dose.items()),
    )
