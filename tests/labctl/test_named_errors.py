"""An error from below says which instrument it was."""

from __future__ import annotations

import pytest
from pyvisa import VisaIOError
from pyvisa.constants import StatusCode

from drivers.errors import InstrumentError
from labctl.bench.named_errors import NamedErrors

PLACE = "smu at GPIB0::26::INSTR"


class Troubled:
    """Raises what it is told to."""

    trouble: BaseException | None = None
    channel = "a"

    def at_zero(self, answer: bool, *, twice: bool = False) -> bool:
        """Documented."""
        if self.trouble is not None:
            raise self.trouble
        return answer and twice


def test_what_works_works() -> None:
    named = NamedErrors(Troubled(), PLACE)
    assert named.at_zero(True, twice=True) is True
    assert named.channel == "a"
    assert named.at_zero.__doc__ == "Documented."


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (VisaIOError(StatusCode.error_timeout), "VI_ERROR_TMO"),
        (ValueError("could not convert string to float: '1.2\\x00'"), "could not convert"),
        (BrokenPipeError(32, "Broken pipe"), "Broken pipe"),
        (ConnectionResetError(), "ConnectionResetError"),
    ],
)
def test_errors_from_below_are_named(trouble: Exception, words: str) -> None:
    instrument = Troubled()
    instrument.trouble = trouble
    with pytest.raises(InstrumentError, match=words) as caught:
        NamedErrors(instrument, PLACE).at_zero(True)
    assert str(caught.value).startswith(PLACE)
    assert caught.value.__cause__ is trouble


@pytest.mark.parametrize("trouble", [InstrumentError("Keithley 2636B: no"), KeyboardInterrupt()])
def test_a_drivers_own_words_and_interrupts_stay_as_they_are(trouble: BaseException) -> None:
    instrument = Troubled()
    instrument.trouble = trouble
    with pytest.raises(type(trouble)) as caught:
        NamedErrors(instrument, PLACE).at_zero(True)
    assert caught.value is trouble
