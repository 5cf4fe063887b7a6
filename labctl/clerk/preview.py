"""What a run will do, before it begins: waveforms, costs, dose, limits, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from drivers.roles import SmuCapabilities
from labctl.bench.limits import Limits, OperatorLimits
from labctl.bench.station import read_station, smu_capabilities
from labctl.clerk.desk import Answer, Request
from labctl.clerk.offending import fields_beyond, fields_named
from labctl.clerk.planned_costs import confirmation_rows, cost_rows, dose_rows
from labctl.clerk.planned_warnings import planned_warnings, unplayable
from labctl.clerk.planned_waveforms import planned_waveforms
from labctl.clerk.procedures import known_procedure
from labctl.clerk.value_text import remark
from labctl.config import StationConfig
from labctl.errors import BadInput, LabError, LimitRefused
from labctl.ledger.ledger import Ledger
from labctl.ledger.requirements import Requirements
from labctl.report.limit_rows import limit_rows
from labctl.runs.devices import choose_devices
from labctl.runs.plan import RunPlan
from procedures.base import LabProcedure, PlannedApplication
from procedures.errors import ParameterError

NOTHING_ENTERED = "nothing is entered"


@dataclass
class _Draft:
    """A run as far as it is known while somebody still types."""

    config: StationConfig
    runs: Path
    procedure: LabProcedure
    smu: SmuCapabilities
    operator: OperatorLimits
    fields: dict[str, str] = field(default_factory=dict)
    """What is wrong, by parameter."""
    remarks: dict[str, str] = field(default_factory=dict)
    """What is to be known of a value, by parameter."""
    problem: str | None = None
    devices: tuple[str, ...] = ()
    stress_before: dict[str, int] = field(default_factory=dict)
    planned: list[PlannedApplication] = field(default_factory=list)
    plan: RunPlan | None = None

    @property
    def limits(self) -> Limits:
        """In force for the procedure as it is filled in."""
        regime = self.procedure.stated_regime()
        return Limits.effective(self.config, self.smu, regime=regime, operator=self.operator)


def preview(request: Request) -> Answer:
    """What would happen if `request` were run now, held to everything the run itself is held to.

    Asked with `station`, `runs`, `procedure`, `values` (texts by name), `devices` (null for as
    many as it needs), and `limits`. What is wrong is told in the answer: under `fields` by
    parameter, under `problem` otherwise; `ready` says that nothing is. Raises what keeps it from
    being previewed at all: a station or a procedure that there is not, a limit that is none.
    """
    config = read_station(request["station"])
    draft = _Draft(
        config=config,
        runs=Path(request["runs"]),
        procedure=known_procedure(request["procedure"], config)(),
        smu=smu_capabilities(config),
        operator=OperatorLimits.parse(request["limits"]),
    )
    _fill(draft, request["values"])
    if not draft.fields:
        try:
            _plan(draft, request["devices"])
        except LimitRefused as error:
            draft.problem = str(error)
            draft.fields |= fields_beyond(draft.procedure, draft.planned, draft.limits)
        except (LabError, ParameterError) as error:
            draft.problem = str(error)
            draft.fields |= fields_named(draft.procedure, str(error))
    return _told(draft)


def _fill(draft: _Draft, values: Mapping[str, str]) -> None:
    """Every text through the procedure's own parameter; none is replaced by anything."""
    for name, text in values.items():
        try:
            if not text.strip():
                raise ParameterError(NOTHING_ENTERED)
            setattr(draft.procedure, name, text)
        except ParameterError as error:
            draft.fields[name] = str(error).removeprefix(f"{name}: ")
        else:
            note = remark(draft.procedure.parameter_objects()[name], text)
            draft.remarks |= {name: note} if note else {}


def _plan(draft: _Draft, devices: list[str] | None) -> None:
    """In the order of `labctl.runs.runner`; what is found stays in the draft if one refuses."""
    procedure, config = draft.procedure, draft.config
    procedure.check()
    draft.devices = choose_devices(procedure, config, devices)
    ledger = Ledger(draft.runs, config.sample.id)
    ledger.refuse_quarantined(draft.devices)
    ledger.check(Requirements.parse(procedure.requires), draft.devices)
    draft.stress_before = {name: _stress_before(ledger, name) for name in draft.devices}
    draft.planned = list(procedure.plan(draft.devices, draft.smu))
    draft.plan = RunPlan.of_planned(
        draft.planned,
        procedure,
        config,
        draft.smu,
        limits=draft.operator,
        stress_before=draft.stress_before,
    )
    if objection := unplayable(draft.planned, draft.smu):
        raise BadInput(objection)


def _told(draft: _Draft) -> Answer:
    waveforms, more = planned_waveforms(draft.planned)
    plan = draft.plan
    answer: dict[str, Any] = {
        "procedure": draft.procedure.name,
        "fields": draft.fields,
        "remarks": draft.remarks,
        "problem": draft.problem,
        "ready": not draft.fields and draft.problem is None,
        "devices": list(draft.devices),
        "waveforms": waveforms,
        "more_waveforms": more,
        "limits": _limits(draft.limits) if not draft.fields or draft.planned else [],
        "costs": [],
        "dose": [],
        "warnings": [],
        "confirm": [],
        "duration_s": None,
        "longest_s": None,
    }
    if plan is not None:
        answer |= {
            "costs": cost_rows(plan, draft.planned, draft.config, draft.runs),
            "dose": dose_rows(plan.dose, draft.stress_before),
            "warnings": planned_warnings(
                draft.planned,
                plan,
                limits=draft.limits,
                config=draft.config,
                smu=draft.smu,
                stress_before=draft.stress_before,
                runs=draft.runs,
            ),
            "confirm": confirmation_rows(plan, draft.config),
            "duration_s": plan.duration_s,
            "longest_s": plan.longest_s,
        }
    return answer


def _limits(limits: Limits) -> list[dict[str, str]]:
    return [
        {"name": name, "text": text, "set_by": set_by}
        for name, text, set_by in limit_rows(limits.as_record())
    ]


def _stress_before(ledger: Ledger, device: str) -> int:
    """Stress pulses of a device so far; its ledger is read again only when it has grown."""
    path = ledger.device(device).path
    try:
        facts = path.stat()
    except FileNotFoundError:
        return 0
    return _stress_in(ledger.runs, ledger.sample, device, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=4096)
def _stress_in(runs: Path, sample: str, device: str, _size: int, _changed_ns: int) -> int:
    return Ledger(runs, sample).device(device).stress_pulses()
