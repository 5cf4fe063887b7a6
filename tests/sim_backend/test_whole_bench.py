"""Source, matrix, stage, and sample together, as a program meets them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from sim_backend.world_file import DEFAULT_ADDRESSES

QUIET = """
[sample.parameters]
set_spread = 0.0
[front_end]
source_offset_v = 0.0
source_noise_v = 0.0
reading_noise = 0.0
current_floor = 0.0
meter_offset_v = 0.0
meter_noise_v = 0.0
"""
READS = 20
TRAIN = f"""
smua.source.rangev = 0.2 smua.source.limiti = 1e-3 smua.measure.rangei = 1e-6
smua.measure.nplc = 0.05 smua.measure.autozero = 0 smua.measure.delay = 0
smua.trigger.source.listv({{0.02}}) smua.trigger.source.action = 1
smua.trigger.measure.i(smua.nvbuffer1) smua.trigger.measure.action = 1
smua.trigger.endpulse.action = smua.SOURCE_HOLD smua.trigger.count = {READS}
trigger.timer[1].delay = 0.01 trigger.timer[1].count = {READS - 1}
trigger.timer[1].passthrough = true
trigger.timer[1].stimulus = smua.trigger.ARMED_EVENT_ID
smua.trigger.source.stimulus = trigger.timer[1].EVENT_ID
smua.source.output = 1
"""


class Bench:
    def __init__(self, world_file: Path) -> None:
        self.manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
        self.smu, self.matrix, self.stage, self.control = (
            self._at(role) for role in ("smu", "matrix", "temperature", "control")
        )

    def _at(self, role: str) -> MessageBasedResource:
        resource = self.manager.open_resource(
            DEFAULT_ADDRESSES[role], write_termination="\n", read_termination="\n"
        )
        assert isinstance(resource, MessageBasedResource)
        return resource

    def send(self, lines: str) -> None:
        for line in lines.strip().splitlines():
            self.smu.write(line)

    def numbers(self, expression: str) -> np.ndarray:
        text = self.smu.query(f"printbuffer(1, smua.nvbuffer1.n, {expression})")
        return np.array([float(number) for number in text.split(",")])


@pytest.fixture
def bench(world_file: Path) -> Iterator[Bench]:
    world_file.write_text(QUIET, encoding="utf-8")
    bench = Bench(world_file)
    yield bench
    bench.manager.close()


def readings(bench: Bench, *moves: str) -> np.ndarray:
    """Readings of a train of 0.2 s, with relays that move 0.1 s into it."""
    bench.send(TRAIN)
    bench.smu.write("smua.trigger.initiate()")
    bench.control.write("WAIT 0.1")
    for move in moves:
        bench.matrix.write(move)
    bench.control.write("WAIT 1")
    return bench.numbers("smua.nvbuffer1.readings")


def test_a_relay_that_opens_in_mid_sweep_is_seen_by_the_readings_after_it(bench: Bench) -> None:
    bench.matrix.write("channel.close('1A01,2B12')")
    current_a = readings(bench, "channel.open('1A01')")
    assert current_a.size == READS
    seen = current_a > 1e-9
    assert seen[:9].all()
    assert not seen[12:].any(), "nothing is connected any more"
    assert (np.diff(seen.astype(int)) <= 0).all()


def test_a_device_joined_in_mid_sweep_is_seen_by_the_readings_after_it(bench: Bench) -> None:
    bench.matrix.write("channel.close('1A01,2B12')")
    current_a = readings(bench, "channel.close('1A02')")
    assert current_a[-1] > 1.3 * current_a[0]
    before, after = current_a[1:9], current_a[13:]  # without those that settle
    assert before == pytest.approx(before[0], rel=0.01)
    assert after == pytest.approx(after[0], rel=0.01)
    bench.send("smua.source.levelv = 0.02 smua.source.output = 1")
    held_a = float(bench.smu.query("print(smua.measure.i())"))
    assert held_a == pytest.approx(current_a[-1], rel=0.02)


def test_readings_taken_anew_count_once(bench: Bench) -> None:
    bench.matrix.write("channel.close('1A01,2B12')")
    readings(bench, "channel.open('1A01')", "channel.close('1A02')")
    assert f'"readings": {READS}' in bench.control.query("COUNT?")


@pytest.mark.filterwarnings("ignore:sample at")
@pytest.mark.parametrize(("setpoint_k", "modelled"), [(460, "440 K"), (2, "20 K")])
def test_outside_the_device_model_the_bench_goes_on_and_says_so_once(
    bench: Bench, caplog: pytest.LogCaptureFixture, setpoint_k: float, modelled: str
) -> None:
    bench.matrix.write("channel.close('1A01,2B12')")
    bench.smu.write("smua.source.levelv = 0.02 smua.source.output = 1")
    bench.stage.write(f"TLIMIT A,0;RANGE 1,3;SETP 1,{setpoint_k}")
    with caplog.at_level(logging.ERROR, "sim_backend"):
        for _ in range(5):
            bench.control.write("WAIT 100")
            assert float(bench.smu.query("print(smua.measure.i())")) > 0.0
            bench.send("smua.source.levelv = -0.2\nsmua.source.levelv = 0.02")
    assert len(caplog.records) == 1
    assert f"behave as at {modelled}" in caplog.text
