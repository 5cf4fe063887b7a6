"""Of everybody's bounds the narrowest holds and knows who set it; nothing passes outside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.roles import Sensing, SmuCapabilities, Waveform
from labctl.bench.limits import Limit, Limits, OperatorLimits
from labctl.config import StationConfig, read_station_file
from labctl.errors import BadInput, LimitRefused
from procedures.base import Purpose
from procedures.regime import Regime
from tests.labctl.fakes import CAPABILITIES, STATION

SENSING = Sensing(range_a=1e-3, limit_a=1e-3)
INTERFACE = 'id = "R3"\nregime = "interface"\n'


def station(folder: Path, sample: str = 'id = "R3"\n', limits: str = "") -> StationConfig:
    """The station in memory with other words in [sample], and more in [limits]."""
    text = STATION.replace('id = "R3"\n', sample).replace("[timing]", f"{limits}\n[timing]")
    path = folder / "bench.toml"
    path.write_text(text, encoding="utf-8")
    return read_station_file(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("limits")


def effective(
    config: StationConfig,
    operator: dict[str, object] | None = None,
    *,
    regime: str = Regime.INTERFACE,
    smu: SmuCapabilities = CAPABILITIES,
) -> Limits:
    return Limits.effective(
        config, smu, regime=regime, operator=OperatorLimits.parse(operator or {})
    )


def passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except LimitRefused:
        return False
    return True


def test_the_instrument_may_be_narrower_than_the_station(folder: Path) -> None:
    weak = replace(CAPABILITIES, max_voltage_v=0.2, max_current_a=1e-3)
    limits = effective(station(folder), smu=weak)
    bounds = (limits.voltage_min, limits.voltage_max, limits.current_max)
    assert [bound.value for bound in bounds] == [-0.2, 0.2, 1e-3]
    assert {bound.set_by for bound in bounds} == {"source-measure unit"}


def test_the_station_is_narrower_than_a_strong_instrument(folder: Path) -> None:
    limits = effective(station(folder))
    bounds = (limits.voltage_min, limits.voltage_max, limits.current_max)
    assert [bound.value for bound in bounds] == [-0.6, 0.5, 0.01]
    assert {bound.set_by for bound in bounds} == {"station 'bench in memory'"}
    assert limits.dwell_max == Limit(math.inf, "s", "nobody")


def test_a_sample_narrows_the_station(folder: Path) -> None:
    sample = 'id = "R3"\n[sample.limits]\nvoltage_max = "0.3 V"\ntemperature_max = "350 K"\n'
    limits = effective(station(folder, sample))
    assert limits.voltage_max == Limit(0.3, "V", "sample 'R3'")
    assert limits.temperature_max == Limit(350.0, "K", "sample 'R3'")
    assert limits.temperature_min.set_by == "station 'bench in memory'"


NAMES = ("voltage_min", "voltage_max", "current_max", "dwell_max", "temperature_min")


@given(
    values=st.fixed_dictionaries(
        {
            "voltage_min": st.floats(-2, 0),
            "voltage_max": st.floats(0, 2),
            "current_max": st.floats(1e-6, 1),
            "dwell_max": st.floats(1e-3, 1e3),
            "temperature_min": st.floats(1, 500),
        }
    )
)
def test_an_operator_can_only_narrow(folder: Path, values: dict[str, float]) -> None:
    units = dict(zip(NAMES, ("V", "V", "A", "s", "K"), strict=True))
    config = station(folder, limits='dwell_max = "2 s"')
    without = effective(config)
    limits = effective(config, {n: f"{values[n]!r} {units[n]}" for n in NAMES})
    for name in NAMES:
        mine, before = getattr(limits, name), getattr(without, name)
        narrower = max if name.endswith("min") else min
        assert mine.value == narrower(values[name], before.value)
        assert (mine.set_by == "operator") == (mine.value == values[name])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"voltage_mx": "1 V"}, "no limit 'voltage_mx'; did you mean 'voltage_max'"),
        ({"interface_voltage_min": "-0.5 V"}, "no limit 'interface_voltage_min'"),
        ({"voltage_max": "1 A"}, "voltage_max: '1 A' is not in V"),
        ({"voltage_max": "1"}, "has no unit"),
        ({"voltage_max": 1.0}, "must be a string with a unit"),
        ({"voltage_max": "-1 V"}, "must be 0 V or more"),
        ({"voltage_min": "1 V"}, "must not exceed 0 V"),
        ({"current_max": "0 A"}, "must be above 0 A"),
        ({"cycles_max": "1.5"}, "must be a whole number"),
        ({"cycles_max": True}, "must be a whole number"),
        ({"dwell_max": "nan s"}, "not a number"),
    ],
)
def test_what_no_limit_can_be(given: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        OperatorLimits.parse(given)


LEVELS = st.one_of(st.floats(-2.0, 2.0), st.sampled_from([-0.6, -0.35, 0.5, 0.55, 0.0]))


@given(levels_v=st.lists(LEVELS, min_size=1, max_size=8), regime=st.sampled_from(Regime))
def test_what_is_let_through_is_within_the_limits(
    folder: Path, levels_v: list[float], regime: Regime
) -> None:
    limits = effective(station(folder, INTERFACE), regime=regime)
    low = min(levels_v) >= -0.349999 if regime is Regime.INTERFACE else min(levels_v) >= -0.6
    inside = low and max(levels_v) <= 0.5
    waveform = Waveform(levels_v, 1e-3)
    assert passes(lambda: limits.check("D01", waveform, SENSING, Purpose.STRESS)) == inside


@pytest.mark.parametrize("limit_a", [0.0, -1e-3, 0.0100001, float("nan"), float("inf")])
def test_a_compliance_must_be_a_current_within_the_limit(folder: Path, limit_a: float) -> None:
    sensing = replace(SENSING, limit_a=limit_a)
    with pytest.raises(LimitRefused, match=r"D07: compliance .* 0.01 A set by the station"):
        effective(station(folder)).check("D07", Waveform([0.1], 1e-3), sensing, Purpose.READ)


def test_the_interface_refuses_the_very_bound_and_says_what_to_add(folder: Path) -> None:
    limits = effective(station(folder, INTERFACE))
    with pytest.raises(LimitRefused, match=r"-0\.35 V is at the limit") as refused:
        limits.check("D01", Waveform([-0.35], 1e-3), SENSING, Purpose.READ)
    assert "set by the interface regime of sample 'R3'" in str(refused.value)
    assert "--set regime=filament" in str(refused.value)
    with pytest.raises(LimitRefused):
        limits.check("D01", Waveform([np.nextafter(-0.35, 0)], 1e-3), SENSING, Purpose.READ)
    limits.check("D01", Waveform([-0.349999], 1e-3), SENSING, Purpose.READ)


def test_a_bound_that_is_not_allowed_itself_wins_over_the_same_that_is(folder: Path) -> None:
    limits = effective(station(folder, INTERFACE), {"voltage_min": "-0.35 V"})
    assert not limits.voltage_min.allowed


def test_no_bound_admits_what_is_no_number() -> None:
    for allowed in (True, False):
        bound = Limit(0.0, "V", "nobody", allowed)
        assert not bound.admits_from_above(math.nan)
        assert not bound.admits_from_below(math.nan)


def test_the_reset_side_of_the_interface_is_limited_apart(folder: Path) -> None:
    strong = 'id = "R3"\nregime = "interface"\n'
    config = station(folder, strong)
    wide = replace(config, limits={**config.limits, "voltage_max": 2.0})
    limits = effective(wide)
    assert limits.voltage_max.value == 0.55
    limits.check("D01", Waveform([0.55], 1e-3), SENSING, Purpose.STRESS)
    with pytest.raises(LimitRefused, match=r"0\.56 V is above the limit of 0\.55 V"):
        limits.check("D01", Waveform([0.56], 1e-3), SENSING, Purpose.STRESS)
    assert effective(wide, regime=Regime.FILAMENT).voltage_max.value == 2.0


def test_a_sample_may_say_otherwise_of_its_interface(folder: Path) -> None:
    limits = 'interface_voltage_min = "-0.25 V"\ninterface_voltage_max = "0.4 V"\n'
    config = station(folder, f"{INTERFACE}[sample.limits]\n{limits}")
    assert (effective(config).voltage_min.value, effective(config).voltage_max.value) == (
        -0.25,
        0.4,
    )
    assert effective(config, regime=Regime.FILAMENT).voltage_min.value == -0.6


@pytest.mark.parametrize("sample", ['id = "R3"\n', 'id = "R3"\nregime = "filament"\n'])
def test_other_samples_have_no_limits_of_a_regime(folder: Path, sample: str) -> None:
    assert effective(station(folder, sample)).voltage_min.value == -0.6


def test_the_energy_of_one_pulse_is_bounded_by_its_compliance(folder: Path) -> None:
    limits = effective(station(folder, limits='energy_per_pulse_max = "1 uJ"'))
    fits, too_long = (Waveform([0.1, 0.1, 0.0], [w, 0.005, 1.0], repeats=9) for w in (5e-3, 6e-3))
    limits.check("D01", fits, SENSING, Purpose.STRESS)
    with pytest.raises(LimitRefused, match=r"energy bound of a pulse 1\.1e-06 J is above"):
        limits.check("D01", too_long, SENSING, Purpose.STRESS)


def test_the_time_away_from_0_v_is_limited(folder: Path) -> None:
    limits = effective(station(folder), {"dwell_max": "1 s"})
    limits.check("D01", Waveform([0.1, -0.1, 0.0], [0.5, 0.5, 9.0], repeats=9), SENSING,
                 Purpose.READ)  # fmt: skip
    with pytest.raises(LimitRefused, match=r"time away from 0 V 1\.1 s is above"):
        limits.check("D01", Waveform([0.1], 0.1, repeats=11), SENSING, Purpose.READ)


def test_stress_adds_up_over_a_life_and_readings_do_not_count(folder: Path) -> None:
    limits = effective(station(folder, limits="cycles_max = 100"))
    cycle = Waveform([-0.2, 0.2], 1e-3, repeats=5)
    limits.check("D01", cycle, SENSING, Purpose.STRESS, 190)
    limits.check("D01", cycle, SENSING, Purpose.READ, 10**9)
    with pytest.raises(LimitRefused, match="number of stress cycles 101 cycles is above"):
        limits.check("D01", cycle, SENSING, Purpose.STRESS, 191)


def test_a_set_point_must_be_within_the_limits(folder: Path) -> None:
    limits = effective(station(folder), {"temperature_min": "100 K"})
    for inside_k in (100.0, 440.0):
        limits.check_temperature(inside_k)
    for outside_k in (99.99, 440.01, math.nan, math.inf, -math.inf):
        with pytest.raises(LimitRefused, match="stage: set-point"):
            limits.check_temperature(outside_k)


def test_measured_values_beyond_limit_and_tolerance_are_refused(folder: Path) -> None:
    limits = effective(station(folder))
    none_a = np.zeros(2)
    limits.check_read_back("D01", np.array([-0.6069, 0.5059]), none_a)
    limits.check_read_back("D01", np.array([math.nan, 0.1]), np.array([math.nan, -0.01049]))
    limits.check_read_back("D01", np.empty(0), np.empty(0))
    for voltage_v in (-0.6071, 0.5061):
        with pytest.raises(LimitRefused, match=r"was measured.*the readings are kept"):
            limits.check_read_back("D01", np.array([0.0, voltage_v]), none_a)
    for current_a in (0.01051, -0.01051):
        with pytest.raises(LimitRefused, match=r"current of 0\.01051 A was measured"):
            limits.check_read_back("D01", np.array([0.0, 0.0]), np.array([current_a, 0.0]))


def test_the_record_keeps_who_set_what_and_leaves_out_what_nobody_set(folder: Path) -> None:
    record = effective(station(folder, INTERFACE), {"cycles_max": "7"}).as_record()
    assert record["voltage_min"] == {
        "value": -0.35,
        "unit": "V",
        "set_by": "interface regime of sample 'R3'",
        "allowed": False,
    }
    assert record["cycles_max"]["set_by"] == "operator"
    assert "dwell_max" not in record
