"""A TSP instrument on an ideal resistor, so that tests know every reading beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim_backend.clock import VirtualClock
from sim_backend.instruments.keithley707b.instrument import Keithley707B
from sim_backend.instruments.keithley2636b.instrument import Keithley2636B
from sim_backend.instruments.tsp.instrument import TspInstrument
from sim_backend.sequence import Series, Steps, duration_s

RESISTANCE_OHM = 1e6


@dataclass
class Played:
    source: str
    start_s: float
    end_s: float
    programmed_v: np.ndarray
    durations_s: np.ndarray
    pulse_starts: np.ndarray
    limit_a: float
    current_a: Series
    voltage_v: Series
    limited: Series


class ResistorCircuit:
    """Stands for the circuit: one resistor for each source, whatever the relays do."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.levels: dict[str, tuple[float | None, float]] = {}
        self.plays: list[Played] = []
        self.relay_history: list[tuple[float, frozenset[str]]] = []
        self.counters = {"readings": 0}
        self.reading_faults: list[Any] = []

    def add_source(self, name: str, front_end: Any) -> None:
        self.levels[name] = (None, 0.0)

    def set_source(self, name: str, programmed_v: float | None, limit_a: float) -> None:
        self.levels[name] = (programmed_v, limit_a)

    def play(self, name: str, sequence: Sequence[Steps], limit_a: float) -> Played:
        programmed_v = Series.of(sequence, "programmed_v")
        free_a = programmed_v.flat() / RESISTANCE_OHM
        current_a = np.clip(free_a, -limit_a, limit_a)
        now_s = self._clock.now_s
        self.plays.append(
            Played(
                name, now_s, now_s + duration_s(sequence), programmed_v.flat(),
                Series.of(sequence, "durations_s").flat(), Series.of(sequence, "begins").flat(),
                limit_a, *(Series([v[np.newaxis]]) for v in (
                    current_a, current_a * RESISTANCE_OHM, np.abs(free_a) > limit_a
                )),
            )
        )  # fmt: skip
        return self.plays[-1]

    def stop(self, name: str) -> None:
        for played in self.plays:
            if played.source == name:
                played.end_s = min(played.end_s, self._clock.now_s)

    def measure(self, name: str) -> tuple[float, float, bool]:
        programmed_v, limit_a = self.levels[name]
        free_a = (programmed_v or 0.0) / RESISTANCE_OHM
        current_a = max(-limit_a, min(limit_a, free_a))
        return current_a, current_a * RESISTANCE_OHM, abs(free_a) > limit_a

    def count_readings(self, number: int) -> None:
        self.counters["readings"] += number

    def set_closed(self, closed: frozenset[str]) -> None:
        self.relay_history.append((self._clock.now_s, closed))


class IdealReadings(NamedTuple):
    current_a: np.ndarray
    voltage_v: np.ndarray


class IdealFrontEnd:
    """No offset, no noise, no settling; notes the durations it was shown."""

    def readings(  # noqa: PLR0917
        self,
        current_a: np.ndarray,
        voltage_v: np.ndarray,
        durations_s: np.ndarray,
        reads: np.ndarray,
        range_a: float,
        voltage_range_v: float,
        aperture_s: float,
    ) -> IdealReadings:
        return IdealReadings(
            _within(1.02 * range_a, current_a[reads]),
            _within(1.02 * voltage_range_v, voltage_v[reads]),
        )


def _within(highest: float, values: np.ndarray) -> np.ndarray:
    return np.where(np.abs(values) > highest, np.nan, values)


class TspBench:
    """One instrument, driven as the bus would drive it."""

    def __init__(self, kind: str = "2636B") -> None:
        self.clock = VirtualClock()
        self.circuit: Any = ResistorCircuit(self.clock)
        front_ends: Any = {"smua": IdealFrontEnd(), "smub": IdealFrontEnd()}
        self.instrument: TspInstrument = (
            Keithley2636B(self.clock, self.circuit, front_ends=front_ends)
            if kind == "2636B"
            else Keithley707B(self.clock, self.circuit)
        )

    def write(self, *lines: str) -> None:
        """Send lines, without letting time pass."""
        for line in lines:
            self.instrument.receive(line.encode("latin-1") + b"\n", end=True)

    def read(self, patience_s: float = 1000.0) -> str:
        """Wait for one answer and take it."""
        return self.read_raw(patience_s).decode("latin-1").removesuffix("\n")

    def read_raw(self, patience_s: float = 1000.0) -> bytes:
        latest_s = self.clock.now_s + patience_s
        while not self.instrument.output:
            due_s = self.clock.next_due_s()
            if due_s is None or due_s > latest_s:
                raise TimeoutError("no answer")
            self.clock.advance_to(due_s)
        return self.instrument.output.popleft()

    def query(self, line: str) -> str:
        self.write(line)
        return self.read()

    def value(self, expression: str) -> float:
        return float(self.query(f"print({expression})"))

    def numbers(self, columns: str, count: int) -> np.ndarray:
        """`printbuffer` in double precision; shape (count, number of columns)."""
        self.write("format.data = format.REAL64", f"printbuffer(1, {count}, {columns})")
        self.write("format.data = format.ASCII")
        block = self.read_raw()
        assert block[:2] == b"#0"
        assert block[-1:] == b"\n"
        return np.frombuffer(block[2:-1]).reshape(count, -1)

    def error(self) -> tuple[float, str]:
        """The oldest error's code and message."""
        code, message, _, _ = self.query("print(errorqueue.next())").split("\t")
        return float(code), message

    def errors(self) -> float:
        return self.value("errorqueue.count")
