"""The command line's contract: exit codes, one JSON object, one clear line for every mistake."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labctl.bench.station import STATIONS, station_files
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.console import table, table_of_texts
from labctl.cli.failures import answer_to
from labctl.cli.main import COMMANDS, main
from labctl.cli.progress import Progress
from labctl.errors import LimitRefused, StationError
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding
from procedures.registry import NAMES, load
from procedures.techniques.programming import EXPECTED_PULSES, EXPECTED_TRIES
from procedures.techniques.reading import READ_PAIRS

HEAVY = ("numpy", "pandas", "pint", "pymeasure", "matplotlib", "pyvisa", "json", "dataclasses")


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
    silent = StationError("smu does not answer", identities={}, failures={"smu": "nothing"})
    assert answer_to(silent).code == ExitCode.FAILED
    assert answer_to(silent).complaint == "smu does not answer"
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


@pytest.mark.parametrize("procedure", NAMES)
def test_a_procedure_is_shown_within_80_columns(
    procedure: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["procedures", "show", procedure]) == ExitCode.FINISHED
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert all(f"\n  {name} = " in shown for name in load(procedure)().parameter_values())
    assert table_of_texts([("a", "word " * 30)], ("x", "y")).count("word") == 30


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
    assert plan["stress_pulses"] == 13 + 5 * (EXPECTED_TRIES * (1 + EXPECTED_PULSES))


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
    assert shown["limits"]["voltage_min"]["set_by"] == "interface regime of sample 'dot18'"
    filament = shown["limits_in_filament_regime"]
    assert filament["voltage_min"]["set_by"] == "station 'simulated'"
    assert main(["station", "list"]) == ExitCode.FINISHED
    listed = capsys.readouterr().out.splitlines()
    for name in station_files():
        assert any(line.split()[0] == name for line in listed)


def test_an_interrupt_while_a_command_is_imported_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("labctl.cli.main.import_module", interrupted)
    assert main(["run", "convolution", "--json"]) == ExitCode.ABORTED
    assert json.loads(capsys.readouterr().out) == {"error": "interrupted"}


def test_a_station_file_of_ones_own_is_begun_and_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "my_bench.toml"
    assert main(["station", "init", str(path)]) == ExitCode.FINISHED
    assert main(["station", "show", str(path), "--json"]) == ExitCode.FINISHED
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["station"] == "my_bench"
    path.write_text("mine", encoding="utf-8")
    assert main(["station", "init", str(path)]) == ExitCode.BAD_INPUT
    assert path.read_text(encoding="utf-8") == "mine"
