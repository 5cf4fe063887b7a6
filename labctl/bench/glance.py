"""The instruments as their last messages left them, for whoever watches a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from drivers.roles import Flag, Trace
from labctl.bench.instruments import Instruments


@dataclass(kw_only=True)
class Glance:
    """What is known without asking an instrument; None is what nobody has said yet.

    The thread that measures writes it, attribute by attribute; any other may look. Nothing here
    costs the run more than an assignment.
    """

    output: bool | None = None
    """Whether the source's output is on."""
    compliance_a: float | None = None
    device: str | None = None
    closed: tuple[str, ...] | None = None
    """Crosspoints, as the matrix read them back; None where there is no matrix."""
    temperature_k: float = math.nan
    setpoint_k: float | None = None
    time_s: float = 0.0
    """The run's clock at the last message."""
    virtual: bool = False
    """Whether simulated time moves by messages and waits alone."""
    trace: Trace | None = None
    """The readings that came in last; never empty."""

    def begin(self, settings: Mapping[str, Mapping[str, object]]) -> None:
        """Before a run: output off and relays open, and `settings` by role, as read back."""
        self.output = False
        self.closed = () if "matrix" in settings else None
        setpoint_k = settings.get("temperature", {}).get("setpoint_k")
        self.setpoint_k = setpoint_k if isinstance(setpoint_k, float) else None

    def source_off(self) -> None:
        """The output was read back as off."""
        self.output = False

    def take(self, trace: Trace, temperature_k: float) -> None:
        """Readings have come in; `trace.time_s` is the run's clock."""
        self.temperature_k = temperature_k
        if len(trace):
            self.trace = trace
            self.time_s = float(trace.time_s[-1])

    def as_told(self) -> dict[str, object]:
        """For other processes; quantities are SI, and None where nothing is known."""
        told: dict[str, object] = {
            "output": self.output,
            "compliance_a": self.compliance_a,
            "device": self.device,
            "closed": None if self.closed is None else list(self.closed),
            "temperature_k": _known(self.temperature_k),
            "setpoint_k": self.setpoint_k,
            "time_s": self.time_s,
            "clock": "virtual" if self.virtual else "real",
        }
        if (trace := self.trace) is not None:
            flags = int(trace.flags[-1])
            told |= {
                "set_v": float(trace.set_v[-1]),
                "voltage_v": _known(float(trace.voltage_v[-1])),
                "current_a": _known(float(trace.current_a[-1])),
                "limited": bool(flags & Flag.COMPLIANCE),
                "overflow": bool(flags & Flag.OVERFLOW),
            }
        return told


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def look(
    instruments: Instruments, settings: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """The same of instruments that nobody uses, which are asked; nothing is changed.

    `settings` are those they have just told. Raises `InstrumentError`.
    """
    matrix, temperature = instruments.matrix, instruments.temperature
    glance = Glance(
        output=instruments.smu.output_on(),
        closed=None if matrix is None else matrix.closed(),
        virtual=math.isinf(instruments.wait_slice_s),
    )
    if temperature is not None:
        glance.temperature_k = temperature.temperature_k()
        glance.setpoint_k = temperature.setpoint_k()
    limit_a = settings["smu"].get("limit_a")
    glance.compliance_a = limit_a if isinstance(limit_a, float) else None
    return glance.as_told() | {"time_s": None}
