"""The substrate: strain while it is bent, and a walk that many bends leave behind."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import pyvisa

from sim_backend.physics.array import DotArray
from sim_backend.physics.bending import Bending
from sim_backend.physics.parameters import ArrayParameters
from sim_backend.physics.repeats import Levels
from sim_backend.world_file import DEFAULT_ADDRESSES

RADIUS_M = 3e-3


def many(seed: int = 1, devices: int = 400, **parameters: float) -> Bending:
    numbers = {f"D{n:03d}": n for n in range(1, devices + 1)}
    return Bending(seed, ArrayParameters(**parameters), numbers)


def walks(bending: Bending, devices: int = 400) -> np.ndarray:
    return np.log([bending.gain(f"D{n:03d}") for n in range(1, devices + 1)])


def test_a_bent_sample_conducts_by_gauge_times_strain_more() -> None:
    array = DotArray("dot18", {}, 1)
    flat_s = {name: array.conductance_s(name) for name in array.names}
    array.bending.radius_m = RADIUS_M
    strain = 100e-6 / 2 / RADIUS_M
    for name in array.names:
        assert array.conductance_s(name) == pytest.approx(flat_s[name] * math.exp(2 * strain))
    array.bending.radius_m = math.inf
    assert {name: array.conductance_s(name) for name in array.names} == flat_s


def test_all_of_the_conductance_is_strained_and_the_state_is_not() -> None:
    """With a filament, and at voltages where interface and series resistance share."""
    for limit_a in (0.1e-3, 2e-3):
        bent, flat = (DotArray("single", {"lead_resistance_ohm": 0.0}, 1) for _ in range(2))
        pulse = [Levels(np.array([-0.5, 0.02]), np.array([20e-3, 1e-3]))]
        for array in (bent, flat):
            array.commit(array.play(("D01",), pulse, limit_a, start_s=0.0, temperature_k=300.0))
        bent.bending.radius_m = RADIUS_M
        for voltage_v in (0.005, 0.15):
            ratio = bent.conductance_s("D01", voltage_v) / flat.conductance_s("D01", voltage_v)
            assert math.log(ratio) == pytest.approx(2 * 100e-6 / 2 / RADIUS_M)
        assert bent.state("D01") == flat.state("D01")


def test_a_thousand_bends_leave_a_spread_of_three_percent_and_a_flat_sample() -> None:
    bending = many()
    bending.cycle(RADIUS_M, 1000)
    assert bending.radius_m == math.inf
    assert np.std(walks(bending)) == pytest.approx(0.03, rel=0.1)
    assert np.mean(walks(bending)) == pytest.approx(0.0, abs=0.005)


def test_the_walk_goes_with_the_strain_and_with_the_root_of_the_cycles() -> None:
    gentle, often = many(), many()
    gentle.cycle(2 * RADIUS_M, 1000)
    often.cycle(RADIUS_M, 4000)
    assert np.std(walks(gentle)) == pytest.approx(0.015, rel=0.1)
    assert np.std(walks(often)) == pytest.approx(0.06, rel=0.1)


def test_bends_add_up_whoever_counts_them() -> None:
    at_once, in_turns = many(devices=5), many(devices=5)
    at_once.cycle(RADIUS_M, 200_000)
    for cycles in (1, 66_000, 133_999):
        in_turns.cycle(RADIUS_M, cycles)
        kept = json.loads(json.dumps(in_turns.snapshot()))
        in_turns = many(devices=5)
        in_turns.restore(kept)
    np.testing.assert_allclose(walks(in_turns, 5), walks(at_once, 5), rtol=1e-9)
    assert (walks(many(seed=2, devices=5), 5) == 0.0).all()


def test_what_a_world_file_says_counts() -> None:
    bending = many(bending_gauge=4.0, bending_spread=0.06, substrate_thickness_m=50e-6)
    bending.radius_m = RADIUS_M
    assert bending.gain("D001") == pytest.approx(math.exp(4.0 * 50e-6 / 2 / RADIUS_M))
    bending.cycle(RADIUS_M, 1000)
    assert np.std(walks(bending)) == pytest.approx(0.06, rel=0.1)


def test_a_bent_sample_is_met_again_and_is_not_bent_under_voltage(world_file: Path) -> None:
    manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
    control, smu = (
        manager.open_resource(
            DEFAULT_ADDRESSES[role], write_termination="\n", read_termination="\n"
        )
        for role in ("control", "smu")
    )
    control.write("BEND:CYCLE 3e-3,100")
    control.write("BEND 4e-3")
    smu.write("smua.source.output = 1")
    control.write("BEND INF")
    assert control.query("ERROR?").startswith("-221")
    manager.close()
    manager = pyvisa.ResourceManager(f"{world_file}@ag2s")
    control = manager.open_resource(
        DEFAULT_ADDRESSES["control"], write_termination="\n", read_termination="\n"
    )
    assert float(control.query("BEND?")) == 4e-3
    control.write("NEW")
    assert control.query("BEND?") == "INF"
    manager.close()
