"""What is kept of a world on disk: the state, and the journal of changes beside it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim_backend import world_store
from sim_backend.world_file import WorldFileError
from sim_backend.world_store import WorldStore

STATE: dict[str, Any] = {
    "world_file_sha256": "",
    "seed": 1,
    "clock_s": 0.1 + 0.2,
    "transactions": 0,
    "kept": {"D01": {"g": 1e-6, "age": 0.0}, "D02": {"g": 2e-6, "age": 0.0}, "ramps": {}},
}


def later(number: int) -> dict[str, Any]:
    state = copy.deepcopy(STATE)
    state["clock_s"] += number / 3
    state["kept"]["D01"]["g"] *= number
    return state


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorldStore]:
    store = WorldStore(tmp_path / "world.toml")
    yield store
    store.save(STATE)


def journal_of(store: WorldStore) -> Path:
    return store.path.with_name("world.state.journal")


def kept(store: WorldStore) -> dict[str, Any] | None:
    """What another process meets."""
    state = WorldStore(store.path.with_name("world.toml")).load()
    return None if state is None else {key: state[key] for key in STATE}


def test_every_note_is_met_by_the_next_process(store: WorldStore) -> None:
    for number in range(1, 5):
        store.note(later(number))
        assert kept(store) == later(number)


def test_a_note_costs_what_has_changed(store: WorldStore) -> None:
    store.note(later(1))
    whole = store.path.read_bytes()
    store.note(later(2))
    store.note(later(2))
    first, *lines = journal_of(store).read_text(encoding="utf-8").splitlines()
    assert "follows" in json.loads(first)
    assert [json.loads(line) for line in lines] == [
        [[["clock_s"], later(2)["clock_s"]], [["kept", "D01", "g"], 2e-6]]
    ]
    assert store.path.read_bytes() == whole


def test_a_table_that_gains_or_loses_entries_is_kept_whole(store: WorldStore) -> None:
    ramping = later(1)
    ramping["kept"]["ramps"] = {"1": {"to_k": 250.0}}
    store.note(later(1))
    store.note(ramping)
    assert kept(store) == ramping
    store.note(later(1))
    assert kept(store) == later(1)


def test_saving_leaves_one_file(store: WorldStore) -> None:
    store.note(later(1))
    store.note(later(2))
    store.save(later(3))
    assert [path.name for path in store.path.parent.iterdir()] == [store.path.name]
    assert kept(store) == later(3)


def test_a_long_journal_is_folded_into_the_state(
    store: WorldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_store, "FOLD_BYTES", 500)
    for number in range(1, 50):
        store.note(later(number))
        assert journal_of(store).stat().st_size < 800
    assert kept(store) == later(49)


@pytest.mark.parametrize("lost", [1, 20])
def test_a_line_cut_off_by_a_death_does_not_count(store: WorldStore, lost: int) -> None:
    for number in (1, 2, 3):
        store.note(later(number))
    journal = journal_of(store)
    journal.write_bytes(journal.read_bytes()[:-lost])
    assert kept(store) == later(2)
    heir = WorldStore(store.path.with_name("world.toml"))
    heir.load()
    heir.note(later(4))
    heir.note(later(5))
    assert kept(store) == later(5)
    heir.save(later(6))


def test_a_journal_means_nothing_beside_another_state(store: WorldStore) -> None:
    store.note(later(1))
    store.note(later(2))
    left_over = journal_of(store).read_bytes()
    store.save(later(3))
    journal_of(store).write_bytes(left_over)
    assert kept(store) == later(3), "whoever died between the two files left this"
    store.path.unlink()
    assert kept(store) is None


@pytest.mark.parametrize("line", [b"{", b'[[["kept", "D99", "g"], 1.0]]', b"[1]"])
def test_a_broken_line_is_named(store: WorldStore, line: bytes) -> None:
    store.note(later(1))
    store.note(later(2))
    with journal_of(store).open("ab") as journal:
        journal.write(line + b"\n")
    with pytest.raises(WorldFileError, match=r"line 3 of world\.state\.journal.*delete or rename"):
        kept(store)


def test_after_a_failure_the_next_note_writes_everything(store: WorldStore) -> None:
    store.note(later(1))
    hopeless = later(2)
    hopeless["clock_s"] = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.note(hopeless)
    assert kept(store) == later(1)
    store.note(later(3))
    assert kept(store) == later(3)
