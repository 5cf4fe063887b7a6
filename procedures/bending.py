"""Bending: what conductances are left of after many bends, flat or bent (Fig S1)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.bending import CHECKPOINT, FINDINGS, bending_plots, bending_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, BEND_RADIUS, BENDS, DWELL, ELAPSED, PHASE, STATE
from procedures.errors import ParameterError
from procedures.parameters import Choice, Quantities, Quantity, Switch
from procedures.plots import Plot
from procedures.techniques.holding import each_in_turn, share_out
from procedures.techniques.programming import RELAXATION_S
from procedures.techniques.reading import READ_DWELL_S, planned_read, read_conductance
from procedures.techniques.states import (
    STATE_COLUMNS,
    DeviceState,
    States,
    any_filament,
    device_state,
    make_state,
    planned_preparation,
    refuse_broken,
)


class Bending(LabProcedure):
    """Bring devices to states, bend the sample again and again, and read at checkpoints.

    States are shared out: state k on device k, and devices that are left over begin again with the
    first; they are made once and held through all bends, so that the change is that of the bends
    and of the drift in the same time. With `renew=yes` every device goes through every state anew
    at each checkpoint; then the scatter from cycle to cycle is in the change. Readings are taken
    flat, bent, or both. A motorised stage bends, or the operator, who is asked. Paper: Fig S1 (ten
    devices, 3 mm, 1000 bends, measured flat): `states="on, off"` with ten devices.
    """

    name = "bending"
    columns = (*STATE_COLUMNS, APPLICATION, ELAPSED, STATE, BEND_RADIUS, BENDS)
    needs = frozenset({"bending"})
    findings = FINDINGS

    states = States(
        "States",
        default="on",
        description="states to hold: as is, on, off, erased, filament, or conductances",
    )
    radius = Quantity(
        "Radius",
        "m",
        default=3e-3,
        minimum=1e-4,
        maximum=1.0,
        description="radius of curvature of each bend",
    )
    checkpoints = Quantities(
        "Checkpoints",
        "",
        default="1, 10, 30, 100, 300, 1000",
        minimum=1,
        maximum=1e6,
        description="numbers of bends after which all devices are read, besides at the beginning",
    )
    measured = Choice(
        "Measured",
        ("flat", "bent", "both"),
        default="flat",
        description="how the sample is when it is read",
    )
    renew = Switch(
        "Renew",
        default=False,
        description="yes: at each checkpoint every device goes through every state anew",
    )
    relaxation = Quantity(
        "Relaxation",
        "s",
        default=RELAXATION_S,
        minimum=0.0,
        maximum=1e5,
        description="wait between the making of held states and the first reading",
    )
    tolerance = Quantity(
        "Tolerance",
        "",
        default=0.02,
        minimum=0.005,
        maximum=0.5,
        description="how close to a programmed conductance a state begins",
    )

    def check(self) -> None:
        """Refuse checkpoints that are not whole numbers in rising order."""
        counts = self.checkpoints
        if sorted(set(counts)) != list(counts) or not all(n.is_integer() for n in counts):
            raise ParameterError("checkpoints: whole numbers in rising order, none of them twice")

    def holders(self, devices: Sequence[str]) -> list[dict[str, DeviceState]]:
        """Who holds which state: one entry, or with `renew` one a state.

        Raises `ParameterError` for fewer devices than states that are held at the same time.
        """
        states = [device_state(text) for text in self.states]
        if self.renew:
            return each_in_turn(devices, states)
        if len(devices) < len(states):
            raise ParameterError(
                f"states: {len(states)} states cannot be held by {len(devices)} device(s) at once; "
                "name more devices, or set renew=yes"
            )
        return share_out(devices, states)

    def asks_for_filament(self) -> bool:
        """Whether one of the states is held by a filament."""
        return any_filament(self.states)

    def measure(self, bench: Bench) -> Iterator[float]:
        """Read at the beginning and after each checkpoint's bends; ends flat."""
        holders = self.holders(bench.devices)
        bench.bending.bend(math.inf)
        if not self.renew:
            yield from self._make(bench, holders[0], 0)
            bench.clock.wait(self.relaxation)
        done = 0
        for number, bends in enumerate((0, *map(int, self.checkpoints))):
            if bends > done:
                bench.bending.cycle(self.radius, bends - done)
            done = bends
            for held in holders:
                yield from self._checkpoint(bench, held, bends)
            yield (number + 1) / (len(self.checkpoints) + 1)

    def _checkpoint(
        self, bench: Bench, held: Mapping[str, DeviceState], bends: int
    ) -> Iterator[float]:
        """Read all devices flat, bent, or both; the states are made before, where they are new."""
        if self.renew:
            yield from self._make(bench, held, bends)
            bench.clock.wait(self.relaxation)
        if self.measured != "bent":
            self._read(bench, held, math.inf, bends)
        if self.measured != "flat":
            bench.bending.bend(self.radius)
            self._read(bench, held, self.radius, bends)
            bench.bending.bend(math.inf)

    def _make(self, bench: Bench, held: Mapping[str, DeviceState], bends: int) -> Iterator[float]:
        for device, state in held.items():
            columns = {STATE.header: state.text, BENDS.header: bends}
            make_state(bench, device, state, tolerance=self.tolerance, columns=columns)
            yield bends / self.checkpoints[-1]

    def _read(
        self, bench: Bench, held: Mapping[str, DeviceState], radius_m: float, bends: int
    ) -> None:
        for device, state in held.items():
            columns = {
                PHASE.header: CHECKPOINT,
                STATE.header: state.text,
                BEND_RADIUS.header: radius_m,
                BENDS.header: bends,
                DWELL.header: READ_DWELL_S,
            }
            conductance_s = read_conductance(bench, device, state.expected_s, columns)
            if bends == 0:
                refuse_broken(device, conductance_s, state.text)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """Making and reading; the time of the bends themselves is not known beforehand."""
        makings = 1 + len(self.checkpoints) if self.renew else 1
        readings = (1 + len(self.checkpoints)) * (2 if self.measured == "both" else 1)
        for held in self.holders(devices):
            pause_s = self.relaxation * makings / readings
            for device, state in held.items():
                for part in planned_preparation(device, state, smu):
                    yield replace(part, count=part.count * makings)
                yield replace(planned_read(device, smu, pause_s), count=readings)
                pause_s = 0.0

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.bending.bending_results`."""
        return bending_results(frame, self.radius)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """Conductance and its change against the number of bends, device by device."""
        return bending_plots(frame)
