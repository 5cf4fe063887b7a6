"""The one door: every volt that reaches a device passes through `Bench.apply`."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from drivers.roles import SmuCapabilities, Trace, Waveform
from labctl.bench.bending import QuietBending
from labctl.bench.books import Books
from labctl.bench.clock import RunClock, Stopped
from labctl.bench.counters import Counters
from labctl.bench.door import Door
from labctl.bench.glance import Glance
from labctl.bench.guard import Guard
from labctl.bench.instruments import Instruments, SafeState
from labctl.bench.journal import Segment
from labctl.bench.limits import Limits
from labctl.bench.memory import Recollection
from labctl.bench.recording import Recording
from labctl.bench.remembered import RememberedBending, RememberedClock, RememberedStage
from labctl.bench.requests import NO_REQUESTS, Requests
from labctl.bench.resumption import Resumption, repeated
from labctl.bench.stage import LimitedStage
from labctl.bench.switching import DirectWiring, MatrixSwitch
from labctl.config import StationConfig
from labctl.errors import BadInput, missing_role
from labctl.ledger.odometer import RelayOdometer
from procedures.base import Application
from procedures.columns import Column

logger = logging.getLogger(__name__)

PAUSE_SLICE_S = 0.1
"""How long a paused run goes without looking whether it is to stop."""


class Bench:
    """The instruments of one run, as its procedure sees them; fills `procedures.base.Bench`.

    What stands in the column Temperature is the latest reading before the row: one is taken when
    an application starts and then on a grid, whatever the fetch interval, so that rows do not
    depend on it. It is nan without a controller.

    A run that was interrupted is resumed by running its procedure again: what the bench answered
    then it answers once more, and touches nothing, until its journal ends (`labctl.bench.memory`).
    """

    def __init__(
        self,
        instruments: Instruments,
        station: StationConfig,
        devices: Sequence[str],
        books: Books,
        *,
        limits: Limits,
        guard: Guard,
        odometer: RelayOdometer,
        columns: Sequence[Column] = (),
        requests: Requests = NO_REQUESTS,
        origin_s: float | None = None,
        resumption: Resumption | None = None,
    ) -> None:
        """Changes nothing on any instrument; raises `BadInput` for devices that are not there.

        `columns` are the procedure's own; those only the bench can fill are filled in here.
        `origin_s` is where the run's clock began, by the station's clock; None for now.
        """
        for device in devices:
            station.wiring.crosspoint_of(device)
        if instruments.matrix is None and len(devices) != 1:
            raise BadInput(
                f"{len(devices)} devices were asked for, but station {station.name!r} has no "
                "switch matrix; ask for one device"
            )
        self._instruments = instruments
        self._station = station
        self._devices = tuple(devices)
        self._books = books
        self._odometer = odometer
        self._columns = tuple(columns)
        self._requests = requests
        self._resumption = resumption
        self._smu = instruments.smu.capabilities()
        self._run_clock = RunClock(
            instruments.clock, requests.stop_asked, instruments.wait_slice_s, origin_s
        )
        self.glance = Glance(virtual=math.isinf(instruments.wait_slice_s))
        """The instruments as their last messages left them."""
        self._switch = self._wired()
        self._door = Door(
            instruments,
            self._switch,
            self._run_clock,
            books,
            limits=limits,
            guard=guard,
            fetch_interval_s=station.timing.fetch_interval_s,
            glance=self.glance,
        )
        self._counters = Counters(instruments, lambda: self._switch.closures)
        self.limits = limits
        self.guard = guard
        self.applications: Counter[str] = Counter()
        """Number of applications so far, by purpose."""

    @property
    def devices(self) -> tuple[str, ...]:
        """Devices of this run, in the order they were asked for."""
        return self._devices

    @property
    def wired_devices(self) -> tuple[str, ...]:
        """All devices of the station, in the order of its wiring."""
        return tuple(self._station.wiring.devices)

    @property
    def clock(self) -> RememberedClock:
        """The run's clock; its origin is the start of the run."""
        return RememberedClock(self._run_clock, self._books.memory)

    @property
    def origin_s(self) -> float:
        """The station's clock at the start of the run."""
        return self._run_clock.origin_s

    @property
    def smu(self) -> SmuCapabilities:
        """What the source-measure unit can play."""
        return self._smu

    def apply(self, application: Application) -> Trace:
        """Play one waveform on one device, and write every recorded point to the run.

        Returns all recorded points; `time_s` is the run's clock. More points than one application
        can hold are split, between repeats only. When the application's watch trips, the source
        goes to 0 V and off at once, and the points until then are all. Raises `BadInput` for a
        device that is not wired, `LimitRefused` before anything is sent, or when what was
        measured is beyond a limit, `GuardTripped`, `InstrumentError` from the instruments.
        """
        self._station.wiring.crosspoint_of(application.device)
        if not self._books.memory.recalling:
            self._check_limits(application, application.waveform)
        recording = Recording(application, self._books, self._columns)
        for part in split(application.waveform, self._smu):
            self._apply_part(part, recording)
            if recording.cut_short:
                break
        recording.refuse_missing()
        return Trace.join(recording.traces)

    def apply_each(self, applications: Iterable[Application]) -> Iterator[Trace]:
        """`apply` for many, one after another, in the order given."""
        for application in applications:
            yield self.apply(application)

    def release(self) -> None:
        """Open all relays, the source at 0 V; the next application connects its own device."""
        if not self._books.memory.recalling:
            self._switch.release()
            self.glance.closed = self._switch.closed

    @property
    def stage(self) -> RememberedStage:
        """The stage's temperature; raises `BadInput` on a station without a controller."""
        if self._instruments.temperature is None:
            raise missing_role(self._station.name, "temperature")
        stage = LimitedStage(self._instruments.temperature, self.limits, self.glance)
        return RememberedStage(stage, self._books.memory)

    @property
    def bending(self) -> RememberedBending:
        """What bends the sample; raises `BadInput` on a station where nothing does."""
        if self._instruments.bending is None:
            raise missing_role(self._station.name, "bending")
        bending = QuietBending(self._instruments.bending, self._door.switch_off)
        return RememberedBending(bending, self._books.memory)

    def mark_read_phase(self) -> None:
        """Counters under `read` count from here to the end of the measurement."""
        self._counters.mark_read_phase()

    def counters(self) -> dict[str, object]:
        """What the run cost so far; see `labctl.bench.counters.Reading`."""
        return self._counters.report()

    def make_safe(self) -> SafeState:
        """Bring every instrument to its safe state; see `labctl.bench.door.Door.make_safe`."""
        return self._door.make_safe()

    def _apply_part(self, part: Waveform, recording: Recording) -> None:
        number = self.applications.total()
        recording.begin_part(number)
        self.applications[recording.application.purpose.value] += 1
        past = self._books.memory.recall(recording.application, part)
        segment = Segment(number=number, waveform=part)
        if past is not None:
            recording.recall(past)
            segment = self._left_of(past, part, recording)
        if segment is not None:
            self._stand_still()
            self._door.play(segment, recording)

    def _left_of(self, past: Recollection, part: Waveform, recording: Recording) -> Segment | None:
        """What is still to be played of an application that an interrupted run began."""
        recording.cut_short = past.event.cut_short
        if past.event.ended or self._resumption is None:
            return None
        segment = self._resumption.take_up(past.event, part, recording)
        if segment is not None:
            self._check_limits(recording.application, segment.waveform)
        return segment

    def _check_limits(self, application: Application, waveform: Waveform) -> None:
        device, before = application.device, 0
        if math.isfinite(self.limits.cycles_max.value):
            before = self._books.ledger.device(device).stress_pulses()
        self.limits.check(device, waveform, application.sensing, application.purpose, before)

    def _stand_still(self) -> None:
        """While the run is paused, wait with the source at 0 V and off."""
        if not self._requests.paused:
            return
        self._door.switch_off()
        logger.info("paused")
        self._requests.rests(True)
        while self._requests.wait_while_paused(PAUSE_SLICE_S):
            pass
        self._requests.rests(False)
        if self._requests.stop_asked():
            raise Stopped("asked to stop")
        logger.info("goes on")

    def _wired(self) -> MatrixSwitch | DirectWiring:
        if self._instruments.matrix is None:
            return DirectWiring(self._devices[0])
        return MatrixSwitch(
            self._instruments.matrix,
            self._instruments.smu,
            self._station.wiring,
            lambda: self._run_clock.wait(self._station.timing.settle_s),
            self._odometer,
        )


def split(waveform: Waveform, smu: SmuCapabilities) -> Iterator[Waveform]:
    """Parts that the source can hold and play in one application, cut between repeats only.

    A single repeat that is too long is left whole: the driver refuses it with its own limit.
    """
    readings = waveform.recorded_points // waveform.repeats
    held = smu.max_points // max(1, readings)
    repeats = max(1, min(held, smu.max_levels_played // waveform.levels_v.size))
    if waveform.repeats > repeats:
        parts = math.ceil(waveform.repeats / repeats)
        logger.info("%d repeats are played in %d parts", waveform.repeats, parts)
    for played in range(0, waveform.repeats, repeats):
        count = min(repeats, waveform.repeats - played)
        yield waveform if count == waveform.repeats else repeated(waveform, count)
