"""The loops of Fig 1b and 1c on the command line (rows 1 to 4 and 7 of physics.md §4)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Labctl
from tests.system.perturbed_station import perturbed_station

SMALL_LOOP = {
    "regime": "interface",
    "peaks": "-0.2 V, 0.2 V",
    "compliance_negative": "0.1 mA",
    "compliance_positive": "0.1 mA",
}


def loop(labctl: Labctl, station: object = "simulated_single", **values: object) -> dict[str, Any]:
    values = {"peaks": "-0.5 V, 0.5 V", "regime": "filament", **values}
    settings = [word for item in values.items() for word in ("--set", "{}={}".format(*item))]
    done = labctl("run", "iv_loop", "--station", station, "--seed", 1, "--json", *settings)
    assert done.code == 0, done.err
    assert done.shown["status"] == "finished"
    return done.shown["results"]


def test_the_filament_loop_of_fig_1b(labctl: Labctl) -> None:
    results = loop(labctl, peaks="0.5 V, -0.5 V, 0.5 V")
    assert 5e5 < results["on_off_ratio"] < 2e6
    assert results["threshold_v"] == pytest.approx(0.4, abs=0.03)
    assert results["threshold_v_u95"] <= 2.5e-3 * 1.001
    # Abrupt, at 5 mV every 20 ms; nothing else in the half loop comes near.
    assert results["largest_step_decades"] >= 1
    assert results["other_steps_decades"] <= 0.3
    assert results["interface_rise_decades"] >= 2
    assert results["regime"] == "filament"
    assert results["contact"] == "good"


def test_the_interface_loop_of_fig_1c(labctl: Labctl) -> None:
    results = loop(labctl, **SMALL_LOOP)
    assert results["regime"] == "interface"
    assert results["largest_step_decades"] < 0.3
    assert results["threshold_v"] is None
    assert results["on_off_ratio"] > 50
    assert 0.1 < results["set_v"] < 0.2
    assert 0.05 < results["reset_v"] < 0.2


def test_the_compliance_decides_how_far_the_filament_grows(labctl: Labctl) -> None:
    """Growth stops where the device takes less than the threshold (physics.md §1.3)."""
    one, two = (
        loop(labctl, peaks="-0.5 V", compliance_negative=limit) for limit in ("1 mA", "2 mA")
    )
    for results, limit_a in ((one, 1e-3), (two, 2e-3)):
        assert 0.8 < results["on_s"] * results["threshold_v"] / limit_a < 1
        assert results["max_current_a"] == pytest.approx(limit_a, rel=0.03)
        assert results["compliance_points"] > 0
        assert results["regime"] == "filament"


def test_a_tenth_of_a_milliampere_makes_no_filament(labctl: Labctl) -> None:
    results = loop(labctl, peaks="-0.5 V", compliance_negative="0.1 mA")
    assert results["regime"] == "interface"
    assert results["threshold_v"] is None
    assert results["on_s"] < 1.2e-4


def test_another_device_gives_its_own_numbers(labctl: Labctl, tmp_path: Path) -> None:
    station = perturbed_station(
        tmp_path,
        "threshold_voltage_v = 0.447\nthreshold_spread_v = 0.0\nreset_spread = 0.0\n"
        "floor_conductance_s = 1.5e-6\nleak_conductance_s = 1e-10",
    )
    results = loop(labctl, station)
    assert abs(results["threshold_v"] - 0.447) <= results["threshold_v_u95"]
    off_s = 1.5e-6 * math.exp(-0.3 / 0.0687) + 1e-10
    # The state moves by a percent between the end of the loop and the reading (physics.md §1.4).
    assert abs(results["off_s"] - off_s) <= results["off_s_u95"] + 0.01 * off_s


def test_the_guard_stops_at_the_jump_and_the_run_is_a_finding(labctl: Labctl) -> None:
    results = loop(labctl, stop_step=0.5, cycles=3)
    assert results["stopped"]
    assert -results["stopped_at_v"] == pytest.approx(0.4, abs=0.03)
    assert results["cycles_done"] == 0
    assert results["on_s"] > 1e-3
    assert results["reset_v"] is None


@pytest.mark.parametrize(
    ("setting", "code", "said"),
    [
        ("peaks=-0.7 V", 3, "say so: --set regime=filament"),
        ("peaks=-0.35 V", 3, "at the limit of -0.35 V, which is not allowed itself"),
        ("peeks=-0.2 V", 2, "did you mean 'peaks'"),
    ],
)
def test_bad_input_is_refused_with_its_reason(
    labctl: Labctl, setting: str, code: int, said: str
) -> None:
    refused = labctl("run", "iv_loop", "--set", setting)
    assert refused.code == code
    assert said in refused.err
