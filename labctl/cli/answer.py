"""What a command answers: an exit code, one JSON object, and the same for people."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """The command line's contract with other programs."""

    FINISHED = 0
    FAILED = 1
    BAD_INPUT = 2
    LIMIT = 3
    ABORTED = 130


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The end of one command."""

    code: ExitCode = ExitCode.FINISHED
    data: Mapping[str, object]
    """Printed on standard output with `--json`."""
    text: str = ""
    """Printed on standard output without it."""
    complaint: str = ""
    """Printed on standard error, always."""
    printed: bool = False
    """Whether the command has written to standard output itself, because it goes on for long."""

    @staticmethod
    def refusal(code: ExitCode, message: str) -> Answer:
        """A command that came to nothing, and why."""
        return Answer(code=code, data={"error": message}, complaint=message)

    def json_line(self) -> str:
        """`data` as one line of strict JSON; nan and infinities, unknown there, become null.

        All ASCII, so that it survives whatever encoding a pipe has.
        """
        return json.dumps(_plain(self.data), allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if callable(to_builtin := getattr(value, "tolist", None)):
        return _plain(to_builtin())
    return str(value)
