"""What stands on the bench: the instruments of the default station, wired to one sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

from sim_backend.circuit import Circuit
from sim_backend.clock import VirtualClock
from sim_backend.instruments.instrument import SimulatedInstrument
from sim_backend.instruments.keithley707b.instrument import Keithley707B
from sim_backend.instruments.keithley2636b.instrument import Keithley2636B
from sim_backend.instruments.lakeshore336.instrument import LakeShore336
from sim_backend.modelled_temperature import ModelledTemperature
from sim_backend.physics.array import DotArray
from sim_backend.physics.bending import Bending
from sim_backend.physics.cryostat import Cryostat
from sim_backend.physics.front_end import FrontEnd, FrontEndParameters
from sim_backend.wiring import Wiring
from sim_backend.world_file import WorldSettings, refuse_unknown

MATRIX_NODE = 2
"""TSP-Link node of the switch matrix, as seen from the source-measure unit."""
CHANNELS = ("smua", "smub")


class Keepable(Protocol):
    """A part of the world whose state outlives the process."""

    def snapshot(self) -> Mapping[str, Any]:
        """State, JSON-able at full precision."""
        ...

    def restore(self, state: Any) -> None:
        """Take up a state again."""
        ...


@dataclass(frozen=True, eq=False)
class Equipment:
    """One set of instruments and the sample they share."""

    circuit: Circuit
    bending: Bending
    instruments: MutableMapping[str, SimulatedInstrument]
    """By role: smu, matrix, temperature."""
    kept: MutableMapping[str, Keepable]
    """What is kept between processes, in the order in which it is restored."""
    cryostat: Cryostat
    builders: Mapping[str, Callable[[], SimulatedInstrument]]
    """What makes an instrument of each role, as after power-up."""

    def power_cycle(self, role: str) -> SimulatedInstrument:
        """Switch an instrument off and on; returns what stands there afterwards."""
        self.instruments[role].power_off()
        renewed: Any = self.builders[role]()
        renewed.latency_s = self.instruments[role].latency_s
        self.instruments[role] = self.kept[role] = renewed
        self.link()
        return renewed

    def link(self) -> None:
        """Plug in the TSP-Link between source and matrix."""
        smu, matrix = self.instruments["smu"], self.instruments["matrix"]
        if isinstance(smu, Keithley2636B) and isinstance(matrix, Keithley707B):
            smu.attach_node(MATRIX_NODE, matrix)


def assemble(settings: WorldSettings, seed: int, clock: VirtualClock) -> Equipment:
    """Build and wire everything new; raises `ValueError` for settings that do not fit."""
    sample = DotArray(settings.preset, settings.parameters, seed)
    wiring = _wiring(settings, sample.names)
    front_ends = _front_ends(settings, seed)
    cryostat = Cryostat(seed, lambda: clock.now_s)
    circuit = Circuit(clock, sample, wiring, ModelledTemperature(cryostat.sample_temperature_k))
    builders: dict[str, Callable[[], SimulatedInstrument]] = {
        "smu": lambda: Keithley2636B(clock, circuit, front_ends=front_ends),
        "matrix": lambda: Keithley707B(clock, circuit),
        "temperature": lambda: LakeShore336(clock, cryostat),
    }
    instruments: dict[str, Any] = {role: build() for role, build in builders.items()}
    for role, latency_s in settings.latency_s.items():
        instruments[role].latency_s = latency_s
    # The circuit brings itself up to date with the temperature, so the cryostat comes first.
    kept = {
        "cryostat": cryostat,
        "bending": sample.bending,
        "circuit": circuit,
        **front_ends,
        **instruments,
    }
    equipment = Equipment(circuit, sample.bending, instruments, kept, cryostat, builders)
    equipment.link()
    return equipment


def _wiring(settings: WorldSettings, names: tuple[str, ...]) -> Wiring:
    default = Wiring.default(names)
    chosen = {item.name: getattr(default, item.name) for item in fields(default)}
    wiring = Wiring(**{**chosen, **settings.wiring})
    refuse_unknown(wiring.devices, names, "[wiring.devices]")
    return wiring


def _front_ends(settings: WorldSettings, seed: int) -> dict[str, FrontEnd]:
    names = [item.name for item in fields(FrontEndParameters)]
    refuse_unknown(settings.front_end, names, "[front_end]")
    parameters = FrontEndParameters(**settings.front_end)
    return {
        name: FrontEnd(seed, parameters, channel=number) for number, name in enumerate(CHANNELS)
    }
