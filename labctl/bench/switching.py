"""Which device is connected: the relays move only at 0 V, and every closure is counted."""

from __future__ import annotations

from collections.abc import Callable

from drivers.roles import SourceMeasureUnit, SwitchMatrix
from labctl.config import WiringConfig
from labctl.errors import BadInput, UnsafeState
from labctl.ledger.odometer import RelayOdometer


class MatrixSwitch:
    """Joins one device at a time to the source through the matrix."""

    def __init__(
        self,
        matrix: SwitchMatrix,
        smu: SourceMeasureUnit,
        wiring: WiringConfig,
        settle: Callable[[], None],
        odometer: RelayOdometer,
    ) -> None:
        self._matrix = matrix
        self._smu = smu
        self._wiring = wiring
        self._settle = settle
        self._odometer = odometer
        self._closed: frozenset[str] | None = None
        self.closures = 0
        """Crosspoints of devices that went from open to closed."""

    @property
    def closed(self) -> tuple[str, ...] | None:
        """Crosspoints that the matrix read back as closed; None while that is not known."""
        return None if self._closed is None else tuple(sorted(self._closed))

    def connect(self, device: str) -> None:
        """Connect one device and the static crosspoints, nothing else; nothing moves if they are.

        Raises `UnsafeState` when the source is not at 0 V, `InstrumentError` from the matrix.
        """
        crosspoint = self._wiring.crosspoint_of(device)
        wanted = frozenset((*self._wiring.static, crosspoint))
        if self._closed == wanted:
            return
        self._refuse_voltage(device)
        before = frozenset(self._matrix.closed()) if self._closed is None else self._closed
        # Unknown until the matrix has confirmed it.
        self._closed = None
        self._matrix.connect(sorted(wanted))
        self._closed = wanted
        self.closures += crosspoint not in before
        self._odometer.closed(sorted(wanted - before))
        self._settle()

    def release(self) -> None:
        """Open every crosspoint; raises `UnsafeState` when the source is not at 0 V."""
        if self._closed == frozenset():
            return
        self._refuse_voltage("the devices cannot be disconnected")
        self._closed = None
        self._matrix.connect([])
        self._closed = frozenset()

    def forget(self) -> None:
        """What is closed is not known any more."""
        self._closed = None

    def _refuse_voltage(self, what: str) -> None:
        if not self._smu.at_zero():
            raise UnsafeState(
                f"{what}: the source is not at 0 V, so the relays were not moved; "
                "set it to 0 V at the instrument, then look at what drives it"
            )


class DirectWiring:
    """A station without a matrix: one device, joined to the source by hand."""

    closures = 0
    closed = None
    """There are no crosspoints."""

    def __init__(self, device: str) -> None:
        self._device = device

    def connect(self, device: str) -> None:
        """Nothing moves; raises `UnsafeState` for any other device."""
        if device != self._device:
            raise UnsafeState(
                f"{device}: this station has no switch matrix, and {self._device} is connected"
            )

    def release(self) -> None:
        """Raises `BadInput`: nothing here can disconnect the device."""
        raise BadInput(
            f"{self._device} is wired by hand and cannot be disconnected by the program; "
            "choose 0 V between readings"
        )

    def forget(self) -> None:
        """There is nothing to forget."""
