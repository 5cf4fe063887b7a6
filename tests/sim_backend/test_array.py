"""The array: presets, spread, event factors that no order can change, and its memory."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim_backend.physics import stepping
from sim_backend.physics.array import DotArray
from sim_backend.physics.events import number_events
from sim_backend.physics.parameters import UnknownParameter
from sim_backend.physics.repeats import Levels
from sim_backend.physics.statistics import gauss, gauss_rows

ENOUGH_A = 0.1


def apply(array, names, level_v, duration_s, *, limit_a=ENOUGH_A, start_s=0.0):
    levels = np.atleast_1d(np.asarray(level_v, np.float64))
    durations = np.array(np.broadcast_to(duration_s, levels.shape), np.float64)
    sequence = [Levels(levels, durations)]
    played = array.play(tuple(names), sequence, limit_a, start_s=start_s, temperature_k=300.0)
    array.commit(played)
    return played


def endurance_cycle(steps_per_edge: int) -> tuple[np.ndarray, np.ndarray]:
    """Levels of one ±0.2 V triangle, and where its two reads at ±5 mV are."""
    step_v = 0.2 / steps_per_edge
    up = np.arange(1, steps_per_edge + 1) * step_v
    edge = np.concatenate((up, up[-2::-1], [5e-3, 0.0]))
    return np.concatenate((-edge, edge)), np.array([edge.size - 2, 2 * edge.size - 2])


def endurance(
    array: DotArray, name: str, cycles: int, steps_per_edge: int = 80
) -> tuple[np.ndarray, np.ndarray]:
    """ON and OFF conductance of each cycle, read with the source's offset of 90 µV as it is."""
    levels, reads = endurance_cycle(steps_per_edge)
    dwell_s = 0.1225 / (2 * steps_per_edge)
    played = apply(array, (name,), np.tile(levels + 90e-6, cycles), dwell_s)
    current_a = played.outcomes[0].current_a.reshape(cycles, -1)[:, reads]
    conductance = current_a / levels[reads]
    return conductance[:, 0], conductance[:, 1]


def test_presets_have_their_devices():
    assert DotArray("single", {}, 1).names == ("D01",)
    assert DotArray("ten", {}, 1).names[-1] == "D10"
    assert len(DotArray("dot18", {}, 1).names) == 18
    with pytest.raises(ValueError, match=r"'dot17'.*dot18"):
        DotArray("dot17", {}, 1)


def test_cycle_to_cycle_variation_is_the_papers_and_stable():
    on_s, off_s = endurance(DotArray("single", {}, 5), "D01", 3000)
    assert np.std(on_s) / np.mean(on_s) == pytest.approx(0.0511, abs=0.004)
    assert np.std(off_s) / np.mean(off_s) == pytest.approx(0.214, abs=0.015)
    assert np.mean(on_s) == pytest.approx(7.0e-5, rel=0.03)
    assert np.mean(off_s) == pytest.approx(8.0e-7, rel=0.03)
    assert np.mean(on_s[-1000:]) == pytest.approx(np.mean(on_s[:1000]), rel=0.03)


def test_ten_devices_have_the_papers_spread_and_ratios():
    array = DotArray("ten", {"set_spread": 0.0, "reset_spread": 0.0}, 1)
    on_off = np.array([[g[-1] for g in endurance(array, name, 3)] for name in array.names])
    variation = np.std(on_off, axis=0, ddof=1) / np.mean(on_off, axis=0)
    assert variation == pytest.approx([0.098, 0.204], abs=0.01)
    ratios = on_off[:, 0] / on_off[:, 1]
    assert ratios.min() > 49.5
    assert ratios.max() < 70.5


def test_device_spread_correlates_rate_with_floor():
    parameters = [
        array.parameters(name)
        for array in (DotArray("dot18", {}, seed) for seed in range(80))
        for name in array.names
    ]
    rate = np.log([p.set_rate_s_per_s for p in parameters])
    floor = np.log([p.floor_conductance_s for p in parameters])
    cap = np.log([p.cap_conductance_s for p in parameters])
    assert np.std(rate) == pytest.approx(0.110, rel=0.06)
    assert np.std(floor) == pytest.approx(0.202, rel=0.06)
    assert np.corrcoef(rate, floor)[0, 1] == pytest.approx(0.99, abs=0.003)
    assert cap - rate == pytest.approx(np.full(cap.shape, cap[0] - rate[0]))


def test_overrides_reach_the_devices_and_unknown_ones_name_the_nearest():
    array = DotArray("dot18", {"rate_spread": 0.0, "set_rate_s_per_s": 1e-3}, 1)
    assert {array.parameters(name).set_rate_s_per_s for name in array.names} == {1e-3}
    with pytest.raises(UnknownParameter, match="'set_rate_s_per_s'"):
        DotArray("single", {"set_rates_s_per_s": 1e-3}, 1)
    with pytest.raises(ValueError, match=r"migration_voltage_v = -0.028 V must be above 0 V"):
        DotArray("single", {"migration_voltage_v": -0.028}, 1)
    with pytest.raises(ValueError, match="at most 1"):
        DotArray("single", {"spread_correlation": 1.5}, 1)


def test_gauss_is_standard_normal_and_depends_on_every_part_of_its_key():
    values = gauss(7, 3, 2, np.arange(20_000))
    assert np.mean(values) == pytest.approx(0.0, abs=0.03)
    assert np.std(values) == pytest.approx(1.0, abs=0.02)
    assert np.mean(values**4) == pytest.approx(3.0, abs=0.2)
    assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 0.03
    for other in ((8, 3, 2), (7, 4, 2), (7, 3, 1)):
        assert abs(np.corrcoef(values, gauss(*other, np.arange(20_000)))[0, 1]) < 0.03
    assert gauss(7, 3, 2, 12_345) == values[12_345]
    rows = gauss_rows(7, 3, (0, 2), np.arange(12_340, 12_350))
    assert rows.shape == (2, 10)
    assert rows[1].tolist() == values[12_340:12_350].tolist()


def test_an_event_is_an_excursion_of_one_sign():
    levels = np.array([0.0, 0.05, 0.1, 0.2, 0.09, 0.15, -0.2, -0.3, 0.0, -0.2])
    numbers, sign = number_events(levels, 4, 0)
    assert numbers.tolist() == [4, 4, 5, 5, 5, 6, 7, 7, 7, 8]
    assert sign == -1
    assert number_events(np.array([-0.2]), 8, -1)[0].tolist() == [8]


def test_order_of_devices_and_chunking_change_nothing():
    train = np.tile([-0.2, 0.0, 0.2, 0.0], 5)
    together, apart = DotArray("dot18", {}, 3), DotArray("dot18", {}, 3)
    for name in together.names:
        apply(together, (name,), train, 1e-3)
    for name in reversed(apart.names):
        for place, level_v in enumerate(train):
            apply(apart, (name,), level_v, 1e-3, start_s=place * 1e-3)
    for name in together.names:
        assert together.conductance_s(name) == pytest.approx(apart.conductance_s(name), rel=1e-12)


def test_each_pulse_draws_factors_of_its_own():
    array = DotArray("single", {"floor_conductance_s": 1e-9}, 2)
    grown_s = []
    for place in range(40):
        before_s = array.state("D01").junction_s
        apply(array, ("D01",), -0.2, 0.1e-3, start_s=float(place))
        grown_s.append(array.state("D01").junction_s - before_s)
    assert 0.03 < np.std(grown_s) / np.mean(grown_s) < 0.10


def test_devices_draw_factors_of_their_own():
    array = DotArray("dot18", {"rate_spread": 0.0, "floor_spread": 0.0}, 2)
    for name in array.names:
        apply(array, (name,), -0.2, 1e-3)
    assert len({array.state(name).junction_s for name in array.names}) == 18


def test_a_shared_limit_gives_the_same_at_once_and_step_by_step():
    at_once, stepwise = DotArray("dot18", {}, 4), DotArray("dot18", {}, 4)
    names, levels = at_once.names[:3], np.array([-0.1, -0.15, -0.2, -0.25, -0.2, -0.02, 0.1])
    apply(at_once, names, levels, 5e-3, limit_a=60e-6)
    for place, level_v in enumerate(levels):
        apply(stepwise, names, level_v, 5e-3, limit_a=60e-6, start_s=place * 5e-3)
    for name in names:
        assert at_once.state(name) == pytest.approx(stepwise.state(name), rel=1e-9)


def test_parallel_devices_draw_the_sum_of_their_currents():
    shared, alone = DotArray("dot18", {}, 4), DotArray("dot18", {}, 4)
    names = shared.names[:3]
    train = np.tile([-0.2, 0.0, 0.05], 300)
    together = apply(shared, names, train, 0.1e-3).outcomes[0]
    single = [apply(alone, (name,), train, 0.1e-3).outcomes[0] for name in names]
    assert together.current_a == pytest.approx(sum(o.current_a for o in single), rel=1e-12)
    assert [shared.state(n) for n in names] == [alone.state(n) for n in names]


def test_parallel_devices_share_the_limit():
    array = DotArray("dot18", {}, 4)
    limit_a = 0.3e-3
    outcome = apply(
        array, array.names[:3], -np.arange(1, 101) * 5e-3, 20e-3, limit_a=limit_a
    ).outcomes[0]
    assert np.abs(outcome.current_a).max() == pytest.approx(limit_a, rel=1e-9)
    assert outcome.limited[0, -1]
    assert abs(outcome.voltage_v[0, -1]) < 0.4
    point = array.operating_point(array.names[:3], -0.5, limit_a, 300.0)
    kirchhoff_a = sum(
        array.conductance_s(name, point.device_v) * point.device_v for name in array.names[:3]
    )
    assert point.current_a == pytest.approx(kirchhoff_a, rel=1e-12)


def test_bottom_electrode_takes_its_share_of_the_voltage():
    array = DotArray("dot18", {"bottom_resistance_ohm": 1e3}, 4)
    apply(array, array.names, -0.2, 5e-3)
    point = array.operating_point(array.names, 0.02, ENOUGH_A, 300.0)
    assert point.terminal_v == pytest.approx(0.02, rel=1e-9)
    assert point.device_v + 1e3 * point.current_a == pytest.approx(0.02, rel=1e-9)
    assert point.device_v < 0.019


def test_compiled_and_plain_stepping_agree(monkeypatch):
    levels = np.tile(endurance_cycle(20)[0], 20)
    plain, compiled = DotArray("single", {}, 9), DotArray("single", {}, 9)
    expected = apply(plain, ("D01",), levels, 3e-3).outcomes[0]
    monkeypatch.setattr(stepping, "_COMPILE_FROM_STEPS", 1)
    outcome = apply(compiled, ("D01",), levels, 3e-3).outcomes[0]
    assert outcome.current_a == pytest.approx(expected.current_a, rel=1e-12)
    assert compiled.state("D01") == pytest.approx(plain.state("D01"), rel=1e-12)


def test_idle_devices_drift_lazily_and_composably():
    lazy, watched = DotArray("single", {}, 1), DotArray("single", {}, 1)
    for array in (lazy, watched):
        apply(array, ("D01",), -0.2, 5e-3)
    for place in range(1, 11):
        apply(watched, ("D01",), 0.0, 1e-6, start_s=place * 100.0)
    apply(lazy, ("D01",), 0.0, 1e-6, start_s=1000.0)
    assert lazy.state("D01") == pytest.approx(watched.state("D01"), rel=1e-9)
    aged = (1.0 / 1001.0) ** 0.003
    fresh_s = DotArray("single", {}, 1)
    apply(fresh_s, ("D01",), -0.2, 5e-3)
    expected_s = fresh_s.state("D01").junction_s * aged
    assert lazy.state("D01").junction_s == pytest.approx(expected_s, rel=1e-5)


def test_snapshot_keeps_everything_at_full_precision():
    array = DotArray("dot18", {}, 6)
    apply(array, ("D07",), [-0.2, 0.0, -0.5], 1e-3, limit_a=1e-3)
    kept = json.loads(json.dumps(array.snapshot()))
    other = DotArray("dot18", {}, 6)
    other.restore(kept)
    for each in (array, other):
        going_on = apply(each, ("D07",), -0.2, 1e-3, start_s=3e-3)
        assert going_on.events == ((2, -1),)
        apply(each, ("D07", "D08"), [-0.2, 0.2], 1e-3, start_s=5.0)
    assert other.snapshot() == array.snapshot()
    with pytest.raises(ValueError, match="18 devices"):
        DotArray("ten", {}, 6).restore(kept)
