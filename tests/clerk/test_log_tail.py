"""The end of a run's log, entry by entry."""

from __future__ import annotations

from pathlib import Path

from labctl.clerk.log_tail import FIRST_BYTES, entries, log
from labctl.locks import hold

HEAD = "2026-01-01 12:00:00,000"


def test_entries_grow_as_the_file_does(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    with hold(tmp_path / "run.lock", {}):
        following = log({"folder": str(tmp_path)})
        assert next(following) is None
        path.write_text(f"{HEAD} INFO labctl.runs: begins\n{HEAD} WARN", "utf-8")
        answer = next(following)
        assert answer is not None
        assert answer["entries"] == [
            {"time": HEAD[:-4], "level": "INFO", "name": "labctl.runs", "text": "begins"}
        ]
        assert next(following) is None
        with path.open("a", encoding="utf-8") as file:
            file.write('ING drivers: <ERR -113 & "undefined">\n')
        answer = next(following)
        assert answer is not None
        assert answer["entries"][0]["text"] == '<ERR -113 & "undefined">'


def test_it_ends_with_the_run_and_what_stands_without_a_line_end(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(f"{HEAD} ERROR labctl: last words", "utf-8")
    told = [answer for answer in log({"folder": str(tmp_path)}) if answer is not None]
    assert [answer["entries"][0]["text"] for answer in told] == ["last words"]


def test_of_a_long_log_the_end_is_told_in_whole_lines(tmp_path: Path) -> None:
    lines = "".join(
        f"{HEAD} INFO labctl: {number:06d}\n" for number in range(3 * FIRST_BYTES // 40)
    )
    (tmp_path / "log.txt").write_text(lines, "utf-8")
    told = [
        entry for answer in log({"folder": str(tmp_path)}) if answer for entry in answer["entries"]
    ]
    assert told[-1]["text"] == f"{3 * FIRST_BYTES // 40 - 1:06d}"
    assert all(entry["level"] == "INFO" and len(entry["text"]) == 6 for entry in told)
    assert len(told) * len(lines.splitlines()[0]) <= FIRST_BYTES


def test_lines_of_a_traceback_belong_to_their_entry() -> None:
    found = entries(["stray", f"{HEAD} ERROR labctl: failed", "Traceback", "  File"])
    assert [entry["text"] for entry in found] == ["stray", "failed\nTraceback\n  File"]
