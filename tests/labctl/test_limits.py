"""The narrowest bound holds, and knows who set it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import Sensing, Waveform
from labctl.bench.limits import Limits
from labctl.config import LimitsConfig
from labctl.errors import LimitRefused
from tests.labctl.fakes import CAPABILITIES

STATION = LimitsConfig(voltage_min_v=-0.6, voltage_max_v=0.5, current_max_a=0.01)
SENSING = Sensing(range_a=1e-3, limit_a=1e-3)


def test_the_instrument_may_be_narrower_than_the_station() -> None:
    weak = replace(CAPABILITIES, max_voltage_v=0.2, max_current_a=1e-3)
    limits = Limits.effective(STATION, "bench", weak)
    bounds = (limits.voltage_min, limits.voltage_max, limits.current_max)
    assert [bound.value for bound in bounds] == [-0.2, 0.2, 1e-3]
    assert {bound.set_by for bound in bounds} == {"source-measure unit"}


def test_the_station_is_narrower_than_a_strong_instrument() -> None:
    limits = Limits.effective(STATION, "bench", CAPABILITIES)
    bounds = (limits.voltage_min, limits.voltage_max, limits.current_max)
    assert [bound.value for bound in bounds] == [-0.6, 0.5, 0.01]
    assert {bound.set_by for bound in bounds} == {"station 'bench'"}


@given(levels_v=st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=8))
def test_what_is_let_through_is_within_the_limits(levels_v: list[float]) -> None:
    limits = Limits.effective(STATION, "bench", CAPABILITIES)
    inside = bool(np.min(levels_v) >= -0.6 and np.max(levels_v) <= 0.5)
    try:
        limits.check("D01", Waveform(levels_v, 1e-3), SENSING)
        passed = True
    except LimitRefused:
        passed = False
    assert passed == inside


@pytest.mark.parametrize("limit_a", [0.0, -1e-3, 0.0100001, float("nan"), float("inf")])
def test_a_compliance_must_be_a_current_within_the_limit(limit_a: float) -> None:
    limits = Limits.effective(STATION, "bench", CAPABILITIES)
    with pytest.raises(LimitRefused, match=r"D07: compliance .* 0.01 A set by the station"):
        limits.check("D07", Waveform([0.1], 1e-3), replace(SENSING, limit_a=limit_a))
