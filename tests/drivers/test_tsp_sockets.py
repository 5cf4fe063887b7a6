"""Raw sockets know no device clear: what is left of an exchange must not answer the next one."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
import pyvisa
from pyvisa.constants import StatusCode

from drivers.errors import InstrumentError
from drivers.keithley707b import Keithley707B


class Socket:
    """An adapter on a raw socket, on which replies wait that nobody has read."""

    def __init__(self, *stale: bytes) -> None:
        self.connection = MagicMock(resource_class="SOCKET")
        self.connection.read_raw.side_effect = self._read_raw
        self.lines: list[str] = []
        self.waiting = list(stale)
        self.mute = False

    def write(self, command: str) -> None:
        self.lines.append(command)
        if self.mute:
            return
        if command.startswith("print('interrupted"):
            self.waiting.append(command[len("print('") : -len("')")].encode() + b"\n")
        elif command.startswith("channel.open"):
            self.waiting.append(b"0.00000e+00\tnil\n")

    def read(self) -> str:
        return self._read_raw().decode("ascii")

    def _read_raw(self) -> bytes:
        if not self.waiting:
            raise pyvisa.VisaIOError(StatusCode.error_timeout)
        return self.waiting.pop(0)


@pytest.mark.parametrize(
    "stale", [(), (b"1.0\t1A05\n",), (b"#0\x00\xff\xfe\n", b"interrupted 0\n", b"\n")]
)
def test_replies_that_nobody_read_answer_nothing(stale: tuple[bytes, ...]) -> None:
    adapter = Socket(*stale)
    assert Keithley707B(adapter).make_safe() == {"closed": [], "errors": []}
    assert adapter.lines[0] == "abort"
    assert adapter.waiting == []
    assert not adapter.connection.clear.called


def test_every_interruption_has_a_word_of_its_own() -> None:
    adapter = Socket()
    matrix = Keithley707B(adapter)
    matrix.make_safe()
    matrix.make_safe()
    words = [line for line in adapter.lines if "interrupted" in line]
    assert len(set(words)) == 2


def test_one_that_says_nothing_is_left_to_the_question_that_follows() -> None:
    adapter = Socket()
    adapter.mute = True
    with pytest.raises((InstrumentError, pyvisa.VisaIOError)):
        Keithley707B(adapter).make_safe()
    assert any(line.startswith("channel.open") for line in adapter.lines)
