"""Tells a person, or another program, that a run or a campaign has ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.error import HTTPError

from labctl.config import NotifyConfig
from labctl.runs.run_folder import jsonable

COMMAND_LIMIT_S = 10.0
WEBHOOK_LIMIT_S = 5.0
_SHOWN = 200
"""Of what a failed command said, the last so many bytes."""


class _NotTold(Exception):
    """Why nobody was told."""


def notify(config: NotifyConfig, summary: Mapping[str, Any]) -> list[str]:
    """Give `summary` to the station's command and webhook; returns what failed, in words.

    `summary` is what a record can hold. The command gets it as one line of JSON on its standard
    input, the webhook as the body of a POST. Raises nothing and returns after 10 s and 5 s at
    most, for a run must not hang or fail because nobody could be told; call it when the
    instruments are safe.
    """
    body = json.dumps(jsonable(summary), allow_nan=False).encode("ascii") + b"\n"
    failures = []
    if config.command:
        failures += _failure("command", config.command[0], lambda: _run(config.command, body))
    if config.webhook is not None:
        address = config.webhook
        failures += _failure("webhook", address, lambda: _post_in_time(address, body))
    return failures


def _failure(what: str, which: str, tell: Callable[[], None]) -> list[str]:
    try:
        tell()
    except (_NotTold, OSError, ValueError) as error:
        return [f"the notification {what} {which} failed: {error}"]
    return []


def _run(command: Sequence[str], body: bytes) -> None:
    # A file and not a pipe: whoever the command leaves behind may keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - no shell; the station's owner names it
            list(command),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C for the run is not for it
        )
        try:
            process.communicate(body, timeout=COMMAND_LIMIT_S)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise _NotTold(f"it was not done after {COMMAND_LIMIT_S:g} s and was ended") from None
        if process.returncode:
            output.seek(max(0, output.tell() - _SHOWN))
            said = " ".join(output.read().decode("utf-8", errors="replace").split())
            raise _NotTold(f"exit code {process.returncode}: {said or 'no word'}")


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _post_in_time(address: str, body: bytes) -> None:
    """Post in a thread: no time limit of a socket covers the name server and a slow answer."""
    failure: list[Exception] = []

    def post() -> None:
        try:
            _post(address, body)
        except Exception as error:  # told by whoever waits
            failure.append(error)

    thread = threading.Thread(target=post, name="webhook", daemon=True)
    thread.start()
    thread.join(WEBHOOK_LIMIT_S)
    if thread.is_alive():
        raise _NotTold(f"no answer after {WEBHOOK_LIMIT_S:g} s")
    if failure:
        raise _NotTold(f"{failure[0]}")


def _post(address: str, body: bytes) -> None:
    request = urllib.request.Request(  # noqa: S310 - http or https, as the station file was checked
        address, data=body, headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        urllib.request.urlopen(request, timeout=WEBHOOK_LIMIT_S).close()  # noqa: S310
    except HTTPError as error:
        error.close()  # it keeps the connection
        raise _NotTold(str(error)) from None
