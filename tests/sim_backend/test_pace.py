"""Simulated time that follows the wall clock: exact against a wall of our own, real once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvisa

from sim_backend.clock import VirtualClock
from sim_backend.servers.pacing import VirtualPacing, WallPacing
from tests.sim_backend.whole_bench import WholeBench, in_process, served


class Wall:
    """A wall clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 5000.0

    def __call__(self) -> float:
        return self.now_s


class TestWallPacing:
    def test_simulated_time_follows(self) -> None:
        wall, clock = Wall(), VirtualClock(7.0)
        pacing = WallPacing(10.0, wall)
        pacing.catch_up(clock, awaited=False)
        assert clock.now_s == pytest.approx(7.0)
        wall.now_s += 2.0
        pacing.catch_up(clock, awaited=True)
        assert clock.now_s == pytest.approx(27.0)

    def test_events_happen_at_their_own_time(self) -> None:
        wall, clock = Wall(), VirtualClock()
        pacing = WallPacing(2.0, wall)
        pacing.catch_up(clock, awaited=False)
        happened: list[float] = []
        clock.call_at(3.0, lambda: happened.append(clock.now_s))
        assert pacing.patience_s(clock, awaited=False) == pytest.approx(1.5)
        wall.now_s += 1.0
        pacing.catch_up(clock, awaited=False)
        assert not happened
        wall.now_s += 1.0
        assert pacing.patience_s(clock, awaited=False) == 0.0
        pacing.catch_up(clock, awaited=False)
        assert happened == [3.0]
        assert pacing.patience_s(clock, awaited=True) is None

    def test_messages_cost_nothing_extra(self) -> None:
        clock = VirtualClock()
        WallPacing(1.0, Wall()).charge(clock, 1.0)
        assert clock.now_s == 0.0

    def test_a_new_clock_begins_at_its_own_time(self) -> None:
        wall, first, second = Wall(), VirtualClock(100.0), VirtualClock(0.0)
        pacing = WallPacing(1.0, wall)
        pacing.catch_up(first, awaited=False)
        wall.now_s += 50.0
        pacing.catch_up(second, awaited=False)
        assert second.now_s == pytest.approx(0.0)


class TestVirtualPacing:
    def test_time_stands_still_unless_somebody_waits_for_an_instrument(self) -> None:
        clock, pacing = VirtualClock(), VirtualPacing()
        pacing.catch_up(clock, awaited=False)
        clock.call_at(2.0, lambda: None)
        assert pacing.patience_s(clock, awaited=False) is None
        assert pacing.patience_s(clock, awaited=True) == 0.0
        pacing.catch_up(clock, awaited=True)
        assert clock.now_s == 2.0
        assert pacing.patience_s(clock, awaited=True) is None

    def test_not_for_ever(self) -> None:
        clock, pacing = VirtualClock(), VirtualPacing()
        pacing.catch_up(clock, awaited=False)
        clock.call_at(1e7, lambda: None)
        assert pacing.patience_s(clock, awaited=True) is None


class TestWorldFile:
    @pytest.mark.parametrize("pace", ["-1", "inf", "nan", "true", '"1"'])
    def test_a_pace_is_a_finite_number_of_0_or_more(self, world_file: Path, pace: str) -> None:
        world_file.write_text(f"[clock]\npace = {pace}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"clock\.pace"):
            pyvisa.ResourceManager(f"{world_file}@ag2s")

    def test_only_a_server_can_keep_it(self, world_file: Path) -> None:
        world_file.write_text("[clock]\npace = 1\n", encoding="utf-8")
        with pytest.raises(ValueError, match="python -m sim_backend serve"):
            pyvisa.ResourceManager(f"{world_file}@ag2s")

    def test_0_is_virtual_time(self, world_file: Path) -> None:
        world_file.write_text("[clock]\npace = 0\n", encoding="utf-8")
        with in_process(world_file) as bench:
            assert bench.control.query("WAIT 1e6\nTIME?") == "1000000"

    def test_the_server_reads_it(self, world_file: Path) -> None:
        world_file.write_text("[clock]\npace = 1000\n", encoding="utf-8")
        with served(world_file) as bench:
            first_s = float(bench.control.query("TIME?"))
            assert bench.smu.query("delay(100) print(1)") == "1.00000e+00"
            assert float(bench.control.query("TIME?")) - first_s >= 100.0


@pytest.fixture
def bench(world_file: Path) -> Iterator[WholeBench]:
    with served(world_file, "--pace", "1") as bench:
        yield bench


SWEEP_S = 600.0
"""Longer than any test: what is seen while it plays was seen in the middle."""


def start_long_sweep(bench: WholeBench) -> None:
    bench.connect("1A01", "2B12")
    bench.start("0.02", points=6000, dwell_s=SWEEP_S / 6000)


def test_another_connection_looks_and_aborts_while_a_sweep_plays(bench: WholeBench) -> None:
    start_long_sweep(bench)
    other = bench.at("smu")
    assert other.query("print(smua.source.output)") == "1.00000e+00"
    bench.smu.write("waitcomplete() print('played')")
    other.write("abort\nsmua.abort()\nsmua.source.levelv = 0\nsmua.source.output = 0")
    asked = "print(smua.source.output, status.operation.sweeping.condition)"
    assert other.query(asked) == "0.00000e+00\t0.00000e+00"
    assert 0.0 < bench.ask("COUNT? D01")["seconds_under_voltage"] < SWEEP_S / 2


def test_relays_open_while_it_plays(bench: WholeBench) -> None:
    start_long_sweep(bench)
    matrix = bench.at("matrix")
    matrix.write('channel.open("allslots")')
    assert matrix.query('print(channel.getclose("allslots"))') == "nil"
    assert bench.smu.query("print(smua.source.output)") == "1.00000e+00"
    assert bench.ask("COUNT?")["hot_switches"] > 0


def test_readings_come_in_while_nobody_asks(bench: WholeBench) -> None:
    """Each look is an exchange with another instrument, until the wall has moved far enough."""
    start_long_sweep(bench)
    seen = [0.0]
    while seen[-1] < 3:
        assert math.isfinite(float(bench.stage.query("KRDG? A")))
        seen.append(float(bench.smu.query("print(smua.nvbuffer1.n)")))
    assert seen == sorted(seen)
    elapsed_s = float(bench.control.query("TIME?"))
    assert elapsed_s >= 2 * SWEEP_S / 6000


def test_a_wait_waits_and_the_next_line_comes_after_it(bench: WholeBench) -> None:
    first_s = float(bench.control.query("TIME?"))
    assert float(bench.control.query("WAIT 0.3\nTIME?")) >= first_s + 0.3
