"""A small procedure with a finding, and campaigns of it on the bench in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from drivers.roles import Sensing, SmuCapabilities, Waveform
from labctl import Campaign, Step, scripting
from labctl.campaigns.running import opening
from procedures.base import Application, Bench, LabProcedure, PlannedApplication, Purpose
from procedures.findings import Finding
from procedures.parameters import Quantity
from tests.labctl.fakes import Rig


class Probe(LabProcedure):
    """One level on every device; a test may make it fail or find what it likes."""

    name = "probe"
    findings: ClassVar[Any] = {
        "conductance_s": Finding("S", "of the last device"),
        "verdict": Finding("", "in a word"),
        "devices.device": Finding("", "name"),
        "devices.ratio": Finding("", "of each device"),
    }
    failing: ClassVar[set[str]] = set()
    """Devices on which it fails."""
    ratios: ClassVar[dict[str, float]] = {}
    """What it finds; 1 for all others."""
    measured: ClassVar[list[str]] = []
    """Devices in the order in which they were measured."""

    level = Quantity(
        "Level", "V", default=0.1, minimum=-1.0, maximum=1.0, description="what is applied"
    )

    def measure(self, bench: Bench) -> Iterator[float]:
        for number, device in enumerate(bench.devices, start=1):
            if device in self.failing:
                raise ValueError(f"{device} does not answer")
            self.measured.append(device)
            bench.apply(self._application(device))
            yield number / len(bench.devices)

    def plan(self, devices: Sequence[str], smu: SmuCapabilities) -> Iterable[PlannedApplication]:
        for device in devices:
            yield PlannedApplication(application=self._application(device))

    def analyse(self, frame: pd.DataFrame) -> dict[str, object]:
        devices = list(dict.fromkeys(frame["Device"]))
        return {
            "conductance_s": float(frame["Current (A)"].iloc[-1] / frame["Voltage (V)"].iloc[-1]),
            "verdict": "good",
            "devices": [{"device": one, "ratio": self.ratios.get(one, 1.0)} for one in devices],
        }

    def _application(self, device: str) -> Application:
        return Application(
            device=device,
            waveform=Waveform(np.array([self.level]), 1e-3),
            sensing=Sensing(range_a=1e-3, limit_a=1e-3),
            purpose=Purpose.STRESS,
        )


def on_rig(rig: Rig, *steps: Step, name: str = "trial", **settings: Any) -> Campaign:
    """A campaign on the bench in memory."""
    station = rig.config.document.path
    return Campaign(name=name, station=station, steps=steps, out=rig.station.runs, **settings)


@pytest.fixture
def opened(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The bench in memory in place of every station; the procedure as it is by default.

    Runs have no report: drawing it is most of their time.
    """
    monkeypatch.setattr(scripting, "DERIVED", ())
    monkeypatch.setattr(opening, "open_station", lambda *_, **__: nullcontext(rig.station))
    for name, value in (("failing", set()), ("ratios", {}), ("measured", [])):
        monkeypatch.setattr(Probe, name, value)
    return rig
