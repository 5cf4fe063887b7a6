"""Which exit code and which one line every kind of error ends in."""

from __future__ import annotations

from labctl.cli.answer import Answer, ExitCode
from labctl.errors import BadInput, GuardTripped, LabError, LimitRefused
from procedures.errors import ParameterError


def answer_to(error: BaseException) -> Answer:
    """The answer for an error that ended a command; one line, no traceback."""
    match error:
        case BadInput() | ParameterError():
            return Answer.refusal(ExitCode.BAD_INPUT, str(error))
        case LimitRefused() | GuardTripped():
            return Answer.refusal(ExitCode.LIMIT, str(error))
        case LabError():
            return Answer.refusal(ExitCode.FAILED, str(error))
        case KeyboardInterrupt():
            return Answer.refusal(ExitCode.ABORTED, "interrupted")
        case _:
            message = f"{type(error).__name__}: {error}".rstrip(": ")
            return Answer.refusal(ExitCode.FAILED, f"{message} (--debug shows where)")
