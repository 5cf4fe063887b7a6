"""The Keithley 2636B dual-channel source-measure unit, simulated down to its trigger model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim_backend.clock import VirtualClock
from sim_backend.instruments.keithley2636b.channel import (
    CURRENT_LIMIT,
    VOLTAGE_LIMIT,
    SmuChannel,
)
from sim_backend.instruments.keithley2636b.display import add_front_panel
from sim_backend.instruments.keithley2636b.overlapped import OverlappedMeasurements
from sim_backend.instruments.keithley2636b.runs import TIMERS, SweepRuns
from sim_backend.instruments.keithley2636b.sweep import SweepPlayer
from sim_backend.instruments.keithley2636b.tables import add_overlapped, fill_channel
from sim_backend.instruments.keithley2636b.trigger import ChannelTrigger
from sim_backend.instruments.keithley2636b.trigger_model_setup import SweepEvents
from sim_backend.instruments.tsp.engine import Wait
from sim_backend.instruments.tsp.errors import TspFault
from sim_backend.instruments.tsp.instrument import LONGEST_DELAY_S, TspInstrument
from sim_backend.instruments.tsp.namespace import Namespace, within
from sim_backend.instruments.tsp.status import StatusRegister
from sim_backend.instruments.tsp.trigger import COMMAND_EVENT, TriggerObjects

if TYPE_CHECKING:
    from sim_backend.circuit import Circuit
    from sim_backend.physics.front_end import FrontEnd

EVENTS = {
    "smua": SweepEvents(
        sweeping=55, armed=48, source_complete=46, measure_complete=45, pulse_complete=47,
        sweep_complete=44, idle=43,
    ),
    "smub": SweepEvents(
        sweeping=56, armed=54, source_complete=52, measure_complete=51, pulse_complete=53,
        sweep_complete=50, idle=49,
    ),
}  # fmt: skip
"""Numbers a real 2600 prints where they are known (instruments.md §2), the rest [choice]."""

STATUS_BITS = {"smua": 0x02, "smub": 0x04}
OVERRUN_BITS = {**STATUS_BITS, TIMERS: 0x400}
TRIGGER_POLL_S = 1e-3

OPERATION_SWEEPING, OPERATION_MEASURING, OPERATION_TRIGGER_OVERRUN = 0x08, 0x10, 0x400
MEASUREMENT_INSTRUMENT = 0x2000


class Keithley2636B(TspInstrument):
    """Two channels on one circuit, driven by Lua."""

    model = "2636B"
    firmware = "3.2.2"
    ascii_precision = 6

    def __init__(
        self,
        clock: VirtualClock,
        circuit: Circuit,
        *,
        front_ends: Mapping[str, FrontEnd],
        serial: str = "1398687",
    ) -> None:
        super().__init__(clock, serial)
        self._runs = SweepRuns(
            clock,
            lambda: self._objects,
            on_overrun=lambda name, detector: self._overruns[name].latch(detector),
            on_finished=self._sweep_finished,
        )
        self._objects = TriggerObjects(self._runs.emit)
        self._channels = {
            name: SmuChannel(name, clock, circuit, front_end, self.line_frequency_hz)
            for name, front_end in front_ends.items()
        }
        self._triggers = {
            name: ChannelTrigger(channel, EVENTS[name]) for name, channel in self._channels.items()
        }
        self._players = {
            name: SweepPlayer(channel, self._report) for name, channel in self._channels.items()
        }
        self._overlapped = OverlappedMeasurements(clock, self._report, self._measuring_changed)
        self._sweeping = StatusRegister((self.status.operation, OPERATION_SWEEPING))
        self._measuring = StatusRegister((self.status.operation, OPERATION_MEASURING))
        self._overrun = StatusRegister((self.status.operation, OPERATION_TRIGGER_OVERRUN))
        self._limits = StatusRegister((self.status.measurement, MEASUREMENT_INSTRUMENT))
        self._overruns = {
            name: StatusRegister((self._overrun, bit)) for name, bit in OVERRUN_BITS.items()
        }
        self._channel_limits = {
            name: StatusRegister((self._limits, STATUS_BITS[name]), channel.limit_bits)
            for name, channel in self._channels.items()
        }
        self._triggered = False
        self.publish()

    def busy(self) -> bool:
        """Whether a sweep or an overlapped measurement is running."""
        return bool(self._runs.active or self._overlapped.active)

    def reset(self) -> None:
        """All settings as after power-up, outputs off, sweeps ended; buffers keep readings."""
        for name in self._channels:
            self._reset_channel(name)
        self._objects.reset()
        self.format.reset()

    def trigger(self) -> None:
        """A bus trigger or *TRG: the command-interface event."""
        self._triggered = True
        self._runs.emit(COMMAND_EVENT)

    def snapshot(self) -> dict[str, Any]:
        """Nothing is kept between processes: settings and buffers are as after power-up."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up `snapshot`."""

    def populate(self, root: Namespace) -> None:
        """The channels, their triggers, and what the front panel offers to scripts."""
        for name, channel in self._channels.items():
            space = root.table(name)
            fill_channel(space, channel, self._resetter(name), self._stopper(name))
            add_overlapped(space.objects["measure"], channel, self._overlapped.start)
            self._triggers[name].fill(
                space.table("trigger"), self._initiator(name), self._detector(name)
            )
        triggers = root.table("trigger")
        self._objects.fill(triggers)
        triggers.command("wait", self._wait_for_trigger)
        triggers.command("clear", self._forget_trigger)
        self._add_status(root.objects["status"])
        add_front_panel(root, tuple(self._channels))

    # Sweeps -------------------------------------------------------------------------------------

    def _initiate(self, name: str) -> None:
        if name in self._runs.active:
            raise TspFault(-213, f"Init ignored: {name} is sweeping already")
        setup, storing, limits = self._triggers[name].sweep()
        self._runs.initiate(name, setup, self._players[name], storing=storing, limits=limits)
        self._sweeping.change(STATUS_BITS[name], STATUS_BITS[name])

    def _sweep_finished(self, name: str) -> None:
        self._sweeping.change(0, STATUS_BITS[name])
        self.operation_ended()

    def _measuring_changed(self, name: str, measuring: bool) -> None:
        bit = STATUS_BITS[name]
        self._measuring.change(bit if measuring else 0, bit)
        self.operation_ended()

    def _stop_channel(self, name: str) -> None:
        self._runs.abort(name)
        self._overlapped.abort(name)

    def _wait_for_trigger(self, timeout: Any) -> Wait:
        """`trigger.wait(s)`: whether *TRG came before the time was over."""
        latest_s = self.clock.now_s + within(0.0, LONGEST_DELAY_S, " s")(timeout)
        while not self._triggered and self.clock.now_s < latest_s:
            yield min(self.clock.now_s + TRIGGER_POLL_S, latest_s)
        triggered, self._triggered = self._triggered, False
        return triggered

    def _forget_trigger(self) -> None:
        self._triggered = False

    def _reset_channel(self, name: str) -> None:
        self._stop_channel(name)
        self._triggers[name].settings.restore_defaults()
        self._channels[name].reset()

    def _report(self, fault: TspFault) -> None:
        self.errors.add(fault.code, fault.message)

    def _initiator(self, name: str) -> Callable[[], None]:
        return lambda: self._initiate(name)

    def _resetter(self, name: str) -> Callable[[], None]:
        return lambda: self._reset_channel(name)

    def _stopper(self, name: str) -> Callable[[], None]:
        return lambda: self._stop_channel(name)

    def _detector(self, name: str) -> Callable[[int], None]:
        return lambda detector: self._runs.detect(name, detector)

    # Status -------------------------------------------------------------------------------------

    def _add_status(self, status: Namespace) -> None:
        bits = {name.upper(): STATUS_BITS[name] for name in self._channels}
        operation, measurement = status.objects["operation"], status.objects["measurement"]
        operation.constants(SWE=OPERATION_SWEEPING, MEAS=OPERATION_MEASURING)
        operation.constants(TRGOVR=OPERATION_TRIGGER_OVERRUN)
        operation.objects["sweeping"] = self._sweeping.namespace(**bits)
        operation.objects["measuring"] = self._measuring.namespace(**bits)
        overrun = operation.objects["trigger_overrun"] = self._overrun.namespace(**bits)
        instrument = measurement.objects["instrument"] = self._limits.namespace(**bits)
        measurement.constants(INST=MEASUREMENT_INSTRUMENT)
        overrun.objects[TIMERS] = self._overruns[TIMERS].namespace()
        for name in self._channels:
            overrun.objects[name] = self._overruns[name].namespace(ARM=2, SRC=4, MEAS=8, ENDP=16)
            instrument.objects[name] = self._channel_limits[name].namespace(
                VLMT=VOLTAGE_LIMIT, ILMT=CURRENT_LIMIT
            )
