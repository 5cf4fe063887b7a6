"""Watches what is measured while it arrives, and stops a run that does what it must not."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drivers.roles import Flag, FloatArray, Trace
from labctl.bench.guard_event import GuardEvent
from labctl.bench.jumps import first_jump
from labctl.bench.limits import Limits, interface_regime
from labctl.bench.reading_block import ReadingBlock
from labctl.config import Action, StationConfig
from labctl.errors import GuardTripped
from procedures.base import Application, Purpose
from procedures.columns import CYCLE

logger = logging.getLogger(__name__)

READ_V = 50e-3
"""Up to here the conductance is that of a reading, above it grows with the voltage."""
WARM_K = 350.0
"""Above it the interface reads more than at room temperature (physics.md §1.1)."""
RESOLVED_SHARE = 1e-4
"""Ten times the noise of a current, as a share of its range (physics.md §1.6)."""
WITHIN_SHARE = 0.5
"""A device was within its range once it read less than this share of the highest conductance."""
STAGE_TOLERANCE_K = 2.0
"""How far a stage may overshoot a set-point at the very limit (physics.md §1.4)."""

_UNSOUND = frozenset({"jump", "conductance"})
"""Kinds after which a device is not what it was."""
_INTERFACE_ONLY = frozenset({"jump", "conductance", "compliance"})
"""Kinds that belong to a filament as it forms and are looked for only where none is to."""


@dataclass(frozen=True)
class _Finding:
    """A reading that is an event: its place in the block, and what is told of it."""

    kind: str
    place: int
    value: float
    threshold: float
    unit: str
    set_by: str
    only_note: bool = False


class Guard:
    """Looks at every block of readings of one run, after they were written."""

    def __init__(
        self, station: StationConfig, limits: Limits, regime: str, *, controlled: bool
    ) -> None:
        """`regime` is what the run says of itself; `controlled`: there is a temperature controller.

        Jumps, conductances, and compliance are looked for in the interface regime alone.
        """
        self._config = station.guard
        self._limits = limits
        self._controlled = controlled
        self._set_by = f"guard of station {station.name!r}"
        self._interface = interface_regime(station.sample, regime)
        self._within: set[str] = set()
        self._last: ReadingBlock | None = None
        self._told: set[tuple[str, str]] = set()
        self.notes: list[GuardEvent] = []
        """Events that stopped nothing: the first of each kind on each device."""

    def inspect(
        self,
        application: Application,
        number: int,
        first_point: int,
        trace: Trace,
        temperature_k: FloatArray,
    ) -> None:
        """Raise `GuardTripped` for the first reading of a block that must stop the run.

        `number` is the application's within the run, `first_point` the place of the block's first
        reading among all readings of the application; `trace.time_s` is the clock of the run.
        `temperature_k`: shape (n,), or one value for all.
        """
        if not len(trace):
            return
        block = ReadingBlock.of(application, number, first_point, trace, temperature_k)
        findings = sorted(self._findings(block), key=lambda finding: finding.place)
        self._last = block
        for finding in findings:
            event = self._event(finding, block)
            if event.action is Action.STOP:
                raise GuardTripped(f"{event}; the run was stopped", event.as_record())
            self._note(event)

    def _findings(self, block: ReadingBlock) -> Iterator[_Finding]:
        """The first finding of each kind that is looked for."""
        looks = {
            "jump": self._jump,
            "conductance": self._conductance,
            "compliance": self._compliance,
            "overflow": self._overflow,
            "temperature_lost": self._temperature_lost,
            "temperature_range": self._temperature_range,
        }
        for kind, look in looks.items():
            if self._config.actions[kind] is Action.OFF:
                continue
            if self._interface or kind not in _INTERFACE_ONLY:
                finding = look(block)
                if finding is not None:
                    yield finding

    def _jump(self, block: ReadingBlock) -> _Finding | None:
        jump = first_jump(block, self._last, self._config.jump_decades)
        if jump is None:
            return None
        return _Finding(
            "jump", jump.place, jump.decades, jump.allowed_decades, "decades", self._set_by
        )

    def _conductance(self, block: ReadingBlock) -> _Finding | None:
        """Above the range, by what this run did; a device found so is only noted."""
        device, sensing = block.application.device, block.application.sensing
        warm = block.temperature_k > WARM_K
        highest_s = np.where(
            (np.abs(block.trace.set_v) <= READ_V) & ~warm,
            self._config.read_conductance_max_s,
            self._config.conductance_max_s,
        )
        resolved = np.abs(block.trace.current_a) >= RESOLVED_SHARE * sensing.range_a
        above = np.flatnonzero(resolved & (block.conductance_s > highest_s))
        sound = np.flatnonzero(block.conductance_s <= WITHIN_SHARE * highest_s)
        was_within = device in self._within
        if sound.size:
            self._within.add(device)
        if not above.size:
            return None
        if not was_within and sound.size and (later := above[above > sound[0]]).size:
            above, was_within = later, True
        place = int(above[0])
        return _Finding(
            "conductance",
            place,
            float(block.conductance_s[place]),
            float(highest_s[place]),
            "S",
            self._set_by,
            only_note=not was_within,
        )

    def _compliance(self, block: ReadingBlock) -> _Finding | None:
        sensing = block.application.sensing
        return self._flagged(
            "compliance", block, block.trace.flags & Flag.COMPLIANCE != 0, sensing.limit_a
        )

    def _overflow(self, block: ReadingBlock) -> _Finding | None:
        trace, sensing = block.trace, block.application.sensing
        bad = (trace.flags & Flag.OVERFLOW != 0) | ~np.isfinite(trace.current_a + trace.voltage_v)
        # A current that stands at its limit, the end of the range, overflows by its noise.
        bad &= trace.flags & Flag.COMPLIANCE == 0
        return self._flagged("overflow", block, bad, sensing.range_a)

    def _flagged(
        self, kind: str, block: ReadingBlock, bad: NDArray[np.bool_], threshold_a: float
    ) -> _Finding | None:
        """The first bad reading; only noted of a read, which may be looking for its range."""
        places = np.flatnonzero(bad)
        if not places.size:
            return None
        place = int(places[0])
        current_a = abs(float(block.trace.current_a[place]))
        reading = block.application.purpose is Purpose.READ
        return _Finding(kind, place, current_a, threshold_a, "A", "procedure", only_note=reading)

    def _temperature_lost(self, block: ReadingBlock) -> _Finding | None:
        lost = np.flatnonzero(np.isnan(block.temperature_k))
        if not (self._controlled and lost.size):
            return None
        return _Finding("temperature_lost", int(lost[0]), math.nan, math.nan, "K", self._set_by)

    def _temperature_range(self, block: ReadingBlock) -> _Finding | None:
        lowest, highest = self._limits.temperature_min, self._limits.temperature_max
        for limit, beyond_k in (
            (lowest, lowest.value - block.temperature_k),
            (highest, block.temperature_k - highest.value),
        ):
            places = np.flatnonzero(beyond_k > STAGE_TOLERANCE_K)
            if places.size:
                place = int(places[0])
                value_k = float(block.temperature_k[place])
                return _Finding("temperature_range", place, value_k, limit.value, "K", limit.set_by)
        return None

    def _event(self, finding: _Finding, block: ReadingBlock) -> GuardEvent:
        """The finding with all that is known of its place."""
        application, point = block.application, block.first_point + finding.place
        action = self._config.actions[finding.kind]
        if finding.only_note:
            action = Action.NOTE
        unsound = finding.kind in _UNSOUND and action is Action.STOP
        return GuardEvent(
            kind=finding.kind,
            action=action,
            device=application.device,
            application=block.number,
            repeat=point * application.waveform.repeats // application.waveform.recorded_points,
            cycle=_cycle(application, point),
            time_s=float(block.trace.time_s[finding.place]),
            value=finding.value,
            threshold=finding.threshold,
            unit=finding.unit,
            set_by=finding.set_by,
            quarantine=unsound and self._config.quarantine,
        )

    def _note(self, event: GuardEvent) -> None:
        if (event.kind, event.device) in self._told:
            return
        self._told.add((event.kind, event.device))
        self.notes.append(event)
        logger.info("noted by the guard: %s", event)


def _cycle(application: Application, point: int) -> float | None:
    value = application.columns.get(CYCLE.header)
    if value is None:
        return None
    return float(value if np.ndim(value) == 0 else np.asarray(value)[point])
