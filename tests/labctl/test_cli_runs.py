"""What `labctl run` and `labctl demo` answer, by how the run ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from labctl.cli import command_demo, command_run
from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from labctl.report.run_report import write_report
from labctl.runs.run import Run
from tests.labctl.synthetic_runs import convolution_frame, encoding_frame, save_run

Finish = Callable[..., list[Run]]


@pytest.fixture
def finish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Finish:
    """Make `labctl` meet runs that have ended as the test says, instead of instruments."""

    def prepare(*, reports: bool = False, **changes: Any) -> list[Run]:
        done: list[Run] = []

        def run(procedure: Any, *_: object, derive: Any = (write_report,), **__: object) -> Run:
            frame = encoding_frame() if procedure.name == "kernel_encoding" else convolution_frame()
            folder = tmp_path / "runs" / f"{len(done)}-{procedure.name}"
            done.append(save_run(folder, procedure, frame, **changes))
            for step in derive if reports else ():
                step(done[-1])
            return done[-1]

        for module in (command_run, command_demo):
            monkeypatch.setattr(module, "run", run)
            monkeypatch.setattr(module, "open_station", lambda *_, **__: nullcontext())
        return done

    return prepare


def test_run_answers_with_the_contract_object(
    finish: Finish, capsys: pytest.CaptureFixture[str]
) -> None:
    done = finish(reports=True)
    assert main(["run", "kernel_encoding", "--json"]) == ExitCode.FINISHED
    shown = json.loads(capsys.readouterr().out)
    keys = ["run_folder", "procedure", "status", "reason", "results", "bench"]
    assert list(shown) == keys
    assert shown["run_folder"] == str(done[0].folder)
    assert shown["results"]["energy_j"] == done[0].results["energy_j"]
    assert (done[0].folder / "report.html").is_file()


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        ("failed", "InstrumentError", ExitCode.FAILED),
        ("failed", "LimitRefused", ExitCode.LIMIT),
        ("aborted", None, ExitCode.ABORTED),
        ("incomplete", None, ExitCode.FAILED),
    ],
)
def test_a_run_that_did_not_finish_says_so(
    finish: Finish, capsys: pytest.CaptureFixture[str], status: str, error: str, code: ExitCode
) -> None:
    finish(status=status, reason="because", error=error)
    assert main(["run", "kernel_encoding", "--json"]) == code
    shown = capsys.readouterr()
    assert json.loads(shown.out)["status"] == status
    assert "because" in shown.err
    assert "log.txt" in shown.err


def test_run_shows_people_values_with_units(
    finish: Finish, capsys: pytest.CaptureFixture[str]
) -> None:
    done = finish()
    assert main(["run", "convolution"]) == ExitCode.FINISHED
    shown = capsys.readouterr().out
    assert "16,200" in shown
    assert " dB" in shown
    assert str(done[0].folder) in shown


def test_demo_shows_both_runs_in_one_report(
    finish: Finish, capsys: pytest.CaptureFixture[str]
) -> None:
    done = finish(reports=True)
    assert main(["demo", "--json"]) == ExitCode.FINISHED
    shown = json.loads(capsys.readouterr().out)
    assert shown["procedure"] == "convolution"
    assert [one["procedure"] for one in shown["runs"]] == ["kernel_encoding", "convolution"]
    page = Path(shown["report"])
    assert page.parent == done[-1].folder
    assert {path.stem for path in (page.parent / "figures").iterdir()} >= {
        "convolution-pictures-ITM", "encoded-conductances-ITM", "energies",
    }  # fmt: skip


def test_demo_stops_after_an_encoding_that_failed(finish: Finish) -> None:
    done = finish(status="failed", reason="a device does not switch")
    assert main(["demo"]) == ExitCode.FAILED
    assert len(done) == 1
