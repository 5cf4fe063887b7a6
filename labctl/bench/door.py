"""The way of one waveform to a device: journal, ledger, relays, source, guard, and books again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import numpy as np

from drivers.roles import Trace
from labctl.bench.books import Books
from labctl.bench.clock import RunClock
from labctl.bench.glance import Glance
from labctl.bench.guard import Guard
from labctl.bench.instruments import Instruments, SafeState, make_safe
from labctl.bench.journal import Segment
from labctl.bench.limits import Limits
from labctl.bench.playback import Playback, Rows
from labctl.bench.recording import Recording
from labctl.bench.switching import DirectWiring, MatrixSwitch
from labctl.ledger.device_ledger import Started
from procedures.base import Application

logger = logging.getLogger(__name__)


@dataclass
class _Passage:
    """A waveform on its way."""

    segment: Segment
    recording: Recording
    playback: Playback
    account: Started
    rows: list[Rows] = field(default_factory=list)

    def settle(self, *, cut_short: bool) -> None:
        """Tell the ledger what came of it."""
        temperatures_k = np.concatenate([[np.nan], *(rows.temperature_k for rows in self.rows)])
        known_k = temperatures_k[np.isfinite(temperatures_k)]
        self.account.end(
            Trace.join([rows.trace for rows in self.rows]),
            float(known_k.mean()) if known_k.size else np.nan,
            cut_short=cut_short,
        )


class Door:
    """Plays one waveform at a time, and leaves nothing of it out of the books."""

    def __init__(
        self,
        instruments: Instruments,
        switch: MatrixSwitch | DirectWiring,
        clock: RunClock,
        books: Books,
        *,
        limits: Limits,
        guard: Guard,
        fetch_interval_s: float,
        glance: Glance,
    ) -> None:
        self._instruments = instruments
        self._switch = switch
        self._clock = clock
        self._books = books
        self._limits = limits
        self._guard = guard
        self._fetch_interval_s = fetch_interval_s
        self._glance = glance
        self._passage: _Passage | None = None

    def play(self, segment: Segment, recording: Recording) -> None:
        """Play it to its end, or until the application's watch trips.

        Raises `LimitRefused` and `GuardTripped` for what was measured, `InstrumentError`; the
        instruments are then as they were left, until `make_safe`.
        """
        journal, application = self._books.memory.journal, recording.application
        run = self._books.memory.run
        tag = segment.tag(run)
        account = self._books.ledger.begin(application, segment.waveform, tag)
        journal.begin(segment, application, tag, self._books.rows.rows, self._clock.now())
        self._connect(application.device)
        parts = self._instruments
        playback = Playback(parts.smu, parts.temperature, self._clock, segment.waveform)
        recording.skip = segment.skip
        self._passage = passage = _Passage(segment, recording, playback, account)
        self._glance.output = self._glance.output or None  # until the source has confirmed it
        start_s = playback.start(application.sensing, tag)
        journal.started(segment.number, start_s)
        self._begun(application, playback, start_s)
        for rows in playback.rows(start_s, self._interval_s(recording)):
            self._take(passage, rows)
            if recording.must_end():
                self._cut_short(passage)
                break
        self._passage = None
        journal.end(segment.number, recording.came_of_part, cut_short=recording.cut_short)
        passage.settle(cut_short=recording.cut_short)

    def make_safe(self) -> SafeState:
        """Bring every instrument to its safe state; then keep what the source had measured.

        Raises nothing: what failed stands in the result.
        """
        state = make_safe(self._instruments)
        self._switch.forget()
        self._shown_safe(state)
        if (passage := self._passage) is None:
            return state
        self._passage = None
        try:
            rest = passage.playback.rest()
            passage.rows.append(rest)
            passage.recording.write(rest)
            self._books.memory.journal.saved(passage.segment.number)
            passage.settle(cut_short=True)
        except Exception as error:  # the instruments are safe; lost readings must still be told
            logger.exception("readings of the waveform that was cut short could not be saved")
            lost = f"readings of the waveform that was cut short are lost: {error}"
            return replace(state, evidence={**state.evidence, "readings": {"error": lost}})
        return state

    def switch_off(self) -> None:
        """Source to 0 V and off at once; raises `InstrumentError` when it is not."""
        self._instruments.smu.make_safe()
        self._glance.source_off()

    def _connect(self, device: str) -> None:
        self._glance.device = device
        self._switch.connect(device)
        self._glance.closed = self._switch.closed

    def _begun(self, application: Application, playback: Playback, start_s: float) -> None:
        glance = self._glance
        glance.output, glance.compliance_a = True, application.sensing.limit_a
        glance.temperature_k, glance.time_s = playback.temperature_k, start_s

    def _shown_safe(self, state: SafeState) -> None:
        """Of what was read back, each instrument for itself."""
        if "output" in state.evidence.get("smu", {}):
            self._glance.source_off()
        if "closed" in state.evidence.get("matrix", {}):
            self._glance.closed = ()

    def _interval_s(self, recording: Recording) -> float:
        watch = recording.application.watch
        if watch is None:
            return self._fetch_interval_s
        return min(self._fetch_interval_s, watch.interval_s)

    def _take(self, passage: _Passage, rows: Rows) -> None:
        """Write what came in, and only then judge it."""
        recording, trace = passage.recording, rows.trace
        first = recording.came
        passage.rows.append(rows)
        self._glance.take(trace, passage.playback.temperature_k)
        recording.write(rows)
        self._limits.check_read_back(recording.application.device, trace.voltage_v, trace.current_a)
        self._guard.inspect(
            recording.application, recording.number, first, trace, rows.temperature_k
        )

    def _cut_short(self, passage: _Passage) -> None:
        """Source to 0 V and off now; what it had measured until then is written."""
        recording = passage.recording
        recording.cut_short = True
        self.switch_off()
        self._take(passage, passage.playback.rest())
        logger.info("%s: cut short by its watch", recording.application.device)
