"""What the window asks of the catalogue: filters, pages, names, and a list as a file."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from labctl.catalogue.run_folders import run_folders
from labctl.clerk.searching import export_list, find, search
from labctl.errors import BadInput
from tests.labctl.run_folders import make_incomplete, make_run

FINDINGS = {
    "on_off_ratio": {"unit": "", "meaning": ""},
    "on_off_ratio_u95": {"unit": "", "meaning": ""},
    "slope_s_per_s": {"unit": "S/s", "meaning": ""},
    "yield": {"unit": "%", "meaning": ""},
}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Four runs of two procedures, two of which ended early."""
    runs = tmp_path / "runs"
    for name, day, changes in (
        ("120000-sddp-D01-aaaa", "2026-10-30", {"results": {"on_off_ratio": 1e4}}),
        ("120000-sddp-D02-bbbb", "2026-11-01", {
            "devices": ["D02"],
            "results": {"on_off_ratio": 2e5, "on_off_ratio_u95": 1.0, "slope_s_per_s": 2e-3,
                        "yield": 0.95}}),
        ("130000-endurance-D02-cccc", "2026-11-02", {
            "procedure": "endurance", "devices": ["D02", "D03"], "sample": {"id": "S2"},
            "status": "aborted", "reason": "stopped by the operator"}),
        ("140000-sddp-D01-dddd", "2026-11-03", {"status": "failed", "reason": "limit"}),
    ):  # fmt: skip
        make_run(runs, name, day=day, findings=FINDINGS, **changes)
    return runs


def names(runs: Path, **filters: Any) -> list[str]:
    return [run["name"][-4:] for run in search({"runs": str(runs), **filters})["runs"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["dddd", "cccc", "bbbb", "aaaa"]),
        ({"device": "D02"}, ["cccc", "bbbb"]),
        ({"procedure": "endurance"}, ["cccc"]),
        ({"sample": "S2"}, ["cccc"]),
        ({"status": "failed"}, ["dddd"]),
        ({"text": "SDDP-d01"}, ["dddd", "aaaa"]),
        ({"since": "2026-11-01", "before": "2026-11-02"}, ["cccc", "bbbb"]),
        ({"where": "on_off_ratio > 5e4"}, ["bbbb"]),
        ({"where": "on_off_ratio > 1; slope_s_per_s >= 1 mS/s"}, ["bbbb"]),
        ({"sort": "on_off_ratio", "descending": False}, ["aaaa", "bbbb"]),
        ({"sort": "started", "descending": False, "limit": 2}, ["aaaa", "bbbb"]),
        ({"device": " ", "where": ";", "text": ""}, ["dddd", "cccc", "bbbb", "aaaa"]),
    ],
)
def test_filters_are_texts_and_an_empty_one_asks_for_nothing(
    runs: Path, filters: dict[str, Any], expected: list[str]
) -> None:
    assert names(runs, **filters) == expected


def test_pages_follow_each_other_without_a_gap(runs: Path) -> None:
    first = search({"runs": str(runs), "limit": 3})
    second = search({"runs": str(runs), "limit": 3, "skip": 3})
    assert [len(first["runs"]), first["more"]] == [3, True]
    assert [len(second["runs"]), second["more"]] == [1, False]
    assert len({run["folder"] for run in first["runs"] + second["runs"]}) == 4
    assert "facets" in first
    assert "facets" not in second


def test_what_can_be_chosen_from_is_what_there_is(runs: Path) -> None:
    facets = search({"runs": str(runs)})["facets"]
    assert facets["procedures"] == ["endurance", "sddp"]
    assert facets["samples"] == ["S1", "S2"]
    assert facets["devices"] == ["D01", "D02", "D03"]
    assert {"name": "slope_s_per_s", "unit": "S/s"} in facets["findings"]
    assert "on_off_ratio_u95" not in {finding["name"] for finding in facets["findings"]}


@pytest.mark.parametrize(
    ("filters", "field", "says"),
    [
        ({"since": "soon"}, "since", "write it as 2026-11-01"),
        ({"before": "2026-13-01"}, "before", "is no date"),
        ({"where": "on_off_ratio"}, "where", "is no condition"),
        ({"where": "on_off_rato > 1"}, "where", "did you mean 'on_off_ratio'?"),
        ({"where": "slope_s_per_s > 1 V"}, "where", "S/s"),
        ({"sort": "beauty"}, "sort", "no run has a finding 'beauty'"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_at_its_field(
    runs: Path, filters: dict[str, Any], field: str, says: str
) -> None:
    answer = search({"runs": str(runs), **filters})
    assert list(answer) == ["fields"]
    assert says in answer["fields"][field]


def test_how_a_run_ended_and_its_findings_are_told(runs: Path) -> None:
    answer = search({"runs": str(runs), "where": "yield > 90 %"})
    (run,) = answer["runs"]
    assert run["findings"] == {"yield": "95 %"}
    assert run["folder"] == str(runs / "2026-11-01" / "120000-sddp-D02-bbbb")
    assert run["report"] is None
    (failed,) = search({"runs": str(runs), "status": "failed"})["runs"]
    assert failed["reason"] == "limit"


def test_folders_without_a_readable_run_are_told_with_why(runs: Path) -> None:
    folder = runs / "2026-11-03" / "150000-sddp-D01-eeee"
    folder.mkdir()
    (folder / "run.json").write_text("{", encoding="utf-8")
    answer = search({"runs": str(runs)})
    assert len(answer["runs"]) == 4
    assert answer["unreadable_count"] == 1
    assert answer["unreadable"][0]["place"] == "2026-11-03/150000-sddp-D01-eeee"
    assert "run.json" in answer["unreadable"][0]["why"]


def test_a_runs_directory_that_is_not_there_has_no_runs(tmp_path: Path) -> None:
    answer = search({"runs": str(tmp_path / "nowhere")})
    assert answer["runs"] == []
    assert answer["facets"]["procedures"] == []
    assert not (tmp_path / "nowhere").exists()


def test_a_path_into_a_run_leads_to_it_even_outside_the_runs_directory(
    runs: Path, tmp_path: Path
) -> None:
    elsewhere = make_run(tmp_path / "stick", "120000-sddp-D01-aaaa")
    (elsewhere / "figures").mkdir()
    for called in (elsewhere, elsewhere / "figures", elsewhere / "data.csv"):
        assert find({"runs": str(runs), "called": str(called)})["folder"] == str(elsewhere)
    assert find({"runs": str(runs), "called": "cccc"})["procedure"] == "endurance"


def test_what_is_no_run_is_refused(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no run 'zzzz'"):
        find({"runs": str(runs), "called": "zzzz"})
    with pytest.raises(BadInput, match="labctl runs doctor"):
        find({"runs": str(runs), "called": str(tmp_path)})


def test_the_whole_list_becomes_a_table_and_replaces_nothing(runs: Path, tmp_path: Path) -> None:
    to = tmp_path / "list.csv"
    answer = export_list({"runs": str(runs), "where": "on_off_ratio > 1", "to": str(to)})
    assert answer["runs"] == 2
    with to.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["on_off_ratio"]) for row in rows] == [2e5, 1e4]
    before = to.read_bytes()
    with pytest.raises(BadInput, match="stays as it is"):
        export_list({"runs": str(runs), "to": str(to)})
    assert to.read_bytes() == before
    with pytest.raises(BadInput, match="since"):
        export_list({"runs": str(runs), "to": str(tmp_path / "other.csv"), "since": "soon"})
    assert not (tmp_path / "other.csv").exists()


def test_looking_for_runs_leaves_every_file_of_theirs_as_it_was(runs: Path) -> None:
    make_incomplete(runs)

    def files() -> dict[str, tuple[int, int]]:
        inside = (path for folder in run_folders(runs) for path in folder.rglob("*"))
        return {str(path): (os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in inside}

    before = files()
    search({"runs": str(runs)})
    find({"runs": str(runs), "called": "dead"})
    assert files() == before
