"""Colours mean what the legend says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QPointF, QRectF

from labctl.gui.array.colouring import Colouring, Mode, colouring, count_text
from labctl.gui.array.dots import Dot
from labctl.gui.array.grid import Grid


def dot(**known: object) -> Dot:
    return Dot.of({"name": "D01", "row": 0, "column": 0, **known})


def ticks(scale: Colouring) -> list[str]:
    return [text for _, text in scale.ticks]


def test_conductance_stands_on_decades() -> None:
    dots = [dot(conductance_s=2e-9), dot(conductance_s=3e-5), dot()]
    scale = colouring(Mode.CONDUCTANCE, dots)
    assert ticks(scale) == ["1 nS", "10 nS", "100 nS", "1 µS", "10 µS", "100 µS"]
    assert scale.place(dot(conductance_s=1e-9)) == pytest.approx(0)
    assert scale.place(dot(conductance_s=1e-4)) == pytest.approx(1)
    assert scale.colour(dot()) is None
    assert scale.text(dots[1]) == "30 µS"
    # Noise about nothing, and what came since, have the colours of the ends.
    assert scale.colour(dot(conductance_s=-1e-12)) == scale.colours[0]
    assert scale.colour(dot(conductance_s=1.0)) == scale.colours[-1]


@given(st.lists(st.floats(1e-12, 1.0), min_size=1))
def test_every_conductance_is_on_the_scale(siemens: list[float]) -> None:
    dots = [dot(conductance_s=one) for one in siemens]
    scale = colouring(Mode.CONDUCTANCE, dots)
    for one in dots:
        place = scale.place(one)
        assert place is not None
        assert -1e-9 <= place <= 1 + 1e-9
    assert 2 <= len(scale.ticks) <= 8


def test_an_error_stands_left_or_right_of_nothing() -> None:
    scale = colouring(Mode.ERROR, [dot(error=-0.03), dot(error=0.01)])
    assert ticks(scale) == ["−5 %", "−2.5 %", "0 %", "+2.5 %", "+5 %"]
    assert scale.place(dot(error=0.0)) == 0.5
    assert scale.place(dot(error=-0.05)) == pytest.approx(0)
    assert scale.text(dot(error=-0.03)) == "−3 %"
    assert scale.colour(dot()) is None


def test_a_device_without_cycles_has_a_place_of_its_own() -> None:
    scale = colouring(Mode.CYCLES, [dot(cycles=0), dot(cycles=1000)])
    assert ticks(scale) == ["0", "1", "10", "100", "1k"]
    assert [scale.place(dot(cycles=count)) for count in (0, 1, 1000)] == [0, 0.25, 1]


def test_regimes_are_categories() -> None:
    scale = colouring(Mode.REGIME, [])
    assert scale.categories
    colours = {scale.colour(dot(regime=regime)).name() for regime in ("untouched", "interface")}  # type: ignore[union-attr]
    assert len(colours) == 2
    assert scale.colour(dot(regime="")) is None


def test_counts_are_short() -> None:
    assert [count_text(count) for count in (0, 9999, 12000, 1_000_000, 12_345_678)] == [
        "0", "9999", "12k", "1M", "12.35M",
    ]  # fmt: skip


def test_a_value_measured_now_has_its_error() -> None:
    now = dot(target_s=1e-5, conductance_s=9e-6, stale=True).conducting(1.1e-5)
    assert (now.conductance_s, now.error, now.stale) == (1.1e-5, pytest.approx(0.1), False)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(50, 2000), st.floats(50, 2000), st.data())
def test_the_place_under_the_middle_of_a_cell_is_its_own(
    rows: int, columns: int, width: float, height: float, data: st.DataObject
) -> None:
    grid = Grid(rows, columns, width, height, largest=90.0, margin=3.0)
    place = (data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1)))
    cell = grid.cell(place)
    assert grid.place_at(cell.center()) == place
    assert list(grid.places_in(cell)) == [place]
    assert QRectF(3, 3, width, height).adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(cell)
    assert grid.place_at(QPointF(-1, -1)) is None
