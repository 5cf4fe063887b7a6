"""`labctl reproduce` as a user types it: measured rows, one page, figures, the runs behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labctl.cli.main import main
from labctl.runs.run import Run
from labctl.runs.status import Status


def test_two_figures_are_measured_and_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["reproduce", "1c", "S1", "--quick", "--seed", "3", "--out", str(tmp_path), "--json"]
    assert main(words) == 0
    answer = json.loads(capsys.readouterr().out)
    rows = {row["row"]: row for row in answer["rows"]}
    assert set(rows) == {7, 18}
    assert all(row["verdict"] == "met" for row in rows.values())
    assert 0.05 < rows[7]["measured"][0]["value"] < 0.3
    assert set(answer["runs"]) == {"loop_interface", "bending"}
    for folder in answer["runs"].values():
        assert Run.load(folder).status is Status.FINISHED
    page = Path(answer["report"])
    text = page.read_text(encoding="utf-8")
    assert "Reduced size" in text
    assert "no abrupt current increase is observed" in text
    figures = {path.suffix for path in (page.parent / "figures").iterdir()}
    assert figures == {".png", ".svg"}


def test_a_sample_that_does_not_fit_leaves_its_rows_undecided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Bending needs ten devices and a bending stage; the station of one device has the stage only.
    words = ["reproduce", "S1", "--quick", "--station", "simulated_single", "--json"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    (row,) = answer["rows"]
    assert row["verdict"] == "cannot be decided"
    assert "needs 10 devices" in answer["left_out"]["bending"]
