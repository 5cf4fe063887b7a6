"""The index of runs: filters, staying in step with the folders, and never being the truth."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from labctl.catalogue import index_step
from labctl.catalogue.filters import Filters, condition, end_of, start_of
from labctl.catalogue.index import note, reindex, search
from labctl.catalogue.index_file import INDEX
from labctl.errors import BadInput, StorageError
from labctl.locks import hold
from labctl.runs.run import Run
from labctl.runs.run_folder import LIFE, write_record
from procedures.sddp import Sddp
from tests.labctl.run_folders import make_incomplete, make_run, record_of

FINDINGS: dict[str, Any] = {
    "on_off_ratio": {"unit": "", "meaning": ""},
    "slope_s_per_s": {"unit": "S/s", "meaning": ""},
    "yield": {"unit": "%", "meaning": ""},
    "law": {"unit": "", "meaning": ""},
}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Four runs that differ in everything one can ask for."""
    runs = tmp_path / "runs"
    for name, day, changes in (
        ("120000-sddp-D01-aaaa", "2026-10-30", {"results": {"on_off_ratio": 1e4, "law": "SCLC"}}),
        ("120000-sddp-D02-bbbb", "2026-11-01", {
            "results": {"on_off_ratio": 2e5, "slope_s_per_s": 2e-3, "yield": 0.95},
            "devices": ["D02"]}),
        ("130000-endurance-D02-cccc", "2026-11-01", {
            "procedure": "endurance", "devices": ["D02", "D03"],
            "sample": {"id": "S2", "name": "b"},
            "results": {"on_off_ratio": 3e5, "yield": 0.5, "table": [{"a": 1}], "none": None}}),
        ("120000-sddp-D01-dddd", "2026-11-02", {"status": "failed", "reason": "limit"}),
    ):  # fmt: skip
        make_run(runs, name, day=day, findings=FINDINGS, **changes)
    return runs


def names(runs: Path, **filters: Any) -> list[str]:
    return [entry.place[-4:] for entry in search(runs, Filters(**filters)).entries]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["dddd", "cccc", "bbbb", "aaaa"]),
        ({"descending": False, "limit": 2}, ["aaaa", "bbbb"]),
        ({"sample": "S2"}, ["cccc"]),
        ({"sample": "first"}, ["dddd", "bbbb", "aaaa"]),
        ({"device": "D02"}, ["cccc", "bbbb"]),
        ({"procedure": "endurance"}, ["cccc"]),
        ({"status": "failed"}, ["dddd"]),
        ({"text": "ENDUR"}, ["cccc"]),
        ({"since_s": start_of("2026-11-02T00:00+00:00")}, ["dddd"]),
        ({"before_s": start_of("2026-11-01T00:00+00:00")}, ["aaaa"]),
        ({"sort": "on_off_ratio", "descending": False}, ["aaaa", "bbbb", "cccc"]),
    ],
)
def test_each_filter(runs: Path, filters: dict[str, Any], expected: list[str]) -> None:
    assert names(runs, **filters) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["on_off_ratio > 1e5"], ["cccc", "bbbb"]),
        (["on_off_ratio >= 3e5"], ["cccc"]),
        (["on_off_ratio != 3e5"], ["bbbb", "aaaa"]),
        (["on_off_ratio==10000"], ["aaaa"]),
        (["on_off_ratio > 1e5", "yield > 90 %"], ["bbbb"]),
        (["yield < 0.9"], ["cccc"]),
        (["slope_s_per_s >= 2 mS/s"], ["bbbb"]),
        (["slope_s_per_s > 2 mS/s"], []),
        (["law = SCLC"], ["aaaa"]),
        (["law = 'SCLC'"], ["aaaa"]),
        (["law != SCLC"], []),
    ],
)
def test_findings_are_compared_in_their_unit(
    runs: Path, words: list[str], expected: list[str]
) -> None:
    assert names(runs, where=tuple(map(condition, words))) == expected


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("on_of_ratio > 1", "did you mean 'on_off_ratio'"),
        ("slope_s_per_s > 1 V", "not in S/s"),
        ("slope_s_per_s > 1 bananas", "not a unit"),
        ("law > SCLC", "only compared by = and !="),
        ("on_off_ratio", "is no condition"),
        ("1 = 1; DROP TABLE runs", "no run has a finding"),
        ("on_off_ratio > 1; DROP TABLE runs", "not a unit"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(runs: Path, word: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        names(runs, where=(condition(word),))


def test_texts_of_people_are_never_executed(runs: Path) -> None:
    hostile = "x' OR '1'='1"
    assert names(runs, sample=hostile, device=hostile, procedure=hostile, text=hostile) == []
    assert names(runs, text="%") == names(runs, text="_") == names(runs, text="!") == []
    with pytest.raises(BadInput, match="no run has a finding"):
        names(runs, sort="started_s; DROP TABLE runs")
    assert len(names(runs)) == 4


def test_dates_of_this_computers_time_zone_and_whole_days() -> None:
    assert end_of("2026-11-01") == start_of("2026-11-02")
    assert end_of("2026-11-01T10:00") == start_of("2026-11-01T10:00")
    with pytest.raises(BadInput, match="2026-11-01T14:30"):
        start_of("yesterday")


def test_named_findings_come_along_and_more_is_told(runs: Path) -> None:
    found = search(runs, Filters(where=(condition("on_off_ratio > 1"),), limit=2))
    assert found.more
    assert [entry.findings["on_off_ratio"].number for entry in found.entries] == [3e5, 2e5]
    assert not search(runs, Filters(limit=4)).more


def test_folders_that_come_and_go_are_noticed(runs: Path) -> None:
    assert len(names(runs)) == 4
    make_run(runs, "140000-sddp-D01-eeee", day="2026-11-02")
    make_run(runs, "140000-sddp-D01-ffff", day="2026-12-24")
    assert names(runs)[:3] == ["ffff", "eeee", "dddd"]
    shutil.rmtree(runs / "2026-11-01" / "130000-endurance-D02-cccc")
    shutil.rmtree(runs / "2026-12-24")
    assert sorted(names(runs)) == ["aaaa", "bbbb", "dddd", "eeee"]
    with pytest.raises(BadInput, match="no run has"):
        names(runs, where=(condition("never > 1"),))


def test_a_folder_that_came_within_the_tick_of_a_clock_is_noticed(runs: Path) -> None:
    day = runs / "2026-11-02"
    names(runs)
    before = day.stat()
    make_run(runs, "140000-sddp-D01-eeee", day="2026-11-02")
    os.utime(day, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert names(runs)[0] == "eeee"


def test_a_settled_day_is_not_listed_again(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_step, "SETTLED_NS", -(10**9))
    names(runs)
    monkeypatch.setattr(index_step, "folders_of", lambda _: pytest.fail("listed again"))
    assert len(names(runs)) == 4


def test_a_run_that_goes_on_elsewhere_is_seen_as_it_is_now(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    with hold(folder / LIFE, {}):
        assert [entry.status for entry in search(tmp_path, Filters()).entries] == ["running"]
    assert [entry.status for entry in search(tmp_path, Filters()).entries] == ["incomplete"]
    write_record(folder, record_of(Sddp(), folder, 3, results={"pulses": 7}))
    (entry,) = search(tmp_path, Filters(where=(condition("pulses = 7"),))).entries
    assert entry.status == "finished"


def test_a_note_replaces_what_was_known(tmp_path: Path) -> None:
    folder = make_run(tmp_path, results={"pulses": 1})
    note(Run.load(folder))
    write_record(folder, record_of(Sddp(), folder, 3, results={"pulses": 2}))
    note(Run.load(folder))
    assert names(tmp_path, where=(condition("pulses = 2"),)) == ["aaaa"]
    assert names(tmp_path, where=(condition("pulses = 1"),)) == []


def test_a_run_outside_of_a_runs_directory_is_not_noted(tmp_path: Path) -> None:
    note(Run.load(make_run(tmp_path, day="somewhere")))
    assert not (tmp_path / INDEX).exists()


def test_many_may_note_at_the_same_time(tmp_path: Path) -> None:
    folders = [make_run(tmp_path, f"120000-sddp-D01-{number:04d}") for number in range(24)]
    done = [Run.load(folder) for folder in folders]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, done))
    with closing(sqlite3.connect(tmp_path / INDEX)) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (24,)


def test_the_index_is_rebuilt_from_the_folders(runs: Path) -> None:
    before = search(runs, Filters()).entries
    (runs / INDEX).unlink()
    indexed = reindex(runs)
    assert (indexed.runs, indexed.unreadable) == (4, [])
    assert search(runs, Filters()).entries == before
    changed = runs / "2026-11-02" / "120000-sddp-D01-dddd"
    write_record(changed, record_of(Sddp(), changed, 3, sample={"id": "S9", "name": ""}))
    reindex(runs)
    assert names(runs, sample="S9") == ["dddd"]


@pytest.fixture
def other_tables(runs: Path) -> None:
    with closing(sqlite3.connect(runs / INDEX)) as connection:
        connection.execute("CREATE TABLE runs (something TEXT)")
        connection.execute("PRAGMA user_version = 99")


@pytest.fixture(params=["noise", "other tables", "torn"])
def spoiled(request: pytest.FixtureRequest, runs: Path) -> Path:
    """A runs directory whose index cannot be used."""
    path = runs / INDEX
    if request.param == "noise":
        path.write_bytes(b"this is no database " * 100)
    elif request.param == "other tables":
        request.getfixturevalue("other_tables")
    else:
        search(runs, Filters())
        content = bytearray(path.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        path.write_bytes(content)
    return runs


def test_an_index_of_no_use_is_made_anew_and_told(
    spoiled: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert names(spoiled) == ["dddd", "cccc", "bbbb", "aaaa"]
    assert "is made anew from the run folders" in caplog.text


def test_a_place_where_nothing_can_be_written_is_read_all_the_same(
    runs: Path,
) -> None:
    (runs / INDEX).mkdir()
    assert names(runs) == ["dddd", "cccc", "bbbb", "aaaa"]


def test_folders_that_hold_no_run_break_nothing_and_are_named(runs: Path) -> None:
    day = runs / "2026-11-01"
    (day / "empty").mkdir()
    (day / "a file.txt").write_text("nobody's", encoding="utf-8")
    for name, content in {
        "no-json": b"{", "not-utf8": b'{"schema": 1, "status": "\xff"}', "a-list": b"[1]",
        "other-schema": b'{"schema": 99}', "no-keys": b'{"schema": 1, "status": "finished"}',
        "odd": b'{"schema": 1, "status": "odd", "reason": "", "procedure": "x", "data": {}}',
        "deep": b"[" * 100_000,
    }.items():  # fmt: skip
        (day / name).mkdir()
        (day / name / "run.json").write_bytes(content)
    (day / "directory" / "run.json").mkdir(parents=True)
    (day / "huge").mkdir()
    with (day / "huge" / "run.json").open("wb") as file:
        file.truncate(2**33)
    for _ in range(2):
        found = search(runs, Filters())
        assert len(found.entries) == 4
        assert len(found.unreadable) == 10
        assert all(one.why for one in found.unreadable)
    assert len(reindex(runs).unreadable) == 10
    shutil.rmtree(day / "huge")
    assert len(search(runs, Filters()).unreadable) == 9


def test_no_runs_at_all_is_no_mistake_but_a_missing_right_is(tmp_path: Path) -> None:
    assert search(tmp_path / "nowhere", Filters()).entries == []
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be read"):
        search(tmp_path / "file", Filters())
