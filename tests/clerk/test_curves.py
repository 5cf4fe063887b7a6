"""Runs that are looked at again: alone with everything, together with what they share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labctl.clerk import curves as module
from labctl.clerk.curves import curves, rows_of
from labctl.clerk.messages import pack
from labctl.runs.run import Run
from labctl.runs.run_life import write_parquet
from procedures.kernel_encoding import KernelEncoding
from tests.clerk.growing import growing_run
from tests.labctl.run_folders import make_run
from tests.labctl.synthetic_runs import encoding_frame, save_run


def ended_run(folder: Path, rows: int = 40, **changes: Any) -> Path:
    """An endurance run that was stopped."""
    with growing_run(folder) as run:
        run.grow(rows)
        facts = {
            "status": "aborted",
            "devices": ["D03"],
            "started": "2026-11-01T12:00:00.000+00:00",
        }
        run.end(**facts | changes)
    write_parquet(Run.load(folder))
    return folder


def asked(*folders: Path | str) -> dict[str, Any]:
    answer = curves({"folders": [str(folder) for folder in folders]})
    pack(answer)
    return answer


def labels(answer: dict[str, Any], name: str) -> list[str]:
    plot = next(plot for plot in answer["plots"] if plot["name"] == name)
    return [series["label"] for series in plot["series"]]


def test_one_run_has_its_own_plots_and_findings(tmp_path: Path) -> None:
    folder = ended_run(tmp_path / "run")
    answer = asked(folder)
    assert answer["runs"] == [
        {"folder": str(folder), "name": "run", "procedure": "endurance", "status": "aborted"}
    ]
    assert labels(answer, "on_off") == ["ON", "OFF"]
    assert {found["name"] for found in answer["findings"]} >= {"ratio", "on_cv"}
    assert (answer["refused"], answer["problem"], answer["images"]) == ([], None, [])


def test_plots_of_several_runs_lie_over_each_other(tmp_path: Path) -> None:
    first = ended_run(tmp_path / "a")
    later = ended_run(tmp_path / "b", started="2026-11-01T12:30:00.000+00:00", devices=["D04"])
    answer = asked(first, later)
    assert labels(answer, "on_off") == [
        "D03 12:00:00: ON", "D03 12:00:00: OFF", "D04 12:30:00: ON", "D04 12:30:00: OFF",
    ]  # fmt: skip
    assert labels(answer, "cumulative_on") == ["D03 12:00:00", "D04 12:30:00: D03"]
    assert answer["findings"] == []


def test_runs_of_several_days_say_the_day(tmp_path: Path) -> None:
    first = ended_run(tmp_path / "a")
    later = ended_run(tmp_path / "b", started="2026-11-02T12:00:00.000+00:00")
    assert labels(asked(first, later), "cumulative_on") == [
        "D03 2026-11-01 12:00:00", "D03 2026-11-02 12:00:00",
    ]  # fmt: skip


def test_runs_of_the_same_second_say_their_folder(tmp_path: Path) -> None:
    both = [ended_run(tmp_path / name) for name in "ab"]
    assert labels(asked(*both), "cumulative_on") == ["D03 12:00:00 (a)", "D03 12:00:00 (b)"]


def test_a_folder_twice_is_one_run(tmp_path: Path) -> None:
    folder = ended_run(tmp_path / "run")
    assert len(asked(folder, folder)["runs"]) == 1


def test_what_is_no_run_is_refused_and_the_rest_is_shown(tmp_path: Path) -> None:
    folder = ended_run(tmp_path / "run")
    broken = make_run(tmp_path, "broken")
    (broken / "data.csv").write_bytes(b"Time (s)\nnot a number\n")
    answer = asked(tmp_path / "none", folder, broken)
    assert [entry["folder"] for entry in answer["refused"]] == [
        str(tmp_path / "none"), str(broken),
    ]  # fmt: skip
    assert "is no run folder" in answer["refused"][0]["why"]
    assert labels(answer, "on_off") == ["ON", "OFF"]


def test_a_procedure_that_draws_nothing_shows_signals_and_images(tmp_path: Path) -> None:
    run = save_run(tmp_path / "run", KernelEncoding(), encoding_frame())
    answer = asked(run.folder)
    assert [plot["name"] for plot in answer["plots"]][:2] == ["signal_voltage", "signal_current"]
    assert [image["name"] for image in answer["images"]] == ["target", "achieved", "deviation"]
    assert {found["name"] for found in answer["findings"]} >= {"unit_energy_j"}


def test_a_run_that_goes_on_is_shown_as_it_is_now(tmp_path: Path) -> None:
    with growing_run(tmp_path / "run") as run:
        for rows in (20, 30):
            run.grow(rows)
            on = next(p for p in asked(run.folder)["plots"] if p["name"] == "on_off")["series"][0]
            assert on["x"].size == run.rows / 2


def test_a_run_is_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ended_run(tmp_path / "run")
    before = asked(folder)
    monkeypatch.setattr(module, "run_pictures", None)
    np.testing.assert_equal(asked(folder), before)


def test_rows_come_from_the_faster_file(tmp_path: Path) -> None:
    run = Run.load(ended_run(tmp_path / "run"))
    expected = run.frame
    (run.folder / "data.csv").unlink()
    pd.testing.assert_frame_equal(rows_of(run), expected)


@pytest.mark.parametrize("known_rows", [10, 15])
def test_rows_that_a_resumed_run_added_are_not_missed(tmp_path: Path, known_rows: int) -> None:
    with growing_run(tmp_path / "run") as run:
        run.grow(10)
        run.record(status="aborted")
        write_parquet(Run.load(run.folder))
        run.record(status="running")
        run.grow(5)
        if known_rows == 15:  # it ended once more, but what is derived was not made
            run.record(status="aborted")
    assert len(rows_of(Run.load(run.folder))) == 15


def test_what_could_not_be_drawn_is_told(tmp_path: Path) -> None:
    folder = ended_run(tmp_path / "run", procedure="of_another_lab")
    answer = asked(folder)
    assert "'of_another_lab' is not there" in answer["problem"]
    assert labels(answer, "signal_current") == ["measured"]
