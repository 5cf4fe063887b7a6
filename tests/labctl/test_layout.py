"""Where devices lie: read strictly from the station file, or near a square."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.bench.station import read_station
from labctl.config import StationConfig, read_station_file
from labctl.config.layout import near_square
from labctl.errors import ConfigError
from tests.labctl.test_config import STATION


def read(tmp_path: Path, layout: str) -> StationConfig:
    path = tmp_path / "bench.toml"
    text = STATION.replace('id = "R3"', f'id = "R3"\nlayout = {layout}')
    path.write_text(text, encoding="utf-8")
    return read_station_file(path)


def test_rows_are_read_as_they_stand(tmp_path: Path) -> None:
    config = read(tmp_path, '[\n"D03 -",   # seen from above\n"D01 D02",\n]')
    assert config.sample.layout == (("D03", ""), ("D01", "D02"))


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        ('["D01 D02 D033"]', "row 1: 'D033' is not wired; did you mean 'D03'?"),
        ('["D01 D02", "D03 D01"]', "row 2: 'D01' lies elsewhere already"),
        ('["D01 -", "D03 -"]', "leaves out D02, which [wiring] joins"),
        ('["D01 D02", "D03"]', "rows of as many names each"),
        ("[]", "rows of as many names each"),
        ('[""]', "rows of as many names each"),
        ("[[1]]", "must be a list of strings"),
        ('"D01 D02 D03"', "must be a list of strings"),
    ],
)
def test_a_wrong_layout_says_where_and_what(tmp_path: Path, layout: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, layout)
    assert words in str(error.value)
    assert "bench.toml, line 14: sample.layout" in str(error.value)


def test_the_shipped_arrays_are_three_rows_of_six() -> None:
    for name in ("simulated", "probe_station"):
        layout = read_station(name).sample.layout
        assert [len(row) for row in layout] == [6, 6, 6]
        assert layout[1][0] == "D07"


@pytest.mark.parametrize(
    ("devices", "shape"), [(1, (1, 1)), (2, (1, 2)), (7, (3, 3)), (18, (3, 6)), (1024, (32, 32))]
)
def test_without_one_they_lie_near_a_square(devices: int, shape: tuple[int, int]) -> None:
    layout = near_square([f"D{number}" for number in range(devices)])
    assert (len(layout), len(layout[0])) == shape


@given(st.integers(1, 600))
def test_every_device_has_one_place_in_its_order(count: int) -> None:
    names = tuple(f"D{number}" for number in range(count))
    layout = near_square(names)
    assert tuple(name for row in layout for name in row if name) == names
    assert len({len(row) for row in layout}) == 1
    assert len(layout) <= len(layout[0]) <= 3 * len(layout) or count == 1
