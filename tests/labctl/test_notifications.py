"""Notifications: the command and the webhook are told, and a failure is only told."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from labctl.config import NotifyConfig
from labctl.runs import notifications
from labctl.runs.notifications import notify

SUMMARY = {"run": "153012-endurance-D03-k7f2", "status": "failed", "ratio": float("nan")}


def command(code: str, *arguments: str) -> NotifyConfig:
    return NotifyConfig(command=(sys.executable, "-c", code, *arguments))


@contextmanager
def server(status: int = 200) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Its address, and the content type and body of every POST that it was sent."""
    came: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((self.headers["Content-Type"], body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}/hook", came
        finally:
            listening.shutdown()
            thread.join()


def test_nobody_is_to_be_told() -> None:
    assert notify(NotifyConfig(), SUMMARY) == []


def test_a_command_gets_the_summary_and_no_shell_sees_its_arguments(tmp_path: Path) -> None:
    told = tmp_path / "told $HOME; *.json"
    save = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    assert notify(command(save, str(told)), SUMMARY) == []
    assert json.loads(told.read_text()) == {**SUMMARY, "ratio": None}


def test_a_command_that_does_not_listen_is_not_waited_for() -> None:
    assert notify(command("import sys; sys.stdin.close()"), {"much": "x" * 1_000_000}) == []


def test_a_command_that_fails_is_told_with_its_words() -> None:
    (failure,) = notify(command("print('no such room'); raise SystemExit(3)"), SUMMARY)
    assert failure.endswith("failed: exit code 3: no such room")
    (failure,) = notify(command("raise SystemExit(4)"), SUMMARY)
    assert failure.endswith("exit code 4: no word")


def test_a_command_that_is_not_there_is_told() -> None:
    (failure,) = notify(NotifyConfig(command=("no-such-program",)), SUMMARY)
    assert "the notification command no-such-program failed" in failure


def test_a_command_that_hangs_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(notifications, "COMMAND_LIMIT_S", 0.5)
    hang = "import subprocess, sys, threading; subprocess.Popen([sys.executable, '-c', {}]); {}"
    wait = "threading.Event().wait()"
    (failure,) = notify(command(hang.format(repr(f"import threading; {wait}"), wait)), SUMMARY)
    assert failure.endswith("not done after 0.5 s and was ended")


def test_a_webhook_gets_a_post_of_json() -> None:
    with server() as (address, came):
        assert notify(NotifyConfig(webhook=address), SUMMARY) == []
    ((content_type, body),) = came
    assert content_type == "application/json"
    assert json.loads(body)["run"] == SUMMARY["run"]


def test_a_webhook_that_refuses_is_told() -> None:
    with server(status=503) as (address, _):
        (failure,) = notify(NotifyConfig(webhook=address), SUMMARY)
    assert f"the notification webhook {address} failed: HTTP Error 503" in failure


def test_a_webhook_that_nobody_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "WEBHOOK_LIMIT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        (failure,) = notify(NotifyConfig(webhook=address), SUMMARY)
    assert "failed" in failure


def test_a_webhook_without_a_server_is_told_and_the_command_is_run_all_the_same(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"http://127.0.0.1:{gone.getsockname()[1]}/"
    run = command("import sys; open(sys.argv[1], 'w').close()", str(tmp_path / "ran"))
    (failure,) = notify(NotifyConfig(command=run.command, webhook=address), SUMMARY)
    assert "webhook" in failure
    assert (tmp_path / "ran").exists()
