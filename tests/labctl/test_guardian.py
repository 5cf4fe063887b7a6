"""The guardian acts when the run left no safe state, never otherwise, and tells what it found."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import InstrumentError
from labctl.bench.connections import Connections
from labctl.bench.instrument_locks import instrument_lock_paths
from labctl.bench.instruments import SafeState
from labctl.bench.station import read_station
from labctl.control.client import answers, ask
from labctl.control.server import serving
from labctl.guardian import emergency, guardian, orders
from labctl.guardian.emergency import Emergency
from labctl.guardian.guardian import RECORD, Guardian
from labctl.guardian.orders import Orders, Parent
from labctl.locks import hold
from tests.labctl.station_files import PROBE, station_file

SAFE = {"verified": True, "failures": []}
UNSAFE = {"verified": False, "failures": ["smu: still on"]}


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """The real station's file; the simulation loads as its VISA library."""
    return station_file(tmp_path, ('library = ""', 'library = "@ag2s"'), text=PROBE)


@dataclass
class FakeParent:
    """A measuring process that says these things, and is gone (unless it is `alive`)."""

    messages_: list[dict[str, Any]]
    before_the_end: Callable[[], object] = lambda: None
    alive: bool = False
    speaks: bool = True
    heard: list[dict[str, Any]] = field(default_factory=list)

    def say(self, message: dict[str, Any]) -> None:
        self.heard.append(message)

    def lives(self) -> bool:
        return self.alive or self.speaks

    def messages(self) -> Iterator[dict[str, Any]]:
        yield from self.messages_
        self.before_the_end()
        self.speaks = False


@dataclass
class FakeEmergency:
    """Brings a bench that is not there to its safe state."""

    state: SafeState = field(default_factory=lambda: SafeState({"smu": {"output": "off"}}, ()))
    smu: object = "the source"
    meanwhile: Callable[[], object] = lambda: None
    calls: list[str] = field(default_factory=list)

    def __enter__(self) -> FakeEmergency:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.append("closed")

    def make_safe(self) -> SafeState:
        self.calls.append("safe")
        self.meanwhile()
        return self.state

    def note_setpoint(self) -> dict[str, object]:
        return {"temperature": {"setpoint_k": 300.0}}


@dataclass
class Post:
    """A guardian at its post, with everything around it."""

    folder: Path
    station: Path
    emergency: FakeEmergency
    saved: list[object]

    def watch(self, parent: FakeParent) -> dict[str, Any] | None:
        """Let it watch until the end; what it wrote, if anything."""
        given = Orders(self.folder, str(self.station), self.folder.parent, os.getpid())
        Guardian(given, parent).watch()  # type: ignore[arg-type]
        record = self.folder / RECORD
        return json.loads(record.read_text("utf-8")) if record.exists() else None


@pytest.fixture
def post(probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    there = Post(tmp_path / "run-1", probe, FakeEmergency(), [])
    there.folder.mkdir()

    def rescue(folder: Path, smu: object) -> dict[str, object]:
        there.saved.append(smu)
        return {"readings": 7}

    monkeypatch.setattr(guardian, "Emergency", lambda *_: there.emergency)
    monkeypatch.setattr(guardian, "rescue", rescue)
    return there


def test_a_run_that_ends_safe_is_left_alone(post: Post) -> None:
    parent = FakeParent([{"status": {"state": "measuring"}, "safe": None}, {"safe": SAFE}])
    assert post.watch(parent) is None
    assert post.emergency.calls == ["closed"]
    assert post.saved == []


def test_a_run_that_goes_without_a_word_leaves_a_safe_bench(post: Post) -> None:
    record = post.watch(FakeParent([{"status": {"state": "measuring", "fraction": 0.4}}]))
    assert record is not None
    assert post.emergency.calls == ["safe", "closed"]
    assert (record["run"], record["saved"]) == ("run-1", {"readings": 7})
    assert record["safe"]["verified"]
    assert record["safe"]["temperature"] == {"setpoint_k": 300.0}
    assert record["last_status"]["fraction"] == 0.4
    assert str(os.getpid()) in record["why"]
    assert post.saved == ["the source"]


def test_a_run_that_could_not_verify_its_safe_state_is_helped(post: Post) -> None:
    record = post.watch(FakeParent([{"status": {}, "safe": UNSAFE}]))
    assert record is not None
    assert post.emergency.calls == ["safe", "closed"]
    assert "smu: still on" in record["why"]


def test_what_was_known_before_is_no_answer_meanwhile(post: Post) -> None:
    seen: list[dict[str, Any]] = []
    post.emergency.meanwhile = lambda: seen.append(
        ask(post.folder, {"do": "status"}, timeout_s=5.0)
    )
    post.watch(FakeParent([{"safe": UNSAFE}]))
    assert [(one["state"], one["safe"]) for one in seen] == [("stopping", None)]


def test_one_that_comes_too_late_leaves_the_channel_to_whoever_has_it(post: Post) -> None:
    with serving(post.folder, lambda _: iter([{"run": "the one that goes on"}])):
        record = post.watch(FakeParent([], speaks=False))
        assert ask(post.folder, {"do": "status"}) == {"run": "the one that goes on"}
    assert record is not None
    assert record["safe"]["verified"]


def test_what_cannot_be_made_safe_is_told(post: Post) -> None:
    post.emergency.state = SafeState({"smu": {"error": "mute"}}, ("smu: mute",))
    post.emergency.smu = None
    record = post.watch(FakeParent([]))
    assert record is not None
    assert (record["safe"]["verified"], record["safe"]["failures"]) == (False, ["smu: mute"])
    assert "did not answer" in record["saved"]["error"]


def test_what_cannot_be_saved_is_told(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("the journal is damaged")

    monkeypatch.setattr(guardian, "rescue", fail)
    record = post.watch(FakeParent([]))
    assert record is not None
    assert record["safe"]["verified"]
    assert record["saved"] == {"error": "ValueError: the journal is damaged"}


def test_requests_reach_the_measuring_process(post: Post) -> None:
    def asks() -> None:
        ask(post.folder, {"do": "pause", "reason": "lunch"}, timeout_s=5.0)

    parent = FakeParent([{"safe": SAFE}], asks)
    post.watch(parent)
    ready, pause = parent.heard
    assert "ready" in ready
    assert pause == {"do": "pause", "reason": "lunch"}


def test_an_abort_is_answered_when_the_guardian_has_made_the_bench_safe(post: Post) -> None:
    """The measuring process hears of the abort, and dies of it."""
    heard: list[dict[str, Any]] = []
    asked = threading.Event()

    def asks() -> None:
        for answer in answers(post.folder, {"do": "abort"}, timeout_s=5.0):
            heard.append(answer)
            asked.set()

    asker = threading.Thread(target=asks)

    def before_the_end() -> None:
        asker.start()
        assert asked.wait(5.0)

    record = post.watch(FakeParent([{"status": {"state": "measuring"}}], before_the_end))
    asker.join()
    assert record is not None
    first, last = heard
    assert (first["state"], first["safe"]) == ("measuring", None)
    assert (last["state"], last["safe"]["verified"]) == ("safe", True)


def test_one_that_hangs_is_ended(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = threading.Event()
    monkeypatch.setattr(guardian, "HANGS_AFTER_S", 0.01)
    monkeypatch.setattr(guardian.os, "kill", lambda *_: killed.set())

    def hangs() -> None:
        threading.Thread(
            target=lambda: list(answers(post.folder, {"do": "abort"}, timeout_s=5.0)), daemon=True
        ).start()
        assert killed.wait(5.0)

    assert post.watch(FakeParent([], hangs, alive=True)) is not None


def test_a_bench_that_another_process_took_is_left_to_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guardian, "LEAVES_AFTER_S", 0.01)
    first, *_ = instrument_lock_paths(read_station(post.station), post.folder.parent)
    with hold(first, {"what": "the source", "pid": 1, "command": "somebody else"}):
        record = post.watch(FakeParent([]))
    assert record is not None
    assert "safe" not in post.emergency.calls
    assert "somebody else" in record["safe"]["failures"][0]


def test_instruments_the_run_itself_still_holds_are_made_safe_all_the_same(post: Post) -> None:
    first, *_ = instrument_lock_paths(read_station(post.station), post.folder.parent)
    with hold(first, {"what": "the source"}):
        record = post.watch(FakeParent([{"safe": UNSAFE}], alive=True))
    assert record is not None
    assert record["safe"]["verified"]


@dataclass
class Mute:
    """An instrument that does not answer for a while."""

    role: str
    diary: list[str]
    failures: int = 0
    wakes: threading.Event | None = None

    def make_safe(self) -> dict[str, object]:
        if self.wakes is not None:
            self.wakes.wait()
        if self.failures:
            self.failures -= 1
            raise InstrumentError(f"{self.role} is mute")
        self.diary.append(self.role)
        return {"of": self.role}

    def setpoint_k(self) -> float:
        return 300.0


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> dict[str, Mute]:
    """Instruments in place of connections; they share a diary."""
    diary: list[str] = []
    there = {role: Mute(role, diary) for role in ("smu", "matrix", "temperature")}
    monkeypatch.setattr(Connections, "instrument", lambda _, role, __: there[role])
    return there


def test_the_source_is_safe_before_the_relays_open(probe: Path, mute: dict[str, Mute]) -> None:
    mute["smu"].failures = 1
    with Emergency(read_station(probe), probe.parent) as there:
        state = there.make_safe()
        assert there.smu is mute["smu"]
        assert there.note_setpoint() == {"temperature": {"setpoint_k": 300.0}}
    assert state.verified
    assert state.evidence == {"smu": {"of": "smu"}, "matrix": {"of": "matrix"}}
    assert mute["smu"].diary == ["smu", "matrix"]


def test_relays_open_whatever_the_source_does(
    probe: Path, mute: dict[str, Mute], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emergency, "_SOURCE_FIRST_S", 0.01)
    mute["smu"].failures = 10**9
    with Emergency(read_station(probe), probe.parent) as there:
        state = there.make_safe(patience_s=0.1)
        assert there.smu is None
    assert state.failures == ("smu: smu is mute",)
    assert state.evidence["matrix"] == {"of": "matrix"}


def test_an_instrument_that_hangs_for_good_holds_up_nobody(
    probe: Path, mute: dict[str, Mute], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emergency, "_SOURCE_FIRST_S", 0.01)
    monkeypatch.setattr(emergency, "_LAST_TRY_S", 0.01)
    mute["smu"].wakes = threading.Event()
    with Emergency(read_station(probe), probe.parent) as there:
        state = there.make_safe(patience_s=0.2)
    mute["smu"].wakes.set()
    assert not state.verified
    assert state.failures[0].startswith("smu: ")
    assert state.evidence["matrix"] == {"of": "matrix"}


def test_orders_are_read_and_requests_are_said() -> None:
    said = io.StringIO()
    parent = Parent(io.StringIO('{"status": {"state": "measuring"}}\n{"sa\n'), said, os.getppid())
    assert list(parent.messages()) == [{"status": {"state": "measuring"}}]
    parent.say({"do": "abort"})
    assert said.getvalue() == '{"do": "abort"}\n'


def test_a_death_is_noticed_though_the_pipe_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    monkeypatch.setattr(orders, "_LOOK_EVERY_S", 0.01)
    with os.fdopen(reading, encoding="utf-8") as hears:
        parent = Parent(hears, io.StringIO(), os.getppid())
        monkeypatch.setattr(orders.os, "getppid", lambda: 1)
        assert list(parent.messages()) == []
        os.close(writing)


def test_orders_that_are_none_are_refused() -> None:
    with pytest.raises(KeyError):
        Orders.of({"status": {}})
