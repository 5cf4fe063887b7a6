"""Encoding end to end on a bench of simple devices: results come from the recorded rows alone."""

import numpy as np
import pytest

from procedures.columns import CURRENT, DEVICE, PHASE
from procedures.kernel_encoding import RELAXATION_S, KernelEncoding
from procedures.techniques.kernels import kernel_weights, pair_weights
from tests.procedures.fake_bench import CAPABILITIES, FakeBench, FakeDevice, run

DEVICES = [f"D{number:02d}" for number in range(1, 19)]


def bench(seed: int = 1, rate: float = 9.59e-3) -> FakeBench:
    spread = np.exp(0.11 * np.random.default_rng(seed).standard_normal(18))
    fakes = {name: FakeDevice(rate * x) for name, x in zip(DEVICES, spread, strict=True)}
    return FakeBench(fakes, seed=seed)


@pytest.mark.parametrize("kernel", ["sharpen", "soften", "centre5"])
def test_every_device_ends_within_its_tolerance(kernel: str) -> None:
    there = bench()
    results = run(KernelEncoding(kernel=kernel), there)
    assert results["within_tolerance"]
    weights = pair_weights(kernel_weights(kernel))
    for entry, weight in zip(results["encoding"], weights, strict=True):
        truth_s = there.fakes[entry["device"]].conductance_s
        assert entry["weight"] == weight
        assert entry["measured_s"] == pytest.approx(truth_s, rel=0.01)
        if weight:
            assert truth_s == pytest.approx(weight * 1e-5, rel=0.02)
        else:
            assert entry["target_s"] is None
            assert truth_s < entry["limit_s"]


def test_energy_counts_the_set_pulses_since_the_last_erase() -> None:
    there = bench()
    results = run(KernelEncoding(), there)
    for entry in results["encoding"]:
        if entry["weight"]:
            exact_j = there.fakes[entry["device"]].set_energy_j
            assert entry["energy_j"] == pytest.approx(exact_j, rel=0.06)
            assert entry["pulses"] >= entry["pulses_kept"] >= 1
        else:
            assert entry["energy_j"] == 0
            assert entry["pulses"] == 0


def test_the_order_of_programming_does_not_change_who_holds_what() -> None:
    there = bench()
    there.order = tuple(reversed(DEVICES))
    results = run(KernelEncoding(), there)
    by_device = {entry["device"]: entry["weight"] for entry in results["encoding"]}
    assert [by_device[name] for name in DEVICES] == pair_weights(kernel_weights("sharpen"))
    assert list(by_device) == list(reversed(DEVICES))


def test_the_plan_has_the_same_parts_as_the_run() -> None:
    planned = list(KernelEncoding().plan(DEVICES, CAPABILITIES))
    assert {p.application.device for p in planned} == set(DEVICES)
    assert min(p.application.waveform.min_v for p in planned) == -0.2
    assert max(p.application.waveform.max_v for p in planned) == 0.5


@pytest.mark.parametrize(("device", "factor"), [("D09", 1.03), ("D01", 10.0)])
def test_a_device_outside_its_tolerance_shows_in_the_result(device: str, factor: float) -> None:
    there, procedure = bench(), KernelEncoding()
    assert run(procedure, there)["within_tolerance"]
    frame = there.frame
    verified = (frame[DEVICE.header] == device) & (frame[PHASE.header] == "verify")
    frame.loc[verified, CURRENT.header] *= factor
    assert not procedure.analyse(frame)["within_tolerance"]


def test_the_final_verify_comes_after_a_wait() -> None:
    there = bench()
    run(KernelEncoding(), there)
    frame = there.frame
    verify = frame.loc[frame[PHASE.header] == "verify", "Time (s)"].min()
    before = frame.loc[(frame[PHASE.header] != "verify"), "Time (s)"]
    assert verify - before[before < verify].max() > RELAXATION_S
