"""The IEEE-488.2 common commands a TSP instrument accepts beside Lua."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim_backend.instruments.tsp.status import OPERATION_COMPLETE

if TYPE_CHECKING:
    from sim_backend.instruments.tsp.engine import Wait
    from sim_backend.instruments.tsp.instrument import TspInstrument


class CommonCommands:
    """Executes `*IDN?` and its kin for one instrument."""

    def __init__(self, instrument: TspInstrument) -> None:
        self._instrument = instrument
        self._complete_later = False
        self._actions = {
            "*CLS": self._clear,
            "*OPC": self.complete_later,
            "*RST": instrument.reset,
            "*WAI": lambda: instrument.await_command(instrument.wait_complete()),
            "*OPC?": lambda: instrument.await_command(self._answer_complete()),
            "*IDN?": lambda: self._answer(
                f"Keithley Instruments Inc., Model {instrument.model}, "
                f"{instrument.serial}, {instrument.firmware}"
            ),
            "*TST?": lambda: self._answer("0"),
            "*ESE?": lambda: self._answer(f"{instrument.status.standard.enable}"),
            "*ESR?": lambda: self._answer(f"{instrument.status.standard.take_event()}"),
            "*SRE?": lambda: self._answer(f"{instrument.status.request_enable}"),
            "*STB?": lambda: self._answer(f"{instrument.status_byte()}"),
        }

    def execute(self, line: str) -> None:
        """Run one common command; an unknown one is an undefined header."""
        word, _, argument = line.strip().partition(" ")
        word = word.upper()
        if word in ("*ESE", "*SRE"):
            self._enable(word, argument)
        elif word in self._actions and not argument:
            self._actions[word]()
        else:
            self._instrument.errors.add(-113, f"Undefined header: {line}")

    def complete_later(self) -> None:
        """Latch operation-complete as soon as no overlapped operation is running (*OPC)."""
        self._complete_later = True
        self.operation_ended()

    def operation_ended(self) -> None:
        """Note that an overlapped operation may have been the last one."""
        if self._complete_later and not self._instrument.busy():
            self._complete_later = False
            self._instrument.status.standard.latch(OPERATION_COMPLETE)

    def _enable(self, word: str, argument: str) -> None:
        if not argument.strip().isdecimal() or int(argument) > 0xFF:
            self._instrument.errors.add(-222, f"Parameter data out of range: {argument}, 0 to 255")
        elif word == "*ESE":
            self._instrument.status.standard.enable = int(argument)
        else:
            self._instrument.status.request_enable = int(argument)

    def _clear(self) -> None:
        self._instrument.status.clear()
        self._instrument.errors.clear()

    def _answer(self, answer: str) -> None:
        self._instrument.respond(answer.encode() + b"\n")

    def _answer_complete(self) -> Wait:
        yield from self._instrument.wait_complete()
        self._answer("1")
