"""Making one state in several devices, and reading it again and again at small bias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from drivers.roles import SmuCapabilities
from procedures.analysis.rt_points import AMPLITUDE
from procedures.base import Bench, PlannedApplication
from procedures.columns import PHASE, REPEAT, SETPOINT, STATE
from procedures.techniques.small_signal import SmallSignalRead, read_small_signal
from procedures.techniques.states import device_state, prepare

FIRST_GUESS_S = 1e-5
"""What is expected of a device that nothing is known of."""
SMALLEST_S = 1e-14
"""Below, nothing is expected of the next reading: the smallest range serves."""
MOST_RANGES = 5
"""Further ranges that a reading may have to go through; for `plan`."""


class StateReader:
    """Makes and reads the state of all devices, and numbers the readings."""

    def __init__(self, bench: Bench, state: str, read_v: float) -> None:
        """`state` is the text of a `State` parameter."""
        self._bench = bench
        self._state = device_state(state)
        self._read_v = read_v
        self._expected_s = dict.fromkeys(bench.devices, FIRST_GUESS_S)
        self._number = 0

    def prepare(self, setpoint_k: float) -> None:
        """Bring every device to its state."""
        for device in self._bench.devices:
            columns = self._columns(setpoint_k)
            found_s = prepare(self._bench, device, self._state, columns=columns)
            self._expected_s[device] = max(found_s, SMALLEST_S)

    def read_all(self, direction: str, setpoint_k: float, *, twice: bool) -> None:
        """Read every device once, and `twice` at double the bias as well."""
        self._number += 1
        for device in self._bench.devices:
            columns = self._columns(setpoint_k)
            found_s = self._read(device, self._read_v, {**columns, PHASE.header: direction})
            self._expected_s[device] = max(found_s, SMALLEST_S)
            if twice:
                self._read(device, 2 * self._read_v, {**columns, PHASE.header: AMPLITUDE})

    def _read(self, device: str, read_v: float, columns: Mapping[str, object]) -> float:
        expected_s = self._expected_s[device]
        return read_small_signal(self._bench, device, expected_s, read_v, columns)

    def _columns(self, setpoint_k: float) -> dict[str, object]:
        return {
            STATE.header: self._state.text,
            SETPOINT.header: setpoint_k,
            REPEAT.header: self._number,
        }


def planned_reads(
    devices: Sequence[str],
    smu: SmuCapabilities,
    biases_v: Sequence[float],
    *,
    count: int,
    pause_s: float,
) -> Iterator[PlannedApplication]:
    """`count` readings of every device at each bias, a pause before each round; for `plan`."""
    for device in devices:
        for bias_v in biases_v:
            read = SmallSignalRead.of(smu, FIRST_GUESS_S * bias_v, bias_v).application(device, {})
            share_s = pause_s / (len(devices) * len(biases_v))
            yield PlannedApplication(application=read, count=count, pause_s=share_s)
            yield PlannedApplication(application=read, count=0, at_most=count * MOST_RANGES)
