"""What stands on the bench: the instruments of the default station, wired to one sample."""

from __future__ import annotations

from collections.abc import Mapping
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
    instruments: Mapping[str, SimulatedInstrument]
    """By role: smu, matrix, temperature."""
    kept: Mapping[str, Keepable]
    """What is kept between processes, in the order in which it is restored."""


def assemble(settings: WorldSettings, seed: int, clock: VirtualClock) -> Equipment:
    """Build and wire everything new; raises `ValueError` for settings that do not fit."""
    sample = DotArray(settings.preset, settings.parameters, seed)
    wiring = _wiring(settings, sample.names)
    front_ends = _front_ends(settings, seed)
    cryostat = Cryostat(seed, lambda: clock.now_s)
    circuit = Circuit(clock, sample, wiring, ModelledTemperature(cryostat.sample_temperature_k))
    smu = Keithley2636B(clock, circuit, front_ends=front_ends)
    matrix = Keithley707B(clock, circuit)
    smu.attach_node(MATRIX_NODE, matrix)
    temperature = LakeShore336(clock, cryostat)
    instruments: dict[str, Any] = {"smu": smu, "matrix": matrix, "temperature": temperature}
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
    return Equipment(circuit, sample.bending, instruments, kept)


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
