"""Everything about one run, and what differs between two, on runs that were really measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import labctl
from labctl.clerk.comparing import LONGEST_CELL, compare, run_details
from labctl.clerk.messages import pack
from labctl.errors import BadInput
from procedures.iv_loop import IvLoop
from tests.labctl.run_folders import make_incomplete, make_run


@pytest.fixture(scope="module")
def loops(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two loops on two devices, to different peaks."""
    out = tmp_path_factory.mktemp("runs")
    with labctl.open_station("simulated", out=out, seed=1) as station:
        return [
            labctl.run(IvLoop(peaks=peaks, step="20 mV"), station, devices=[device]).folder
            for device, peaks in (("D01", "-0.2, 0.2"), ("D02", "-0.2, 0.3000000000000001"))
        ]


def sections(folder: Path) -> dict[str, Any]:
    told = run_details({"folder": str(folder)})
    pack(told)  # as it is sent
    return {section.get("title", section["name"]): section for section in told["sections"]}


def test_everything_a_person_asks_about_a_run(loops: list[Path]) -> None:
    told = run_details({"folder": str(loops[0])})
    assert told["procedure"] == "iv_loop"
    assert told["status"] == "finished"
    assert told["devices"] == ["D01"]
    assert told["simulated"] is True
    assert told["safe"] is True
    assert told["resumable"] is False
    assert told["seed"] == 1
    assert told["rows"] > 0
    assert told["report"] == str(loops[0] / "report.html")
    found = sections(loops[0])
    assert found["results"]["rows"][0][0] == "on_off_ratio"
    assert "±" in found["results"]["rows"][0][1]
    assert ["read_v", "5 mV"] in found["parameters"]["rows"]
    assert any("set_by" in head for head in found["limits"]["head"])
    assert found["cycles"]["head"][:2] == ["device", "cycle"]
    assert any("2636B" in value for _, value in found["instruments"]["rows"])
    assert "data.csv" in [name for name, _ in found["files"]["rows"]]


def test_parameters_keep_every_digit(loops: list[Path]) -> None:
    rows = dict(sections(loops[1])["parameters"]["rows"])
    assert rows["peaks"].endswith("0.3000000000000001 V")


def test_what_an_interrupted_run_left_is_told(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path / "runs")
    (folder / "journal.jsonl").write_text("", encoding="utf-8")
    (folder / "guardian.json").write_text('{"safe": true}', encoding="utf-8")
    told = run_details({"folder": str(folder)})
    assert told["status"] == "incomplete"
    assert "process that measured is gone" in told["reason"]
    assert told["resumable"] is True
    assert told["safe"] is None
    assert ["guardian.json: safe True"] in sections(folder)["warnings"]["rows"]


def test_a_folder_that_holds_no_run_is_refused_with_what_may_help(tmp_path: Path) -> None:
    folder = tmp_path / "120000-sddp-D01-aaaa"
    folder.mkdir()
    with pytest.raises(BadInput, match="labctl runs doctor"):
        run_details({"folder": str(folder)})


def test_two_runs_differ_in_what_they_differ(loops: list[Path]) -> None:
    told = compare({"folders": [str(folder) for folder in loops]})
    found = {section["name"]: section["rows"] for section in told["sections"]}
    assert told["same"] is False
    assert found["devices"] == [["devices", "D01", "D02"]]
    assert [row for row in found["parameters"] if row[0] == "peaks"] == [
        ["peaks", "-200 mV, 200 mV", "-200 mV, 0.3000000000000001 V"]
    ]
    assert any(name.startswith("on_off_ratio") for name, _, _ in found["results"])


def test_a_run_is_the_same_as_itself(loops: list[Path]) -> None:
    told = compare({"folders": [str(loops[0])] * 2})
    assert told["same"] is True
    assert told["sections"] == []


def test_long_values_that_differ_look_different(tmp_path: Path) -> None:
    folders = [
        make_run(tmp_path / str(last), parameters={"image": [*range(5000), last]})
        for last in (1, 2)
    ]
    told = compare({"folders": [str(folder) for folder in folders]})
    ((_, one, other),) = told["sections"][0]["rows"]
    assert one != other
    assert len(one) <= LONGEST_CELL


def test_only_two_are_compared(loops: list[Path]) -> None:
    with pytest.raises(BadInput, match="1 runs are chosen; two can be compared"):
        compare({"folders": [str(loops[0])]})
