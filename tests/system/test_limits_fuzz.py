"""No set-point outside the limits reaches an instrument, whatever procedure or script asks for it.

The limits are put together anew here, and the set-points are read off the messages on the wire.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from drivers.errors import InstrumentError
from labctl.bench.station import Station, open_station
from labctl.errors import BadInput, GuardTripped, LimitRefused
from labctl.runs.runner import run
from procedures.base import LabProcedure
from procedures.errors import ParameterError
from procedures.regime import Regime
from tests.labctl.benches import bench_on
from tests.system.fuzzed import (
    NONSENSE,
    FuzzedStation,
    fuzzed_applications,
    fuzzed_limits,
    fuzzed_procedure,
    fuzzed_station,
)
from tests.system.wire_witness import Enough, WireWitness, witness_on_the_wire

MOST_POINTS = {"procedure": 3000, "script": 40}
"""Longer waveforms are looked at and not played: a source in compliance takes long to simulate."""
pytestmark = pytest.mark.filterwarnings("ignore:sample at:RuntimeWarning")

PER_STATION = 25
"""Runs on one station before another is drawn."""


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> WireWitness:
    return witness_on_the_wire(monkeypatch)


class Fuzz:
    """Draws, runs, and counts what became of it."""

    def __init__(self, seed: int, folder: Path, witness: WireWitness) -> None:
        self._rng = np.random.default_rng(seed)
        self._folder = folder
        self._witness = witness
        self.played: Counter[str] = Counter()
        """Runs by kind in which a source played something."""
        self.refused: Counter[str] = Counter()
        """Runs by kind that a limit ended."""
        self.outside: list[str] = []
        self.set_points = 0

    def go(self, procedures: int, scripts: int) -> None:
        """So many of each, station by station."""
        left = {"procedure": procedures, "script": scripts}
        while any(left.values()):
            place = self._folder / f"{sum(left.values())}"
            drawn = fuzzed_station(self._rng, place)
            with open_station(drawn.path, out=place / "runs") as station:
                for kind, one in (("procedure", self._procedure), ("script", self._script)):
                    self._witness.most_points = MOST_POINTS[kind]
                    for _ in range(min(PER_STATION, left[kind])):
                        self._witness.forget()
                        one(drawn, station)
                        left[kind] -= 1

    def _procedure(self, drawn: FuzzedStation, station: Station) -> None:
        procedure, operator = fuzzed_procedure(self._rng), fuzzed_limits(self._rng, chance=0.1)
        values = {name: value for name, (value, _) in operator.items()}
        texts = {name: text for name, (_, text) in operator.items()}
        with suppress(ParameterError, BadInput):
            self.refused["procedure"] += _is_refused(procedure, station, texts)
        regime = procedure.stated_regime()
        self._judge(drawn, regime, values, f"{procedure.name} {procedure.parameter_values()}")
        self.played["procedure"] += self._witness.starts > 0

    def _script(self, drawn: FuzzedStation, station: Station) -> None:
        regime = str(self._rng.choice(list(Regime)))
        bench = bench_on(station, ["D01", "D02", "D18"], regime=regime)
        self._try(lambda: bench.stage.go_to(self._kelvin(), 10.0))
        for application in fuzzed_applications(self._rng, str(self._rng.choice(bench.devices))):
            self._try(lambda one=application: bench.apply(one))
        bench.make_safe()
        self._judge(drawn, regime, {}, "a script")
        self.played["script"] += self._witness.starts > 0

    def _try(self, step: Callable[[], object]) -> None:
        """What a script meets it lives with, and goes on."""
        try:
            step()
        except LimitRefused:
            self.refused["script"] += 1
        except (GuardTripped, InstrumentError, Enough):
            return

    def _kelvin(self) -> float:
        if self._rng.random() < 0.3:
            return float(self._rng.choice(NONSENSE))
        return float(self._rng.uniform(1, 500))

    def _judge(
        self, drawn: FuzzedStation, regime: str, operator: dict[str, float], what: str
    ) -> None:
        allowed = drawn.allowed(regime, operator)
        seen = self._witness
        self.set_points += len(seen.levels_v) + len(seen.limits_a) + len(seen.set_points_k)
        self.outside += [
            f"{value:g} {unit} of {what} against {allowed}"
            for unit, value in allowed.outside(seen)[:3]
        ]


def test_no_set_point_outside_the_limits_is_sent(tmp_path: Path, witness: WireWitness) -> None:
    fuzz = Fuzz(20, tmp_path, witness)
    fuzz.go(procedures=60, scripts=240)
    assert fuzz.outside == []
    assert fuzz.set_points > 5000
    # Much was refused, and much was not: the limits lie in the midst of what was asked for.
    for kind, runs in (("procedure", 60), ("script", 240)):
        assert min(fuzz.played[kind], fuzz.refused[kind]) > 0.1 * runs


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_no_set_point_outside_the_limits_is_sent_in_ten_thousand(
    tmp_path: Path, witness: WireWitness
) -> None:
    fuzz = Fuzz(21, tmp_path, witness)
    fuzz.go(procedures=2000, scripts=8000)
    assert fuzz.outside == []


def _is_refused(procedure: LabProcedure, station: Station, limits: dict[str, str]) -> bool:
    """Run it; whether a limit refused it, as it was planned or while it measured."""
    try:
        return run(procedure, station, limits=limits).error == "LimitRefused"
    except LimitRefused:
        return True
