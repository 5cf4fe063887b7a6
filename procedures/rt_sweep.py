"""Resistance against temperature: which law the conduction follows (Fig 1d)."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from drivers.roles import SmuCapabilities
from procedures.analysis.rt_plots import rt_plots
from procedures.analysis.rt_points import DIRECTIONS
from procedures.analysis.rt_sweep import FINDINGS, rt_results
from procedures.base import Bench, LabProcedure, PlannedApplication
from procedures.columns import APPLICATION, REPEAT, SETPOINT, STATE
from procedures.errors import MeasurementStopped, ParameterError
from procedures.parameters import Choice, Quantities, Quantity, Switch
from procedures.plots import Plot
from procedures.techniques.settling import StabilityGate, settle, travel_s
from procedures.techniques.state_reader import StateReader, planned_reads
from procedures.techniques.states import STATE_COLUMNS, State, device_state, planned_preparation

logger = logging.getLogger(__name__)

COLDEST_K, HOTTEST_K = 4.0, 440.0
"""What the sample may see: Ag2S changes its phase at 449 K (physics.md §1.4)."""
USUAL_K = (120.0, 400.0)
"""Outside, one law of conduction is no longer to be expected (physics.md §1.4)."""
FEWEST_POINTS = 5
"""Fewer temperatures do not tell one law from another."""
SETTLING_S = 80.0
"""What a stage usually needs after a step of some kelvin, besides the dwell; for `plan`."""


class RtSweep(LabProcedure):
    """Measure the resistance of devices against the temperature of the stage, and say which law it
    follows: thermionic emission over a barrier (stage I of Fig 1d, `state=on`), where ln(R·T) is a
    line against 1/T, or metallic conduction (stage II, `state=filament`), where R is a line in T.

    In `steps`, the stage is brought to each set-point, and a reading counts only when the
    temperature has stayed within `band` and moved by less than `slope` for as long as `dwell`:
    the sample follows the stage with a delay. In `ramp`, readings are taken every `interval` while
    the stage moves; the sample is then behind, and `hysteresis_k` says by how much.

    A state is made at `prepare_at`, because ions hardly move in the cold, and read with bursts at
    small bias of both signs, so that an offset of the source cancels. A second reading at twice
    the bias shows how far the reading itself changes the resistance, by heating or by bending of
    the characteristic. In the end the stage is brought back to where it began.
    """

    name = "rt_sweep"
    columns = (*STATE_COLUMNS, APPLICATION, STATE, SETPOINT, REPEAT)
    needs = frozenset({"temperature"})
    findings = FINDINGS
    groups = (
        ("Temperatures", ("temperatures", "direction", "mode", "rate")),
        ("State", ("state", "preparation", "prepare_at", "amplitude_check")),
        ("Reading", ("read_voltage", "interval")),
        ("Settling", ("dwell", "band", "slope", "timeout")),
    )

    state = State(
        "State",
        default="on",
        description="state of the devices: on, off, erased, filament, a conductance, or as is",
    )
    preparation = Choice(
        "Preparation",
        ("once", "each"),
        default="once",
        description="once: at prepare_at before the sweep; each: anew at every set-point",
    )
    prepare_at = Quantity(
        "Temperature of preparation",
        "K",
        default=300.0,
        minimum=COLDEST_K,
        maximum=HOTTEST_K,
        description="stage temperature at which the state is made, and to which the stage returns",
    )
    mode = Choice(
        "Mode",
        ("steps", "ramp"),
        default="steps",
        description="steps: read at settled set-points; ramp: read while the stage moves",
    )
    temperatures = Quantities(
        "Temperatures",
        "K",
        default="lin(150, 300, 16)",
        minimum=COLDEST_K,
        maximum=HOTTEST_K,
        most=1000,
        description="set-points, in any order; a ramp runs between the lowest and the highest",
    )
    direction = Choice(
        "Direction",
        (*DIRECTIONS, "both"),
        default="both",
        description="whether the temperatures are gone through downwards, upwards, or both in turn",
    )
    rate = Quantity(
        "Ramp rate",
        "K/min",
        default=5.0,
        minimum=0.1,
        maximum=100.0,
        description="how fast the set-point of the stage moves",
    )
    interval = Quantity(
        "Read interval",
        "s",
        default=60.0,
        minimum=1.0,
        maximum=3600.0,
        description="time from one reading of all devices to the next in a ramp",
    )
    band = Quantity(
        "Band",
        "K",
        default=0.1,
        minimum=0.001,
        maximum=10.0,
        description="largest distance of a settled stage from its set-point",
    )
    slope = Quantity(
        "Slope",
        "K/min",
        default=0.03,
        minimum=0.001,
        maximum=10.0,
        description="largest slope of a settled stage's temperature over the dwell",
    )
    dwell = Quantity(
        "Dwell",
        "s",
        default=120.0,
        minimum=10.0,
        maximum=36_000.0,
        description="how long the stage must have been within band and slope before a reading",
    )
    timeout = Quantity(
        "Timeout",
        "s",
        default=3600.0,
        minimum=10.0,
        maximum=360_000.0,
        description="time allowed for settling, beyond what the ramp to the set-point takes",
    )
    read_voltage = Quantity(
        "Read voltage",
        "V",
        default=5e-3,
        minimum=1e-3,
        maximum=45e-3,
        description="bias of a reading, in both signs",
    )
    amplitude_check = Switch(
        "Amplitude check",
        default=True,
        description="read at twice the bias as well, at every settled set-point",
    )

    def check(self) -> None:
        """Refuse temperatures, or a ramp, that leave too few points for a law."""
        if self.mode == "steps":
            points, hint = len(set(self.temperatures)), "give more temperatures"
        else:
            travel = travel_s(max(self.temperatures) - min(self.temperatures), self.rate)
            points, hint = int(travel / self.interval), "widen it, or lower rate or interval"
        if points < FEWEST_POINTS:
            raise ParameterError(
                f"{points} different temperatures do not tell one law from another; at least "
                f"{FEWEST_POINTS} are needed: {hint}"
            )

    def asks_for_filament(self) -> bool:
        """Whether the state is held by a filament."""
        return device_state(self.state).is_filament

    def measure(self, bench: Bench) -> Iterator[float]:
        """Make the state, go through the temperatures, and bring the stage back."""
        self._warn_of_unusual_temperatures()
        home_k = self._home_k(bench)
        reader = StateReader(bench, self.state, self.read_voltage)
        if self._prepared_once:
            for _ in self._settle(bench, home_k):
                yield 0.0
            reader.prepare(home_k)
        sweep = self._in_steps if self.mode == "steps" else self._in_a_ramp
        legs = self._legs()
        for done, (direction, setpoints_k) in enumerate(legs):
            for fraction in sweep(bench, reader, direction, setpoints_k):
                yield 0.95 * (done + fraction) / len(legs)
        for _ in self._settle(bench, home_k):
            yield 0.95
        yield 1.0

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        """States and readings, each temperature with the time the stage usually takes."""
        if self._prepared_once:
            yield from self._planned_preparation(devices, smu)
        for _, setpoints_k in self._legs():
            if self.mode == "ramp":
                if self.preparation == "each":
                    yield from self._planned_preparation(devices, smu)
                travel = travel_s(setpoints_k[-1] - setpoints_k[0], self.rate)
                count = max(1, math.ceil(travel / self.interval) - 1)
                yield from planned_reads(
                    devices, smu, (self.read_voltage,), count=count, pause_s=travel / count
                )
                continue
            biases_v = (self.read_voltage, 2 * self.read_voltage)[: 1 + self.amplitude_check]
            for before_k, now_k in zip((setpoints_k[0], *setpoints_k), setpoints_k, strict=False):
                if self.preparation == "each":
                    yield from self._planned_preparation(devices, smu)
                pause_s = travel_s(now_k - before_k, self.rate) + SETTLING_S + self.dwell
                yield from planned_reads(devices, smu, biases_v, count=1, pause_s=pause_s)

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        """See `procedures.analysis.rt_sweep.rt_results`."""
        return rt_results(frame)

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        """See `procedures.analysis.rt_plots.rt_plots`."""
        return rt_plots(frame)

    @property
    def _prepared_once(self) -> bool:
        return self.preparation == "once" and self.state != "as is"

    def _home_k(self, bench: Bench) -> float:
        """Where the sweep begins and ends; a state that is left as it is is not warmed for it."""
        return bench.stage.temperature_k() if self.state == "as is" else self.prepare_at

    def _legs(self) -> list[tuple[str, tuple[float, ...]]]:
        """Each way through the temperatures: its direction, and its set-points in order."""
        chosen = DIRECTIONS if self.direction == "both" else (self.direction,)
        rising = tuple(sorted(set(self.temperatures)))
        return [(name, rising[::-1] if name == "cooling" else rising) for name in chosen]

    def _settle(self, bench: Bench, setpoint_k: float) -> Iterator[float]:
        gate = StabilityGate(
            band_k=self.band,
            slope_k_per_min=self.slope,
            dwell_s=self.dwell,
            timeout_s=self.timeout,
            rate_k_per_min=self.rate,
        )
        return settle(bench.stage, bench.clock, setpoint_k, gate)

    def _in_steps(
        self, bench: Bench, reader: StateReader, direction: str, setpoints_k: Sequence[float]
    ) -> Iterator[float]:
        for done, setpoint_k in enumerate(setpoints_k):
            for _ in self._settle(bench, setpoint_k):
                yield done / len(setpoints_k)
            if self.preparation == "each":
                reader.prepare(setpoint_k)
            reader.read_all(direction, setpoint_k, twice=self.amplitude_check)

    def _in_a_ramp(
        self, bench: Bench, reader: StateReader, direction: str, setpoints_k: Sequence[float]
    ) -> Iterator[float]:
        first_k, last_k = setpoints_k[0], setpoints_k[-1]
        for _ in self._settle(bench, first_k):
            yield 0.0
        if self.preparation == "each":
            reader.prepare(first_k)
        travel = travel_s(last_k - first_k, self.rate)
        start_s = due_s = bench.clock.now()
        bench.stage.go_to(last_k, self.rate)
        while True:
            # At rest the sample is not behind: only what is read on the way belongs together.
            due_s = max(due_s + self.interval, bench.clock.now())
            bench.clock.wait(due_s - bench.clock.now())
            if not bench.stage.ramping():
                return
            reader.read_all(direction, last_k, twice=False)
            spent_s = bench.clock.now() - start_s
            if spent_s > travel + self.timeout:
                raise MeasurementStopped(
                    f"the set-point still moves {spent_s:.0f} s after it was sent to {last_k:g} K "
                    f"at {self.rate:g} K/min ({travel:.0f} s); look at the controller's ramp"
                )
            yield min(1.0, spent_s / travel)

    def _warn_of_unusual_temperatures(self) -> None:
        low_k, high_k = min(self.temperatures), max(self.temperatures)
        if low_k < USUAL_K[0] or high_k > USUAL_K[1]:
            logger.warning(
                "temperatures of %g to %g K leave the range %g to %g K in which one law of "
                "conduction is to be expected",
                low_k, high_k, *USUAL_K,
            )  # fmt: skip

    def _planned_preparation(
        self, devices: Sequence[str], smu: SmuCapabilities
    ) -> Iterator[PlannedApplication]:
        for device in devices:
            yield from planned_preparation(device, device_state(self.state), smu)
