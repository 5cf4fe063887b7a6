"""Retention: how states fade while nothing is done to them but short readings (Fig 2f, 4c, S2)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.retention import FINDINGS, retention_plots, retention_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, BEND_RADIUS, DUE, ELAPSED, REPEAT, STATE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Quantities, Quantity, QuantityOrWord, Switch
from procedures.plots import Plot
from procedures.techniques.holding import (
    Vigil,
    each_in_turn,
    planned_vigil,
    refuse_times_that_do_not_rise,
    share_out,
)
from procedures.techniques.states import (
    STATE_COLUMNS,
    DeviceState,
    States,
    any_filament,
    device_state,
    make_state,
    planned_preparation,
)


class Retention(LabProcedure):
    """Bring devices to states and read them for hours at +-5 mV, at linear or logarithmic times.

    States are shared out: state k on device k, and devices that are left over begin again with the
    first state; when there are more states than devices, the states that are left follow in further
    rounds. With `assignment=all` every device holds every state, one round a state. All devices of
    a round are read interleaved, each at `times` counted from when its own state was made.

    The decay is fitted as a power law of the time since the state was made; how long a state takes
    to lose a given share is extrapolated from it, and marked so. A control device, read only first
    and last, shows what the readings themselves do. Paper: Fig 2f (on and off, bent to 3 mm), S2
    (eight states), 4c (`states=10 uS` and `states=1 mS`).
    """

    name = "retention"
    columns = (*STATE_COLUMNS, APPLICATION, ELAPSED, STATE, DUE, REPEAT, BEND_RADIUS)
    findings = FINDINGS
    groups = (
        ("States", ("states", "assignment", "tolerance", "control")),
        ("Readings", ("times", "between")),
        ("Bending", ("bend_radius", "bend")),
        ("Analysis", ("fit_from", "loss")),
    )

    states = States(
        "States",
        default="on, off",
        description="states to hold: as is, on, off, erased, filament, or conductances",
    )
    assignment = Choice(
        "Assignment",
        ("share", "all"),
        default="share",
        description="share: state k on device k; all: every state on every device in turn",
    )
    times = Quantities(
        "Times",
        "s",
        default="log(1, 1e4, 25)",
        minimum=0.1,
        maximum=1e7,
        description="when to read, after a state was made; lin(...) or log(...) for many",
    )
    between = Choice(
        "Between readings",
        ("0 V", "disconnected"),
        default="0 V",
        description="0 V: the source stays on the device read last; disconnected: relays open",
    )
    control = Switch(
        "Control",
        default=False,
        description="the last device is made like the first, but read only first and last",
    )
    bend_radius = QuantityOrWord(
        "Bend radius",
        "m",
        "flat",
        default="flat",
        minimum=1e-4,
        maximum=1.0,
        description="radius to which the sample is bent all the time, or flat; recorded",
    )
    bend = Switch(
        "Bend",
        default=False,
        description="yes: the station bends the sample first, and flattens it at the end; "
        "no: it is taken to be bent already",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.02,
        minimum=0.005,
        maximum=0.5,
        description="how close to a programmed conductance a state begins",
    )
    fit_from = Quantity(
        "Fit from",
        "s",
        default=10.0,
        minimum=0.0,
        maximum=1e7,
        description="readings before this are left out of the fit",
    )
    loss = Quantity(
        "Loss",
        "",
        default=0.1,
        minimum=1e-4,
        maximum=0.99,
        description="share of the conductance whose loss is timed",
    )

    def check(self) -> None:
        """Refuse times that do not rise, times the fit would not see, and bending to no radius."""
        refuse_times_that_do_not_rise(self.times)
        if sum(time_s >= self.fit_from for time_s in self.times) < 2:
            raise ParameterError(
                f"times: fewer than two lie at or above fit_from = {self.fit_from:g} s"
            )
        if self.bend and self.bend_radius == "flat":
            raise ParameterError("bend: the sample can only be bent to a bend_radius, not to flat")

    def required_roles(self) -> frozenset[str]:
        """A bending stage, when the sample is to be bent."""
        return frozenset({"bending"}) if self.bend else frozenset()

    def check_devices(self, devices: Sequence[str]) -> None:
        """Refuse a control without a second device."""
        self.rounds(devices)

    def rounds(self, devices: Sequence[str]) -> list[dict[str, DeviceState]]:
        """Who holds which state, round by round, the control device included.

        Raises `ParameterError` when there is no device besides the control.
        """
        states = [device_state(text) for text in self.states]
        sharing = each_in_turn if self.assignment == "all" else share_out
        if not self.control:
            return sharing(devices, states)
        if len(devices) < 2:
            raise ParameterError("control: needs a second device; name two or more")
        rounds = sharing(devices[:-1], states)
        return [{**held, devices[-1]: held[devices[0]]} for held in rounds]

    def asks_for_filament(self) -> bool:
        """Whether one of the states is held by a filament."""
        return any_filament(self.states)

    def measure(self, bench: Bench) -> Iterator[float]:
        """Bend if asked; round by round make the states and hold them; flatten again."""
        rounds = self.rounds(bench.devices)
        if self.bend:
            bench.bending.bend(self._radius_m)
        for number, held in enumerate(rounds, start=1):
            for fraction in self._hold(bench, held, number):
                yield (number - 1 + fraction) / len(rounds)
        if self.bend:
            bench.bending.bend(math.inf)
        yield 1.0

    @property
    def _radius_m(self) -> float:
        return math.inf if isinstance(self.bend_radius, str) else self.bend_radius

    def _hold(self, bench: Bench, held: dict[str, DeviceState], number: int) -> Iterator[float]:
        vigil = Vigil(bench, disconnected=self.between == "disconnected")
        for device, state in held.items():
            columns = {
                STATE.header: state.text,
                REPEAT.header: number,
                BEND_RADIUS.header: self._radius_m,
            }
            made = make_state(bench, device, state, tolerance=self.tolerance, columns=columns)
            unread = self.control and device == bench.devices[-1]
            vigil.add(device, made, (self.times[0], self.times[-1]) if unread else self.times)
            vigil.read_due()
            yield 0.0
        readings = len(held) * len(self.times)
        for left in vigil.read_all():
            yield 1 - left / readings

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Every state is made, then read at every time."""
        for held in self.rounds(devices):
            for device, state in held.items():
                yield from planned_preparation(device, state, smu)
            yield from planned_vigil(list(held), self.times, smu)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.retention.retention_results`."""
        return retention_results(frame, self.fit_from, self.loss, control=self.control)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Conductance against time, and what is left of it, with the fitted decay."""
        return retention_plots(frame, self.fit_from, control=self.control)
