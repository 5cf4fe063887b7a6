"""What lies on disk: rows that are never lost and never lie."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymeasure.experiment import Results

from labctl.errors import BadInput, RecordError
from labctl.runs import data_file
from labctl.runs.data_file import DataFile, columns_of, header_of, read_frame, sha256_of
from labctl.runs.run import Run
from labctl.runs.run_folder import RECORD, create_run_folder, jsonable, write_record
from procedures.columns import CURRENT, DEVICE, FLAGS, ROW
from tests.labctl.staircase import Staircase

COLUMNS = (DEVICE, CURRENT, FLAGS, ROW)
DTYPES = {column.header: column.dtype for column in COLUMNS}
GOOD = {"Device": "D01", "Current (A)": [1.0, np.nan], "Flags": 0, "Row": [-1, 3]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.csv"


@pytest.fixture
def data(path: Path) -> Iterator[DataFile]:
    with closing(DataFile.create(path, "#header\n", COLUMNS)) as file:
        yield file


def test_rows_are_on_disk_when_append_returns(data: DataFile, path: Path) -> None:
    data.append(GOOD, 2)
    assert path.read_text(encoding="utf-8") == (
        "#header\nDevice,Current (A),Flags,Row\nD01,1,0,-1\nD01,nan,0,3\n"
    )
    assert data.rows == 2


WHOLE = st.integers(-(2**63), 2**63 - 1)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_ -]{0,20}[A-Za-z0-9]", fullmatch=True)


@given(rows=st.lists(st.tuples(NAMES, st.floats(), st.integers(0, 255), WHOLE), min_size=1))
def test_rows_come_back_to_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("digits") / "data.csv"
    values = dict(zip(DTYPES, map(list, zip(*rows, strict=True)), strict=True))
    with closing(DataFile.create(path, "", COLUMNS)) as data:
        data.append(values, len(rows))
        data.append({name: column[0] for name, column in values.items()}, 1)
    frame = read_frame(path, DTYPES)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == DTYPES
    for name, column in values.items():
        np.testing.assert_array_equal(frame[name], [*column, column[0]])
    negative = np.signbit(frame["Current (A)"].to_numpy()) & frame["Current (A)"].notna()
    numbers = [*values["Current (A)"], values["Current (A)"][0]]
    assert negative.tolist() == [np.signbit(v) and not np.isnan(v) for v in numbers]


def test_what_is_no_number_is_written_as_people_look_for_it(data: DataFile, path: Path) -> None:
    strange = [float("nan"), -float("nan"), float("inf"), -float("inf")]
    data.append({**GOOD, "Current (A)": strange, "Row": 0}, 4)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in lines[2:]] == ["nan", "nan", "inf", "-inf"]


def test_a_long_block_is_written_in_parts(
    data: DataFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_file, "ROWS_AT_ONCE", 3)
    numbers = np.arange(10.0)
    data.append({**GOOD, "Current (A)": numbers, "Row": np.arange(10)}, 10)
    assert read_frame(path, DTYPES)["Current (A)"].tolist() == numbers.tolist()
    assert path.read_bytes().count(b"\n") == 2 + 10
    assert b"\r" not in path.read_bytes()


def test_a_run_without_rows_has_its_columns(data: DataFile, path: Path) -> None:
    frame = read_frame(path, DTYPES)
    assert frame.empty
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == DTYPES


def test_a_frame_may_be_changed_by_who_reads_it(data: DataFile, path: Path) -> None:
    data.append(GOOD, 2)
    frame = read_frame(path, DTYPES)
    frame.loc[frame["Row"] == 3, "Current (A)"] = 7.0
    assert frame["Current (A)"].tolist() == [1.0, 7.0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Curent (A)": 1.0}, "not in the procedure's columns: Curent"),
        ({"Current (A)": [1.0]}, r"shape \(1,\) instead of \(2,\)"),
        ({"Current (A)": "high"}, "is no number"),
        ({"Flags": 256}, "outside 0 to 255"),
        ({"Flags": -1}, "outside 0 to 255"),
        ({"Row": 1.5}, "no whole number"),
        ({"Row": True}, "no whole number"),
        ({"Device": "D01,D02"}, "no plain name"),
        ({"Device": "#1"}, "no plain name"),
        ({"Device": ""}, "no plain name"),
        ({"Device": 7}, "no plain name"),
    ],
)
def test_rows_that_do_not_fit_are_refused_whole(
    data: DataFile, path: Path, changes: dict[str, object], words: str
) -> None:
    before = path.read_bytes()
    with pytest.raises(RecordError, match=words):
        data.append({**GOOD, **changes}, 2)
    assert path.read_bytes() == before
    assert data.rows == 0


def test_a_missing_column_is_named(data: DataFile) -> None:
    with pytest.raises(RecordError, match="missing: Row"):
        data.append({key: value for key, value in GOOD.items() if key != "Row"}, 2)


def test_numpy_types_are_numbers(data: DataFile, path: Path) -> None:
    data.append({**GOOD, "Current (A)": np.array([0.5, 2], np.float32), "Flags": np.uint8(3)}, 2)
    data.close()
    frame = read_frame(path, DTYPES)
    assert frame["Current (A)"].tolist() == [0.5, 2.0]
    assert frame["Flags"].tolist() == [3, 3]


def test_an_existing_file_is_never_touched(path: Path) -> None:
    path.write_text("old", encoding="utf-8")
    with pytest.raises(FileExistsError):
        DataFile.create(path, "", COLUMNS)
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("rows_at_once", [1, 100])
def test_a_full_disk_raises_and_leaves_no_half_block(
    data: DataFile, path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    import resource

    monkeypatch.setattr(data_file, "ROWS_AT_ONCE", rows_at_once)
    data.append(GOOD, 2)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 12, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            data.append(GOOD, 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert data.rows == 2


def test_a_row_cut_off_by_a_killed_process_is_left_out(data: DataFile, path: Path) -> None:
    data.append(GOOD, 2)
    data.close()
    with path.open("ab") as file:
        file.write(b"D01,1.2")
    assert len(read_frame(path, DTYPES)) == 2


def test_an_interrupted_file_goes_on_behind_its_last_complete_row(
    data: DataFile, path: Path
) -> None:
    data.append(GOOD, 2)
    data.close()
    with path.open("ab") as file:
        file.write(b"D01,1.2")
    with closing(DataFile.reopen(path, COLUMNS)) as again:
        assert again.rows == 2
        again.append(GOOD, 2)
    assert again.rows == 4
    assert pd.read_csv(path, comment="#")["Row"].tolist() == [-1, 3, -1, 3]


def test_a_file_of_other_columns_is_not_gone_on_with(data: DataFile, path: Path) -> None:
    data.close()
    with pytest.raises(RecordError, match="other columns"):
        DataFile.reopen(path, COLUMNS[1:])


def test_pandas_reads_the_file_without_us(data: DataFile, path: Path) -> None:
    data.append(GOOD, 2)
    data.close()
    assert pd.read_csv(path, comment="#")["Row"].tolist() == [-1, 3]


def test_pymeasure_reads_the_file_with_its_parameters(path: Path) -> None:
    procedure = Staircase(peak=0.1 + 0.2, speed="slow")
    data = DataFile.create(path, header_of(procedure), columns_of(procedure))
    row = {
        "Time (s)": 0.0, "Device": "D01", "Set voltage (V)": 0.1, "Voltage (V)": 0.1,
        "Current (A)": 1e-6, "Temperature (K)": np.nan, "Flags": 0, "Phase": "p",
        "Application": 0,
    }  # fmt: skip
    data.append(row, 1)
    data.close()
    loaded = Results.load(str(path))
    assert isinstance(loaded.procedure, Staircase)
    assert loaded.procedure.parameter_values() == {
        "peak": 0.1 + 0.2,
        "speed": "slow",
        "regime": "interface",
    }
    assert loaded.data is not None
    assert loaded.data["Current (A)"].tolist() == [1e-6]


def test_checksum_is_that_of_the_bytes(data: DataFile, path: Path) -> None:
    data.close()
    assert sha256_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_run_has_a_folder_of_its_own(tmp_path: Path) -> None:
    when = datetime(2026, 11, 22, 15, 30, 12, tzinfo=UTC)
    folders = {create_run_folder(tmp_path, "endurance", ["D03"], when) for _ in range(20)}
    assert len(folders) == 20
    assert all(f.parent.name == "2026-11-22" for f in folders)
    assert all(f.name.startswith("153012-endurance-D03-") for f in folders)
    many = create_run_folder(tmp_path, "endurance", [f"D{k}" for k in range(18)], when)
    assert "-18-devices-" in many.name


def test_the_record_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_record(tmp_path, {"status": "running"})

    def no_space(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(OSError, match="no space"):
        write_record(tmp_path, {"status": "finished"})
    assert json.loads((tmp_path / RECORD).read_text(encoding="utf-8")) == {"status": "running"}
    assert [item.name for item in tmp_path.iterdir()] == [RECORD]


def test_records_hold_only_json() -> None:
    value = {"a": np.float64(0.1), "b": np.arange(2), "c": (float("inf"), float("nan")), 4: None}
    assert jsonable(value) == {"a": 0.1, "b": [0, 1], "c": ["inf", None], "4": None}
    with pytest.raises(TypeError, match="cannot be kept"):
        jsonable({"a": object()})


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "cannot be read"), ("{", "cannot be read"), ("[]", "schema 1"), ("{}", "schema 1")],
)
def test_what_is_no_run_is_bad_input(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / RECORD).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        Run.load(tmp_path)
