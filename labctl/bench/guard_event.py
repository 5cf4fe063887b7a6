"""What the guard has found: what, where, when, and against which threshold."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from labctl.config import Action


@dataclass(frozen=True, kw_only=True)
class GuardEvent:
    """Something that was measured and that the guard looks for."""

    kind: str
    """One of `labctl.config.GUARD_KINDS`."""
    action: Action
    """What was done about it."""
    device: str
    application: int
    """Number of the application within the run."""
    repeat: int
    """Repeat of the waveform, from 0."""
    cycle: float | None
    """What stands in the column Cycle, where the procedure has one."""
    time_s: float
    """Clock of the run."""
    value: float
    threshold: float
    unit: str
    set_by: str
    """Who set the threshold."""
    quarantine: bool
    """Whether the device is to be put aside."""

    def as_record(self) -> dict[str, object]:
        """For the run's record."""
        return asdict(self)

    def __str__(self) -> str:
        """What happened, where, and when."""
        cycle = "" if self.cycle is None else f", cycle {self.cycle:g}"
        return (
            f"{self.device}: {_WORDS[self.kind]}: {self.value:.4g} {self.unit} against "
            f"{self.threshold:.4g} {self.unit} (set by the {self.set_by}), at {self.time_s:.6g} s "
            f"of the run, in application {self.application}, repeat {self.repeat}{cycle}"
        )


_WORDS = {
    "jump": "the conductance jumped, as when a filament forms",
    "conductance": "the conductance is above what the interface reaches",
    "compliance": "the current reached its compliance",
    "overflow": "a reading did not fit the measuring range, or is no number",
    "temperature_lost": "the temperature of the stage is not known any more",
    "temperature_range": "the stage is outside its limits",
}
