"""Station files: everything wrong is told with file, line, key, and what would be right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.bench.station import station_files
from labctl.config import (
    GUARD_KINDS,
    Action,
    GuardConfig,
    NotifyConfig,
    RelayLife,
    StationConfig,
    read_station_file,
)
from labctl.errors import BadInput, ConfigError
from labctl.strict_toml import Document
from tests.labctl.fakes import SAMPLE_AND_LIMITS, SOURCE_AND_MATRIX

STATION = f"""\
schema = 1
name = "bench in memory"
{SOURCE_AND_MATRIX}[clock]
driver = "wall"
{SAMPLE_AND_LIMITS}"""


def read(tmp_path: Path, text: str) -> StationConfig:
    path = tmp_path / "my_bench.toml"
    path.write_text(text, encoding="utf-8")
    return read_station_file(path)


def test_quantities_become_si(tmp_path: Path) -> None:
    config = read(tmp_path, STATION)
    assert config.limits["voltage_min"] == -0.6
    assert config.limits["current_max"] == 0.01
    assert config.timing.fetch_interval_s == math.inf
    assert config.wiring.devices == {"D01": "1A01", "D02": "1A02", "D03": "1A03"}
    assert not config.simulated


@dataclass(frozen=True)
class Case:
    name: str
    old: str
    new: str
    words: str


CASES = [
    Case("unknown table", "[sample]", "[sampel]", "sampel: unknown key; did you mean 'sample'"),
    Case(
        "unknown key",
        'id = "R3"',
        'idd = "R3"',
        "line 13: sample.idd: unknown key; did you mean 'id'",
    ),
    Case("missing key", 'id = "R3"', "", "sample.id: is missing"),
    Case("missing table", '[clock]\ndriver = "wall"', "", "clock: is missing"),
    Case("schema", "schema = 1", "schema = 2", "line 1: schema: is 2"),
    Case("schema type", "schema = 1", 'schema = "1"', "whole number"),
    Case("empty name", '"bench in memory"', '" "', "line 2: name: must not be empty"),
    Case("wrong type", '"bench in memory"', "7", "line 2: name: must be a string, not 7"),
    Case("wrong unit", '"0.5 V"', '"0.5 A"', "voltage_max: '0.5 A' is not in V"),
    Case("no unit", '"0.5 V"', '"0.5"', "'0.5' has no unit; write '0.5 V'"),
    Case("bare number", '"0.5 V"', "0.5", "voltage_max: must be a string"),
    Case("no number", '"0.5 V"', '"much"', "'much' is not a number with a unit"),
    Case("sign of minimum", '"-600 mV"', '"600 mV"', "voltage_min: is 0.6 V"),
    Case("sign of maximum", '"0.5 V"', '"-0.5 V"', "voltage_max: is -0.5 V"),
    Case("no current", '"10 mA"', '"0 mA"', "current_max: is 0 A"),
    Case("no bound", '"10 mA"', '"10 mA"\nvoltage_mx = "1 V"', "did you mean 'voltage_max'"),
    Case(
        "no time", '"10 mA"', '"10 mA"\ndwell_max = "0 s"', "dwell_max: is 0 s, but must be above"
    ),
    Case(
        "part of a cycle", '"10 mA"', '"10 mA"\ncycles_max = 1.5', "must be a whole number, not 1"
    ),
    Case("stage", '"10 mA"', '"10 mA"\ntemperature_min = "441 K"', "441 K to 440 K, which is no"),
    Case("required", 'current_max = "10 mA"', "", "line 20: limits.current_max: is missing"),
    Case("regime", 'id = "R3"', 'id = "R3"\nregime = "interfce"', "did you mean 'interface'"),
    Case(
        "no regime",
        "[wiring]",
        '[sample.limits]\ninterface_voltage_min = "-0.3 V"\n[wiring]',
        "interface_voltage_min: has no effect without regime",
    ),
    Case("zero interval", '"inf"', '"0 s"', "fetch_interval: is 0 s"),
    Case("negative settling", '"0 s"', '"-1 s"', "settle: is -1 s"),
    Case("no crosspoint", '"1A02"', '"1A13"', "line 18: wiring.devices.D02: '1A13' is no cross"),
    Case("slot", '"1A02"', '"7A02"', "'7A02' is no crosspoint"),
    Case("twice", '"1A02"', '"1A01"', "'1A01' belongs to D01 already"),
    Case("static again", '"1A02"', '"2B12"', "'2B12' belongs to the static crosspoints already"),
    Case("static twice", '["2B12"]', '["2B12", "2B12"]', "names a crosspoint twice"),
    Case("static type", '["2B12"]', '"2B12"', "list of strings"),
    Case("device name", "D02 =", '"D,2" =', "is no device name"),
    Case("missing value", "D02 =", "nan =", "is no device name"),
    Case("clock", '"wall"', '"sundial"', "'sundial' is not known; there are: bench_control, wall"),
    Case("wall address", '"wall"', '"wall"\nresource = "x"', "the wall clock has no resource"),
    Case("no control port", '"wall"', '"bench_control"', "clock.resource: is missing"),
    Case("unknown role", "[instruments.matrix]", "[instruments.martix]", "did you mean 'matrix'"),
    Case("no source", "[instruments.smu]", "[instruments.temperature]", "smu: is missing"),
    Case("no table", "[instruments.smu]", "[instruments]\nsmu = 1\n[x]", "unknown key"),
    Case("no TOML", "schema = 1", "schema == 1", "is not TOML.*line 1, column"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_wrong_is_told(tmp_path: Path, case: Case) -> None:
    assert case.old in STATION
    with pytest.raises(ConfigError, match=case.words) as refused:
        read(tmp_path, STATION.replace(case.old, case.new, 1))
    assert "my_bench.toml" in str(refused.value)


def test_no_devices(tmp_path: Path) -> None:
    text = "".join(line for line in STATION.splitlines(True) if not line.startswith("D0"))
    with pytest.raises(ConfigError, match=r"line 16: wiring\.devices: names no device"):
        read(tmp_path, text)


def test_a_simulated_world_keeps_its_own_time(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="use 'bench_control'"):
        read(tmp_path, STATION + '[visa]\nlibrary = "@ag2s"\nworld = "w.toml"\n')


@pytest.mark.parametrize(
    ("visa", "words"),
    [
        ('world = "w.toml"', "visa.library: '' does not name what simulates the world"),
        ('library = "@ag2s"\nworld = "a@b.toml"', "visa.world: 'a@b.toml' must not contain '@'"),
    ],
)
def test_a_simulated_world_needs_its_library(tmp_path: Path, visa: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read(tmp_path, f"{STATION}[visa]\n{visa}\n")


def test_options_are_plain_values(tmp_path: Path) -> None:
    smu = 'resource = "GPIB0::26::INSTR"\n'
    config = read(tmp_path, STATION.replace(smu, smu + 'options = { channel = "b" }\n'))
    assert config.instruments["smu"].options == {"channel": "b"}
    with pytest.raises(ConfigError, match=r"options\.channel: must be a string"):
        read(tmp_path, STATION.replace(smu, smu + "options = { channel = [1] }\n"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_station_file(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xb5"')
    with pytest.raises(ConfigError, match="UTF-8"):
        read_station_file(tmp_path / "latin.toml")


def test_crosspoint_of_names_the_nearest_device(tmp_path: Path) -> None:
    wiring = read(tmp_path, STATION).wiring
    assert wiring.crosspoint_of("D03") == "1A03"
    with pytest.raises(BadInput, match=r"no device 'D04'.*did you mean 'D0"):
        wiring.crosspoint_of("D04")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a",), 2),
        (("t", "u", "b"), 4),
        (("t", "u", "c", "d"), 5),
        (("t", "u", "missing"), 3),
        (("elsewhere",), None),
    ],
)
def test_lines_of_keys(tmp_path: Path, keys: tuple[str, ...], line: int | None) -> None:
    path = tmp_path / "x.toml"
    path.write_text("# a = 0\na = 1\n[t.u] # b = 1\nb = 2\nc.d = 3\n", encoding="utf-8")
    assert Document(path).line_of(keys) == line


def test_every_station_that_comes_along_is_right() -> None:
    configs = {name: read_station_file(path) for name, path in station_files().items()}
    assert {"simulated", "probe_station"} <= configs.keys()
    assert all(config.name == name for name, config in configs.items())
    assert configs["simulated"].simulated
    assert not configs["probe_station"].simulated
    assert configs["simulated"].wiring == configs["probe_station"].wiring
    assert list(configs["simulated"].wiring.devices.values())[-1] == "2A06"


GUARD = """
[guard]
jump = "note"
overflow = "off"
jump_decades = 1
conductance_max = "2 mS"
quarantine = false
"""
NOTIFY = """
[notify]
command = ["notify-send", "labctl"]
webhook = "http://127.0.0.1:8080/done"
"""


def test_guard_and_notifications_are_read(tmp_path: Path) -> None:
    config = read(tmp_path, STATION + GUARD + NOTIFY)
    assert config.guard.actions == {**GUARD_KINDS, "jump": Action.NOTE, "overflow": Action.OFF}
    assert (config.guard.jump_decades, config.guard.conductance_max_s) == (1.0, 2e-3)
    assert not config.guard.quarantine
    assert config.notify.command == ("notify-send", "labctl")
    assert config.notify.webhook == "http://127.0.0.1:8080/done"


def test_a_station_need_not_say_anything_of_them(tmp_path: Path) -> None:
    config = read(tmp_path, STATION)
    assert config.guard == GuardConfig()
    assert config.notify == NotifyConfig(command=(), webhook=None)
    assert config.sample.regime is None
    assert config.sample.limits == {}


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('[guard]\njmp = "stop"', "guard.jmp: unknown key; did you mean 'jump'"),
        ('[guard]\njump = "halt"', "guard.jump: 'halt' is not known"),
        ("[guard]\njump_decades = 0", "jump_decades: is 0, but must be above 0"),
        ("[guard]\njump_decades = nan", "must be a finite number, not nan"),
        ('[guard]\njump_decades = "1"', "must be a finite number"),
        ('[guard]\nread_conductance_max = "0 S"', "read_conductance_max: is 0 S"),
        ('[guard]\nconductance_max = "1 A"', "'1 A' is not in S"),
        ("[guard]\nquarantine = 1", "must be true or false, not 1"),
        ('[notify]\ncommand = "beep"', "must be a list of strings"),
        ("[notify]\ncommand = []", "must name a program"),
        ('[notify]\nwebhook = "ftp://x"', "'ftp://x' is no address"),
        ('[notify]\nwebhook = "http://"', "is no address"),
        ('[notify]\nmail = "me"', "notify.mail: unknown key"),
    ],
)
def test_what_is_wrong_with_them_is_told(tmp_path: Path, section: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read(tmp_path, f"{STATION}{section}\n")


def test_a_bench_in_another_process_is_simulated_as_well(tmp_path: Path) -> None:
    served = 'driver = "bench_control"\nresource = "TCPIP0::127.0.0.1::5030::SOCKET"'
    config = read(tmp_path, STATION.replace('driver = "wall"', served))
    assert config.simulated
    assert not config.in_process


def test_how_long_the_relays_last_can_be_said(tmp_path: Path) -> None:
    assert read(tmp_path, STATION).wiring.relay_life == RelayLife()
    known = STATION.replace("[wiring]", "[wiring]\nrated_closures = 500\nrated_hot_closures = 20")
    assert read(tmp_path, known).wiring.relay_life == RelayLife(closures=500, hot=20)
    with pytest.raises(ConfigError, match=r"rated_closures.*is 0, but must be 1 or more"):
        read(tmp_path, STATION.replace("[wiring]", "[wiring]\nrated_closures = 0"))
