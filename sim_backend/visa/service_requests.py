"""Service-request events of one session: enabled, queued, waited for (VPP-4.3, section 3.7)."""

from __future__ import annotations

from pyvisa.constants import EventMechanism, EventType, StatusCode

from sim_backend.visa.port import Port

REQUEST_SERVICE = 0x40
"""Bit 6 of the status byte: the instrument asks for service."""
QUEUE_LENGTH = 50
"""Default of VI_ATTR_MAX_QUEUE_LENGTH; later events of a full queue are lost."""


class ServiceRequests:
    """Turns rising edges of the request bit into events of one session."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._mechanisms = 0
        self._queued = 0
        self._requesting = False

    @property
    def watching(self) -> bool:
        """Whether any mechanism is enabled."""
        return bool(self._mechanisms)

    def enable(self, event_type: EventType, mechanism: EventMechanism) -> StatusCode:
        """Begin to watch by queue or handler; a request that already stands counts as an edge."""
        if event_type != EventType.service_request:
            return StatusCode.error_invalid_event
        already = bool(self._mechanisms & mechanism)
        self._mechanisms |= mechanism
        return StatusCode.success_event_already_enabled if already else StatusCode.success

    def disable(self, event_type: EventType, mechanism: EventMechanism) -> StatusCode:
        """Stop watching by some or all mechanisms; what is queued stays."""
        if event_type not in (EventType.service_request, EventType.all_enabled):
            return StatusCode.error_invalid_event
        already = not self._mechanisms & mechanism
        self._mechanisms &= ~mechanism
        if not self._mechanisms:
            self._requesting = False
        return StatusCode.success_event_already_disabled if already else StatusCode.success

    def discard(self, event_type: EventType) -> StatusCode:
        """Forget what is queued."""
        if event_type not in (EventType.service_request, EventType.all_enabled):
            return StatusCode.error_invalid_event
        empty = not self._queued
        self._queued = 0
        return StatusCode.success_queue_already_empty if empty else StatusCode.success

    def poll(self) -> bool:
        """Look at the request bit; whether a handler has to be called for a new request."""
        requesting = bool(self._port.instrument.status_byte() & REQUEST_SERVICE)
        new = requesting and not self._requesting
        self._requesting = requesting
        if new and self._mechanisms & EventMechanism.queue:
            self._queued = min(self._queued + 1, QUEUE_LENGTH)
        return new and bool(self._mechanisms & EventMechanism.handler)

    def wait(self, event_type: EventType, timeout_s: float) -> StatusCode:
        """Let simulated time pass until a request is queued and take it; or the error."""
        if event_type not in (EventType.service_request, EventType.all_enabled):
            return StatusCode.error_invalid_event
        if not (self._mechanisms & EventMechanism.queue or self._queued):
            return StatusCode.error_not_enabled
        clock = self._port.instrument.clock
        if not clock.advance_until(self._has_request, clock.now_s + timeout_s):
            return StatusCode.error_timeout
        self._queued -= 1
        return StatusCode.success_queue_not_empty if self._queued else StatusCode.success

    def _has_request(self) -> bool:
        if not self._queued:
            self.poll()
        return self._queued > 0
