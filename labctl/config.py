"""Station files: strict TOML in, frozen dataclasses in SI units out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labctl.errors import BadInput
from labctl.strict_toml import Document, Section, nearest
from procedures.errors import ParameterError
from procedures.parameters import to_si

SCHEMA = 1
ROLES = ("smu", "matrix", "temperature", "bending")
OPERATOR = "operator"
"""In place of a bending stage's driver: a person, who has no address."""
CLOCKS = ("wall", "bench_control")

# 707B with six 8x12 cards: slot, row, column (instruments.md §7.1).
_CROSSPOINT = re.compile(r"[1-6][A-H](0[1-9]|1[0-2])")
_DEVICE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
# pandas would read these names back as missing values.
_MISSING_TO_PANDAS = frozenset({"na", "nan", "null", "none"})

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


@dataclass(frozen=True, kw_only=True)
class SampleConfig:
    """What lies on the stage."""

    name: str
    id: str
    notes: str
    topology: str


@dataclass(frozen=True, kw_only=True)
class WiringConfig:
    """Which crosspoint joins which device to the source, and which stay closed meanwhile."""

    devices: Mapping[str, str]
    static: tuple[str, ...]

    def crosspoint_of(self, device: str) -> str:
        """The device's crosspoint; raises `BadInput` naming the nearest device there is."""
        if device not in self.devices:
            hint = nearest(device, self.devices)
            raise BadInput(f"there is no device {device!r} in the station's wiring; {hint}")
        return self.devices[device]


@dataclass(frozen=True, kw_only=True)
class LimitsConfig:
    """The most the station lets any device see."""

    voltage_min_v: float
    voltage_max_v: float
    current_max_a: float
    temperature_min_k: float = 4.0
    temperature_max_k: float = 440.0
    """Ag2S changes its phase at 449 K (physics.md §1.4)."""


@dataclass(frozen=True, kw_only=True)
class TimingConfig:
    """How often rows are fetched while a waveform plays, and how long relays settle."""

    fetch_interval_s: float
    """inf: once, when the application is over."""
    settle_s: float
    """Waiting after the relays moved, on top of the matrix's own."""


@dataclass(frozen=True, kw_only=True)
class StationConfig:
    """One station file."""

    name: str
    description: str
    visa: VisaConfig
    instruments: Mapping[str, InstrumentConfig]
    """By role: smu always, the others of `ROLES` where there are any."""
    clock: ClockConfig
    sample: SampleConfig
    wiring: WiringConfig
    limits: LimitsConfig
    timing: TimingConfig
    own_procedures: tuple[Path, ...]
    """Python files of the laboratory that define procedures."""
    document: Document = field(repr=False, compare=False)

    @property
    def simulated(self) -> bool:
        """Whether the instruments are simulated ones."""
        return self.visa.world is not None


def read_station_file(path: Path) -> StationConfig:
    """Read and check one station file; raises `ConfigError`."""
    root = Section.root(Document(path)).allow(
        "schema", "name", "description", "visa", "instruments", "clock", "sample", "wiring",
        "limits", "timing", "plugins",
    )  # fmt: skip
    if (schema := root.integer("schema")) != SCHEMA:
        raise root.error("schema", f"is {schema}, but this version reads schema {SCHEMA}")
    visa = _visa(root.section("visa", required=False))
    return StationConfig(
        name=root.text("name"),
        description=root.text("description", ""),
        visa=visa,
        instruments=_instruments(root.section("instruments")),
        clock=_clock(root.section("clock"), simulated=visa.world is not None),
        sample=_sample(root.section("sample")),
        wiring=_wiring(root.section("wiring")),
        limits=_limits(root.section("limits")),
        timing=_timing(root.section("timing")),
        own_procedures=_own_procedures(root.section("plugins", required=False)),
        document=root.document,
    )


def _visa(section: Section) -> VisaConfig:
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


def _instruments(section: Section) -> dict[str, InstrumentConfig]:
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


def _clock(section: Section, *, simulated: bool) -> ClockConfig:
    section.allow("driver", "resource")
    driver = section.choice("driver", CLOCKS)
    if driver == "bench_control":
        return ClockConfig(driver=driver, resource=section.text("resource"))
    if simulated:
        raise section.error("driver", "a simulated world keeps its own time: use 'bench_control'")
    if "resource" in section:
        raise section.error("resource", "the wall clock has no resource; remove it")
    return ClockConfig(driver=driver, resource=None)


def _sample(section: Section) -> SampleConfig:
    section.allow("name", "id", "notes", "topology")
    return SampleConfig(
        name=section.text("name"),
        id=section.text("id"),
        notes=section.text("notes", ""),
        topology=section.text("topology", ""),
    )


def _wiring(section: Section) -> WiringConfig:
    section.allow("static", "devices")
    static = section.texts("static")
    for crosspoint in static:
        _check_crosspoint(section, "static", crosspoint)
    if len(set(static)) < len(static):
        raise section.error("static", "names a crosspoint twice")
    return WiringConfig(devices=_devices(section.section("devices"), static), static=static)


def _devices(section: Section, static: tuple[str, ...]) -> dict[str, str]:
    owner = dict.fromkeys(static, "the static crosspoints")
    devices: dict[str, str] = {}
    for name in section.values:
        if not _DEVICE.fullmatch(name) or name.lower() in _MISSING_TO_PANDAS:
            raise section.error(
                name,
                "is no device name: begin with a letter, then letters, digits, - and _, "
                "at most 32 characters (and not a word for a missing value)",
            )
        crosspoint = section.text(name)
        _check_crosspoint(section, name, crosspoint)
        if crosspoint in owner:
            raise section.error(name, f"{crosspoint!r} belongs to {owner[crosspoint]} already")
        owner[crosspoint] = name
        devices[name] = crosspoint
    if not devices:
        raise section.document.error(section.keys, "names no device")
    return devices


def _check_crosspoint(section: Section, key: str, crosspoint: str) -> None:
    if _CROSSPOINT.fullmatch(crosspoint) is None:
        raise section.error(
            key,
            f"{crosspoint!r} is no crosspoint: slot 1-6, row A-H, column 01-12, such as '1A05'",
        )


def _limits(section: Section) -> LimitsConfig:
    section.allow("voltage_min", "voltage_max", "current_max", "temperature_min", "temperature_max")
    usual = LimitsConfig
    limits = LimitsConfig(
        voltage_min_v=_quantity(section, "voltage_min", "V"),
        voltage_max_v=_quantity(section, "voltage_max", "V"),
        current_max_a=_quantity(section, "current_max", "A"),
        temperature_min_k=_quantity(section, "temperature_min", "K", usual.temperature_min_k),
        temperature_max_k=_quantity(section, "temperature_max", "K", usual.temperature_max_k),
    )
    if limits.voltage_min_v > 0:
        raise section.error(
            "voltage_min", f"is {limits.voltage_min_v:g} V, but must not exceed 0 V"
        )
    if limits.voltage_max_v < 0:
        raise section.error(
            "voltage_max", f"is {limits.voltage_max_v:g} V, but must be 0 V or more"
        )
    if limits.current_max_a <= 0:
        raise section.error("current_max", f"is {limits.current_max_a:g} A, but must be above 0 A")
    if not 0 < limits.temperature_min_k <= limits.temperature_max_k:
        raise section.error(
            "temperature_max" if "temperature_max" in section else "temperature_min",
            f"leaves {limits.temperature_min_k:g} K to {limits.temperature_max_k:g} K, "
            "which is no range above 0 K",
        )
    return limits


def _timing(section: Section) -> TimingConfig:
    section.allow("fetch_interval", "settle")
    if section.text("fetch_interval").strip() == "inf":
        interval_s = math.inf
    else:
        interval_s = _quantity(section, "fetch_interval", "s")
    settle_s = _quantity(section, "settle", "s")
    if interval_s <= 0:
        raise section.error("fetch_interval", f"is {interval_s:g} s, but must be above 0 s")
    if settle_s < 0:
        raise section.error("settle", f"is {settle_s:g} s, but must be 0 s or more")
    return TimingConfig(fetch_interval_s=interval_s, settle_s=settle_s)


def _own_procedures(section: Section) -> tuple[Path, ...]:
    """Paths in a station file are relative to it."""
    section.allow("procedures")
    folder = section.document.path.resolve().parent
    paths = tuple(folder / name for name in section.texts("procedures"))
    for path in paths:
        if not path.is_file():
            raise section.error("procedures", f"there is no file {path}")
    return paths


def _quantity(section: Section, key: str, unit: str, default: float | None = None) -> float:
    """A quantity in SI; a bare number is refused, for nobody can see which unit was meant."""
    if default is not None and key not in section:
        return default
    text = section.text(key)
    try:
        value = to_si(text, unit)
    except ParameterError as error:
        raise section.error(key, str(error)) from None
    if not re.search(r"[^\W\d]\s*$", text):
        raise section.error(key, f"{text!r} has no unit; write '{text.strip()} {unit}'")
    if not math.isfinite(value):
        raise section.error(key, f"{text!r} is not finite")
    return value
