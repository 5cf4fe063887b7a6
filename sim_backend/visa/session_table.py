"""The open sessions of a simulated VISA library, and who may use them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from pyvisa.constants import EventType, StatusCode
from pyvisa.errors import VisaIOError
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession

from sim_backend.visa.sessions import Session

Handle = VISASession | VISARMSession | VISAEventContext
Library = TypeVar("Library", bound="SessionTable")
Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")


def one_at_a_time(
    operation: Callable[Concatenate[Library, Arguments], Answer],
) -> Callable[Concatenate[Library, Arguments], Answer]:
    """Let threads take turns: all instruments share one world and one clock."""

    @wraps(operation)
    def guarded(self: Library, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        with self.turn:
            answer = operation(self, *args, **kwargs)
            if self.watchers:
                self.call_handlers()
            return answer

    return guarded


class SessionTable(VisaLibraryBase):
    """Handles given out and not closed yet."""

    def _init(self) -> None:
        self.turn = threading.RLock()
        self.watchers: dict[int, Session] = {}
        """Sessions that watch for service requests."""
        self._sessions: dict[int, Session] = {}
        self._managers: set[int] = set()
        self._contexts: dict[int, EventType] = {}
        self._handles = itertools.count(1)

    def call_handlers(self) -> None:
        """Call every event handler that is due."""
        for number, session in tuple(self.watchers.items()):
            if not session.service_requests.poll():
                continue
            handle = VISASession(number)
            for handler, user_handle, _, event_type in tuple(self.handlers[handle]):
                if event_type == EventType.service_request:
                    handler(handle, event_type, self._new_context(), user_handle)

    def _new_context(self) -> VISAEventContext:
        context = VISAEventContext(next(self._handles))
        self._contexts[context] = EventType.service_request
        return context

    def _opened(self, session: VISASession) -> Session:
        """An open session; raises VI_ERROR_INV_OBJECT for any other handle."""
        opened = self._sessions.get(session)
        if opened is None:
            self._refuse(session, StatusCode.error_invalid_object)
        return opened

    def _usable(self, session: VISASession) -> Session:
        """An open session whose instrument can be reached, and no other session has locked."""
        opened = self._opened(session)
        if opened.port.lost:
            opened.port.miss()
            self._refuse(session, StatusCode.error_connection_lost)
        if opened.locked_out:
            self._refuse(session, StatusCode.error_resource_locked)
        return opened

    def _on_bus(self, session: VISASession) -> Session:
        """A usable session whose interface has bus lines, which no stream has."""
        opened = self._usable(session)
        if not opened.has_bus_lines:
            self._refuse(session, StatusCode.error_nonsupported_operation)
        return opened

    def _refuse(self, session: Handle, status: StatusCode) -> NoReturn:
        self._last_status = self._last_status_in_session[session] = status
        raise VisaIOError(status)

    def _succeed(self, session: Handle) -> StatusCode:
        return self.handle_return_value(session, StatusCode.success)
