"""A laboratory's own procedures and drivers: in a file, in a station file, in a package."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from drivers.lakeshore336 import LakeShore336
from labctl.bench import station_driver
from labctl.bench.station import drivers_for, read_station
from labctl.bench.station_driver import StationDriver
from labctl.cli.main import main
from labctl.errors import ConfigError
from labctl.runs.run import Run
from procedures import registry
from tests.labctl.station_files import station_file
from tests.labctl.test_acceptance import EXAMPLE

OUR_STAGE = StationDriver(
    role="temperature",
    build=lambda adapter, clock, options: LakeShore336(adapter, now_s=clock.now, **options),
    options=("sensor",),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the example of the how-to page, and nothing known of it yet."""
    monkeypatch.setattr(registry, "_from_files", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nudge.py").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_page_from_the_check_to_the_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = shown(capsys, "check", "nudge.py")
    assert (code, answer) == (0, {"procedure": "nudge", "accepted": True, "objections": []})
    assert shown(capsys, "plan", "nudge.py")[1]["applications"] == 3
    code, done = shown(
        capsys, "run", "nudge.py", "--seed", "1", "--device", "D03", "--set", "amplitude=-180 mV"
    )
    assert code == 0
    assert done["results"]["change"] > 0.1
    record = Run.load(here / done["run_folder"]).record
    assert record["parameters"]["amplitude"] == -0.18
    assert (here / done["run_folder"] / "report.html").is_file()
    assert shown(capsys, "procedures", "show", "nudge.py")[1]["procedure"] == "nudge"


def test_the_example_is_as_short_as_it_says() -> None:
    assert len(EXAMPLE.splitlines()) <= 60


def test_a_check_in_words(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nudge.py"]) == 0
    assert capsys.readouterr().out == "nudge: accepted\n"
    untrue = EXAMPLE.replace("Purpose.STRESS", "Purpose.READ")
    (here / "untrue.py").write_text(untrue.replace('"nudge"', '"untrue"'), encoding="utf-8")
    assert main(["check", "untrue.py"]) == 1
    text = capsys.readouterr().out
    assert text.startswith("untrue: not accepted")
    assert "error: purpose\n" in text
    assert "To do: from 0.1 V on" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere.py"],
        ["nudge"],
        ["nudge.py", "--set", "amplitude=1 V"],
        ["nudge.py", "--device", "D01,D02"],
        ["nudge.py", "--station", "probe_station"],
    ],
)
def test_what_cannot_be_checked_is_bad_input(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = shown(capsys, "check", *words)
    assert code == 2
    assert answer["error"]


def test_a_station_file_names_procedures(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "station").mkdir()
    (here / "nudge.py").rename(here / "station" / "nudge.py")
    path = station_file(
        here / "station", ("[timing]", '[plugins]\nprocedures = ["nudge.py"]\n\n[timing]')
    )
    assert read_station(path).own_procedures == ((here / "station" / "nudge.py").resolve(),)
    assert shown(capsys, "plan", "nudge")[0] == 2
    assert shown(capsys, "plan", "nudge", "--station", str(path))[0] == 0


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('procedures = ["nowhere.py"]', "plugins.procedures: there is no file"),
        ('procedures = "nudge.py"', "must be a list of strings"),
        ('drivers = ["ours.py"]', "unknown key"),
    ],
)
def test_a_station_file_with_bad_plugins(here: Path, entry: str, words: str) -> None:
    path = station_file(here, ("[timing]", f"[plugins]\n{entry}\n\n[timing]"))
    with pytest.raises(ConfigError, match=words):
        read_station(path)


def offer(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """An installed package that offers a driver."""
    entry = EntryPoint("our_stage", value, station_driver.ENTRY_POINTS)
    station_driver.installed_drivers.cache_clear()
    monkeypatch.setattr(station_driver, "entry_points", lambda group: [entry])


@pytest.fixture
def nothing_left_behind() -> Any:
    yield
    station_driver.installed_drivers.cache_clear()


@pytest.mark.usefixtures("nothing_left_behind")
def test_a_package_offers_a_driver(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(monkeypatch, "tests.labctl.test_own_procedures:OUR_STAGE")
    assert "our_stage" in drivers_for("temperature")
    assert "our_stage" not in drivers_for("smu")
    path = station_file(
        here,
        ('driver = "lakeshore336"', 'driver = "our_stage"'),
        ('options = { sensor = "A", output = 1 }', 'options = { sensor = "A" }'),
    )
    code, done = shown(capsys, "run", "nudge.py", "--station", str(path))
    assert code == 0
    instruments = Run.load(here / done["run_folder"]).record["instruments"]
    assert instruments["temperature"]["driver"] == "our_stage"


@pytest.mark.usefixtures("nothing_left_behind")
@pytest.mark.parametrize(
    ("value", "words"),
    [("nothing_of_that_name:X", "cannot be loaded"), ("pathlib:Path", "no StationDriver")],
)
def test_a_package_that_is_broken_keeps_no_station_shut(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, value: str, words: str
) -> None:
    offer(monkeypatch, value)
    assert read_station("simulated").name == "simulated"
    assert words in caplog.text
