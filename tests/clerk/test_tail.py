"""Rows that grow are read once, as `Run.frame` reads them, whatever happens to the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labctl.clerk import tail as tails
from labctl.clerk.tail import Tail, tail_of
from labctl.errors import BadInput
from labctl.runs.run import Run
from tests.clerk.growing import GrowingRun, growing_run

CURRENT = "Current (A)"


@pytest.fixture
def grown(tmp_path: Path) -> GrowingRun:
    """A run of 100 rows whose process is gone."""
    with growing_run(tmp_path / "run") as run:
        run.grow(100)
    return run


def read_all(tail: Tail) -> None:
    while tail.read_on().more:
        pass


def test_rows_come_as_they_are_written(tmp_path: Path) -> None:
    with growing_run(tmp_path / "run") as run:
        tail = tail_of(Run.load(run.folder))
        for rows in (0, 3, 0, 5000, 1):
            run.grow(rows)
            before, news = tail.rows, tail.read_on()
            assert (news.first, news.rows, news.more) == (before, rows, False)
        pd.testing.assert_frame_equal(tail.frame(), Run.load(run.folder).frame)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(0, 12_000), max_size=8))
def test_wherever_the_file_ends_rows_are_whole(grown: GrowingRun, ends: list[int]) -> None:
    content = (grown.folder / "data.csv").read_bytes()
    growing = grown.folder / "growing.csv"
    dtypes = {c["name"]: c["dtype"] for c in Run.load(grown.folder).record["data"]["columns"]}
    tail = Tail(growing, dtypes)
    for end in [*sorted(ends), len(content)]:
        growing.write_bytes(content[:end])
        tail.read_on()
        header = content.index(b"Time (s)")
        assert tail.rows == max(0, content[header:end].count(b"\n") - 1)
    pd.testing.assert_frame_equal(tail.frame(), Run.load(grown.folder).frame)


def test_a_long_file_is_read_in_several_looks(
    grown: GrowingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, "MOST_AT_ONCE", 1000)
    tail = tail_of(Run.load(grown.folder))
    assert tail.read_on().more
    assert 0 < tail.rows < 25
    read_all(tail)
    tail.read_on()
    assert tail.rows == 100


def test_a_frame_stays_as_it_was_lent(tmp_path: Path) -> None:
    with growing_run(tmp_path / "run") as run:
        tail = tail_of(Run.load(run.folder))
        run.grow(10)
        tail.read_on()
        lent = tail.frame()
        before = lent.copy(deep=True)
        lent.loc[0, CURRENT] = 1.0  # an analysis may do what it likes with its rows
        lent["more"] = 0.0
        run.grow(20_000)
        tail.read_on()
        pd.testing.assert_frame_equal(tail.frame(), Run.load(run.folder).frame)
        pd.testing.assert_frame_equal(lent.iloc[1:, :-1], before.iloc[1:])


def test_nothing_is_copied_to_be_looked_at(grown: GrowingRun) -> None:
    tail = tail_of(Run.load(grown.folder))
    read_all(tail)
    assert np.shares_memory(tail.frame()[CURRENT].to_numpy(), tail.column(CURRENT))


def test_a_file_that_became_shorter_is_read_anew(grown: GrowingRun) -> None:
    data = grown.folder / "data.csv"
    tail = tail_of(Run.load(grown.folder))
    read_all(tail)
    lines = data.read_bytes().splitlines(keepends=True)
    data.write_bytes(b"".join(lines[:-40]))
    news = tail.read_on()
    assert (news.first, news.rows) == (0, 60)
    pd.testing.assert_frame_equal(tail.frame(), Run.load(grown.folder).frame)


@pytest.mark.parametrize("torn", [b"12.5,D03,0.1\n", b"\0" * 80 + b"\n", b"now,what\n"])
def test_rows_are_read_up_to_one_that_is_torn(grown: GrowingRun, torn: bytes) -> None:
    data = grown.folder / "data.csv"
    whole = data.read_bytes()
    data.write_bytes(whole + torn + whole.splitlines(keepends=True)[-1])
    tail = tail_of(Run.load(grown.folder))
    read_all(tail)
    assert tail.rows == 100
    assert tail.problem is not None
    assert "data.csv cannot be read from row 101" in tail.problem
    data.write_bytes(whole)
    tail.read_on()
    assert (tail.rows, tail.problem) == (100, None)
    pd.testing.assert_frame_equal(tail.frame(), Run.load(grown.folder).frame)


def test_columns_that_the_record_does_not_know_are_told(grown: GrowingRun) -> None:
    tail = Tail(grown.folder / "data.csv", {"Time (s)": "float64"})
    assert tail.read_on().rows == 0
    assert "its columns are others" in str(tail.problem)


def test_a_file_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "data.csv", {"Time (s)": "float64", "Device": "str"})
    assert tail.read_on().rows == 0
    assert tail.frame().empty


@pytest.mark.parametrize("data", [None, {}, {"columns": [{"name": "a"}]},
                                  {"columns": [{"name": "a", "dtype": "no such"}]}])  # fmt: skip
def test_a_record_without_columns_is_refused(grown: GrowingRun, data: object) -> None:
    grown.record(data=data)
    with pytest.raises(BadInput, match="does not say what its rows are"):
        tail_of(Run.load(grown.folder))
