"""Runs whose process is gone: what is mended, what is told, and what is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drivers.roles import Sensing, Waveform
from labctl.bench.journal import Journal, Segment
from labctl.catalogue.doctor import Diagnosis, Verdict, examine
from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from labctl.locks import hold
from labctl.runs.data_file import sha256_of
from labctl.runs.run import Run
from labctl.runs.run_folder import LIFE
from procedures.base import Application, Purpose
from procedures.sddp import Sddp
from tests.labctl.run_folders import make_incomplete, make_run

TORN_ROW = b"1.5,D01,0.2,0.1"
STRESS = Waveform([-0.2, 0.2], 1e-3, True, repeats=50)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file and what is in it, that nothing may have changed behind one's back."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def write_journal(folder: Path, *, ended: bool, rows_before: int = 1) -> None:
    """Of two applications, the second in flight unless all `ended`."""
    played = Application(
        device="D07",
        waveform=STRESS,
        sensing=Sensing(range_a=1e-3, limit_a=1e-3),
        purpose=Purpose.STRESS,
    )
    with closing(Journal(folder / "journal.jsonl")) as journal:
        for number in range(2):
            segment = Segment(number=number, waveform=STRESS)
            journal.begin(segment, played, segment.tag(folder.name), rows_before, 12.5)
            if ended or number == 0:
                journal.end(number, STRESS.recorded_points, cut_short=False)


def spoil(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def lines_of(diagnosis: Diagnosis) -> str:
    return "\n".join([*diagnosis.done, *diagnosis.wrong, *diagnosis.aftermath.lines()])


def test_a_torn_row_is_cut_off_kept_and_told(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    whole = (folder / "data.csv").read_bytes()
    spoil(folder / "data.csv", TORN_ROW)
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.MENDED
    assert (folder / "data.csv").read_bytes() == whole
    assert (folder / "data.csv.torn").read_bytes() == TORN_ROW
    assert diagnosis.bytes_cut == {"data.csv": len(TORN_ROW)}
    run = Run.load(folder)
    assert (run.status, run.record["data"]["rows"], len(run.frame)) == ("incomplete", 3, 3)
    assert run.record["data"]["sha256"] == sha256_of(folder / "data.csv")
    assert "process 4711 on pc" in run.reason
    assert "3 rows are complete" in run.reason
    assert f"data.csv: {len(TORN_ROW)} torn bytes were cut off" in run.record["warnings"]


@pytest.mark.parametrize(
    "torn",
    [b"1.5", b"\0" * 5000, b"1,2\n", b"1" * 100_000, b"\0\0\0\n\0\0", b"1,2,3\n4,5,6\n7"],
)
def test_whatever_a_power_cut_leaves_behind_the_last_row_is_cut(
    tmp_path: Path, torn: bytes
) -> None:
    folder = make_incomplete(tmp_path)
    whole = (folder / "data.csv").read_bytes()
    spoil(folder / "data.csv", torn)
    assert examine(folder).bytes_cut == {"data.csv": len(torn)}
    assert (folder / "data.csv").read_bytes() == whole
    assert (folder / "data.csv.torn").read_bytes() == torn


def test_a_torn_journal_is_cut_off_as_well(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    write_journal(folder, ended=False)
    whole = (folder / "journal.jsonl").read_bytes()
    spoil(folder / "journal.jsonl", b'{"end": 1, "poi')
    assert examine(folder).bytes_cut == {"journal.jsonl": 15}
    assert (folder / "journal.jsonl").read_bytes() == whole
    assert (folder / "journal.jsonl.torn").read_bytes() == b'{"end": 1, "poi'


def test_an_application_in_flight_is_told_with_what_came_of_it(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path, rows=40)
    write_journal(folder, ended=False, rows_before=7)
    (folder / "guardian.json").write_text(
        json.dumps({"when": "now", "safe": {"verified": True, "smu": {"level_v": 0.0}}}),
        encoding="utf-8",
    )
    (folder / "rescued.csv").write_text("# of 1\ntime_s,set_v\n1,2\n2,3\n3,", encoding="utf-8")
    diagnosis = examine(folder)
    (flying,) = diagnosis.aftermath.in_flight
    assert (flying.number, flying.device, flying.purpose) == (1, "D07", "stress")
    assert (flying.rows_came, flying.points_expected) == (33, 100)
    assert (flying.lowest_v, flying.highest_v) == (-0.2, 0.2)
    told = lines_of(diagnosis)
    assert "application 1: stress on D07, -0.2 V to 0.2 V, 50 times" in told
    assert "33 rows came, of 100 readings at most" in told
    assert "guardian.json: when now, safe verified True" in told
    assert "rescued.csv: 2 readings" in told
    assert "application 1 (stress on D07) was begun and did not end" in Run.load(folder).reason
    assert diagnosis.resumable


def test_nothing_in_flight_is_not_made_up(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    write_journal(folder, ended=True)
    diagnosis = examine(folder)
    assert diagnosis.aftermath.in_flight == ()
    assert "did not end" not in Run.load(folder).reason


def test_a_journal_that_tells_nonsense_is_a_complaint_only(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    (folder / "journal.jsonl").write_text('{"end": 5, "points": 1, "cut_short": false}\n')
    (folder / "guardian.json").write_text("[", encoding="utf-8")
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.MENDED
    assert len(diagnosis.aftermath.complaints) == 2


def damage_everything(folder: Path) -> None:
    spoil(folder / "data.csv", TORN_ROW)
    write_journal(folder, ended=False)
    spoil(folder / "journal.jsonl", b'{"x')
    for name in (".run.json.0123abcd", "report.tmp", ".report.html.deadbeef"):
        (folder / name).write_bytes(b"{")


@pytest.mark.parametrize("lose_record", [False, True])
def test_doing_it_twice_changes_nothing(tmp_path: Path, lose_record: bool) -> None:
    folder = make_incomplete(tmp_path)
    damage_everything(folder)
    if lose_record:
        (folder / "run.json").write_bytes(b"\xff")
    assert examine(folder).verdict is Verdict.MENDED
    after, written = contents(folder), (folder / "run.json").stat().st_ino
    second = examine(folder)
    assert (folder / "run.json").stat().st_ino == written
    assert (second.verdict, second.done) == (Verdict.WELL, [])
    assert contents(folder) == after
    assert not [name for name in after if name.endswith((".tmp", "abcd", "beef", ".lock"))]


def test_a_mending_that_was_cut_short_does_not_keep_the_torn_end_twice(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    spoil(folder / "data.csv", TORN_ROW)
    (folder / "data.csv.torn").write_bytes(TORN_ROW)
    examine(folder)
    assert (folder / "data.csv.torn").read_bytes() == TORN_ROW


def test_what_the_guardian_is_about_to_write_is_left_to_it(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    for name in (".guardian.json.0123abcd", ".rescued.csv.0123abcd"):
        (folder / name).write_text("", encoding="utf-8")
    examine(folder)
    assert {".guardian.json.0123abcd", ".rescued.csv.0123abcd"} <= contents(folder).keys()


def test_a_run_that_is_held_is_never_touched(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    damage_everything(folder)
    with hold(folder / LIFE, {"run": folder.name}):
        before = contents(folder)
        assert examine(folder).verdict is Verdict.MEASURING
        assert contents(folder) == before


def test_a_finished_run_with_other_rows_is_told_and_not_touched(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    assert examine(folder).verdict is Verdict.WELL
    spoil(folder / "data.csv", TORN_ROW)
    before = contents(folder)
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.NOT_MENDED
    assert "is not what the run wrote" in lines_of(diagnosis)
    assert contents(folder) == before


def test_finished_rows_that_are_missing_are_told(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    (folder / "data.csv").unlink()
    assert "data.csv is missing" in lines_of(examine(folder))


def test_rows_spoiled_in_the_middle_cannot_be_mended(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    text = (folder / "data.csv").read_bytes()
    (folder / "data.csv").write_bytes(text.replace(b"\n1,D01,1", b"\nx,D01,1"))
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.NOT_MENDED
    assert not diagnosis.resumable
    assert "cannot be read" in lines_of(diagnosis)


def test_rows_that_are_gone_altogether_are_told(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path)
    (folder / "data.csv").unlink()
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.NOT_MENDED
    assert "data.csv is missing; the record says that it had 3 rows" in lines_of(diagnosis)


def lose(path: Path) -> None:
    path.unlink()


def make_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**33)


@pytest.mark.parametrize(
    "damage",
    [lose, make_directory, make_huge, lambda path: path.write_bytes(b'{"schema": 1'),
     lambda path: path.write_bytes(b"\xff\xfe"), lambda path: path.write_bytes(b"[" * 10**5)],
)  # fmt: skip
def test_a_lost_record_is_made_anew(tmp_path: Path, damage: Callable[[Path], Any]) -> None:
    measured = Sddp(repeats=4, start="on", durations="1 ms, 2 ms")
    folder = make_incomplete(tmp_path, "093015-sddp-D05-k7f2", of=measured)
    write_journal(folder, ended=False)
    damage(folder / "run.json")
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.MENDED
    assert not diagnosis.resumable
    run = Run.load(folder)
    assert run.status == "incomplete"
    assert "was made anew from the folder's name" in run.reason
    assert run.record["procedure"] == "sddp"
    assert run.record["devices"] == ["D07"]
    assert run.record["started"].startswith("2026-11-01T09:30:15")
    again = dict(run.parameters, durations=tuple(run.parameters["durations"]))
    assert again == measured.parameter_values()
    assert run.frame["Phase"].tolist() == ["verify"] * 3
    assert run.frame["Repeat"].dtype == "int64"
    assert examine(folder).verdict is Verdict.WELL


def test_of_an_unknown_procedure_what_the_header_says_is_kept_as_text(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path, "093015-nudge-D05-k7f2")
    (folder / "run.json").unlink()
    examine(folder)
    run = Run.load(folder)
    assert run.record["procedure"] == "nudge"
    assert run.parameters["Amplitude"] == "-0.2 V"
    assert run.record["devices"] == ["D05"]
    assert len(run.frame) == 3


def test_a_whole_copy_that_was_to_replace_the_record_is_preferred(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    (folder / "run.json").rename(folder / ".run.json.0011aabb")
    diagnosis = examine(folder)
    assert diagnosis.status == "finished"
    assert "the copy that was to replace it" in lines_of(diagnosis)
    assert Run.load(folder).status == "finished"


def test_a_record_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    (folder / "run.json").write_text('{"schema": 99}', encoding="utf-8")
    before = contents(folder)
    diagnosis = examine(folder)
    assert diagnosis.verdict is Verdict.NOT_MENDED
    assert "use the version that wrote it" in lines_of(diagnosis)
    assert contents(folder) == before


def test_a_run_that_was_killed_before_its_first_row_is_mended(tmp_path: Path) -> None:
    folder = make_incomplete(tmp_path, rows=0)
    (folder / "data.csv").unlink()
    assert examine(folder).verdict is Verdict.MENDED
    assert Run.load(folder).reason.endswith("0 rows are complete")
    (folder / "data.csv").write_bytes(b"#Procedure: <a.B>\n#Para")
    assert examine(folder).rows == 0


def test_the_command_looks_at_all_runs_and_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tmp_path)
    folder = make_incomplete(tmp_path)
    write_journal(folder, ended=False)
    (tmp_path / "2026-11-01" / "photos").mkdir()
    assert main(["runs", "doctor", "--out", str(tmp_path)]) == ExitCode.FINISHED
    shown = capsys.readouterr().out
    assert f"to go on: labctl run --resume {folder}" in shown
    assert "Looked at 3: 1 well, 1 mended, 1 no run." in shown
    assert main(["runs", "doctor", "all", "--out", str(tmp_path), "--json"]) == ExitCode.FINISHED
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"well": 2, "no run": 1}
    assert [one["rows"] for one in told["runs"]] == [3, 3, 0]


def test_the_command_fails_when_a_run_could_not_be_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(tmp_path)
    spoil(folder / "data.csv", TORN_ROW)
    assert main(["runs", "doctor", "aaaa", "--out", str(tmp_path)]) == ExitCode.FAILED
    assert "not what the run wrote" in capsys.readouterr().err
    (tmp_path / "photos").mkdir()
    assert main(["runs", "doctor", str(tmp_path / "photos")]) == ExitCode.FAILED
    assert "holds no run" in capsys.readouterr().err
