"""Programs as people write them who have never seen this project, on the whole bench."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvisa
from pyvisa.constants import EventMechanism, EventType, StatusCode

SMU, MATRIX, CRYOSTAT, CONTROL = (f"GPIB0::{number}::INSTR" for number in (26, 16, 12, 30))
SWEEP = (
    "smua.source.output = 1 smua.trigger.source.linearv(0, 0.01, 11) "
    "smua.trigger.source.action = 1 smua.trigger.measure.i(smua.nvbuffer1) "
    "smua.trigger.measure.action = 1 smua.trigger.count = 11 smua.trigger.initiate()"
)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[pyvisa.ResourceManager]:
    world = tmp_path / "world.toml"
    world.write_text("seed = 4\n", encoding="utf-8")
    manager = pyvisa.ResourceManager(f"{world}@ag2s")
    yield manager
    manager.close()


@pytest.fixture
def smu(manager: pyvisa.ResourceManager) -> pyvisa.resources.MessageBasedResource:
    return manager.open_resource(SMU)  # type: ignore[return-value]


def next_error(smu: pyvisa.resources.MessageBasedResource) -> float:
    return float(smu.query("print(errorqueue.next())").split("\t")[0])


def test_a_buffer_comes_out_as_text_and_as_numbers(smu) -> None:
    smu.write(SWEEP)
    smu.write("waitcomplete()")
    text = smu.query_ascii_values("printbuffer(1, 11, smua.nvbuffer1)")
    smu.write("format.data = format.REAL64")
    smu.read_termination = "\n"
    smu.chunk_size = 7
    binary = smu.query_binary_values(
        "printbuffer(1, 11, smua.nvbuffer1)", datatype="d", data_points=11, is_big_endian=False
    )
    assert binary == pytest.approx(text, rel=1e-5)
    assert next_error(smu) == 0


def test_service_is_requested_when_the_sweep_is_over(smu) -> None:
    smu.write("status.operation.sweeping.ptr = 0 status.operation.sweeping.ntr = 2")
    smu.write("status.operation.sweeping.enable = 2 status.operation.enable = 8")
    smu.write("status.request_enable = status.OSB")
    smu.enable_event(EventType.service_request, EventMechanism.queue)
    smu.write(SWEEP)
    assert not smu.wait_on_event(EventType.service_request, 10_000).timed_out
    assert smu.read_stb() & 0x40
    assert float(smu.query("print(smua.nvbuffer1.n)")) == 11


def test_who_reads_what_was_not_asked_for_is_told(smu) -> None:
    with pytest.raises(pyvisa.VisaIOError) as refusal:
        smu.read()
    assert refusal.value.error_code == StatusCode.error_timeout
    assert next_error(smu) == -420
    smu.write("delay(10) print('late')")
    with pytest.raises(pyvisa.VisaIOError):
        smu.read()  # 2 s; the script may still answer, so this is no error of the instrument's
    smu.timeout = 20_000
    assert smu.read() == "late\n"
    assert next_error(smu) == 0


def test_a_controller_notes_a_read_without_a_query(manager) -> None:
    cryostat = manager.open_resource(CRYOSTAT)
    cryostat.write("*CLS")
    with pytest.raises(pyvisa.VisaIOError):
        cryostat.read()
    assert int(cryostat.query("*ESR?")) == 4


def test_an_endless_loop_times_out_and_is_cleared_away(smu) -> None:
    smu.write("while true do end print('never')")
    smu.timeout = 500
    with pytest.raises(pyvisa.VisaIOError):
        smu.read()
    smu.clear()
    assert next_error(smu) == -286
    assert smu.query("print('alive')") == "alive\n"


def test_messages_arrive_in_pieces_and_in_bunches(smu) -> None:
    smu.send_end = False
    smu.write_raw(b"print(")
    smu.send_end = True
    smu.write_raw(b"1)\nprint(2)\r\nprint(3)")
    assert [float(smu.read()) for _ in range(3)] == [1, 2, 3]


def test_threads_use_different_instruments_at_once(manager) -> None:
    answers: dict[str, set[str]] = {}

    def ask(address: str, query: str) -> None:
        resource = manager.open_resource(address)
        answers[address] = {resource.query(query) for _ in range(100)}
        resource.close()

    threads = [
        threading.Thread(target=ask, args=pair)
        for pair in ((SMU, "print(1)"), (MATRIX, "print(1)"), (CRYOSTAT, "RANGE? 1"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {
        SMU: {"1.00000e+00\n"}, MATRIX: {"1.000000000e+00\n"}, CRYOSTAT: {"0\r\n"}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "fields"), [("SRDG? 0", 4), ("NET?", 10), ("NETID?", 9), ("RELAYST? 1", 1)]
)
def test_a_controller_answers_all_fields(manager, query: str, fields: int) -> None:
    assert len(manager.open_resource(CRYOSTAT).query(query).split(",")) == fields


def test_the_front_panel_can_be_set(smu) -> None:
    smu.write("display.smua.measure.func = display.MEASURE_OHMS display.screen = display.SMUA")
    assert float(smu.query("print(display.smua.measure.func)")) == 2
    smu.write("beeper.beep(0.1, 440) display.smub.digits = display.DIGITS_6_5")
    assert next_error(smu) == 0
    smu.write("display.smua.measure.func = 9")
    assert next_error(smu) == -224
