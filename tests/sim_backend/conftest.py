"""A bench of stand-ins, for tests of the bus that need no physics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyvisa

from sim_backend import world as world_module
from sim_backend.clock import VirtualClock
from sim_backend.equipment import Equipment
from sim_backend.instruments.instrument import SimulatedInstrument
from sim_backend.physics.bending import Bending
from sim_backend.physics.cryostat import Cryostat
from sim_backend.physics.parameters import ArrayParameters
from sim_backend.world_file import WorldSettings


class ScriptedInstrument(SimulatedInstrument):
    """Does what its messages say: `ECHO text`, `BLOCK n`, `LATE s text`, `SRQ s`, `PULSE`."""

    def __init__(self, clock: VirtualClock, circuit: TallyCircuit) -> None:
        super().__init__(clock)
        self.messages: list[bytes] = []
        self.triggers = 0
        self._circuit = circuit
        self._requesting = 0

    def handle(self, message: bytes) -> None:
        self.messages.append(message)
        word, _, rest = message.partition(b" ")
        if word == b"ECHO":
            self.respond(rest + b"\n")
        elif word == b"BLOCK":
            self.respond(b"#0" + bytes(range(256)) * int(rest) + b"\n")
        elif word == b"LATE":
            delay_s, _, text = rest.partition(b" ")
            self._later(delay_s, lambda: self.respond(text + b"\n"))
        elif word == b"SRQ":
            self._later(rest, lambda: setattr(self, "_requesting", 0x40))
        elif word == b"PULSE":
            self._circuit.counters["pulses"] += 1
            self._circuit.on_played()

    def _later(self, delay_s: bytes, action: Any) -> None:
        self.clock.call_at(self.clock.now_s + float(delay_s), action)

    def status_byte(self) -> int:
        return super().status_byte() | self._requesting

    def trigger(self) -> None:
        self.triggers += 1

    def device_clear(self) -> None:
        super().device_clear()
        self._requesting = 0

    def snapshot(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        assert state == {}


class TallyCircuit:
    """Counts, and remembers which seed it was made with."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.counters = {"closures": 0, "hot_switches": 0, "pulses": 0, "readings": 0}
        self.on_played: Any = lambda: None

    def record(self, device: str) -> dict[str, Any]:
        return {"D01": {"pulses": self.counters["pulses"]}}[device]

    def snapshot(self) -> dict[str, Any]:
        return dict(self.counters)

    def restore(self, state: dict[str, Any]) -> None:
        self.counters.update(state)


def assemble_stand_ins(settings: WorldSettings, seed: int, clock: VirtualClock) -> Any:
    circuit = TallyCircuit(seed)
    roles = ("smu", "matrix", "temperature")
    instruments = {role: ScriptedInstrument(clock, circuit) for role in roles}
    for role, latency_s in settings.latency_s.items():
        instruments[role].latency_s = latency_s
    bending = Bending(seed, ArrayParameters(), {})
    kept = {"circuit": circuit, **instruments}
    cryostat = Cryostat(seed, lambda: clock.now_s)
    return Equipment(circuit, bending, instruments, kept, cryostat, {})  # type: ignore[arg-type]


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worlds built in this test hold stand-ins."""
    monkeypatch.setattr(world_module, "assemble", assemble_stand_ins)


@pytest.fixture
def world_file(tmp_path: Path) -> Path:
    """An empty world file: the default bench."""
    path = tmp_path / "world.toml"
    path.write_text("", encoding="utf-8")
    return path


@pytest.fixture
def manager(stand_ins: None, world_file: Path) -> Iterator[pyvisa.ResourceManager]:
    """PyVISA on a bench of stand-ins with a default world file."""
    manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
    yield manager
    manager.close()
