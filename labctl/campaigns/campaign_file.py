"""Campaign files: strict TOML in, a `Definition` out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from labctl.bench.station import station_files
from labctl.campaigns.definition import NAME, NO_NAME, USUAL_GATE, Definition
from labctl.campaigns.steps import OnFailure, Order, Step
from labctl.config.limits import BOUNDS, limit_value
from labctl.config.quantity import quantity
from labctl.errors import BadInput
from labctl.runs.resume import OnUncertain
from labctl.strict_toml import Document, Section
from procedures.techniques.settling import StabilityGate

Choice = TypeVar("Choice", Order, OnFailure, OnUncertain)

SCHEMA = 1


def read_definition(path: Path) -> Definition:
    """Read and check one campaign file; raises `ConfigError` with the file and line."""
    root = Section.root(Document(path)).allow(
        "schema", "name", "description", "station", "out", "seed", "order", "on_failure",
        "on_uncertain", "limits", "stage", "step",
    )  # fmt: skip
    if (schema := root.integer("schema")) != SCHEMA:
        raise root.error("schema", f"is {schema}, but this version reads schema {SCHEMA}")
    return Definition(
        name=_name(root),
        description=root.text("description", ""),
        station=_station(root),
        out=_beside(root, root.text("out")) if "out" in root else None,
        seed=_at_least(root, "seed", 0) if "seed" in root else None,
        order=_choice(root, "order", Order.BY_STEP),
        on_failure=_choice(root, "on_failure", OnFailure.STOP),
        on_uncertain=_choice(root, "on_uncertain", OnUncertain.CONTINUE),
        limits=_limits(root.section("limits", required=False)),
        stage=_stage(root.section("stage", required=False)),
        steps=_steps(root),
        document=root.document,
    )


def _station(root: Section) -> str | Path:
    """A name, or a path relative to the campaign's file."""
    named = root.text("station")
    return named if named in station_files() else _beside(root, named)


def _beside(root: Section, name: str) -> Path:
    return root.document.path.resolve().parent / name


def _limits(section: Section) -> Mapping[str, object]:
    section.allow(*BOUNDS)
    for key, value in section.values.items():
        try:
            limit_value(key, value)
        except BadInput as error:
            raise section.error(key, str(error)) from None
    return section.values


def _stage(section: Section) -> StabilityGate:
    section.allow("rate", "band", "slope", "dwell", "timeout")
    usual = USUAL_GATE
    return StabilityGate(
        rate_k_per_min=_above_zero(section, "rate", "K/min", usual.rate_k_per_min),
        band_k=_above_zero(section, "band", "K", usual.band_k),
        slope_k_per_min=_above_zero(section, "slope", "K/min", usual.slope_k_per_min),
        dwell_s=_above_zero(section, "dwell", "s", usual.dwell_s),
        timeout_s=_above_zero(section, "timeout", "s", usual.timeout_s),
    )


def _above_zero(section: Section, key: str, unit: str, default: float) -> float:
    value = quantity(section, key, unit, default)
    if value <= 0:
        raise section.error(key, f"is {value:g} {unit}, but must be above 0 {unit}")
    return value


def _steps(root: Section) -> tuple[Step, ...]:
    sections = root.tables("step")
    steps = tuple(_step(section) for section in sections)
    seen: set[str] = set()
    for section, step in zip(sections, steps, strict=True):
        if step.name in seen:
            raise section.error("name", f"another step is called {step.name!r} already")
        seen.add(step.name)
    return steps


def _step(section: Section) -> Step:
    section.allow(
        "name", "procedure", "devices", "together", "parameters", "product", "zip", "history",
        "temperatures", "repeats", "requires", "skip_if", "stop_if",
    )  # fmt: skip
    return Step(
        name=_name(section),
        procedure=section.text("procedure"),
        devices=_devices(section),
        together=section.flag("together", default=False),
        parameters=section.section("parameters", required=False).values,
        product=_lists(section.section("product", required=False)),
        zip=_lists(section.section("zip", required=False)),
        history=section.section("history", required=False).values,
        temperatures=section.texts("temperatures"),
        repeats=_at_least(section, "repeats", 1) if "repeats" in section else 1,
        requires=section.text("requires", ""),
        skip_if=section.text("skip_if", ""),
        stop_if=section.text("stop_if", ""),
    )


def _devices(section: Section) -> tuple[str, ...] | None:
    if "devices" not in section:
        return None
    if isinstance(section.values["devices"], str):
        return (section.text("devices"),)
    return section.texts("devices")


def _lists(section: Section) -> Mapping[str, list[object]]:
    for key, value in section.values.items():
        if not isinstance(value, list) or not value:
            raise section.error(key, f"must be a list of values, not {value!r}")
    return {key: value for key, value in section.values.items() if isinstance(value, list)}


def _name(section: Section) -> str:
    name = section.text("name")
    if NAME.fullmatch(name) is None:
        raise section.error("name", f"{name!r} {NO_NAME}")
    return name


def _at_least(section: Section, key: str, least: int) -> int:
    value = section.integer(key)
    if value < least:
        raise section.error(key, f"is {value}, but must be {least} or more")
    return value


def _choice(section: Section, key: str, usual: Choice) -> Choice:
    choices = type(usual)
    return choices(section.choice(key, choices)) if key in section else usual
