"""The PyVISA backend: VISA's rules for messages, judged in simulated time."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvisa
from pymeasure.adapters import VISAAdapter
from pyvisa import constants
from pyvisa.constants import EventMechanism, EventType, ResourceAttribute, StatusCode
from pyvisa.errors import VisaIOError
from pyvisa.resources import MessageBasedResource

from sim_backend.visa.visa_library import Ag2sVisaLibrary

SMU, CONTROL = "GPIB0::26::INSTR", "GPIB0::30::INSTR"


def open_at(manager: pyvisa.ResourceManager, address: str = SMU) -> MessageBasedResource:
    resource = manager.open_resource(address, write_termination="\n")
    assert isinstance(resource, MessageBasedResource)
    return resource


def now_s(manager: pyvisa.ResourceManager) -> float:
    return float(open_at(manager, CONTROL).query("TIME?"))


def code_of(caught: pytest.ExceptionInfo[VisaIOError]) -> int:
    return caught.value.error_code


@pytest.fixture
def smu(manager: pyvisa.ResourceManager) -> MessageBasedResource:
    return open_at(manager)


def test_the_bench_lists_its_instruments(manager: pyvisa.ResourceManager) -> None:
    assert len(manager.list_resources()) == 4
    assert manager.list_resources("GPIB0::2?*") == (SMU,)


@pytest.mark.parametrize("address", ["GPIB0::26::INSTR", "GPIB::26", "gpib0::26::INSTR"])
def test_an_address_may_be_written_in_many_ways(
    manager: pyvisa.ResourceManager, address: str
) -> None:
    assert open_at(manager, address).query("ECHO hello") == "hello\n"


def test_an_address_where_nothing_stands(manager: pyvisa.ResourceManager) -> None:
    with pytest.raises(VisaIOError) as caught:
        manager.open_resource("GPIB0::5::INSTR")
    assert code_of(caught) == StatusCode.error_resource_not_found


def test_a_name_that_is_none(manager: pyvisa.ResourceManager) -> None:
    with pytest.raises(VisaIOError) as caught:
        manager.open_bare_resource("nonsense")
    assert code_of(caught) == StatusCode.error_invalid_resource_name


def test_a_closed_session_is_refused(manager: pyvisa.ResourceManager) -> None:
    session, _ = manager.open_bare_resource(SMU)
    manager.visalib.close(session)
    with pytest.raises(VisaIOError) as caught:
        manager.visalib.read(session, 1)
    assert code_of(caught) == StatusCode.error_invalid_object


# Reading (VPP-4.3, rules 6.1.1 to 6.1.3)


def test_the_end_of_a_message_ends_a_read(
    smu: MessageBasedResource, manager: pyvisa.ResourceManager
) -> None:
    smu.write("ECHO one")
    assert manager.visalib.read(smu.session, 100) == (b"one\n", StatusCode.success)


def test_the_count_ends_a_read_and_the_rest_stays(
    smu: MessageBasedResource, manager: pyvisa.ResourceManager
) -> None:
    smu.write("ECHO abcdef")
    read = manager.visalib.read
    with smu.ignore_warning(StatusCode.success_max_count_read):
        assert read(smu.session, 4) == (b"abcd", StatusCode.success_max_count_read)
    assert read(smu.session, 3) == (b"ef\n", StatusCode.success)


def test_the_termination_character_ends_a_read_within_a_message(
    smu: MessageBasedResource, manager: pyvisa.ResourceManager
) -> None:
    smu.read_termination = ","
    smu.write("ECHO a,b")
    read = manager.visalib.read
    assert read(smu.session, 100) == (b"a,", StatusCode.success_termination_character_read)
    assert read(smu.session, 100) == (b"b\n", StatusCode.success)


def test_end_goes_before_the_termination_character(
    smu: MessageBasedResource, manager: pyvisa.ResourceManager
) -> None:
    smu.read_termination = "\n"
    smu.write("ECHO a")
    assert manager.visalib.read(smu.session, 2) == (b"a\n", StatusCode.success)


def test_a_line_feed_inside_a_block_does_not_end_it(smu: MessageBasedResource) -> None:
    smu.write("BLOCK 1600")
    smu.chunk_size = 1 << 20
    assert smu.read_raw() == b"#0" + bytes(range(256)) * 1600 + b"\n"


def test_a_line_feed_inside_a_block_ends_it_with_the_termination_character_on(
    smu: MessageBasedResource,
) -> None:
    smu.read_termination = "\n"
    smu.write("BLOCK 1")
    assert smu.read_raw() == b"#0" + bytes(range(11))
    assert smu.read_raw() == bytes(range(11, 256)) + b"\n"


def test_a_block_is_read_in_chunks(smu: MessageBasedResource) -> None:
    smu.write("BLOCK 16")
    smu.chunk_size = 1000
    assert smu.read_bytes(2 + 4096 + 1) == b"#0" + bytes(range(256)) * 16 + b"\n"


def test_a_definite_block_is_decoded(smu: MessageBasedResource) -> None:
    smu.write("ECHO #15abcde")
    assert smu.read_binary_values(datatype="B") == list(b"abcde")


# Writing


def test_a_message_may_come_in_parts(smu: MessageBasedResource) -> None:
    smu.send_end = False
    smu.write_raw(b"ECHO one ")
    smu.write_raw(b"two")
    smu.send_end = True
    smu.write_raw(b"!")
    assert smu.read() == "one two!\n"


def test_several_messages_may_come_at_once(smu: MessageBasedResource) -> None:
    smu.write_raw(b"ECHO one\r\nECHO two\n")
    assert (smu.read(), smu.read()) == ("one\n", "two\n")


# Time


def test_every_message_costs_the_latency(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    smu.query("ECHO a")
    assert now_s(manager) == pytest.approx(2 * 3e-3)


def test_a_read_with_nothing_to_come_takes_the_time_out(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    smu.timeout = 5000
    with pytest.raises(VisaIOError) as caught:
        smu.read()
    assert code_of(caught) == StatusCode.error_timeout
    assert now_s(manager) == pytest.approx(5.0)


def test_a_read_waits_for_an_answer_that_is_due(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    smu.write("LATE 1.5 done")
    assert smu.read() == "done\n"
    assert now_s(manager) == pytest.approx(3e-3 + 1.5)


def test_an_answer_after_the_time_out_can_be_read_later(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    smu.write("LATE 3 done")
    with pytest.raises(VisaIOError):
        smu.read()
    assert now_s(manager) == pytest.approx(3e-3 + 2.0)
    assert smu.read() == "done\n"


def test_a_read_without_time_out_does_not_hang(smu: MessageBasedResource) -> None:
    smu.timeout = math.inf
    smu.write("LATE 1e6 patience")
    assert smu.read() == "patience\n"
    with pytest.raises(VisaIOError) as caught:
        smu.read()
    assert code_of(caught) == StatusCode.error_timeout


# Clear, status, trigger, events


def test_clear_empties_both_ways(smu: MessageBasedResource) -> None:
    smu.write("ECHO old")
    smu.send_end = False
    smu.write_raw(b"ECHO half")
    smu.clear()
    smu.send_end = True
    assert smu.query("ECHO new") == "new\n"


def test_the_status_byte_shows_an_answer_waiting(smu: MessageBasedResource) -> None:
    assert smu.read_stb() == 0
    smu.write("ECHO a")
    assert smu.read_stb() == 0x10
    smu.read()
    assert smu.read_stb() == 0


def test_a_trigger_reaches_the_instrument(smu: MessageBasedResource) -> None:
    smu.assert_trigger()
    with pytest.raises(VisaIOError) as caught:
        smu.visalib.assert_trigger(smu.session, constants.TriggerProtocol.on)
    assert code_of(caught) == StatusCode.error_invalid_protocol


def test_a_service_request_is_waited_for_in_simulated_time(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    smu.enable_event(EventType.service_request, EventMechanism.queue)
    smu.write("SRQ 0.5")
    response = smu.wait_on_event(EventType.service_request, 1000)
    assert not response.timed_out
    assert response.event.event_type == EventType.service_request
    assert now_s(manager) == pytest.approx(3e-3 + 0.5)
    late = smu.wait_on_event(EventType.service_request, 1000, capture_timeout=True)
    assert late.timed_out
    assert now_s(manager) == pytest.approx(3e-3 + 1.5)


def test_waiting_for_an_event_that_is_not_enabled(smu: MessageBasedResource) -> None:
    with pytest.raises(VisaIOError) as caught:
        smu.wait_on_event(EventType.service_request, 10)
    assert code_of(caught) == StatusCode.error_not_enabled


def test_discarded_events_are_gone(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    smu.enable_event(EventType.service_request, EventMechanism.queue)
    smu.write("SRQ 0.1")
    open_at(manager, CONTROL).write("WAIT 1")
    smu.discard_events(EventType.service_request, EventMechanism.queue)
    assert smu.wait_on_event(EventType.service_request, 1, capture_timeout=True).timed_out


def test_a_handler_is_called_once_per_request(
    manager: pyvisa.ResourceManager, smu: MessageBasedResource
) -> None:
    calls = []
    handler = smu.wrap_handler(lambda resource, event, handle: calls.append(handle))
    handle = smu.install_handler(EventType.service_request, handler, "mine")
    smu.enable_event(EventType.service_request, EventMechanism.handler)
    smu.write("SRQ 0.1")
    assert calls == []
    open_at(manager, CONTROL).write("WAIT 1")
    smu.query("ECHO more")
    assert calls == ["mine"]
    smu.disable_event(EventType.service_request, EventMechanism.handler)
    smu.uninstall_handler(EventType.service_request, handler, handle)


def test_a_handler_must_be_installed_first(smu: MessageBasedResource) -> None:
    with pytest.raises(VisaIOError) as caught:
        smu.enable_event(EventType.service_request, EventMechanism.handler)
    assert code_of(caught) == StatusCode.error_handler_not_installed


# Locks


def test_a_lock_keeps_others_out_until_it_is_given_back(manager: pyvisa.ResourceManager) -> None:
    owner, other = open_at(manager), open_at(manager)
    owner.lock_excl()
    for use in (lambda: other.query("ECHO a"), other.clear, other.read_stb):
        with pytest.raises(VisaIOError) as caught:
            use()
        assert code_of(caught) == StatusCode.error_resource_locked
    assert owner.query("ECHO a") == "a\n"
    owner.unlock()
    assert other.query("ECHO a") == "a\n"


def test_waiting_for_a_lock_takes_simulated_time(manager: pyvisa.ResourceManager) -> None:
    owner, other = open_at(manager), open_at(manager)
    owner.lock_excl()
    with pytest.raises(VisaIOError) as caught:
        other.lock_excl(timeout=700)
    assert code_of(caught) == StatusCode.error_timeout
    assert now_s(manager) == pytest.approx(0.7)
    owner.close()
    other.lock_excl()


def test_opening_with_a_lock(manager: pyvisa.ResourceManager) -> None:
    owner = manager.open_resource(SMU, access_mode=constants.AccessModes.exclusive_lock)
    with pytest.raises(VisaIOError):
        manager.open_resource(
            SMU, access_mode=constants.AccessModes.exclusive_lock, open_timeout=10
        )
    owner.close()
    assert open_at(manager).query("ECHO a") == "a\n"


def test_a_shared_lock_is_shared_by_its_key(manager: pyvisa.ResourceManager) -> None:
    owner, friend, other = (open_at(manager) for _ in range(3))
    key = owner.lock()
    friend.lock(requested_key=key)
    assert friend.query("ECHO a") == "a\n"
    assert owner.get_visa_attribute(ResourceAttribute.resource_lock_state) == 2
    with pytest.raises(VisaIOError):
        other.query("ECHO a")


def test_unlocking_what_is_not_locked(smu: MessageBasedResource) -> None:
    with pytest.raises(VisaIOError) as caught:
        smu.unlock()
    assert code_of(caught) == StatusCode.error_session_not_locked


# Attributes and the rest


def test_attributes_come_from_the_address(smu: MessageBasedResource) -> None:
    assert smu.interface_type == constants.InterfaceType.gpib
    assert smu.resource_name == SMU
    assert smu.get_visa_attribute(ResourceAttribute.gpib_primary_address) == 26
    assert smu.timeout == 2000


def test_attributes_that_cannot_be_had_or_set(smu: MessageBasedResource) -> None:
    with pytest.raises(VisaIOError) as caught:
        smu.get_visa_attribute(ResourceAttribute.tcpip_port)
    assert code_of(caught) == StatusCode.error_nonsupported_attribute
    with pytest.raises(VisaIOError) as caught:
        smu.set_visa_attribute(ResourceAttribute.resource_name, "X")
    assert code_of(caught) == StatusCode.error_attribute_read_only
    with pytest.raises(VisaIOError) as caught:
        smu.set_visa_attribute(ResourceAttribute.termchar, 256)
    assert code_of(caught) == StatusCode.error_nonsupported_attribute_state


@pytest.mark.parametrize("operation", ["gpib_send_ifc", "read_asynchronously", "memory_allocation"])
def test_what_is_not_supported_says_so(smu: MessageBasedResource, operation: str) -> None:
    with pytest.raises(VisaIOError) as caught:
        getattr(smu.visalib, operation)(smu.session, 1)
    assert code_of(caught) == StatusCode.error_nonsupported_operation


def test_no_operation_of_visa_is_left_without_an_answer() -> None:
    base = pyvisa.highlevel.VisaLibraryBase
    for name, operation in vars(base).items():
        if callable(operation) and "raise NotImplementedError" in _source(operation):
            assert getattr(Ag2sVisaLibrary, name) is not operation, name


def _source(operation: object) -> str:
    return inspect.getsource(operation) if inspect.isfunction(operation) else ""


# Streams


@pytest.fixture
def stream(
    stand_ins: None, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[MessageBasedResource]:
    world_file = tmp_path / "stream.toml"
    world_file.write_text(f'[instruments]\nsmu = "{request.param}"\n', encoding="utf-8")
    manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
    yield open_at(manager, request.param)
    manager.close()


SOCKET, SERIAL = "TCPIP0::127.0.0.1::5025::SOCKET", "ASRL3::INSTR"


@pytest.mark.parametrize("stream", [SOCKET, SERIAL], indirect=True)
def test_a_stream_reads_to_the_termination_character(stream: MessageBasedResource) -> None:
    stream.read_termination = "\n"
    stream.write("ECHO one")
    stream.write("ECHO two")
    assert (stream.read(), stream.read()) == ("one", "two")


@pytest.mark.parametrize("stream", [SOCKET], indirect=True)
def test_a_socket_without_termination_character_waits_for_the_count(
    stream: MessageBasedResource,
) -> None:
    stream.write("ECHO abc")
    stream.write("ECHO def")
    assert stream.read_bytes(6) == b"abc\nde"
    with pytest.raises(VisaIOError) as caught:
        stream.read()
    assert code_of(caught) == StatusCode.error_timeout


@pytest.mark.parametrize("stream", [SOCKET], indirect=True)
def test_a_socket_needs_the_line_feed_of_each_message(stream: MessageBasedResource) -> None:
    stream.read_termination = "\n"
    stream.write_raw(b"ECHO half")
    with pytest.raises(VisaIOError):
        stream.read()
    stream.write_raw(b" done\n")
    assert stream.read() == "half done"


@pytest.mark.parametrize("stream", [SERIAL], indirect=True)
def test_a_serial_line_ends_at_the_line_feed_by_default(stream: MessageBasedResource) -> None:
    stream.write("ECHO one")
    assert stream.read() == "one\n"


@pytest.mark.parametrize("stream", [SOCKET, SERIAL], indirect=True)
def test_flushing_a_stream_discards_what_came(stream: MessageBasedResource) -> None:
    stream.read_termination = "\n"
    stream.write("ECHO old")
    stream.flush(constants.BufferOperation.discard_receive_buffer)
    assert stream.query("ECHO new") == "new"


@pytest.mark.parametrize("stream", [SOCKET, SERIAL], indirect=True)
def test_a_stream_has_no_status_byte(stream: MessageBasedResource) -> None:
    with pytest.raises(VisaIOError) as caught:
        stream.read_stb()
    assert code_of(caught) == StatusCode.error_nonsupported_operation


# How two well-known programs open an instrument


def test_pymeasure_opens_and_closes_one_instrument_without_the_others(
    stand_ins: None, world_file: Path
) -> None:
    library = f"{world_file}@ag2s"
    first = VISAAdapter(SMU, visa_library=library, timeout=3000, write_termination="\n")
    second = VISAAdapter(CONTROL, visa_library=library, write_termination="\n")
    first.write("ECHO hello")
    assert first.read() == "hello\n"
    first.close()
    second.write("SEED?")
    assert second.read() == "1\n"
    second.close()
    second.manager.close()


def test_the_sequence_in_which_qcodes_opens_an_instrument(
    stand_ins: None, world_file: Path
) -> None:
    manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
    handle = manager.open_resource(SMU)
    assert isinstance(handle, MessageBasedResource)
    handle.clear()
    handle.read_termination = "\n"
    handle.write_termination = "\n"
    handle.timeout = 5000
    assert handle.query("ECHO a b") == "a b"
    handle.close()
    manager.close()
