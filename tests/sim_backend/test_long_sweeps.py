"""Long periodic sweeps through the bytes: fast, and what playing every point gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim_backend.instruments.keithley2636b import runs, trigger_model
from sim_backend.world import World
from sim_backend.world_file import DEFAULT_ADDRESSES

EDGE_V = np.concatenate((np.arange(1, 11), np.arange(9, -1, -1))) * 0.02
CYCLE_V = np.concatenate((-EDGE_V, EDGE_V))
CYCLE_V[[19, 39]] = -5e-3
DWELL_S = 6e-3
CYCLES = 120
PERIOD_S = DWELL_S * CYCLE_V.size

STAIRCASE = f"""
smua.source.rangev = 0.2 smua.source.limiti = 1e-3
smua.measure.rangei = {{range_a}} smua.measure.rangev = 0.2
smua.measure.nplc = 0.01 smua.measure.autozero = 0 smua.measure.delay = 0
smua.nvbuffer1.collecttimestamps = 1
smua.trigger.source.listv({{{{{", ".join(f"{v:.3g}" for v in CYCLE_V)}}}}})
smua.trigger.source.action = 1 smua.trigger.count = {CYCLE_V.size * CYCLES}
smua.trigger.endpulse.action = smua.SOURCE_HOLD
smua.trigger.measure.iv(smua.nvbuffer1, smua.nvbuffer2)
trigger.timer[1].delay = {DWELL_S} trigger.timer[1].count = {CYCLE_V.size * CYCLES - 1}
trigger.timer[1].passthrough = true
trigger.timer[1].stimulus = smua.trigger.ARMED_EVENT_ID
smua.trigger.source.stimulus = trigger.timer[1].EVENT_ID
trigger.timer[3].delay = {DWELL_S - 0.1e-3} trigger.timer[3].stimulus = trigger.timer[1].EVENT_ID
smua.trigger.endpulse.stimulus = trigger.timer[3].EVENT_ID
"""
TWO_A_CYCLE = f"""
smua.trigger.measure.action = smua.ASYNC
trigger.timer[4].delay = {20 * DWELL_S - 0.5e-3!r}
trigger.timer[4].stimulus = smua.trigger.ARMED_EVENT_ID
trigger.timer[2].delaylist = {{{20 * DWELL_S!r}}} trigger.timer[2].count = {2 * CYCLES - 1}
trigger.timer[2].passthrough = true trigger.timer[2].stimulus = trigger.timer[4].EVENT_ID
smua.trigger.measure.stimulus = trigger.timer[2].EVENT_ID
"""
EVERY_POINT = f"""
smua.trigger.measure.action = 1
trigger.timer[2].delay = {DWELL_S - 0.5e-3!r} trigger.timer[2].stimulus = trigger.timer[1].EVENT_ID
smua.trigger.measure.stimulus = trigger.timer[2].EVENT_ID
"""


class Told(NamedTuple):
    """What a client learns, and what the world keeps."""

    readings: np.ndarray
    """Current, time stamp, voltage of each reading."""
    counters: dict[str, Any]
    record: dict[str, float]
    device: dict[str, Any]


class Bench:
    def __init__(self) -> None:
        self.world = World.load(None)

    def write(self, role: str, *lines: str) -> None:
        port = self.world.ports[DEFAULT_ADDRESSES[role]]
        for line in lines:
            port.instrument.receive(line.encode("ascii") + b"\n", end=True)

    def ask(self, role: str, line: str) -> bytes:
        self.write(role, line)
        instrument = self.world.ports[DEFAULT_ADDRESSES[role]].instrument
        assert self.world.clock.advance_until(lambda: instrument.output, 1e6)
        return instrument.output.popleft()


def play(
    lines: str,
    meanwhile: Callable[[Bench], None] = lambda bench: bench.world.wait(CYCLES * PERIOD_S + 1.0),
    range_a: float = 1e-5,
) -> Told:
    bench = Bench()
    bench.write("matrix", "channel.close('1A01,2B12')")
    bench.write("smu", *(STAIRCASE.format(range_a=range_a) + lines).strip().splitlines())
    bench.write("smu", "smua.source.output = 1", "smua.trigger.initiate()")
    meanwhile(bench)
    assert float(bench.ask("smu", "print(errorqueue.count)")) == 0
    bench.write("smu", "format.data = format.REAL64")
    columns = "smua.nvbuffer1, smua.nvbuffer1.timestamps, smua.nvbuffer2"
    block = bench.ask("smu", f"printbuffer(1, smua.nvbuffer1.n, {columns})")
    kept = bench.world._equipment.circuit.snapshot()
    return Told(
        np.frombuffer(block[2:-1]).reshape(-1, 3),
        kept["counters"],
        kept["records"]["D01"],
        kept["sample"]["D01"],
    )


def played_point_by_point(*arguments: Any, **options: Any) -> Told:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trigger_model, "LEAST_PERIODS", 1 << 60)
        return play(*arguments, **options)


def assert_the_same(*arguments: Any, **options: Any) -> Told:
    told = play(*arguments, **options)
    expected = played_point_by_point(*arguments, **options)
    assert told.readings.shape == expected.readings.shape
    np.testing.assert_allclose(told.readings[:, 0], expected.readings[:, 0], rtol=1e-12)
    np.testing.assert_allclose(told.readings[:, 1:], expected.readings[:, 1:], rtol=0, atol=1e-9)
    assert told.counters == expected.counters
    assert told.record == pytest.approx(expected.record, rel=1e-12)
    assert told.device.pop("state") == pytest.approx(expected.device.pop("state"), rel=1e-12)
    assert told.device == pytest.approx(expected.device, rel=1e-12)
    return told


@pytest.mark.parametrize("range_a", [1e-3, 1e-5, 1e-7])
def test_two_readings_a_cycle(range_a: float) -> None:
    """On the range of 100 nA a reading still feels several of the steps before it."""
    told = assert_the_same(TWO_A_CYCLE, range_a=range_a)
    assert len(told.readings) == 2 * CYCLES
    assert told.counters["readings"] == 2 * CYCLES
    first = told.readings[0, 1]
    stamps_s = first + 20 * DWELL_S * np.arange(2 * CYCLES)
    assert told.readings[:, 1] == pytest.approx(stamps_s, abs=2e-6)
    on_s, off_s = (told.readings[:, 0].reshape(-1, 2) / -5e-3).T
    if range_a == 1e-5:
        assert np.median(on_s) > 20 * np.median(off_s)


def test_every_point_is_read() -> None:
    told = assert_the_same(EVERY_POINT)
    assert len(told.readings) == CYCLES * CYCLE_V.size


@pytest.mark.parametrize("cut_s", [20.25 * PERIOD_S, 60 * PERIOD_S, 77.7777 * PERIOD_S + 1e-4])
def test_an_abort_leaves_the_device_as_that_instant_left_it(cut_s: float) -> None:
    def abort(bench: Bench) -> None:
        bench.world.wait(cut_s)
        bench.write("smu", "smua.abort()")
        bench.world.wait(1.0)

    told = assert_the_same(TWO_A_CYCLE, abort)
    assert told.record["pulses"] < 4 * cut_s / PERIOD_S
    assert len(told.readings) == pytest.approx(2 * cut_s / PERIOD_S, abs=2)
    assert told.counters["readings"] == len(told.readings)


def test_a_relay_that_moves_moves_the_rest() -> None:
    def move(bench: Bench) -> None:
        bench.world.wait(50.4 * PERIOD_S)
        bench.write("matrix", "channel.close('1A02')")
        bench.world.wait(20.3 * PERIOD_S)
        bench.write("matrix", "channel.open('1A02')")
        bench.world.wait(CYCLES * PERIOD_S)

    told = assert_the_same(TWO_A_CYCLE, move)
    assert told.counters["readings"] == 2 * CYCLES
    off_a = np.abs(told.readings[1::2, 0])
    assert np.median(off_a[52:70]) > 1.5 * np.median(off_a[:50]), "two devices side by side"
    assert np.median(off_a[71:]) < 1.3 * np.median(off_a[:50])


def test_readings_appear_in_their_time() -> None:
    seen: list[float] = []

    def look(bench: Bench) -> None:
        for _ in range(3):
            bench.world.wait(10.3 * PERIOD_S)
            seen.append(float(bench.ask("smu", "print(smua.nvbuffer1.n)")))
            bench.ask("smu", "print(smua.source.compliance)")
        bench.world.wait(CYCLES * PERIOD_S)

    told = assert_the_same(TWO_A_CYCLE, look)
    assert seen[:3] == [20.0, 41.0, 61.0]
    assert len(told.readings) == 2 * CYCLES


def test_planning_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = play(TWO_A_CYCLE)
    monkeypatch.setattr(runs, "REPEATED_EVENTS_AHEAD", 40 * CYCLE_V.size)
    pieces = play(TWO_A_CYCLE)
    np.testing.assert_allclose(pieces.readings, whole.readings, rtol=1e-12, atol=1e-15)
    assert pieces.record == pytest.approx(whole.record, rel=1e-12)
    assert pieces.device["state"] == pytest.approx(whole.device["state"], rel=1e-12)


def test_a_hundred_thousand_cycles() -> None:
    """In the time of a test: 4 million points with 2 readings in 40."""
    bench = Bench()
    lines = STAIRCASE.format(range_a=1e-5) + TWO_A_CYCLE
    cycles = 25_000
    bench.write("matrix", "channel.close('1A01,2B12')")
    bench.write("smu", *lines.strip().splitlines())
    bench.write(
        "smu",
        f"smua.trigger.count = {CYCLE_V.size * cycles} trigger.timer[1].count = 0",
        "trigger.timer[2].count = 0 smua.source.output = 1",
    )
    for _ in range(4):
        bench.ask("smu", "smua.trigger.initiate() waitcomplete() print(1)")
        assert float(bench.ask("smu", "print(smua.nvbuffer1.n)")) == 2 * cycles
    assert json.loads(bench.ask("control", "COUNT? D01"))["pulses"] >= 4 * 2 * cycles
