"""The status model of a TSP instrument: register sets that summarise into the status byte."""

from __future__ import annotations

from collections.abc import Callable

from sim_backend.instruments.tsp.errors import TspError
from sim_backend.instruments.tsp.namespace import Namespace, whole

ALL_BITS = 0xFFFF

MEASUREMENT_SUMMARY = 0x01
ERROR_AVAILABLE = 0x04
QUESTIONABLE_SUMMARY = 0x08
STANDARD_SUMMARY = 0x20
MASTER_SUMMARY = 0x40
OPERATION_SUMMARY = 0x80

OPERATION_COMPLETE = 0x01
QUERY_ERROR = 0x04
DEVICE_ERROR = 0x08
EXECUTION_ERROR = 0x10
COMMAND_ERROR = 0x20


class StatusRegister:
    """One register set: condition, latched event, enable, and transition filters.

    With `summary` (a register set above and the bit there) its enabled events show above.
    `sample` gives the condition at the moment somebody asks.
    """

    def __init__(
        self,
        summary: tuple[StatusRegister, int] | None = None,
        sample: Callable[[], int] | None = None,
    ) -> None:
        self._condition = 0
        self._event = 0
        self.enable = 0
        self.ptr = ALL_BITS
        self.ntr = 0
        self._summary = summary
        self._sample = sample

    @property
    def condition(self) -> int:
        """The bits as they are now."""
        if self._sample is not None:
            self.change(self._sample(), ALL_BITS)
        return self._condition

    @property
    def summary(self) -> bool:
        """Whether an enabled event is latched."""
        return bool(self._event & self.enable)

    def change(self, bits: int, mask: int) -> None:
        """Set the condition bits in `mask` to those of `bits`; edges are latched as events."""
        before = self._condition
        self._condition = (before & ~mask) | (bits & mask)
        rising = self._condition & ~before & self.ptr
        falling = before & ~self._condition & self.ntr
        self.latch(rising | falling)

    def latch(self, bits: int) -> None:
        """Record events that have no condition, such as an overrun."""
        self._event |= bits
        self._tell()

    def take_event(self) -> int:
        """Read the latched events, which clears them."""
        event, self._event = self._event, 0
        self._tell()
        return event

    def namespace(self, **bits: int) -> Namespace:
        """The register set as scripts see it, with names for its bits."""
        space = Namespace(lua_type="status_register_set")
        space.constants(**bits)
        space.reading("condition", lambda: self.condition)
        space.reading("event", self.take_event)
        for name in ("enable", "ptr", "ntr"):
            space.setting(name, self, name, whole(0, ALL_BITS))
        return space

    def _tell(self) -> None:
        if self._summary is not None:
            above, bit = self._summary
            above.change(bit if self.summary else 0, bit)


class StatusModel:
    """The register sets every TSP instrument has, and the status byte they end in."""

    def __init__(self) -> None:
        self.standard = StatusRegister()
        self.measurement = StatusRegister()
        self.operation = StatusRegister()
        self.questionable = StatusRegister()
        self.request_enable = 0

    def note_error(self, error: TspError) -> None:
        """Latch the standard event that belongs to an entry of the error queue."""
        self.standard.latch(_standard_bit(error.code))

    def clear(self) -> None:
        """Forget all latched events (*CLS)."""
        for register in (self.standard, self.measurement, self.operation, self.questionable):
            register.take_event()

    def byte(self, *, errors: bool, message: int) -> int:
        """The status byte, given whether errors wait and the message-available bit."""
        byte = message
        byte |= ERROR_AVAILABLE if errors else 0
        byte |= MEASUREMENT_SUMMARY if self.measurement.summary else 0
        byte |= QUESTIONABLE_SUMMARY if self.questionable.summary else 0
        byte |= STANDARD_SUMMARY if self.standard.summary else 0
        byte |= OPERATION_SUMMARY if self.operation.summary else 0
        return byte | (MASTER_SUMMARY if byte & self.request_enable & ~MASTER_SUMMARY else 0)

    def namespace(self, current_byte: Callable[[], int]) -> Namespace:
        """The `status` table without the instrument's own register sets."""
        space = Namespace()
        space.reading("condition", current_byte)
        space.setting("request_enable", self, "request_enable", whole(0, 0xFF))
        space.objects["standard"] = self.standard.namespace(
            OPC=OPERATION_COMPLETE,
            QYE=QUERY_ERROR,
            DDE=DEVICE_ERROR,
            EXE=EXECUTION_ERROR,
            CME=COMMAND_ERROR,
        )
        space.constants(
            MSB=MEASUREMENT_SUMMARY,
            EAV=ERROR_AVAILABLE,
            QSB=QUESTIONABLE_SUMMARY,
            MAV=0x10,
            ESB=STANDARD_SUMMARY,
            MSS=MASTER_SUMMARY,
            OSB=OPERATION_SUMMARY,
        )
        space.objects["measurement"] = self.measurement.namespace()
        space.objects["operation"] = self.operation.namespace()
        space.objects["questionable"] = self.questionable.namespace()
        return space


def _standard_bit(code: int) -> int:
    if -199 <= code <= -100 or code == -285:
        return COMMAND_ERROR
    if -299 <= code <= -200:
        return EXECUTION_ERROR
    if -499 <= code <= -400:
        return QUERY_ERROR
    return DEVICE_ERROR
