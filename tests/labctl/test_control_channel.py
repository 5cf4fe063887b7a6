"""The channel of a run: who asks is answered at once, who does not behave harms nobody."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from labctl.control.channel import ADDRESS_FILE, connect
from labctl.control.client import ChannelSilent, answers, ask
from labctl.control.desk import Desk, Forward
from labctl.control.server import serving

ROOT = Path(__file__).parents[2]


def echo(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"heard": request}


class Asked:
    """Keeps what was forwarded."""

    def __init__(self) -> None:
        self.what: list[tuple[str, str]] = []
        self.overdue = threading.Event()

    def desk(self, overdue_after_s: float = 60.0) -> Desk:
        def forward(what: str, reason: str) -> None:
            self.what.append((what, reason))

        return Desk("run-1", 42, Forward(forward, self.overdue.set, overdue_after_s))


def test_a_question_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path, echo) as address:
        assert ask(tmp_path, {"do": "status"}) == {"heard": {"do": "status"}}
        assert ask(address, {"do": "µ"}) == {"heard": {"do": "µ"}}


def test_the_address_is_told_while_the_channel_is_served(tmp_path: Path) -> None:
    with serving(tmp_path, echo) as address:
        told = json.loads((tmp_path / ADDRESS_FILE).read_text(encoding="utf-8"))
        assert told == {"address": address, "pid": os.getpid()}
        if os.name != "nt":
            for path in (tmp_path / ADDRESS_FILE, Path(address)):
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == []


def test_a_long_path_does_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 60) / ("e" * 60)
    folder.mkdir(parents=True)
    with serving(folder, echo) as address:
        assert len(address) <= 100
        assert ask(folder, {}) == {"heard": {}}
    assert not Path(address).parent.exists() or os.name == "nt"


@pytest.mark.skipif(os.name == "nt", reason="a pipe goes with its process")
def test_what_a_killed_process_left_is_no_hindrance(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "control.sock"))
    (tmp_path / ADDRESS_FILE).write_text("torn", encoding="utf-8")
    with pytest.raises(ChannelSilent):
        ask(tmp_path, {})
    with serving(tmp_path, echo):
        assert ask(tmp_path, {}) == {"heard": {}}


def test_who_leaves_takes_nothing_from_who_came_after(tmp_path: Path) -> None:
    first = serving(tmp_path, echo)
    first.__enter__()
    with serving(tmp_path, echo) as address:
        first.__exit__(None, None, None)
        assert ask(tmp_path, {"do": "status"}) == {"heard": {"do": "status"}}
        assert ask(address, {"do": "status"}) == {"heard": {"do": "status"}}
    assert list(tmp_path.iterdir()) == []


def test_instruments_are_looked_at_when_somebody_asks(tmp_path: Path) -> None:
    desk, seen = Asked().desk(), iter([{"output": True}, {"output": False}])
    with serving(tmp_path, desk.answers):
        assert "instruments" not in ask(tmp_path, {"do": "status"})
        desk.look_at(lambda: next(seen))
        assert ask(tmp_path, {"do": "status"})["instruments"] == {"output": True}
        assert ask(tmp_path, {"do": "status"})["instruments"] == {"output": False}


def test_a_folder_without_a_channel_is_silent(tmp_path: Path) -> None:
    with pytest.raises(ChannelSilent, match="no run that goes on"):
        ask(tmp_path, {"do": "status"})


def test_an_address_that_nobody_serves_any_more_is_silent(tmp_path: Path) -> None:
    with serving(tmp_path, echo) as address:
        pass
    with pytest.raises(ChannelSilent, match="does not answer"):
        ask(address, {"do": "status"})


def test_one_who_listens_but_says_nothing_is_silent(tmp_path: Path) -> None:
    over = threading.Event()

    def sleepy(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        over.wait()
        yield {}

    try:
        with serving(tmp_path, sleepy), pytest.raises(ChannelSilent):
            ask(tmp_path, {"do": "status"}, timeout_s=0.01)
    finally:
        over.set()


def test_answers_come_one_by_one_to_the_last(tmp_path: Path) -> None:
    second = threading.Event()

    def slow(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        yield {"state": "stopping", "more": True}
        second.wait()
        yield {"state": "safe"}

    with serving(tmp_path, slow), closing(answers(tmp_path, {"do": "abort"})) as coming:
        assert next(coming) == {"state": "stopping"}
        second.set()
        assert list(coming) == [{"state": "safe"}]


def test_one_who_waits_keeps_out_nobody(tmp_path: Path) -> None:
    asked = Asked()
    desk = asked.desk()
    with serving(tmp_path, desk.answers), closing(answers(tmp_path, {"do": "abort"})) as waiting:
        assert next(waiting)["state"] == "starting"
        assert ask(tmp_path, {"do": "status"})["run"] == "run-1"
        desk.stand_down({"verified": True})
        assert [answer["state"] for answer in waiting] == ["safe"]


@pytest.mark.parametrize("line", [b"", b"nonsense", b"[1]", b"\xff\xfe", b"{"])
def test_nonsense_harms_nobody(tmp_path: Path, line: bytes) -> None:
    asked = Asked()
    with serving(tmp_path, asked.desk().answers) as address:
        with closing(connect(address, timeout_s=5.0)) as stranger:
            stranger.send(line)
        assert ask(tmp_path, {"do": "status"})["state"] == "starting"
    assert asked.what == []


def test_status_says_what_was_told_last() -> None:
    desk = Asked().desk()
    desk.tell(state="measuring", fraction=0.25)
    desk.tell(fraction=0.5)
    (status,) = desk.answers({"do": "status"})
    expected = {"run": "run-1", "pid": 42, "state": "measuring", "fraction": 0.5, "safe": None}
    assert status == expected


@pytest.mark.parametrize("what", ["pause", "go_on"])
def test_requests_are_forwarded_with_their_reason(what: str) -> None:
    asked = Asked()
    list(asked.desk().answers({"do": what, "reason": "lunch"}))
    assert asked.what == [(what, "lunch")]


@pytest.mark.parametrize("request_", [{}, {"do": "dance"}, {"do": None}, {"do": ["abort"]}])
def test_what_cannot_be_asked_is_told(request_: dict[str, Any]) -> None:
    asked = Asked()
    (answer,) = asked.desk().answers(request_)
    assert "abort" in answer["error"]
    assert asked.what == []


def test_an_abort_of_a_run_that_hangs_is_overdue() -> None:
    asked = Asked()
    desk = asked.desk(overdue_after_s=0.001)
    answer = desk.answers({"do": "abort", "reason": "smoke"})
    assert next(answer)["more"]
    assert asked.what == [("abort", "smoke")]
    guardian = threading.Thread(
        target=lambda: asked.overdue.wait() and desk.stand_down({"verified": True})
    )
    guardian.start()
    assert next(answer)["state"] == "safe"
    guardian.join()


def test_an_abort_of_a_run_that_stops_in_time_is_not() -> None:
    asked = Asked()
    desk = asked.desk(overdue_after_s=60.0)
    answer = desk.answers({"do": "abort"})
    next(answer)
    desk.stand_down({"verified": True})
    assert next(answer)["safe"] == {"verified": True}
    assert not asked.overdue.is_set()


def test_what_is_not_verified_is_not_safe() -> None:
    desk = Asked().desk()
    desk.tell(state="stopping")
    desk.stand_down({"verified": False, "failures": ["smu: still on"]})
    assert not desk.verified_safe
    status = desk.status()
    assert (status["state"], status["safe"]["verified"]) == ("stopping", False)


def test_asking_needs_no_driver_and_no_numbers() -> None:
    """`labctl off` has half a second, which an import of these would take."""
    code = (
        "import sys, labctl.control.client, labctl.control.server, labctl.control.desk\n"
        "heavy = {'numpy', 'pandas', 'pyvisa', 'pymeasure', 'drivers', 'procedures', 'pickle'}\n"
        "sys.stdout.write(' '.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
