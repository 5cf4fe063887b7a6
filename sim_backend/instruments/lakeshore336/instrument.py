"""Lake Shore 336 temperature controller: messages, queries, and status (instruments.md §8.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sim_backend.clock import VirtualClock
from sim_backend.instruments import status_registers as status
from sim_backend.instruments.instrument import SimulatedInstrument
from sim_backend.instruments.lakeshore336.loops import CONTROL_OUTPUT, TemperatureLoops
from sim_backend.instruments.lakeshore336.readings import InputReadings, choose, show
from sim_backend.instruments.lakeshore336.settings import (
    HEATERS,
    OUTPUTS,
    SETTINGS,
    ExecutionError,
)
from sim_backend.physics.cryostat import Cryostat

TERMINATOR = b"\r\n"
TERMINAL_K = 296.15
"""Temperature of the room-temperature compensation junction, `TEMP?` [choice]."""
_COMMAND = re.compile(r"\s*(\*?[A-Za-z]+)(\??)\s*(.*?)\s*")
_ALARM, _NEW_READING = 1, 16
_RAMP_DONE = {"1": 8, "2": 4}
"""Bits of the operation register (instruments.md §8.1)."""
HEATER_OFF = "+0.005"
"""Answer of `HTR?` while the heater is off."""
_HEATER_FAULTS = {"1": "0", "2": "0"}
"""Answers of `HTRST?`: no heater is ever open or shorted here."""


_RELAYS = {"1": "0", "2": "0"}
"""Answers of `RELAYST?`: no alarm moves a relay here."""
NETWORK = "0,0.0.0.0,0.0.0.0,0.0.0.0,0.0.0.0,0.0.0.0,00:00:00:00:00:00,LSCI-336,"
"""Answer of `NETID?`: state, addresses, MAC, name, and domain of a cable that is not plugged in."""


class UnknownCommand(Exception):
    """A command the instrument does not have; it sets bit 5 of the event register."""


class LakeShore336(SimulatedInstrument):
    """Four inputs, of which A reads the stage, and two heaters, of which 1 drives it.

    There is no error queue: a command that is not understood or not possible sets a bit of the
    event register, answers nothing, and changes nothing.
    """

    def __init__(
        self, clock: VirtualClock, cryostat: Cryostat, *, serial: str = "LSA12AB/1234567"
    ) -> None:
        super().__init__(clock)
        self._serial = serial
        self._status = status.StatusRegisters()
        self._loops = TemperatureLoops(clock, cryostat, self._ramp_done)
        self._readings = InputReadings(cryostat, self._loops)
        self._queries = self._query_table()
        self._actions = self._action_table()

    def handle(self, message: bytes) -> None:
        """Execute the commands of one message and answer their queries together."""
        if self.output:
            # IEEE 488.2, INTERRUPTED: a new message throws the unread answer away.
            self.output.clear()
            self._status.raise_event(status.QUERY_ERROR)
        answers: list[str] = []
        for command in message.decode("ascii", errors="replace").split(";"):
            try:
                answer = self._execute(command)
            except UnknownCommand:
                self._status.raise_event(status.COMMAND_ERROR)
            except ExecutionError:
                self._status.raise_event(status.EXECUTION_ERROR)
            else:
                answers += [] if answer is None else [answer]
        if answers:
            self.respond(";".join(answers).encode("ascii", errors="replace") + TERMINATOR)

    def power_off(self) -> None:
        """Heater off; settings as after power-up."""
        super().power_off()
        self._loops.reset()

    def note_unterminated(self) -> None:
        """A query error."""
        self._status.raise_event(status.QUERY_ERROR)

    def status_byte(self) -> int:
        """Summary of the registers and of the output queue."""
        return self._status.status_byte(message_available=bool(self.output))

    def snapshot(self) -> dict[str, Any]:
        """Settings and ramps: a controller keeps working while no program talks to it."""
        return self._loops.snapshot()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up a state again; the cryostat has been restored before."""
        self._loops.restore(state)

    def _execute(self, text: str) -> str | None:
        if not text.strip():
            return None
        match = _COMMAND.fullmatch(text)
        if match is None:
            raise UnknownCommand(text)
        name, is_query = match[1].upper(), bool(match[2])
        parameters = [part.strip() for part in match[3].split(",")] if match[3] else []
        if is_query:
            return self._query(name, parameters)
        if name in self._actions:
            self._actions[name](parameters)
        elif name in SETTINGS:
            self._store(name, parameters)
        else:
            raise UnknownCommand(name)
        return None

    def _query(self, name: str, parameters: list[str]) -> str:
        if name in self._queries:
            return self._queries[name](parameters)
        if name not in SETTINGS:
            raise UnknownCommand(name)
        setting = SETTINGS[name]
        return setting.show(self._loops.value(name, *setting.key(parameters)))

    def _store(self, name: str, parameters: list[str]) -> None:
        setting = SETTINGS[name]
        key = setting.key(parameters)
        fields = setting.parse(parameters[len(key) :], self._loops.value(name, *key))
        if name == "RANGE" and key[0] not in HEATERS and fields[0] not in (0, 1):
            raise ExecutionError("outputs 3 and 4 are off or on")
        self._loops.store(name, key, fields)

    def _query_table(self) -> dict[str, Callable[[list[str]], str]]:
        registers, readings, loops = self._status, self._readings, self._loops
        return {
            "*IDN": lambda _: f"LSCI,MODEL336,{self._serial},2.9",
            "*ESR": lambda _: str(registers.take_event()),
            "*ESE": lambda _: str(registers.event_enable),
            "*SRE": lambda _: str(registers.service_enable),
            "*STB": lambda _: str(self.status_byte()),
            "*OPC": lambda _: "1",
            "*TST": lambda _: "0",
            "OPST": lambda _: str(self._operation_condition()),
            "OPSTE": lambda _: str(registers.operation_enable),
            "OPSTR": lambda _: str(registers.take_operation_event()),
            "KRDG": readings.kelvin,
            "CRDG": readings.celsius,
            "SRDG": readings.sensor_units,
            "RDGST": readings.status,
            "MDAT": readings.extremes,
            "ALARMST": readings.alarm_state,
            "TEMP": lambda _: show(TERMINAL_K),
            "SETP": lambda p: show(loops.shown_setpoint_k(choose(p, OUTPUTS))),
            "RAMPST": lambda p: str(int(loops.ramping(choose(p, HEATERS)))),
            "HTR": lambda p: self._heater_output(choose(p, HEATERS)),
            "HTRST": lambda p: _HEATER_FAULTS[choose(p, HEATERS)],
            "AOUT": lambda p: show(float(loops.value("MOUT", choose(p, ("3", "4")))[0])),
            "TUNEST": lambda _: "0,0,0,0",
            "RELAYST": lambda p: _RELAYS[choose(p, HEATERS)],
            "NETID": lambda _: NETWORK,
        }

    def _action_table(self) -> dict[str, Callable[[list[str]], None]]:
        registers = self._status
        return {
            "*CLS": lambda _: registers.clear(),
            "*RST": lambda _: self._loops.reset(),
            "*WAI": lambda _: None,
            "*OPC": lambda _: registers.raise_event(status.OPERATION_COMPLETE),
            "*ESE": lambda p: setattr(registers, "event_enable", _byte(p)),
            "*SRE": lambda p: setattr(registers, "service_enable", _byte(p)),
            "OPSTE": lambda p: setattr(registers, "operation_enable", _byte(p)),
            "ALMRST": lambda _: self._readings.reset_alarms(),
            "MNMXRST": lambda _: self._readings.forget_extremes(),
        }

    def _heater_output(self, output: str) -> str:
        if output == CONTROL_OUTPUT and self._loops.controlling():
            return f"{self._loops.heater_percent():+06.1f}"
        return HEATER_OFF

    def _operation_condition(self) -> int:
        condition = _ALARM if self._readings.any_alarm() else 0
        condition |= _NEW_READING if self._readings.new_reading() else 0
        for output, bit in _RAMP_DONE.items():
            condition |= 0 if self._loops.ramping(output) else bit
        return condition

    def _ramp_done(self, output: str) -> None:
        self._status.operation_event |= _RAMP_DONE[output]


def _byte(parameters: list[str]) -> int:
    if len(parameters) != 1 or not (parameters[0].isdecimal() and int(parameters[0]) < 256):
        raise ExecutionError(f"{parameters} instead of one number from 0 to 255")
    return int(parameters[0])
