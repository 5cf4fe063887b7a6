"""How an interrupted application is taken up: what came is kept, stress is not repeated."""

from __future__ import annotations

import logging
from collections.abc import Callable

from drivers.roles import Trace, Waveform
from labctl.bench.history import PastApplication
from labctl.bench.interrupted import Rescued, Rest, Witness, what_is_left
from labctl.bench.journal import Segment
from labctl.bench.memory import Memory
from labctl.bench.recording import Recording, late
from labctl.ledger.ledger import Ledger
from procedures.base import Purpose

logger = logging.getLogger(__name__)

AskUncertain = Callable[[str], None]
"""Told what is uncertain; raises when the run must not go on."""


class Resumption:
    """Takes up the one application that was in flight when the run was interrupted."""

    def __init__(
        self, memory: Memory, ledger: Ledger, rescued: Rescued, ask_uncertain: AskUncertain
    ) -> None:
        self._memory = memory
        self._ledger = ledger
        self._rescued = rescued
        self._ask_uncertain = ask_uncertain

    def take_up(
        self, event: PastApplication, part: Waveform, recording: Recording
    ) -> Segment | None:
        """Account for what came of it; returns what is left to play, None when nothing is.

        `recording` holds the points that the run had already.
        """
        known = recording.came_of_part - event.first_point + event.skip
        recording.write(late(self._rescued.trace[known:], event.at_s))
        came = recording.came_of_part
        if recording.must_end():
            recording.cut_short = True
            self._settle(event, recording, None, uncertain=False)
            self._memory.journal.end(event.number, came, cut_short=True)
            return None
        rest = self._decide(event, part, came)
        played = max(1, event.waveform.repeats - rest.repeats + bool(rest.skip))
        self._settle(event, recording, played, uncertain=rest.uncertain_upto > came)
        recording.mark_uncertain(rest.uncertain_upto, event.at_s)
        if not rest.repeats:
            self._memory.journal.end(event.number, recording.came_of_part, cut_short=False)
            return None
        played = part.repeats - rest.repeats
        recording.elapsed_before_s = played * part.duration_s / part.repeats
        return Segment(
            number=event.number,
            attempt=event.attempt + 1,
            waveform=repeated(part, rest.repeats),
            first_point=recording.came_of_part,
            skip=rest.skip,
        )

    def _decide(self, event: PastApplication, part: Waveform, came: int) -> Rest:
        if event.uncertain_upto is not None:
            # Decided when it was taken up before; nothing was begun since.
            rest = what_is_left(part, event.purpose, event.uncertain_upto, Witness.NEVER_BEGUN)
            return Rest(event.uncertain_upto, rest.repeats)
        witness = self._rescued.witness
        rest = what_is_left(part, event.purpose, came, witness)
        missing = rest.uncertain_upto - came
        unread = event.purpose is Purpose.STRESS and part.recorded_points == 0
        if missing or (unread and witness is not Witness.NEVER_BEGUN):
            told = _told(event, part, came, rest, witness)
            self._memory.journal.uncertain(event.number, rest.uncertain_upto, told)
            logger.warning("%s", told)
            self._ask_uncertain(told)
        return rest

    def _settle(
        self,
        event: PastApplication,
        recording: Recording,
        repeats: int | None,
        *,
        uncertain: bool,
    ) -> None:
        """Complete what the ledger says of the interrupted attempt: so many repeats at most.

        None: until its last reading, where its watch ended it.
        """
        device = self._ledger.device(event.device)
        if self._rescued.witness is Witness.NEVER_BEGUN:
            device.not_applied(event.tag, Witness.NEVER_BEGUN.value)
            return
        first = recording.part_first + event.first_point - event.skip
        device.measured(
            event.tag,
            event.waveform,
            event.purpose,
            Trace.join(recording.traces)[first:],
            cut_short=True,
            uncertain=uncertain,
            at_most=None if repeats is None else repeated(event.waveform, repeats),
        )


def repeated(waveform: Waveform, repeats: int) -> Waveform:
    """The same levels, played so many times."""
    return Waveform(waveform.levels_v, waveform.dwell_s, waveform.record, repeats)


def _told(event: PastApplication, part: Waveform, came: int, rest: Rest, witness: Witness) -> str:
    what = f"application {event.number} on {event.device} was interrupted; {witness.value}"
    if part.recorded_points == 0:
        return f"{what}: it counts as applied and is not repeated"
    each = part.recorded_points // part.repeats
    first, last = came // each + 1, rest.uncertain_upto // each
    repeats = f"repeat {first}" if first == last else f"repeats {first} to {last}"
    return (
        f"{what}: {came} of {part.recorded_points} readings came; {repeats} of {part.repeats} "
        "may or may not have been applied, and are not repeated"
    )
