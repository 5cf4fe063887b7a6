"""Bending on the command line: ten devices, a thousand bends (Fig S1)."""

import pytest

from tests.system.conftest import Labctl

TEN = ",".join(f"D{number:02d}" for number in range(1, 11))


def test_ten_devices_survive_a_thousand_bends(labctl: Labctl) -> None:
    settings = ("states=on, off", "radius=3 mm", "measured=both", "checkpoints=100, 1000")
    done = labctl("run", "bending", "--device", TEN, "--seed", "9", "--json", "--set", *settings)
    assert done.code == 0, done.err
    results = done.shown["results"]
    flat = [row for row in results["devices"] if row["sample"] == "flat"]
    assert len(flat) == 10
    assert all(abs(row["worst_change"]) < 0.15 for row in flat)
    assert any(abs(row["change"]) > 3 * row["change_u95"] for row in flat)
    assert results["bends"] == 1000
    assert results["radius_m"] == 3e-3
    assert abs(results["bent_over_flat"]) == pytest.approx(0.034, abs=0.01)
    assert results["smallest_ratio"] > 50
    assert done.shown["bench"]["hot_switches"] == 0


def test_bad_checkpoints_touch_nothing(labctl: Labctl) -> None:
    refused = labctl("run", "bending", "--json", "--set", "checkpoints=10, 5")
    assert refused.code == 2
    assert "checkpoints" in refused.shown["error"]
