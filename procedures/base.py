"""What a procedure is: parameters, one generator that measures, one analysis of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymeasure.experiment import Procedure

from drivers.roles import Clock, Sensing, SmuCapabilities, Trace, Waveform
from procedures.columns import BASE_COLUMNS, Column
from procedures.errors import ParameterError
from procedures.findings import Findings
from procedures.parameters import Choice
from procedures.plots import Plot
from procedures.regime import Regime


class Purpose(StrEnum):
    """Whether an application may be repeated after a crash: a read may, stress never."""

    READ = "read"
    STRESS = "stress"


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Looks at what an application has brought so far, and cuts it short when it has to end."""

    interval_s: float
    """How often it looks while the waveform plays."""
    tripped: Callable[[Trace], bool]
    """Whether the waveform must end now; given all points recorded so far."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """One waveform for one device, and what the procedure wants written beside its readings."""

    device: str
    waveform: Waveform
    sensing: Sensing
    purpose: Purpose
    columns: Mapping[str, Any] = field(default_factory=dict)
    """Values of the procedure's own columns: a scalar, or shape (waveform.recorded_points,).
    Columns with a value for absence may be left out."""
    watch: Watch | None = None
    keep: NDArray[np.bool_] | None = None
    """Which recorded points become rows of the run, shape (waveform.recorded_points,); None for
    all. The trace holds all of them in any case."""


class Stage(Protocol):
    """The stage's temperature, as a procedure sees it; every set-point is checked against limits.

    Ramping and waiting are the procedure's: see `procedures.techniques.settling`.
    """

    def temperature_k(self) -> float:
        """Stage temperature now."""
        ...

    def go_to(self, setpoint_k: float, rate_k_per_min: float) -> None:
        """Ramp to a set-point at a rate, the heater on; returns at once.

        Refused outside the limits of the station, before anything is sent.
        """
        ...

    def ramping(self) -> bool:
        """Whether the set-point is still moving."""
        ...


class Bending(Protocol):
    """Bends the whole sample: a motorised stage, or a person who is asked to do it."""

    def bend(self, radius_m: float) -> None:
        """Bend to a radius and stay there, inf for flat; returns when it is done."""
        ...

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Bend to a radius and flatten, `cycles` times; ends flat."""
        ...


class Bench(Protocol):
    """The one door to the instruments, as a procedure sees it."""

    @property
    def devices(self) -> tuple[str, ...]:
        """Devices of this run, in the order they were asked for."""
        ...

    @property
    def wired_devices(self) -> tuple[str, ...]:
        """All devices of the station, in the order of its wiring."""
        ...

    @property
    def clock(self) -> Clock:
        """The run's clock."""
        ...

    @property
    def smu(self) -> SmuCapabilities:
        """What the source-measure unit can play."""
        ...

    def apply(self, application: Application) -> Trace:
        """Play one waveform on one device; recorded points are written to the run (see `keep`).

        Returns all recorded points; `time_s` is the run's clock. Splits only between repeats. Cut
        short by the application's watch, it returns those that came, the source at 0 V.
        """
        ...

    def apply_each(self, applications: Iterable[Application]) -> Iterator[Trace]:
        """`apply` for many, one after another, in the order given."""
        ...

    def release(self) -> None:
        """Disconnect every device, the source at 0 V; the next application connects its own."""
        ...

    @property
    def stage(self) -> Stage:
        """The temperature; there for procedures whose `needs` name "temperature"."""
        ...

    @property
    def bending(self) -> Bending:
        """The bending stage; there for procedures whose `needs` name "bending"."""
        ...

    def mark_read_phase(self) -> None:
        """Counters named `bench.read` count from here to the end of the run."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlannedApplication:
    """An application as planned, and how often it is expected."""

    application: Application
    count: int = 1
    at_most: int | None = None
    """For a closed loop: the most there can be; None when `count` is exact."""
    pause_s: float = 0.0
    """Waiting that goes with each."""


class LabProcedure(Procedure):
    """Base of every procedure: strict parameters, and a fixed life around one generator.

    A subclass gives `name`, `columns`, parameters, `measure`, `plan`, and `analyse`. PyMeasure's
    `startup`, `execute`, and `shutdown` are final here, so that no procedure can leave the
    instruments to themselves; whoever runs it sets `bench` first.
    """

    name: ClassVar[str] = ""
    """Name on the command line."""
    columns: ClassVar[tuple[Column, ...]] = ()
    """The procedure's own columns, behind the base columns."""
    device_count: ClassVar[int | None] = None
    """How many devices it needs; None for one or more."""
    whole_array: ClassVar[bool] = False
    """Whether it takes every device of the station when none is named, instead of one."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """Roles a station must have besides the source: "temperature", "bending"."""
    requires: ClassVar[Mapping[str, object]] = {}
    """What its devices must not have seen before, such as {"never_below": "-0.35 V"}."""
    findings: ClassVar[Findings] = {}
    """Unit and meaning of every result of `analyse`, by name."""
    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    """Headings of a form, and the parameters under each; see `procedures.parameter_groups`."""

    regime = Choice(
        "Regime",
        tuple(Regime),
        default=Regime.INTERFACE,
        description='"interface": no filament is to form, and a sample of that regime refuses what '
        'could form one; "filament": one may form, be there, or be dissolved.',
    )

    bench: Bench | None = None
    _frozen_names = False

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.DATA_COLUMNS = [column.header for column in (*BASE_COLUMNS, *cls.columns)]
        for final in ("startup", "execute", "shutdown"):
            if final in cls.__dict__:
                raise TypeError(
                    f"{cls.__name__}.{final} is final; measure() is the place to work in"
                )

    def __init__(self, **values: object) -> None:
        super().__init__()
        self._frozen_names = True
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        """Convert and check a parameter at assignment; refuse names that are not parameters."""
        if self._frozen_names and name in self._parameters:
            parameter = self._parameters[name]
            try:
                parameter.value = value
            except ParameterError as error:
                raise ParameterError(f"{name}: {error}") from None
            value = parameter.value
        elif self._frozen_names and not hasattr(self, name):
            raise ParameterError(_unknown_parameter(type(self), name, self._parameters))
        super().__setattr__(name, value)

    def parameter_values(self) -> dict[str, object]:
        """Every parameter's value in SI units, at full precision."""
        return {name: getattr(self, name) for name in self._parameters}

    def check(self) -> None:
        """Refuse parameters that do not go together, before anything is touched.

        Raises `ParameterError`. May read files that a parameter names, and keep what it read.
        """

    def stated_regime(self) -> str:
        """What the run says of itself: `regime`, unless other parameters ask for a filament."""
        return Regime.FILAMENT if self.asks_for_filament() else self.regime

    def asks_for_filament(self) -> bool:
        """Whether parameters other than `regime` name a state that only a filament holds."""
        return False

    def required_roles(self) -> frozenset[str]:
        """Roles a station must have for these parameters: `needs`, and what they ask for."""
        return self.needs

    def check_devices(self, devices: Sequence[str]) -> None:
        """Refuse devices that do not go with the parameters, before anything is touched.

        Raises `ParameterError`.
        """

    def measure(  # pyright: ignore[reportIncompatibleMethodOverride]  (theirs emits one row)
        self, bench: Bench
    ) -> Iterator[float]:
        """Do the measurement; yield the fraction done wherever the run may be stopped."""
        raise NotImplementedError

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """What `measure` will apply, known before anything is connected."""
        raise NotImplementedError

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """Results, by documented names, from the recorded rows and the parameters alone."""
        raise NotImplementedError

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Figures from the recorded rows, which may be of a run that is still measuring."""
        return ()

    def startup(self) -> None:
        """Check the parameters once more (final)."""
        self.check()

    def execute(self) -> None:
        """Run `measure` to its end or until somebody asks to stop (final)."""
        if self.bench is None:
            raise ParameterError(
                f"{self.name}: no bench; run it with labctl.run(procedure, station)"
            )
        for fraction in self.measure(self.bench):
            self.emit("progress", 100 * fraction)
            if self.should_stop():
                return

    def shutdown(self) -> None:
        """Nothing: the runner brings the bench to its safe state, whatever happened (final)."""


def _unknown_parameter(owner: type[LabProcedure], name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    hint = f"; did you mean {close[0]!r}?" if close else f"; it has: {', '.join(sorted(known))}"
    return f"{owner.name} has no parameter {name!r}{hint}"
