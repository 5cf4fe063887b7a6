"""Ask a run: how it is, to wait, to go on, to stop."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from labctl.control.channel import ADDRESS_FILE, connect
from labctl.errors import LabError


class ChannelSilent(LabError):
    """Nobody answers for the run."""


def ask(
    where: str | os.PathLike[str], request: Mapping[str, Any], timeout_s: float = 0.2
) -> dict[str, Any]:
    """The first answer to a request; `where` is the run's folder, or the address itself.

    Raises `ChannelSilent` when there is none within `timeout_s`.
    """
    with closing(answers(where, request, timeout_s)) as first:
        return next(first)


def answers(
    where: str | os.PathLike[str],
    request: Mapping[str, Any],
    timeout_s: float = 0.2,
    patience_s: float = 10.0,
) -> Generator[dict[str, Any]]:
    """All answers to a request, as they come: `abort` has one at once and one when it is safe.

    Raises `ChannelSilent` when the first is not there within `timeout_s`, or another is cut off
    or not there within `patience_s`.
    """
    address = _address(where)
    try:
        with closing(connect(address, timeout_s)) as line:
            line.send(json.dumps(request).encode())
            more, wait_s = True, timeout_s
            while more:
                answer = json.loads(line.receive(wait_s))
                more, wait_s = answer.pop("more", False), patience_s
                yield answer
    except (OSError, EOFError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise ChannelSilent(f"{address} does not answer ({reason})") from error


def _address(where: str | os.PathLike[str]) -> str:
    if not Path(where).is_dir():
        return os.fspath(where)
    path = Path(where) / ADDRESS_FILE
    try:
        return json.loads(path.read_text(encoding="utf-8"))["address"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChannelSilent(f"{where} is no run that goes on now: there is no {path}") from error
