"""Readings of the source that say what is not so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim_backend.faults.fault import Fault
from sim_backend.physics.front_end import Readings
from sim_backend.physics.spoilt_readings import BoolArray, FloatArray, TakenReadings


class ReadingFault(Fault):
    """Spoils readings by their running number, so that it does not matter when they are made.

    Readings of a sweep are worked out ahead, and again when something comes between.
    """

    def arm(self) -> None:
        """Look at every reading from now on: it knows its own number and time."""
        self._begin()

    def start(self) -> None:
        """Find out which readings those will be."""
        taken = self.bench.circuit.counters["readings"]
        self._first = taken + self.order.after if self.order.at_s is None else math.inf
        self.bench.circuit.reading_faults.append(self)

    def stop(self) -> None:
        """Leave readings alone."""
        self.bench.circuit.reading_faults.remove(self)

    @property
    def state(self) -> str:
        """Where the readings are that it spoils: still to come, coming, or past."""
        if super().state != "acting":
            return super().state
        taken = self.bench.circuit.counters["readings"]
        if taken <= self._first:
            return "armed"
        return "acting" if taken < self._first + (self.order.count or math.inf) else "over"

    def spoil(self, taken: TakenReadings) -> TakenReadings:
        """The readings, with those that it is for spoilt."""
        spoilt = self._spoilt(taken.number, taken.starts_s)
        current_a, voltage_v = taken.readings.current_a, taken.readings.voltage_v
        if self.order.kind == "compliance":
            current_a = np.where(spoilt, np.copysign(taken.limit_a, current_a), current_a)
            readings = Readings(current_a, voltage_v)
            return replace(taken, readings=readings, limited=taken.limited | spoilt)
        current_a = np.where(spoilt, np.nan, current_a)
        if self.order.kind == "nan":
            voltage_v = np.where(spoilt, np.nan, voltage_v)
        return replace(taken, readings=Readings(current_a, voltage_v))

    def _spoilt(self, number: int, starts_s: FloatArray) -> BoolArray:
        numbers = number + np.arange(starts_s.size)
        if self.order.at_s is not None and number <= self._first:
            late = np.flatnonzero(starts_s >= self.order.at_s)
            self._first = number + int(late[0]) if late.size else math.inf
        return (numbers >= self._first) & (numbers < self._first + (self.order.count or math.inf))
