"""Names of devices as a person types them, and which are chosen by click, key, and band."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.gui.array.names import UnknownName, names_text, parse_names
from labctl.gui.array.picking import Picking

NAMES = tuple(f"D{number:02d}" for number in range(1, 19))
HYPHENED = ("A-1", "A-2", "A-3", "B")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", ()),
        ("D03", ("D03",)),
        ("d12, D03 ;D03", ("D03", "D12")),
        ("D01-D03, D12", ("D01", "D02", "D03", "D12")),
        ("D03 – D01", ("D01", "D02", "D03")),
        ("D01..D03 D05", ("D01", "D02", "D03", "D05")),
        ("D17-D18,", ("D17", "D18")),
    ],
)
def test_names_and_ranges(text: str, meant: tuple[str, ...]) -> None:
    assert parse_names(text, NAMES) == meant


def test_names_with_hyphens_of_their_own() -> None:
    assert parse_names("A-1", HYPHENED) == ("A-1",)
    assert parse_names("A-1 - A-3", HYPHENED) == ("A-1", "A-2", "A-3")


@pytest.mark.parametrize(("text", "word"), [("D01, D99", "D99"), ("D01-", "D01-"), ("x", "x")])
def test_what_is_no_name_is_not_taken(text: str, word: str) -> None:
    with pytest.raises(UnknownName) as error:
        parse_names(text, NAMES)
    assert error.value.word == word


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(UnknownName) as error:
        parse_names("D1", NAMES)
    assert error.value.nearest in NAMES


@given(st.sets(st.sampled_from(NAMES)))
def test_what_is_written_is_read_back(chosen: set[str]) -> None:
    text = names_text(sorted(chosen), NAMES)
    assert set(parse_names(text, NAMES)) == chosen


def test_three_in_a_row_are_written_as_a_range() -> None:
    assert names_text(["D01", "D02", "D03", "D05", "D06"], NAMES) == "D01-D03, D05, D06"


def test_a_click_takes_one_and_ctrl_adds_or_takes_away() -> None:
    picking = Picking(NAMES).one("D02").toggled("D05")
    assert picking.chosen == {"D02", "D05"}
    assert picking.toggled("D02").chosen == {"D05"}
    assert picking.one("D09").chosen == {"D09"}


def test_a_range_runs_from_where_it_began() -> None:
    picking = Picking(NAMES).one("D05")
    assert picking.up_to("D07").up_to("D03").chosen == {"D03", "D04", "D05"}
    added = Picking(NAMES).one("D01").toggled("D05").up_to("D06", adding=True)
    assert added.chosen == {"D01", "D05", "D06"}
    assert Picking(NAMES).up_to("D04").chosen == {"D04"}


def test_devices_that_are_gone_are_chosen_no_more() -> None:
    picking = Picking(NAMES).one("D05").toggled("D18").of(NAMES[:6])
    assert picking.chosen == {"D05"}
    assert picking.up_to("D02").chosen == {"D02"}
