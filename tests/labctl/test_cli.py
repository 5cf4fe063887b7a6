"""The command line's contract: exit codes, one JSON object, one clear line for every mistake."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labctl.bench.station import STATIONS
from labctl.cli import command_demo, command_run
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.console import table
from labctl.cli.failures import answer_to
from labctl.cli.main import COMMANDS, main
from labctl.cli.progress import Progress
from labctl.errors import LimitRefused, StationError
from labctl.runs.run import Run
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding
from procedures.reading import READ_PAIRS
from tests.labctl.synthetic_runs import convolution_frame, encoding_frame, save_run

HEAVY = ("numpy", "pandas", "pint", "pymeasure", "matplotlib", "pyvisa", "json", "dataclasses")

BAD_INPUT = [
    (["rnu"], "did you mean 'run'"),
    ([], "COMMAND"),
    (["run"], "PROCEDURE"),
    (["run", "convolutoin"], "did you mean 'convolution'"),
    (["run", "convolution", "--set", "read_widht=1ms"], "did you mean 'read_width'"),
    (["run", "convolution", "--set", "read_width=3 V"], "'3 V' is not in s"),
    (["run", "convolution", "--set", "read_width=nan"], "'nan'"),
    (["run", "convolution", "--set", "read_width=5 s"], "1 s"),
    (["run", "convolution", "--set", "read_width="], "has no value"),
    (["run", "convolution", "--set", "read_width"], "name=value"),
    (["run", "convolution", "--set", "order=row-blocks", "order=pixel-major"], "given twice"),
    (["run", "convolution", "--set", "order=row-block"], "did you mean 'row-blocks'"),
    (["run", "convolution", "--set", "image=no-such.png"], "no-such.png"),
    (["run", "convolution", "--set", "image=pyproject.toml"], "not a picture"),
    (["run", "kernel_encoding", "--set", "kernel=9 9 9 9 9 9 9 9 9"], "7e-05 S"),
    (["run", "convolution", "--device", "D01,,D02"], "empty name"),
    (["run", "convolution", "--device", "D01,D02"], "18"),
    (["run", "convolution", "--device", "D99"], "D99"),
    (["run", "convolution", "--seed", "-1"], "whole number"),
    (["run", "convolution", "--seed", "1.5"], "whole number"),
    (["run", "convolution", "--seed", "1", "--fresh"], "not allowed with"),
    (["run", "convolution", "--sed", "1"], "--sed"),
    (["run", "convolution", "--station", "simulatd"], "did you mean 'simulated'"),
    (["run", "convolution", "--out", "pyproject.toml/runs"], "pyproject.toml"),
    (["plan", "convolution", "--device", "D99"], "D99"),
    (["plan", "convolution", "--device", "D01"], "18"),
    (["station", "show", "simulatd"], "did you mean 'simulated'"),
    (["procedures", "show", "convolutoin"], "did you mean 'convolution'"),
    (["demo", "--array", "ITN"], "did you mean 'ITM'"),
    (["demo", "--image", "no-such.png"], "no-such.png"),
]

BAD_INPUT_NAMES = [" ".join(words) or "nothing" for words, _ in BAD_INPUT]


@pytest.fixture
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])


@pytest.mark.usefixtures("in_repository")
@pytest.mark.parametrize(("words", "part"), BAD_INPUT, ids=BAD_INPUT_NAMES)
def test_bad_input_is_refused_with_one_line(
    words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == ExitCode.BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert part in shown.err
    assert "Traceback" not in shown.err
    assert len(shown.err.splitlines()) == 1


@pytest.mark.usefixtures("in_repository")
@pytest.mark.parametrize(("words", "part"), BAD_INPUT, ids=BAD_INPUT_NAMES)
def test_bad_input_with_json_is_one_object(
    words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--json"]) == ExitCode.BAD_INPUT
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["error"]
    assert part in shown["error"]


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom labctl.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_errors_that_are_nobodys_mistake_are_one_line() -> None:
    assert answer_to(LimitRefused("0.7 V is above 0.6 V")).code == ExitCode.LIMIT
    assert answer_to(StationError("smu does not answer")).complaint == "smu does not answer"
    assert answer_to(KeyboardInterrupt()).code == ExitCode.ABORTED
    unexpected = answer_to(ZeroDivisionError("division by zero"))
    assert unexpected.code == ExitCode.FAILED
    assert "ZeroDivisionError: division by zero" in unexpected.complaint
    assert "--debug" in unexpected.complaint


def test_json_has_no_nan() -> None:
    values = {"a": float("nan"), "b": [float("inf"), 1.5], "c": {"d": np.float64("nan")}}
    values |= {"e": np.arange(2), "f": Path("x"), "g": np.float64(0.1), "h": np.bool_(True)}
    line = Answer(data=values).json_line()
    assert json.loads(line) == {
        "a": None, "b": [None, 1.5], "c": {"d": None}, "e": [0, 1], "f": "x", "g": 0.1, "h": True,
    }  # fmt: skip


def test_table_aligns_columns() -> None:
    assert table([("a", "10 V"), ("long", "1 V")], ("x", "y")).splitlines() == [
        "x     y", "----  ----", "a     10 V", "long  1 V",
    ]  # fmt: skip
    assert table([]) == ""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_only_on_a_terminal() -> None:
    terminal, file = _Terminal(), io.StringIO()
    for stream in (terminal, file):
        with Progress("reading", stream) as progress:
            progress(0.5)
    assert "to go" in terminal.getvalue()
    assert file.getvalue() == ""


Finish = Callable[..., list[Run]]


@pytest.fixture
def finish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Finish:
    """Make `labctl` meet runs that have ended as the test says, instead of instruments."""

    def prepare(*, reports: bool = False, **changes: Any) -> list[Run]:
        done: list[Run] = []

        def run(procedure: Any, *_: object, derive: Any, **__: object) -> Run:
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


def test_plan_counts_what_will_happen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "convolution", "--json"]) == ExitCode.FINISHED
    plan = json.loads(capsys.readouterr().out)
    assert plan["rows"] == 18 * (900 * 2 + 2 * READ_PAIRS)
    assert plan["closures"] == 36
    assert plan["stress_pulses"] == 0
    assert plan["dose"]["D01"]["max_v"] == pytest.approx(25.5e-3)
    assert plan["dose"]["D02"]["min_v"] == pytest.approx(-25.5e-3)
    pulses_s = 16_200 * 2e-3
    assert pulses_s < plan["duration_s"] < pulses_s + 5


def test_plan_refuses_what_the_run_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (STATIONS / "simulated.toml").read_text(encoding="utf-8")
    narrow = tmp_path / "narrow.toml"
    narrow.write_text(text.replace('voltage_max = "0.6 V"', 'voltage_max = "0.4 V"'), "utf-8")
    assert narrow.read_text(encoding="utf-8") != text
    assert main(["plan", "kernel_encoding", "--station", str(narrow)]) == ExitCode.LIMIT
    assert "0.4 V" in capsys.readouterr().err


def test_a_closed_loop_is_planned_with_its_worst_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "kernel_encoding", "--json"]) == ExitCode.FINISHED
    plan = json.loads(capsys.readouterr().out)
    assert plan["longest_s"] > 10 * plan["duration_s"]
    assert plan["stress_pulses"] == 18 + 5 * 4


@pytest.mark.parametrize("procedure", [KernelEncoding, Convolution])
def test_procedures_show_every_parameter(
    procedure: type, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["procedures", "show", procedure.name, "--json"]) == ExitCode.FINISHED
    shown = json.loads(capsys.readouterr().out)
    assert {entry["name"] for entry in shown["parameters"]} == set(procedure().parameter_values())
    assert all(entry["help"] for entry in shown["parameters"])
    assert [entry["name"] for entry in shown["columns"]] == procedure.DATA_COLUMNS


def test_station_show_tells_who_set_the_limits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["station", "show", "--json"]) == ExitCode.FINISHED
    shown = json.loads(capsys.readouterr().out)
    assert shown["limits"]["voltage_max"]["set_by"] == "station 'simulated'"
    assert main(["station", "list"]) == ExitCode.FINISHED
    assert "simulated" in capsys.readouterr().out


def test_station_check_names_every_instrument_that_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (STATIONS / "simulated.toml").read_text(encoding="utf-8")
    world = (STATIONS / "simulated_world.toml").read_text(encoding="utf-8")
    (tmp_path / "simulated_world.toml").write_text(world, "utf-8")
    silent = tmp_path / "silent.toml"
    silent.write_text(text.replace('"@ag2s"', '"@no_such_library"'), "utf-8")
    code = main(["station", "check", str(silent), "--out", str(tmp_path / "runs"), "--json"])
    assert code == ExitCode.FAILED
    shown = json.loads(capsys.readouterr().out)
    assert all(role in shown["error"] for role in ("smu", "matrix", "temperature", "clock"))
