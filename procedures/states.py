"""States a device is brought to before something is measured, by name or by conductance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymeasure.experiment import Parameter

from drivers.roles import Sensing, SmuCapabilities, Waveform
from procedures.analysis.conductance import APERTURE_S
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.columns import ATTEMPT, DWELL, PHASE, TARGET
from procedures.errors import ParameterError
from procedures.kernels import FTM, ITM
from procedures.parameters import to_si
from procedures.programming import VERIFY_DELAY_S, DeviceProgrammer, planned_programming
from procedures.reading import planned_read, read_conductance
from procedures.waveforms import excursions

STATE_COLUMNS = (PHASE, ATTEMPT, TARGET, DWELL)
"""What a procedure that prepares states has to list among its columns."""

FILAMENT_FROM_S = 1.2e-4
"""No interface conducts better (physics.md §1.6, G_cap with the series resistance): from here on
there is a filament, which cycles of 0.2 V do not take away."""
LOWEST_TARGET_S, HIGHEST_TARGET_S = 1e-7, 9.5e-3
ITM_UP_TO_S = 9e-5
"""Targets up to here are programmed at the interface, higher ones by a filament (Fig 1b)."""


@dataclass(frozen=True)
class _Cycle:
    """A triangle that leaves a state behind."""

    peaks_v: tuple[float, ...]
    steps: int
    dwell_s: float
    limit_a: float
    expected_s: float

    @property
    def waveform(self) -> Waveform:
        return excursions(self.peaks_v, self.steps, self.dwell_s)

    @property
    def sensing(self) -> Sensing:
        return Sensing(range_a=self.limit_a, limit_a=self.limit_a, aperture_s=APERTURE_S)


INTERFACE_DWELL_S = 0.766e-3
"""80 steps an edge make the half-period of 0.1225 s that gives 7e-5 S (physics.md §1.6)."""
_CYCLES: Mapping[str, _Cycle] = {
    "on": _Cycle((0.2, -0.2), 80, INTERFACE_DWELL_S, 1e-3, 7e-5),
    "off": _Cycle((-0.2, 0.2), 80, INTERFACE_DWELL_S, 1e-3, 8e-7),
    "filament": _Cycle((0.5, -0.5), 100, 20e-3, 10e-3, 1e-2),
}
NAMED_STATES = ("as is", "on", "off", "erased", "filament")


@dataclass(frozen=True)
class DeviceState:
    """A state by name, or a conductance to program."""

    text: str
    target_s: float | None = None

    @property
    def array(self) -> str:
        """How the target is held: at the interface or by a filament."""
        return ITM.name if self.target_s is None or self.target_s <= ITM_UP_TO_S else FTM.name


def device_state(text: str) -> DeviceState:
    """The state of a text: a name, or a conductance such as "20 uS".

    Raises `ParameterError` for anything else, and for a conductance outside 1e-7 to 9.5e-3 S.
    """
    name = text.strip().lower()
    if name in NAMED_STATES:
        return DeviceState(name)
    try:
        target_s = to_si(text, "S")
    except ParameterError:
        known = ", ".join(NAMED_STATES)
        raise ParameterError(
            f"{text!r} is no state; it is one of: {known}; or a conductance, such as '20 uS'"
        ) from None
    if not LOWEST_TARGET_S <= target_s <= HIGHEST_TARGET_S:
        raise ParameterError(
            f"{target_s:g} S is outside what devices hold, {LOWEST_TARGET_S:g} to "
            f"{HIGHEST_TARGET_S:g} S"
        )
    return DeviceState(f"{target_s!r} S", target_s)


class State(Parameter):
    """One state, kept as text; `device_state` reads it."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> str: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> str:
        """Check one state; a bare number is a conductance in S. Raises `ParameterError`."""
        return device_state(str(value)).text


class States(Parameter):
    """Several states, separated by commas; kept as a tuple of texts."""

    if TYPE_CHECKING:  # PyMeasure puts the value in the parameter's place on every instance

        def __get__(self, procedure: object, owner: type | None = None) -> tuple[str, ...]: ...
        def __set__(self, procedure: object, value: object) -> None: ...

    def convert(self, value: object) -> tuple[str, ...]:
        """Check a text or a sequence of states; raises `ParameterError`."""
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, Iterable):
            parts = [parts]
        states = tuple(device_state(str(part)).text for part in parts)
        if not states:
            raise ParameterError("there must be at least one state")
        return states

    def __str__(self) -> str:
        """As it is written on the command line."""
        states: tuple[str, ...] = self.value or ()
        return ", ".join(states)


def prepare(
    bench: Bench,
    device: str,
    state: DeviceState,
    *,
    tolerance: float = 0.02,
    columns: Mapping[str, Any] | None = None,
) -> float:
    """Bring a device to a state; its conductance at 5 mV a second later (S).

    `columns` go beside every reading. Readings have the phases of `DeviceProgrammer`, and
    `prepare` for the triangles. Raises `MeasurementStopped` when a target cannot be reached.
    """
    extra = columns or {}
    if state.text in _CYCLES:
        return _cycled(bench, device, _CYCLES[state.text], extra)
    if state.text == "as is":
        return read_conductance(bench, device, 1e-6, {PHASE.header: "check", **extra})
    target_s = None if state.text == "erased" else state.target_s
    programmer = DeviceProgrammer(bench, device, target_s, state.array, extra)
    programmer.program(tolerance)
    bench.clock.wait(VERIFY_DELAY_S)
    return programmer.verify()


def planned_preparation(
    device: str, state: DeviceState, smu: SmuCapabilities
) -> list[PlannedApplication]:
    """What `prepare` will apply, for `plan`."""
    read = planned_read(device, smu, pause_s=VERIFY_DELAY_S)
    if state.text == "as is":
        return [planned_read(device, smu)]
    if state.text in _CYCLES:
        cycle = _CYCLES[state.text]
        triangle = Application(
            device=device, waveform=cycle.waveform, sensing=cycle.sensing, purpose=Purpose.STRESS
        )
        return [PlannedApplication(application=triangle), read]
    target_s = None if state.text == "erased" else state.target_s
    return [*planned_programming(device, target_s, state.array, smu), read]


def _cycled(bench: Bench, device: str, cycle: _Cycle, extra: Mapping[str, Any]) -> float:
    before_s = read_conductance(bench, device, 1e-6, {PHASE.header: "check", **extra})
    if before_s > FILAMENT_FROM_S and cycle.expected_s < FILAMENT_FROM_S:
        DeviceProgrammer(bench, device, None, ITM.name, extra).program(tolerance=1.0)
    bench.apply(
        Application(
            device=device,
            waveform=cycle.waveform,
            sensing=cycle.sensing,
            purpose=Purpose.STRESS,
            columns={PHASE.header: "prepare", DWELL.header: cycle.dwell_s, **extra},
        )
    )
    bench.clock.wait(VERIFY_DELAY_S)
    return read_conductance(bench, device, cycle.expected_s, {PHASE.header: "check", **extra})
