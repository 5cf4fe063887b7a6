"""One open session: VISA's rules for reading and writing, judged in simulated time."""

from __future__ import annotations

import math
from typing import Any

from pyvisa.constants import (
    VI_TMO_INFINITE,
    BufferOperation,
    InterfaceType,
    ResourceAttribute,
    SerialTermination,
    StatusCode,
)
from pyvisa.rname import ResourceName

from sim_backend.visa.attributes import SessionAttributes
from sim_backend.visa.port import Port
from sim_backend.visa.service_requests import ServiceRequests

_DISCARD_RECEIVED = BufferOperation.discard_receive_buffer | BufferOperation.discard_receive_buffer2


def timeout_s(timeout_ms: int) -> float:
    """A VISA time-out in seconds; VI_TMO_INFINITE gives infinity."""
    return math.inf if timeout_ms == VI_TMO_INFINITE else timeout_ms * 1e-3


class Session:
    """What viOpen returns: settings of one client, over the port that all clients share."""

    def __init__(self, number: int, name: ResourceName, port: Port, resource_manager: int) -> None:
        self.number = number
        self.port = port
        self.attributes = SessionAttributes(name, resource_manager, port.lock)
        self.service_requests = ServiceRequests(port)
        self.serial = name.interface_type_const == InterfaceType.asrl
        self._stream = self.serial or name.resource_class == "SOCKET"
        self._settle_rules()

    @property
    def locked_out(self) -> bool:
        """Whether another session's lock forbids using the instrument."""
        return self.port.lock.refuses(self.number)

    @property
    def has_bus_lines(self) -> bool:
        """Whether there are status byte, trigger, and remote line (any INSTR but serial)."""
        return not self._stream

    def set_attribute(self, attribute: int, value: Any) -> StatusCode:
        """Set an attribute; what it means for reading and writing holds from the next call on."""
        status = self.attributes.write(attribute, value)
        self._settle_rules()
        return status

    def _settle_rules(self) -> None:
        values = self.attributes
        self._timeout_s = timeout_s(values[ResourceAttribute.timeout_value])
        self._termchar = bytes([values[ResourceAttribute.termchar]])
        self._stop_at = self._termchar if values[ResourceAttribute.termchar_enabled] else b""
        self._send_end = bool(values[ResourceAttribute.send_end_enabled]) and not self._stream
        self._marks_end = not values[ResourceAttribute.suppress_end_enabled] and not self.serial
        self._append = b""
        if self.serial:
            by_termchar = SerialTermination.termination_char
            if values[ResourceAttribute.asrl_end_in] == by_termchar:
                self._stop_at = self._termchar
            if values[ResourceAttribute.asrl_end_out] == by_termchar:
                self._append = self._termchar

    def write(self, data: bytes) -> StatusCode:
        """Send the bytes; the last one carries END where the interface has it and it is enabled."""
        self.port.write(data + self._append, end=self._send_end)
        return StatusCode.success

    def read(self, count: int) -> tuple[bytes, StatusCode]:
        """Receive up to `count` bytes, waiting in simulated time; what ended it is the status.

        VPP-4.3, rules 6.1.1 to 6.1.3: END goes before the termination character, and that before
        the count.
        """
        deadline_s = self.port.instrument.clock.now_s + self._timeout_s
        self.port.begin_read()
        if self._marks_end:
            return self._read_message(count, deadline_s)
        return self._read_stream(count, deadline_s)

    def _read_message(self, count: int, deadline_s: float) -> tuple[bytes, StatusCode]:
        if not self.port.await_output(deadline_s):
            self.port.instrument.note_unterminated()
            return b"", self._nothing_came()
        part, status = self._take(count)
        if status is None:
            return part, StatusCode.success
        return part, status

    def _read_stream(self, count: int, deadline_s: float) -> tuple[bytes, StatusCode]:
        received = bytearray()
        while self.port.await_output(deadline_s):
            part, status = self._take(count - len(received))
            received += part
            if status is None and len(received) >= count:
                status = StatusCode.success_max_count_read
            if status is not None:
                return bytes(received), status
        return bytes(received), self._nothing_came()

    def _nothing_came(self) -> StatusCode:
        lost = self.port.lost
        return StatusCode.error_connection_lost if lost else StatusCode.error_timeout

    def _take(self, count: int) -> tuple[bytes, StatusCode | None]:
        """Cut up to `count` bytes off the next answer; status None: the answer's last byte came."""
        output = self.port.instrument.output
        message = output[0]
        found = message.find(self._stop_at, 0, count) if self._stop_at else -1
        cut = found + 1 if found >= 0 else count
        if cut < len(message):
            output[0] = message[cut:]
            by_termchar = StatusCode.success_termination_character_read
            return message[:cut], by_termchar if found >= 0 else StatusCode.success_max_count_read
        output.popleft()
        stream_ended = found >= 0 and not self._marks_end
        return message, StatusCode.success_termination_character_read if stream_ended else None

    def flush(self, operations: BufferOperation) -> StatusCode:
        """Discard what has been received and not read (streams); other buffers are always empty."""
        if operations & _DISCARD_RECEIVED and self._stream:
            self.port.instrument.output.clear()
        return StatusCode.success
