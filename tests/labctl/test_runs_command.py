"""`labctl runs list`, `show`, `diff`, and `reindex`, as people and programs meet them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from labctl.catalogue.find import find_run
from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from labctl.errors import BadInput
from procedures.sddp import Sddp
from tests.labctl.run_folders import make_incomplete, make_run, record_of

RESULTS = {
    "slope_s_per_s": 4.5e-3,
    "slope_s_per_s_u95": 1e-4,
    "pulses": 60,
    "repeatability": 0.0134,
}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    runs = tmp_path / "runs"
    make_run(runs, "120000-sddp-D01-aaaa", results=RESULTS)
    make_run(runs, "130000-sddp-D01-bbbb", results=RESULTS | {"pulses": 50})
    return runs


def told(capsys: pytest.CaptureFixture[str], *words: str, out: Path) -> dict[str, Any]:
    assert main(["runs", *words, "--json", "--out", str(out)]) == ExitCode.FINISHED
    return json.loads(capsys.readouterr().out)


def shown(capsys: pytest.CaptureFixture[str], *words: str, out: Path) -> str:
    assert main(["runs", *words, "--out", str(out)]) == ExitCode.FINISHED
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str, out: Path) -> str:
    assert main(["runs", *words, "--out", str(out)]) == ExitCode.BAD_INPUT
    return capsys.readouterr().err


def test_the_list_shows_what_was_compared(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("list", "--where", "pulses >= 60", "--where", "slope_s_per_s > 1 mS/s")
    lines = shown(capsys, *words, out=runs).splitlines()
    assert lines[0].split() == ["Run", "Status", "Sample", "Rows", "pulses", "slope_s_per_s"]
    assert lines[2].split() == [
        "2026-11-01/120000-sddp-D01-aaaa", "finished", "S1", "3", "60", "4.5", "mS/s",
    ]  # fmt: skip
    assert len(lines) == 3
    (entry,) = told(capsys, *words, out=runs)["runs"]
    assert entry["findings"]["slope_s_per_s"] == {"value": 4.5e-3, "unit": "S/s"}
    assert entry["run_folder"] == str(runs / "2026-11-01" / "120000-sddp-D01-aaaa")


def test_the_list_says_that_it_is_cut_and_what_it_cannot_read(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs / "2026-11-01" / "photos").mkdir()
    text = shown(capsys, "list", "--limit", "1", out=runs)
    assert "The first 1; there are more" in text
    assert "1 folder holds no run that can be read:\n  2026-11-01/photos" in text
    assert told(capsys, "list", "--limit", "all", out=runs)["more"] is False
    assert "No run in" in shown(capsys, "list", "--sample", "none", out=runs)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--where", "pulse > 1"], "did you mean 'pulses'"),
        (["--since", "soon"], "is no date"),
        (["--sort", "beauty"], "no run has a finding 'beauty'"),
        (["--limit", "0"], "neither a whole number"),
        (["--status", "great"], "invalid choice"),
    ],
)
def test_a_list_that_makes_no_sense_is_bad_input(
    runs: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert said in refused(capsys, "list", *words, out=runs)


def test_dates_are_days_of_this_computer(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(runs, day="2026-11-03", started="2026-11-03T12:00:00")
    span = ("list", "--since", "2026-11-03", "--until", "2026-11-03")
    assert len(told(capsys, *span, out=runs)["runs"]) == 1
    assert len(told(capsys, "list", "--until", "2026-11-02", out=runs)["runs"]) == 2


def test_show_tells_everything_about_a_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "show", "aaaa", out=runs)
    for line in (
        "sddp: finished", "Rows: 3", "Report: none", "Resumed: never",
        "(4.50 ± 0.10) mS/s", "voltage_max  550 mV  sample",
        "verified     yes", "amplitude   -200 mV",
    ):  # fmt: skip
        assert line in text
    data = told(capsys, "show", "aaaa", out=runs)
    assert data["record"]["results"] == RESULTS
    assert data["report"] is None


def test_show_of_a_run_that_did_not_finish(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_incomplete(
        tmp_path, resumptions=[{"at": "then"}], warnings=["a relay is old"], limits=None
    )
    (folder / "report.html").write_text("", encoding="utf-8")
    text = shown(capsys, "show", str(folder), out=tmp_path)
    for line in (
        "sddp: incomplete: the process that measured is gone", "Warning: a relay is old",
        "Resumed: 1 times", f"Report: {folder / 'report.html'}",
        f"To go on: labctl run --resume {folder}", "Safe state, as read back\nnone recorded",
    ):  # fmt: skip
        assert line in text


def test_rows_that_nobody_counted_are_not_called_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_incomplete(tmp_path, data=record_of(Sddp(), tmp_path, 0)["data"])
    assert told(capsys, "list", out=tmp_path)["runs"][0]["rows"] is None
    assert "incomplete  S1      –" in shown(capsys, "list", out=tmp_path)
    assert told(capsys, "show", str(folder), out=tmp_path)["rows"] == 3


def test_a_run_is_found_by_whatever_it_is_called(runs: Path) -> None:
    folder = runs / "2026-11-01" / "120000-sddp-D01-aaaa"
    for called in ("aaaa", folder.name, str(folder), "2026-11-01/120000-sddp-D01-aaaa", "1-aaaa"):
        assert find_run(runs, called) == folder
    longer = make_run(runs, f"copy-of-{folder.name}", day="2026-11-02")
    with pytest.raises(BadInput, match="2 runs are called 'aaaa'"):
        find_run(runs, "aaaa")
    assert find_run(runs, folder.name) == folder
    assert find_run(runs, longer.name) == longer


@pytest.mark.parametrize(
    ("called", "said"),
    [("aaab", "did you mean '120000-sddp-D01-aaaa'"), ("zzzz", "the latest is"), (" ", "empty")],
)
def test_a_run_that_is_not_there_is_told_with_the_nearest(
    runs: Path, capsys: pytest.CaptureFixture[str], called: str, said: str
) -> None:
    assert said in refused(capsys, "show", called, out=runs)


def test_a_folder_without_a_run_cannot_be_shown(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = runs / "2026-11-01" / "120000-sddp-D01-aaaa"
    (broken / "run.json").write_text('{"schema": 1, "status": "finished"}', encoding="utf-8")
    error = refused(capsys, "show", "aaaa", out=runs)
    assert "is not the record of a run" in error
    assert f"labctl runs doctor {broken} may mend it" in error


def test_diff_says_what_differs_with_both_values(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_run(
        runs, "140000-sddp-D02-cccc", of=Sddp(repeats=2, amplitude="-180 mV"), devices=["D02"],
        sample={"id": "S2", "name": "first"}, versions={"python": "3.12"},
        station={"name": "test", "simulated": False, "wiring": {"devices": {"D02": "1A02"}}},
        limits={"voltage_max": {"value": 0.5, "unit": "V", "set_by": "operator"}},
        results=RESULTS | {"devices": [{"device": "D02"}]}, seed=True,
    )  # fmt: skip
    found = told(capsys, "diff", "aaaa", "cccc", out=runs)
    assert found["same"] is False
    assert found["differences"] == {
        "parameters": {"amplitude": [-0.2, -0.18]},
        "devices": {"devices": [["D01"], ["D02"]]},
        "station": {"simulated": [True, False]},
        "seed": {"seed": [1, True]},
        "sample": {"id": ["S1", "S2"]},
        "wiring": {"devices.D01": ["1A01", "–"], "devices.D02": ["–", "1A02"]},
        "limits": {"voltage_max.value": [0.55, 0.5], "voltage_max.set_by": ["sample", "operator"]},
        "versions": {"python": ["3.11", "3.12"]},
        "results": {"devices.1.device": ["–", "D02"]},
    }
    text = shown(capsys, "diff", "aaaa", str(other), out=runs)
    assert "amplitude  -200 mV  -180 mV" in text


def test_diff_shows_digits_enough_to_tell_values_apart(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(runs, "150000-sddp-D01-dddd", results=RESULTS | {"slope_s_per_s": 4.5000001e-3})
    text = shown(capsys, "diff", "aaaa", "dddd", out=runs)
    assert "4.5 mS/s  4.5000001 mS/s" in text


def test_diff_says_that_nothing_differs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_run(runs, "150000-sddp-D01-dddd", results=RESULTS)
    assert "No difference." in shown(capsys, "diff", "aaaa", "dddd", out=runs)
    assert told(capsys, "diff", "aaaa", "dddd", out=runs)["same"] is True


def test_reindex_counts_and_names(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "2026-11-01" / "photos").mkdir()
    assert "2 runs of" in shown(capsys, "reindex", out=runs)
    data = told(capsys, "reindex", out=runs)
    assert data["runs"] == 2
    assert [one["place"] for one in data["unreadable"]] == ["2026-11-01/photos"]
