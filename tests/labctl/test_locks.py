"""One holder at a time, who says who it is, and nothing to clean up after a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl import locks
from labctl.errors import BadInput, Busy
from labctl.locks import LOCKS_VARIABLE, hold, holder, in_words, locks_directory

ROOT = Path(__file__).parents[2]
HOLDING = """
import sys
from pathlib import Path
from labctl.locks import hold
with hold(Path(sys.argv[1]), {"what": "the source", "run": "runs/x"}):
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.readline()
"""


@contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until it gets a line."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "smu.lock"


def test_nobody_holds_what_is_not_there(path: Path) -> None:
    assert holder(path) is None


def test_a_holder_says_who_it_is_and_leaves_nothing_behind(path: Path) -> None:
    with hold(path, {"what": "the source"}):
        found = holder(path)
        assert found is not None
        assert (found["what"], found["pid"]) == ("the source", os.getpid())
        assert {"host", "since", "command"} <= set(found)
    assert holder(path) is None
    assert not path.exists()


def test_what_is_told_later_can_be_read_and_taken_back(path: Path) -> None:
    with hold(path, {"what": "the source"}) as lock:
        lock.tell(run="runs/" + "long" * 500, control="here")
        found = holder(path)
        assert found is not None
        assert found["control"] == "here"
        lock.tell(run=None, control=None)
        found = holder(path)
        assert found is not None
        assert "run" not in found


def test_a_lock_is_let_go_when_the_block_fails(path: Path) -> None:
    with pytest.raises(RuntimeError), hold(path, {}):
        raise RuntimeError
    assert holder(path) is None


def test_a_second_process_is_told_who_holds_it(path: Path) -> None:
    with another_process(path) as process:
        with pytest.raises(Busy) as refused, hold(path, {}):
            pass
        for word in ("the source", str(process.pid), "runs/x", "since", "labctl off"):
            assert word in str(refused.value)


def test_the_same_process_cannot_hold_it_twice(path: Path) -> None:
    with hold(path, {"what": "the source"}):
        with pytest.raises(Busy, match=str(os.getpid())), hold(path, {}):
            pass
        assert holder(path) is not None


def test_a_killed_process_holds_nothing(path: Path) -> None:
    with another_process(path) as process:
        assert holder(path) is not None
        process.kill()
        process.wait()
        assert path.exists()
        assert holder(path) is None
        with hold(path, {"what": "the source"}):
            found = holder(path)
            assert found is not None
            assert found["pid"] == os.getpid()


def test_what_a_dead_process_wrote_is_gone_whole(path: Path) -> None:
    path.write_text(json.dumps({"what": "long gone " * 100}), encoding="utf-8")
    with hold(path, {"what": "short"}):
        assert json.loads(path.read_text(encoding="utf-8"))["what"] == "short"


@pytest.mark.parametrize("content", ["", "{", "[1]", "nonsense"])
def test_a_file_that_says_nothing_useful_still_locks(
    path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_NAMELESS_S", 0.01)
    with hold(path, {}):
        path.write_text(content, encoding="utf-8")
        found = holder(path)
        assert found is not None
        assert in_words(found)
        with pytest.raises(Busy), hold(path, {}):
            pass


def test_looking_never_keeps_anybody_out(path: Path) -> None:
    """Many look while one comes and goes: it is never refused, and no look fails."""
    over = threading.Event()
    seen: list[object] = []

    def look() -> None:
        while not over.is_set():
            seen.append(holder(path))

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(200):
            with hold(path, {"what": "the source"}):
                pass
    finally:
        over.set()
        for looker in lookers:
            looker.join()
    assert seen


def test_a_file_that_was_removed_meanwhile_locks_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its holder removes the file while the next one has it open already."""
    usual, opened = locks._open, []

    def late(wanted: Path) -> int:
        descriptor = usual(wanted)
        if not opened:
            wanted.unlink()
        opened.append(descriptor)
        return descriptor

    monkeypatch.setattr(locks, "_open", late)
    with hold(path, {"what": "the source"}):
        assert len(opened) == 2
        assert holder(path) is not None


def test_of_many_only_one_gets_it(path: Path) -> None:
    inside, most, together = [0], [0], threading.Lock()

    def come_and_go() -> None:
        for _ in range(50):
            try:
                with hold(path, {}):
                    with together:
                        inside[0] += 1
                        most[0] = max(most[0], inside[0])
                    with together:
                        inside[0] -= 1
            except Busy:
                continue

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1


def test_the_directory_of_locks_is_for_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOCKS_VARIABLE, str(tmp_path / "a" / "locks"))
    directory = locks_directory()
    assert directory == tmp_path / "a" / "locks" == locks_directory()
    if os.name != "nt":
        assert directory.stat().st_mode & 0o7777 == 0o1777
        with hold(directory / "smu.lock", {}):
            assert (directory / "smu.lock").stat().st_mode & 0o777 == 0o666


def test_a_directory_that_cannot_be_made_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(LOCKS_VARIABLE, str(tmp_path / "file" / "locks"))
    with pytest.raises(BadInput, match=LOCKS_VARIABLE):
        locks_directory()
