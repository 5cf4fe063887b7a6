"""The control port: time, counts, new arrays, and its error queue."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from sim_backend.clock import VirtualClock
from sim_backend.faults.order import FaultOrder
from sim_backend.instruments.control_port import ControlPort


class FakeFaults:
    """Remembers the faults that were ordered."""

    def __init__(self) -> None:
        self.orders: list[FaultOrder] = []

    def add(self, order: FaultOrder) -> None:
        self.orders.append(order)

    def clear(self) -> None:
        self.orders.clear()

    def told(self) -> list[dict[str, Any]]:
        return [order.told() for order in self.orders]


class FakeBench:
    """Remembers what the control port asked of it."""

    def __init__(self) -> None:
        self.seed = 1
        self.clock = VirtualClock()
        self.renewed: list[int | None] = []
        self.radius_m = math.inf
        self.bends: list[tuple[float, int]] = []
        self.sourcing = False
        self.pace = 0.0
        self.faults = FakeFaults()

    @property
    def now_s(self) -> float:
        return self.clock.now_s

    def wait(self, duration_s: float) -> None:
        self.clock.advance(duration_s)

    def counters(self) -> dict[str, int]:
        return {"closures": 2, "hot_switches": 0, "pulses": 3, "readings": 4, "transactions": 5}

    def record(self, device: str) -> dict[str, Any]:
        return {"D07": {"pulses": 3, "min_v": -0.2}}[device]

    def bend(self, radius_m: float) -> None:
        self.radius_m = radius_m

    def bend_often(self, radius_m: float, cycles: int) -> None:
        self.bends.append((radius_m, cycles))

    def renew(self, seed: int | None) -> None:
        self.renewed.append(seed)


@pytest.fixture
def bench() -> FakeBench:
    return FakeBench()


@pytest.fixture
def port(bench: FakeBench) -> ControlPort:
    return ControlPort(bench, bench.clock)


def ask(port: ControlPort, message: str) -> str:
    port.receive(message.encode("ascii") + b"\n", end=True)
    answer = port.output.popleft().decode("ascii")
    assert not port.output
    return answer.removesuffix("\n")


def tell(port: ControlPort, message: str) -> None:
    port.receive(message.encode("utf-8") + b"\n", end=True)
    assert not port.output


def test_it_identifies_itself(port: ControlPort) -> None:
    assert ask(port, "*IDN?").split(",")[:3] == ["AG2S", "Simulated bench", "0"]


def test_it_costs_no_time(port: ControlPort) -> None:
    assert port.latency_s == 0.0


def test_waiting_moves_the_clock_and_time_is_told_at_full_precision(
    port: ControlPort, bench: FakeBench
) -> None:
    tell(port, "WAIT 0.1")
    tell(port, "wait 10000")
    assert bench.now_s == 10000.1
    assert float(ask(port, "TIME?")) == bench.now_s


def test_counts_come_as_json(port: ControlPort, bench: FakeBench) -> None:
    assert json.loads(ask(port, "COUNT?")) == bench.counters()
    assert json.loads(ask(port, "COUNT? D07")) == {"pulses": 3, "min_v": -0.2}


def test_a_new_array_with_a_seed_or_the_files_own(port: ControlPort, bench: FakeBench) -> None:
    tell(port, "NEW 42")
    tell(port, "NEW")
    assert bench.renewed == [42, None]
    assert ask(port, "SEED?") == "1"


def test_the_sample_is_bent_and_flat_again(port: ControlPort, bench: FakeBench) -> None:
    assert ask(port, "BEND?") == "INF"
    tell(port, "BEND 3e-3")
    assert float(ask(port, "BEND?")) == 3e-3
    tell(port, "bend inf")
    assert ask(port, "BEND?") == "INF"
    tell(port, "BEND:CYCLE 0.003, 1000")
    assert bench.bends == [(3e-3, 1000)]


def test_nothing_is_bent_while_an_output_is_on(port: ControlPort, bench: FakeBench) -> None:
    bench.sourcing = True
    for message in ("BEND 3e-3", "BEND:CYCLE 3e-3,10"):
        tell(port, message)
        assert ask(port, "ERROR?").startswith("-221")
    assert (bench.radius_m, bench.bends) == (math.inf, [])


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("WAIT", -104),
        ("WAIT soon", -104),
        ("WAIT -1", -222),
        ("WAIT nan", -222),
        ("WAIT inf", -222),
        ("WAIT 1e12", -222),
        ("NEW -1", -222),
        ("NEW 1.5", -222),
        ("NEW 99999999999999999999", -222),
        ("COUNT? D99", -224),
        ("BEND", -104),
        ("BEND sharply", -104),
        ("BEND 0.4e-3", -222),
        ("BEND -3e-3", -222),
        ("BEND -inf", -222),
        ("BEND nan", -222),
        ("BEND:CYCLE 3e-3", -222),
        ("BEND:CYCLE 3e-3,0", -222),
        ("BEND:CYCLE 3e-3,1.5", -222),
        ("BEND:CYCLE 3e-3,1000001", -222),
        ("BEND:CYCLE INF,10", -222),
        ("BEND:CYCLE ,10", -104),
        ("BEND:FLAT", -113),
        ("FLY", -113),
        ("TIME", -113),
        ("?", -113),
        ('WAIT é"1', -104),
    ],
)
def test_what_cannot_be_done_is_queued_as_an_error(
    port: ControlPort, bench: FakeBench, message: str, code: int
) -> None:
    tell(port, message)
    answer = ask(port, "ERROR?")
    assert answer.startswith(f'{code},"')
    assert answer.count('"') == 2
    assert ask(port, "ERROR?") == '0,"No error"'
    assert bench.now_s == 0.0
    assert bench.renewed == []
    assert (bench.radius_m, bench.bends) == (math.inf, [])


def test_errors_queue_in_order_and_can_be_cleared(port: ControlPort) -> None:
    tell(port, "FLY")
    tell(port, "WAIT -1")
    assert ask(port, "ERROR?").startswith("-113")
    assert ask(port, "ERROR?").startswith("-222")
    tell(port, "FLY")
    tell(port, "*CLS")
    assert ask(port, "ERROR?") == '0,"No error"'
