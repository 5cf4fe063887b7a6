"""Serves a world: one thread waits for its clients and for simulated time alike."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
from collections.abc import Callable
from functools import partial

from sim_backend.servers.client import Client
from sim_backend.servers.outlet import Outlet
from sim_backend.servers.pacing import Pacing, VirtualPacing, WallPacing
from sim_backend.world import World

HOST = "127.0.0.1"
"""Nobody else's business: a simulated bench has no password."""

Deed = Callable[[], None]


class BenchServer:
    """Every instrument of a world at a TCP port of the loopback interface.

    Raises `OSError` when a port is taken. `port_base` 0 lets the system choose all ports.
    """

    def __init__(self, world: World, *, port_base: int = 0) -> None:
        self._world = world
        self._pacing: Pacing = WallPacing(world.pace) if world.pace else VirtualPacing()
        self._selector = selectors.DefaultSelector()
        self._clients: dict[Client, str] = {}
        """Who is connected, and to which role."""
        self._outlets: dict[str, Outlet] = {}
        self._listeners: dict[str, socket.socket] = {}
        self._port_numbers: dict[str, int] = {}
        """Ports by role; they stay the same while nobody listens there."""
        self._waker, wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._stopping = False
        self._watch(wakened, self._stop)
        for place, (role, port) in enumerate(world.roles.items()):
            self._outlets[role] = Outlet(port, self._pacing)
            port.on_cable = partial(self._mind_cable, role)
            self._listen(role, port_base + place if port_base else 0)

    @property
    def addresses(self) -> dict[str, str]:
        """VISA resource names by role."""
        return {
            role: f"TCPIP0::{HOST}::{number}::SOCKET" for role, number in self._port_numbers.items()
        }

    def serve(self) -> None:
        """Answer until `stop`; then the state is kept and every connection closed."""
        try:
            while not self._stopping:
                self._turn()
        finally:
            self._world.keep()
            self._close()

    def stopper(self) -> int:
        """A file descriptor: whatever is written there ends `serve`, signals among it."""
        return self._waker.fileno()

    def stop(self) -> None:
        """End `serve`; may be called from another thread."""
        with contextlib.suppress(OSError):  # it has ended
            self._waker.send(b".")

    def _turn(self) -> None:
        clock = self._world.clock
        patience_s = self._pacing.patience_s(clock, awaited=self._working)
        ready = [key.data for key, _ in self._selector.select(patience_s)]
        self._pacing.catch_up(clock, awaited=self._working)
        self._attend()
        for deed in ready:
            deed()
            self._attend()
        self._part_from_gone()

    @property
    def _working(self) -> bool:
        return any(outlet.working for outlet in self._outlets.values())

    def _attend(self) -> None:
        """Until nothing is left to do: a message to one instrument may finish another's work."""
        while any(outlet.attend() for outlet in self._outlets.values()):
            continue

    # Connections

    def _listen(self, role: str, number: int) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            # On Windows the same option would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, number))
        listener.listen()
        listener.setblocking(False)
        self._listeners[role] = listener
        self._port_numbers[role] = listener.getsockname()[1]
        self._watch(listener, partial(self._admit, listener, role))

    def _mind_cable(self, role: str) -> None:
        """Refuse whoever wants an instrument whose connection is cut, or admit them again."""
        if not self._world.roles[role].lost:
            self._listen(role, self._port_numbers[role])
            return
        self._forget(self._listeners.pop(role))
        self._outlets[role].hang_up()
        for client, asks in self._clients.items():
            client.gone |= asks == role

    def _admit(self, listener: socket.socket, role: str) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # it has gone before it was let in
        client = Client(connection)
        self._clients[client] = role
        self._watch(connection, partial(self._hear, client, self._outlets[role]))

    def _hear(self, client: Client, outlet: Outlet) -> None:
        client.send_rest()
        outlet.take(client, client.lines())

    def _part_from_gone(self) -> None:
        for client in tuple(self._clients):
            if client.gone:
                del self._clients[client]
                self._forget(client.connection)
            else:
                self._watch_for_room(client)

    def _watch_for_room(self, client: Client) -> None:
        key = self._selector.get_key(client.connection)
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.behind else 0)
        if key.events != events:
            self._selector.modify(client.connection, events, key.data)

    def _watch(self, connection: socket.socket, deed: Deed) -> None:
        self._selector.register(connection, selectors.EVENT_READ, deed)

    def _forget(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        connection.close()

    def _stop(self) -> None:
        self._stopping = True

    def _close(self) -> None:
        for key in tuple(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                self._forget(key.fileobj)
        self._waker.close()
        self._selector.close()
