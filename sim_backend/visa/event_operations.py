"""VISA operations about locks and service requests."""

from __future__ import annotations

from typing import Any

from pyvisa.constants import EventMechanism, EventType, Lock, StatusCode
from pyvisa.typing import VISAEventContext, VISAHandler, VISASession

from sim_backend.visa.session_table import SessionTable, one_at_a_time
from sim_backend.visa.sessions import timeout_s


class EventOperations(SessionTable):
    """What sessions do besides exchanging messages."""

    @one_at_a_time
    def lock(
        self, session: VISASession, lock_type: Lock, timeout: int, requested_key: str | None = None
    ) -> tuple[str, StatusCode]:
        """Lock the address; while another session holds it, the time-out passes in simulated time.

        Sessions take turns in one process, so a lock never comes free during the wait.
        """
        port = self._opened(session).port
        key = requested_key or f"{port.address}/{session}"
        if lock_type == Lock.exclusive:
            key, granted = "", port.lock.acquire_exclusive(session)
        else:
            granted = port.lock.acquire_shared(session, key)
        if not granted:
            port.wait(timeout_s(timeout))
        status = StatusCode.success if granted else StatusCode.error_timeout
        return key, self.handle_return_value(session, status)

    @one_at_a_time
    def unlock(self, session: VISASession) -> StatusCode:
        """Give back the session's last lock."""
        held = self._opened(session).port.lock.release(session)
        status = StatusCode.success if held else StatusCode.error_session_not_locked
        return self.handle_return_value(session, status)

    @one_at_a_time
    def enable_event(
        self,
        session: VISASession,
        event_type: EventType,
        mechanism: EventMechanism,
        context: None = None,
    ) -> StatusCode:
        """Watch for service requests by queue or handler."""
        opened = self._on_bus(session)
        if mechanism & EventMechanism.handler and not self.handlers.get(session):
            self._refuse(session, StatusCode.error_handler_not_installed)
        status = opened.service_requests.enable(event_type, mechanism)
        if opened.service_requests.watching:
            self.watchers[session] = opened
        return self.handle_return_value(session, status)

    @one_at_a_time
    def disable_event(
        self, session: VISASession, event_type: EventType, mechanism: EventMechanism
    ) -> StatusCode:
        """Stop watching."""
        requests = self._opened(session).service_requests
        status = requests.disable(event_type, mechanism)
        if not requests.watching:
            self.watchers.pop(session, None)
        return self.handle_return_value(session, status)

    @one_at_a_time
    def discard_events(
        self, session: VISASession, event_type: EventType, mechanism: EventMechanism
    ) -> StatusCode:
        """Forget queued events."""
        status = self._opened(session).service_requests.discard(event_type)
        return self.handle_return_value(session, status)

    @one_at_a_time
    def wait_on_event(
        self, session: VISASession, in_event_type: EventType, timeout: int
    ) -> tuple[EventType, VISAEventContext, StatusCode]:
        """Let simulated time pass until the instrument requests service."""
        requests = self._on_bus(session).service_requests
        status = requests.wait(in_event_type, timeout_s(timeout))
        self.handle_return_value(session, status)
        return EventType.service_request, self._new_context(), status

    def install_handler(
        self, session: VISASession, event_type: EventType, handler: VISAHandler, user_handle: Any
    ) -> tuple[VISAHandler, Any, Any, StatusCode]:
        """Accept any callable as handler; PyVISA keeps the list."""
        self._opened(session)
        return handler, user_handle, handler, self._succeed(session)

    def uninstall_handler(
        self,
        session: VISASession,
        event_type: EventType,
        handler: VISAHandler,
        user_handle: Any = None,
    ) -> StatusCode:
        """PyVISA has forgotten the handler already."""
        return self._succeed(session)
