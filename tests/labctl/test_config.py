"""Station files: everything wrong is told with file, line, key, and what would be right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from labctl.bench.station import station_files
from labctl.config import StationConfig, read_station_file
from labctl.errors import BadInput, ConfigError
from labctl.strict_toml import Document
from tests.labctl.fakes import STATION


def read(tmp_path: Path, text: str) -> StationConfig:
    path = tmp_path / "my_bench.toml"
    path.write_text(text, encoding="utf-8")
    return read_station_file(path)


def test_quantities_become_si(tmp_path: Path) -> None:
    config = read(tmp_path, STATION)
    assert config.limits.voltage_min_v == -0.6
    assert config.limits.current_max_a == 0.01
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
