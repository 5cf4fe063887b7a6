"""States a device is brought to before something is measured, by name or by conductance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pymeasure.experiment import Parameter

from drivers.roles import Sensing, SmuCapabilities, Waveform
from procedures.analysis.conductance import APERTURE_S
from procedures.base import Application, Bench, PlannedApplication, Purpose
from procedures.columns import ATTEMPT, DWELL, PHASE, TARGET
from procedures.errors import MeasurementStopped, ParameterError
from procedures.parameters import to_si
from procedures.techniques.kernels import FTM, HIGH_RESISTANCE_LIMIT_S, ITM
from procedures.techniques.programming import VERIFY_DELAY_S, DeviceProgrammer, planned_programming
from procedures.techniques.reading import READ_DWELL_S, planned_read, read_conductance
from procedures.techniques.waveforms import excursions

STATE_COLUMNS = (PHASE, ATTEMPT, TARGET, DWELL)
"""What a procedure that prepares states has to list among its columns."""

FILAMENT_FROM_S = 1.2e-4
"""No interface conducts better (physics.md §1.6, G_cap with the series resistance): from here on
there is a filament, which cycles of 0.2 V do not take away."""
UNKNOWN_S = 1e-6
"""Where reading begins when nothing is known; the range goes up from there."""
OPEN_BELOW_S, SHORTED_ABOVE_S = 1e-9, 5e-2
"""No state is outside these: a tenth of the deepest erase, five times the thickest filament."""
LOWEST_TARGET_S, HIGHEST_TARGET_S = 1e-7, 9.5e-3
ITM_UP_TO_S = 1e-4
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
        return ITM.name if self.target_s is None else array_for(self.target_s)

    @property
    def is_filament(self) -> bool:
        """Whether only a filament holds it."""
        return self.text == "filament" or self.array == FTM.name

    @property
    def expected_s(self) -> float:
        """About what it reads (S), to choose the range of a first reading."""
        if self.text in _CYCLES:
            return _CYCLES[self.text].expected_s
        return self.target_s or (HIGH_RESISTANCE_LIMIT_S if self.text == "erased" else UNKNOWN_S)


def array_for(target_s: float) -> str:
    """How a conductance is held: at the interface (ITM) or by a filament (FTM)."""
    return ITM.name if target_s <= ITM_UP_TO_S else FTM.name


def any_filament(states: Iterable[str]) -> bool:
    """Whether one of the states, as text, is held by a filament."""
    return any(device_state(text).is_filament for text in states)


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


@dataclass(frozen=True)
class MadeState:
    """What is known of a state when it has just been made."""

    at_s: float
    """When it was made, by the run's clock: the end of the last pulse; for "as is", now."""
    state: DeviceState
    columns: Mapping[str, Any]
    """What goes beside further readings of the state."""


def make_state(
    bench: Bench,
    device: str,
    state: DeviceState,
    *,
    tolerance: float = 0.02,
    columns: Mapping[str, Any] | None = None,
) -> MadeState:
    """Bring a device to a state, without a reading afterwards that counts.

    `columns` go beside every reading. Readings have the phases of `DeviceProgrammer`, and
    `prepare` for the triangles. Raises `MeasurementStopped` when a target cannot be reached.
    """
    extra = columns or {}
    if state.text in _CYCLES:
        return MadeState(_cycled(bench, device, _CYCLES[state.text], extra), state, extra)
    if state.text == "as is":
        return MadeState(bench.clock.now(), state, extra)
    programmer = DeviceProgrammer(bench, device, state.target_s, state.array, extra)
    programmer.program(tolerance)
    target_s = np.nan if state.target_s is None else state.target_s
    return MadeState(programmer.last_stress_at_s, state, columns={**extra, TARGET.header: target_s})


def prepare(
    bench: Bench,
    device: str,
    state: DeviceState,
    *,
    tolerance: float = 0.02,
    columns: Mapping[str, Any] | None = None,
) -> float:
    """Bring a device to a state as `make_state` does; its conductance at 5 mV a second later (S).

    That reading has the phase `verify`. Raises `MeasurementStopped` as `make_state` does, and for
    a device that turns out to be open or shorted.
    """
    made = make_state(bench, device, state, tolerance=tolerance, columns=columns)
    if state.text != "as is":
        bench.clock.wait(VERIFY_DELAY_S)
    verify = {**made.columns, PHASE.header: "verify", DWELL.header: READ_DWELL_S}
    conductance_s = read_conductance(bench, device, state.expected_s, verify)
    refuse_broken(device, conductance_s, state.text)
    return conductance_s


def refuse_broken(device: str, conductance_s: float, state: str) -> None:
    """Raise `MeasurementStopped` for a conductance that no state of a whole device has."""
    if not OPEN_BELOW_S <= conductance_s <= SHORTED_ABOVE_S:
        kind = "open" if conductance_s < OPEN_BELOW_S else "shorted"
        raise MeasurementStopped(
            f"{device}: {conductance_s:.3g} S when it should be {state!r}; whole devices have "
            f"{OPEN_BELOW_S:g} to {SHORTED_ABOVE_S:g} S, so it is {kind}: check its contact, or "
            "leave the device out"
        )


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
        return [planned_read(device, smu), PlannedApplication(application=triangle), read]
    return [*planned_programming(device, state.target_s, state.array, smu), read]


def _cycled(bench: Bench, device: str, cycle: _Cycle, extra: Mapping[str, Any]) -> float:
    before_s = read_conductance(bench, device, UNKNOWN_S, {PHASE.header: "check", **extra})
    if before_s > FILAMENT_FROM_S and cycle.expected_s < FILAMENT_FROM_S:
        DeviceProgrammer(bench, device, None, ITM.name, extra).program(tolerance=1.0)
    trace = bench.apply(
        Application(
            device=device,
            waveform=cycle.waveform,
            sensing=cycle.sensing,
            purpose=Purpose.STRESS,
            columns={PHASE.header: "prepare", DWELL.header: cycle.dwell_s, **extra},
        )
    )
    return float(trace.time_s[-1]) + APERTURE_S
