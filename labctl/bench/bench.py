"""The one door: every volt that reaches a device passes through `Bench.apply`."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from drivers.roles import SmuCapabilities, Trace, Waveform
from labctl.bench.bending import QuietBending
from labctl.bench.clock import RunClock
from labctl.bench.counters import Counters
from labctl.bench.instruments import Instruments, SafeState, make_safe
from labctl.bench.limits import Limits
from labctl.bench.playback import Playback
from labctl.bench.recording import Recorder, Recording
from labctl.bench.stage import LimitedStage
from labctl.bench.switching import DirectWiring, MatrixSwitch
from labctl.config import StationConfig
from labctl.errors import BadInput, missing_role
from procedures.base import Application
from procedures.columns import Column

logger = logging.getLogger(__name__)


class Bench:
    """The instruments of one run, as its procedure sees them; fills `procedures.base.Bench`.

    What stands in the column Temperature is the latest reading before the row: one is taken when
    an application starts and then on a grid, whatever the fetch interval, so that rows do not
    depend on it. It is nan without a controller.
    """

    def __init__(
        self,
        instruments: Instruments,
        station: StationConfig,
        devices: Sequence[str],
        recorder: Recorder,
        *,
        columns: Sequence[Column] = (),
        stop_asked: Callable[[], bool] = lambda: False,
    ) -> None:
        """Changes nothing on any instrument; raises `BadInput` for devices that are not there.

        `columns` are the procedure's own; those only the bench can fill are filled in here.
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
        self._recorder = recorder
        self._columns = tuple(columns)
        self._smu = instruments.smu.capabilities()
        self._clock = RunClock(instruments.clock, stop_asked, instruments.wait_slice_s)
        self._switch = self._wired()
        self._counters = Counters(instruments, lambda: self._switch.closures)
        self._playing: Recording | None = None
        self.limits = Limits.effective(station.limits, station.name, self._smu)
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
    def clock(self) -> RunClock:
        """The run's clock; its origin is the start of the run."""
        return self._clock

    @property
    def smu(self) -> SmuCapabilities:
        """What the source-measure unit can play."""
        return self._smu

    def apply(self, application: Application) -> Trace:
        """Play one waveform on one device, and write every recorded point to the run.

        Returns all recorded points; `time_s` is the run's clock. More points than one application
        can hold are split, between repeats only. When the application's watch trips, the source
        goes to 0 V and off at once, and the points until then are all. Raises `BadInput` for a
        device that is not wired, `LimitRefused` before anything is sent, `InstrumentError` from
        the instruments.
        """
        self._station.wiring.crosspoint_of(application.device)
        self.limits.check(application.device, application.waveform, application.sensing)
        recording = Recording(application, self._recorder, self._columns)
        for part in split(application.waveform, self._smu):
            self._switch.connect(application.device)
            recording.number = self.applications.total()
            self.applications[application.purpose.value] += 1
            self._play(part, recording)
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
        self._switch.release()

    @property
    def stage(self) -> LimitedStage:
        """The stage's temperature; raises `BadInput` on a station without a controller."""
        if self._instruments.temperature is None:
            raise missing_role(self._station.name, "temperature")
        return LimitedStage(self._instruments.temperature, self.limits)

    @property
    def bending(self) -> QuietBending:
        """What bends the sample; raises `BadInput` on a station where nothing does."""
        if self._instruments.bending is None:
            raise missing_role(self._station.name, "bending")
        return QuietBending(self._instruments.bending, self._instruments.smu)

    def mark_read_phase(self) -> None:
        """Counters under `read` count from here to the end of the measurement."""
        self._counters.mark_read_phase()

    def counters(self) -> dict[str, object]:
        """What the run cost so far; see `labctl.bench.counters.Reading`."""
        return self._counters.report()

    def make_safe(self) -> SafeState:
        """Bring every instrument to its safe state; then keep what the source had measured.

        Raises nothing: what failed stands in the result.
        """
        state = make_safe(self._instruments)
        self._switch.forget()
        if self._playing is None:
            return state
        try:
            self._playing.save_rest()
        except Exception as error:  # the instruments are safe; lost readings must still be told
            logger.exception("readings of the waveform that was cut short could not be saved")
            lost = f"readings of the waveform that was cut short are lost: {error}"
            return replace(state, evidence={**state.evidence, "readings": {"error": lost}})
        finally:
            self._playing = None
        return state

    def _play(self, waveform: Waveform, recording: Recording) -> None:
        parts = self._instruments
        recording.playback = Playback(parts.smu, parts.temperature, self._clock, waveform)
        self._playing = recording
        application, interval_s = recording.application, self._station.timing.fetch_interval_s
        if application.watch is not None:
            interval_s = min(interval_s, application.watch.interval_s)
        for rows in recording.playback.play(application.sensing, interval_s):
            recording.write(rows)
            if recording.must_end():
                self._cut_short(recording)
                break
        self._playing = None

    def _cut_short(self, recording: Recording) -> None:
        """Source to 0 V and off now; what it had measured until then is written."""
        recording.cut_short = True
        self._instruments.smu.make_safe()
        recording.save_rest()
        logger.info("%s: cut short by its watch", recording.application.device)

    def _wired(self) -> MatrixSwitch | DirectWiring:
        if self._instruments.matrix is None:
            return DirectWiring(self._devices[0])
        return MatrixSwitch(
            self._instruments.matrix,
            self._instruments.smu,
            self._station.wiring,
            lambda: self._clock.wait(self._station.timing.settle_s),
        )


def split(waveform: Waveform, smu: SmuCapabilities) -> list[Waveform]:
    """Parts that the source can hold and play in one application, cut between repeats only.

    A single repeat that is too long is left whole: the driver refuses it with its own limit.
    """
    readings = waveform.recorded_points // waveform.repeats
    held = smu.max_points // max(1, readings)
    repeats = max(1, min(held, smu.max_levels_played // waveform.levels_v.size))
    if waveform.repeats <= repeats:
        return [waveform]
    whole, rest = divmod(waveform.repeats, repeats)
    counts = [repeats] * whole + [rest] * (rest > 0)
    logger.info("%d repeats are played in %d parts", waveform.repeats, len(counts))
    levels_v, dwell_s, record = waveform.levels_v, waveform.dwell_s, waveform.record
    return [Waveform(levels_v, dwell_s, record, count) for count in counts]
