"""A simulated world: instruments at addresses, wired to one sample, with one clock and a memory."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim_backend.circuit import Circuit
from sim_backend.clock import VirtualClock
from sim_backend.equipment import Equipment, assemble
from sim_backend.faults.board import FaultBoard
from sim_backend.instruments.control_port import ControlPort
from sim_backend.physics.cryostat import Cryostat
from sim_backend.visa.port import Port
from sim_backend.world_file import WorldFileError, WorldSettings, read_text
from sim_backend.world_store import WorldStore

logger = logging.getLogger("sim_backend")


class World:
    """Everything behind the addresses of one world file.

    The state of the array outlives the process when there is a store: it is kept whenever a
    waveform has been played, time has been waited, or `keep` is called.
    """

    def __init__(
        self,
        settings: WorldSettings,
        *,
        seed: int | None = None,
        digest: str = "",
        store: WorldStore | None = None,
    ) -> None:
        self._settings = settings
        self._digest = digest
        self._store = store
        self._earlier_transactions = 0
        self._equip(settings.seed if seed is None else seed)
        self._control = Port(settings.instruments["control"], ControlPort(self, self.clock))
        self._ports = {
            role: Port(settings.instruments[role], instrument)
            for role, instrument in self._equipment.instruments.items()
        }
        self.roles = {**self._ports, "control": self._control}
        """Ports by what stands there: smu, matrix, temperature, control."""
        self.ports = {port.address.upper(): port for port in self.roles.values()}
        """Ports by resource name in capitals."""
        self.faults = FaultBoard(self)

    @staticmethod
    def load(world_file: Path | None, *, pace: float | None = None) -> World:
        """The world of a file, as it was kept last; None: a new one in memory.

        `pace` stands for what the file says of it. Raises `WorldFileError` for a file or a kept
        state that cannot be used.
        """
        if world_file is None:
            return World(WorldSettings())
        text = read_text(world_file)
        settings = WorldSettings.parse(text, str(world_file))
        if pace is not None:
            settings = replace(settings, pace=pace)
        store = WorldStore(world_file)
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        state = store.load()
        if state is not None and state.get("world_file_sha256") != digest:
            message = "world file %s has changed since %s was kept: starting with a new array"
            logger.warning(message, world_file, store.path)
            state = None
        try:
            seed = None if state is None else state["seed"]
            world = World(settings, seed=seed, digest=digest, store=store)
        except ValueError as error:
            raise WorldFileError(f"world file {world_file}: {error}") from error
        if state is not None:
            world._restore(state, store)
        world.faults.add_all(settings.faults)
        return world

    @property
    def pace(self) -> float:
        """Simulated seconds per real second; 0: time moves only by messages and waits."""
        return self._settings.pace

    @property
    def now_s(self) -> float:
        """Simulated time."""
        return self.clock.now_s

    @property
    def transactions(self) -> int:
        """viWrite and viRead calls at all instruments but the control port."""
        return self._earlier_transactions + sum(p.transactions for p in self._ports.values())

    def counters(self) -> dict[str, int]:
        """Counters of the whole bench since the array was new."""
        return {**self._equipment.circuit.counters, "transactions": self.transactions}

    def record(self, device: str) -> dict[str, Any]:
        """What one device has received; raises `KeyError` for a device that is not there."""
        return self._equipment.circuit.record(device)

    def wait(self, duration_s: float) -> None:
        """Let simulated time pass, then keep the state."""
        self.clock.advance(duration_s)
        self._note()

    @property
    def radius_m(self) -> float:
        """To what radius the sample is bent; infinite when flat."""
        return self._equipment.bending.radius_m

    @property
    def sourcing(self) -> bool:
        """Whether an output is on."""
        return self._equipment.circuit.sourcing

    def bend(self, radius_m: float) -> None:
        """Bend the sample to a radius, infinite for flat, and keep the state."""
        self._equipment.bending.radius_m = radius_m
        self._note()

    def bend_often(self, radius_m: float, cycles: int) -> None:
        """Bend the sample to a radius and back, so many times, and keep the state."""
        self._equipment.bending.cycle(radius_m, cycles)
        self._note()

    def renew(self, seed: int | None) -> None:
        """A new array, instruments as after power-up, counters and clock from the start.

        `seed` None is the world file's. Open sessions stay open. Faults are armed anew.
        """
        faults = self.faults.clear()
        self._equip(self._settings.seed if seed is None else seed)
        self._earlier_transactions = 0
        for role, port in self._ports.items():
            port.instrument = self._equipment.instruments[role]
            port.transactions = 0
        self._control.instrument.clock = self.clock
        self.faults.add_all(faults)
        self.keep()

    @property
    def circuit(self) -> Circuit:
        """Where sources, matrix, and sample meet."""
        return self._equipment.circuit

    @property
    def cryostat(self) -> Cryostat:
        """The stage under the sample."""
        return self._equipment.cryostat

    def power_cycle(self, role: str) -> None:
        """Switch an instrument off and on; open sessions stay open."""
        self._ports[role].instrument = self._equipment.power_cycle(role)

    def keep(self) -> None:
        """Write the whole state to the store, if the world has one."""
        if self._store is not None:
            self._store.save(self._snapshot())

    def _note(self) -> None:
        if self._store is not None:
            self._store.note(self._snapshot())

    def _equip(self, seed: int) -> None:
        self.seed = seed
        self.clock = VirtualClock(self._settings.start_s)
        self._equipment: Equipment = assemble(self._settings, seed, self.clock)
        self._equipment.circuit.on_played = self._note

    def _snapshot(self) -> dict[str, Any]:
        return {
            "world_file_sha256": self._digest,
            "seed": self.seed,
            "clock_s": self.clock.now_s,
            "transactions": self.transactions,
            "kept": {name: part.snapshot() for name, part in self._equipment.kept.items()},
        }

    def _restore(self, state: Mapping[str, Any], store: WorldStore) -> None:
        try:
            self.clock.advance_to(state["clock_s"])
            self._earlier_transactions = state["transactions"]
            for name, part in self._equipment.kept.items():
                part.restore(state["kept"][name])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise store.unusable(f"{type(error).__name__}: {error}") from error
