"""`labctl run --folder-file`: a program that starts a run learns its folder before all else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labctl.bench.bench import Bench
from labctl.cli.answer import ExitCode
from labctl.cli.main import main

SHORT = ["run", "array_read", "--device", "D01", "--seed", "1", "--json"]


def test_the_folder_is_told_before_anything_is_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, seen = tmp_path / "folder", list[str]()
    apply = Bench.apply

    def watched(self: Bench, *args: object, **more: object) -> object:
        seen.append(file.read_text(encoding="utf-8").strip())
        return apply(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Bench, "apply", watched)
    code = main([*SHORT, "--out", str(tmp_path / "runs"), "--folder-file", str(file)])
    assert code == ExitCode.FINISHED
    folder = json.loads(capsys.readouterr().out)["run_folder"]
    assert seen
    assert set(seen) == {str(Path(folder).resolve())}


def test_a_run_that_does_not_come_to_a_folder_leaves_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "folder"
    file.write_text("/of/an/older/run", encoding="utf-8")
    code = main(["run", "iv_loop", "--set", "peaks=9 V", "--json", "--folder-file", str(file)])
    assert code == ExitCode.BAD_INPUT
    assert "9 V" in json.loads(capsys.readouterr().out)["error"]
    assert file.read_text(encoding="utf-8") == ""


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, runs = tmp_path / "no" / "such" / "folder", tmp_path / "runs"
    code = main([*SHORT, "--out", str(runs), "--folder-file", str(file)])
    assert code == ExitCode.BAD_INPUT
    assert "--folder-file" in json.loads(capsys.readouterr().out)["error"]
    assert not runs.exists()


def test_a_resumed_run_tells_its_own_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs, file = tmp_path / "runs", tmp_path / "folder"
    main([*SHORT, "--out", str(runs)])
    folder = json.loads(capsys.readouterr().out)["run_folder"]
    code = main(["run", "--resume", folder, "--out", str(runs), "--folder-file", str(file)])
    assert code == ExitCode.BAD_INPUT, "it is finished"
    assert file.read_text(encoding="utf-8").strip() == str(Path(folder).resolve())
