"""PyVISA backend `@ag2s`: VISA operations on the instruments of a simulated world."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from pyvisa import rname
from pyvisa.constants import (
    VI_TMO_IMMEDIATE,
    AccessModes,
    BufferOperation,
    EventAttribute,
    Lock,
    RENLineOperation,
    StatusCode,
    TriggerProtocol,
)
from pyvisa.errors import VisaIOError, completion_and_error_messages
from pyvisa.typing import VISARMSession, VISASession
from pyvisa.util import LibraryPath

from sim_backend.visa.event_operations import EventOperations
from sim_backend.visa.session_table import Handle, one_at_a_time
from sim_backend.visa.sessions import Session
from sim_backend.visa.unsupported import refuse_unsupported
from sim_backend.world import World
from sim_backend.world_file import WorldFileError, WorldSettings

IN_MEMORY = LibraryPath("<memory>", "auto")
"""Stands for the world of a bare `@ag2s`; no file can have this name on every system."""


@refuse_unsupported
class Ag2sVisaLibrary(EventOperations):
    """VISA library of one world: `Ag2sVisaLibrary("world.toml")`, or in memory without a path.

    The world is loaded when the first session opens. When the last one closes it is kept beside
    its file and dropped from memory; the world in memory lives as long as the process.
    Raises `WorldFileError` for a world file that is missing or not valid.
    """

    _in_memory: ClassVar[World | None] = None

    @staticmethod
    def get_library_paths() -> Iterable[LibraryPath]:
        """The world in memory, when no world file is named."""
        return (IN_MEMORY,)

    def _init(self) -> None:
        in_memory = self.library_path == IN_MEMORY
        self._world_file = None if in_memory else Path(self.library_path).absolute()
        if (pace := WorldSettings.read(self._world_file).pace) > 0:
            raise WorldFileError(
                f"world file {self._world_file}: [clock] pace = {pace:g}, but only a server keeps "
                "pace with the wall clock: start it with `python -m sim_backend serve`, or set 0"
            )
        self._world: World | None = None
        super()._init()

    # Sessions

    @one_at_a_time
    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Open a resource manager; touches no world."""
        manager = VISARMSession(next(self._handles))
        self._managers.add(manager)
        return manager, self._succeed(manager)

    @one_at_a_time
    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """Addresses of the world's instruments that match."""
        self._require_manager(session)
        return rname.filter(WorldSettings.read(self._world_file).instruments.values(), query)

    @one_at_a_time
    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: AccessModes = AccessModes.no_lock,
        open_timeout: int = VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, StatusCode]:
        """Open a session to one instrument, loading the world for the first."""
        self._require_manager(session)
        try:
            name = rname.ResourceName.from_string(resource_name)
        except ValueError:
            self._refuse(session, StatusCode.error_invalid_resource_name)
        port = self._load_world().ports.get(str(name).upper())
        if port is None:
            self._drop_idle_world()
            self._refuse(session, StatusCode.error_resource_not_found)
        number = VISASession(next(self._handles))
        self._sessions[number] = Session(number, name, port, session)
        if access_mode != AccessModes.no_lock:
            kind = Lock.shared if access_mode & AccessModes.shared_lock else Lock.exclusive
            self._lock_or_close(number, kind, open_timeout)
        return number, self._succeed(number)

    def _lock_or_close(self, number: VISASession, kind: Lock, open_timeout: int) -> None:
        try:
            self.lock(number, kind, open_timeout)
        except VisaIOError:
            self._close_session(number)
            raise

    @one_at_a_time
    def close(self, session: Handle) -> StatusCode:
        """Close a session, an event context, or a resource manager with all its sessions."""
        if session in self._contexts:
            del self._contexts[session]
        elif session in self._managers:
            self._managers.discard(session)
            for number in tuple(self._sessions):
                self._close_session(number)
        else:
            self._opened(VISASession(session))
            self._close_session(session)
        return self.handle_return_value(None, StatusCode.success)

    def _close_session(self, number: int) -> None:
        session = self._sessions.pop(number)
        session.port.lock.release_all(number)
        self.watchers.pop(number, None)
        self._drop_idle_world()

    def _load_world(self) -> World:
        if self._world is None:
            self._world = Ag2sVisaLibrary._in_memory if self._world_file is None else None
            self._world = self._world or World.load(self._world_file)
            if self._world_file is None:
                Ag2sVisaLibrary._in_memory = self._world
        return self._world

    def _drop_idle_world(self) -> None:
        if self._world is not None and not self._sessions:
            self._world.keep()
            self._world = None

    # Messages

    @one_at_a_time
    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send bytes to the instrument (viWrite)."""
        status = self._usable(session).write(data)
        return len(data), self.handle_return_value(session, status)

    @one_at_a_time
    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Receive bytes from the instrument (viRead); the time-out is one of simulated time."""
        data, status = self._usable(session).read(count)
        return data, self.handle_return_value(session, status)

    @one_at_a_time
    def clear(self, session: VISASession) -> StatusCode:
        """Clear the instrument's input and output and stop what runs (viClear)."""
        self._usable(session).port.instrument.device_clear()
        return self._succeed(session)

    @one_at_a_time
    def flush(self, session: VISASession, mask: BufferOperation) -> StatusCode:
        """Discard received bytes of a stream; nothing else is ever buffered here."""
        return self.handle_return_value(session, self._usable(session).flush(mask))

    @one_at_a_time
    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Status byte; bit 6 is the instrument's master summary as long as it lasts."""
        status_byte = self._on_bus(session).port.instrument.status_byte()
        return status_byte, self._succeed(session)

    @one_at_a_time
    def assert_trigger(self, session: VISASession, protocol: TriggerProtocol) -> StatusCode:
        """Bus trigger."""
        if protocol != TriggerProtocol.default:
            self._refuse(session, StatusCode.error_invalid_protocol)
        self._on_bus(session).port.instrument.trigger()
        return self._succeed(session)

    @one_at_a_time
    def gpib_control_ren(self, session: VISASession, mode: RENLineOperation) -> StatusCode:
        """Remote enable; the simulated instruments take messages in either state."""
        self._on_bus(session)
        return self._succeed(session)

    @one_at_a_time
    def terminate(self, session: VISASession, degree: None, job_id: Any) -> StatusCode:
        """Nothing runs asynchronously, so there is nothing to end; a job number is not valid."""
        self._usable(session)
        status = StatusCode.success if job_id is None else StatusCode.error_invalid_job_i_d
        return self.handle_return_value(session, status)

    # Attributes

    @one_at_a_time
    def get_attribute(self, session: Handle, attribute: int) -> tuple[Any, StatusCode]:
        """State of an attribute of a session or of an event."""
        if session in self._contexts:
            if attribute != EventAttribute.event_type:
                self._refuse(session, StatusCode.error_nonsupported_attribute)
            return self._contexts[session], StatusCode.success
        value, status = self._opened(VISASession(session)).attributes.read(attribute)
        return value, self.handle_return_value(session, status)

    @one_at_a_time
    def set_attribute(
        self, session: VISASession, attribute: int, attribute_state: Any
    ) -> StatusCode:
        """Set an attribute of a session."""
        status = self._opened(session).set_attribute(attribute, attribute_state)
        return self.handle_return_value(session, status)

    def status_description(self, session: Handle, status: StatusCode) -> tuple[str, StatusCode]:
        """What a status means, in words."""
        name, meaning = completion_and_error_messages[status]
        return f"{name}: {meaning}", self._succeed(session)

    def _require_manager(self, session: VISARMSession) -> None:
        if session not in self._managers:
            self._refuse(session, StatusCode.error_invalid_object)
