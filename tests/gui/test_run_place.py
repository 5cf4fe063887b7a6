"""What became of a process, told from what it left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from labctl.gui.queue.item import Item, Kind, State
from labctl.gui.queue.run_place import RunPlace

FAILED_UNSAFE = {
    "status": "failed",
    "reason": "NOT verified safe",
    "safe_state": {"verified": False},
}


@pytest.fixture
def place(tmp_path: Path) -> RunPlace:
    made = RunPlace(tmp_path / "window" / "a")
    made.clear()
    return made


def run_folder(tmp_path: Path, **record: Any) -> str:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return str(folder)


def test_the_answer_says_how_it_ended(place: RunPlace, tmp_path: Path) -> None:
    folder = run_folder(tmp_path, status="aborted", safe_state={"verified": True})
    answer = {"run_folder": folder, "status": "aborted", "reason": "stopped: by the person"}
    place.answer_file.write_text(json.dumps(answer), encoding="utf-8")
    ended = place.outcome(None, 130)
    assert (ended.state, ended.why, ended.folder, ended.unsafe) == (
        State.ABORTED,
        "by the person",
        folder,
        False,
    )


def test_what_was_not_safe_is_known(place: RunPlace, tmp_path: Path) -> None:
    folder = run_folder(tmp_path, **FAILED_UNSAFE)
    answer = {"run_folder": folder, "status": "failed", "reason": "NOT verified safe"}
    place.answer_file.write_text(json.dumps(answer), encoding="utf-8")
    assert place.outcome(None, 1).unsafe


@pytest.mark.parametrize(
    ("status", "state"), [("finished", State.FINISHED), ("running", State.INTERRUPTED)]
)
def test_without_an_answer_the_record_counts(
    place: RunPlace, tmp_path: Path, status: str, state: State
) -> None:
    folder = run_folder(tmp_path, status=status, reason="", safe_state=None)
    place.folder_file.write_text(f"{folder}\n", encoding="utf-8")
    place.answer_file.write_text('{"status": "fini', encoding="utf-8")
    ended = place.outcome(None, -9)
    assert (ended.state, ended.folder) == (state, folder)


def test_a_campaign_says_its_own_folder(place: RunPlace) -> None:
    answer = {
        "campaign": "two",
        "folder": "/runs/campaigns/two/1",
        "status": "failed",
        "reason": "x",
    }
    place.answer_file.write_text(json.dumps(answer), encoding="utf-8")
    ended = place.outcome(None, 1)
    item = Item(kind=Kind.CAMPAIGN, procedure="two", state=ended.state, folder=ended.folder)
    assert ended.folder == "/runs/campaigns/two/1"
    assert item.resumable


def test_a_process_that_left_nothing_says_its_exit_code(place: RunPlace) -> None:
    ended = place.outcome(None, 3)
    assert ended.state is State.FAILED
    assert "exit code 3" in ended.why
    assert "nothing was touched" in ended.why


def test_a_place_is_emptied_for_another_start_and_discarded(place: RunPlace) -> None:
    place.folder_file.write_text("/an/older/run", encoding="utf-8")
    place.clear()
    assert place.folder() is None
    place.discard()
    assert not place.path.exists()
