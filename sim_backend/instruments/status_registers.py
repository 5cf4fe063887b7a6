"""Status registers of an IEEE 488.2 instrument: events, what of them counts, the summary."""

from __future__ import annotations

OPERATION_COMPLETE = 1
QUERY_ERROR = 4
EXECUTION_ERROR = 16
COMMAND_ERROR = 32
POWER_ON = 128

MESSAGE_AVAILABLE = 16
EVENT_SUMMARY = 32
MASTER_SUMMARY = 64
OPERATION_SUMMARY = 128


class StatusRegisters:
    """Standard event and operation event registers with their enables, and the summary byte."""

    def __init__(self) -> None:
        self.event = POWER_ON
        self.event_enable = 0
        self.service_enable = 0
        self.operation_event = 0
        self.operation_enable = 0

    def raise_event(self, bit: int) -> None:
        """Set a bit of the standard event register."""
        self.event |= bit

    def take_event(self) -> int:
        """Standard event register, cleared by reading."""
        event, self.event = self.event, 0
        return event

    def take_operation_event(self) -> int:
        """Operation event register, cleared by reading."""
        event, self.operation_event = self.operation_event, 0
        return event

    def clear(self) -> None:
        """Empty both event registers (`*CLS`); the enables stay."""
        self.event = 0
        self.operation_event = 0

    def status_byte(self, *, message_available: bool) -> int:
        """Summary of what is enabled and has happened."""
        byte = MESSAGE_AVAILABLE if message_available else 0
        byte |= EVENT_SUMMARY if self.event & self.event_enable else 0
        byte |= OPERATION_SUMMARY if self.operation_event & self.operation_enable else 0
        return byte | (MASTER_SUMMARY if byte & self.service_enable else 0)
