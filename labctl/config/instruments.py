"""Which drivers speak to which addresses, through which VISA library, by which clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.strict_toml import Section

ROLES = ("smu", "matrix", "temperature", "bending")
OPERATOR = "operator"
"""In place of a bending stage's driver: a person, who has no address."""
BENCH_CONTROL = "bench_control"
"""Driver of a simulated bench's control port."""
CLOCKS = ("wall", BENCH_CONTROL)

OptionValue = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class VisaConfig:
    """Which VISA library carries the messages."""

    library: str
    """PyVISA's specification, "" for the installed one."""
    world: str | None
    """File of the simulated world; its presence makes the station a simulated one."""


@dataclass(frozen=True, kw_only=True)
class InstrumentConfig:
    """One instrument: which driver, where, and the driver's options."""

    driver: str
    resource: str | None
    """None for the operator."""
    options: Mapping[str, OptionValue]


@dataclass(frozen=True, kw_only=True)
class ClockConfig:
    """What lets time pass: the wall clock, or a simulated bench's control port."""

    driver: str
    resource: str | None


def visa_config(section: Section) -> VisaConfig:
    """A station's `[visa]`, which may be missing; raises `ConfigError`."""
    section.allow("library", "world")
    world = section.text("world") if "world" in section else None
    library = section.text("library", "")
    if world is not None and not library.startswith("@"):
        raise section.error(
            "library", f"{library!r} does not name what simulates the world, such as '@ag2s'"
        )
    if world is not None and "@" in world:
        raise section.error("world", f"{world!r} must not contain '@'")
    return VisaConfig(library=library, world=world)


def instrument_configs(section: Section) -> dict[str, InstrumentConfig]:
    """A station's `[instruments]`, by role; raises `ConfigError`."""
    section.allow(*ROLES)
    if "smu" not in section:
        raise section.error("smu", "is missing: a station needs a source-measure unit")
    return {role: _instrument(section.section(role)) for role in ROLES if role in section}


def _instrument(section: Section) -> InstrumentConfig:
    section.allow("driver", "resource", "options")
    options = section.section("options", required=False)
    for key, value in options.values.items():
        if not isinstance(value, OptionValue):
            raise options.error(key, f"must be a string, a number, or true or false, not {value!r}")
    driver = section.text("driver")
    if driver == OPERATOR and "resource" in section:
        raise section.error("resource", "an operator has no resource; remove it")
    return InstrumentConfig(
        driver=driver,
        resource=None if driver == OPERATOR else section.text("resource"),
        options={k: v for k, v in options.values.items() if isinstance(v, OptionValue)},
    )


def clock_config(section: Section, *, in_process: bool) -> ClockConfig:
    """A station's `[clock]`; raises `ConfigError`."""
    section.allow("driver", "resource")
    driver = section.choice("driver", CLOCKS)
    if driver == BENCH_CONTROL:
        return ClockConfig(driver=driver, resource=section.text("resource"))
    if in_process:
        raise section.error("driver", "a simulated world keeps its own time: use 'bench_control'")
    if "resource" in section:
        raise section.error("resource", "the wall clock has no resource; remove it")
    return ClockConfig(driver=driver, resource=None)
