"""A filament by surprise, on the command line: the run stops, and its device is put aside."""

from __future__ import annotations

import json
from pathlib import Path

from labctl.bench.station import STATIONS
from tests.system.conftest import Labctl

FILAMENT_LOOP = ("--set", "peaks=-0.5 V, 0.5 V")


def lenient_station(folder: Path) -> Path:
    """A station whose sample, of the interface regime, lets pass what can form a filament."""
    folder.mkdir()
    for name in ("simulated_single.toml", "simulated_single_world.toml"):
        (folder / name).write_text((STATIONS / name).read_text("utf-8"), "utf-8")
    path = folder / "simulated_single.toml"
    limits = '[sample.limits]\ninterface_voltage_min = "-0.6 V"\n\n[wiring]\n'
    path.write_text(path.read_text("utf-8").replace("[wiring]\n", limits, 1), "utf-8")
    return path


def test_a_filament_that_forms_ends_the_run_and_puts_its_device_aside(
    labctl: Labctl, tmp_path: Path
) -> None:
    station = lenient_station(tmp_path / "bench")
    asked = ("run", "iv_loop", "--station", station)
    ended = labctl(*asked, "--seed", 3, *FILAMENT_LOOP, "--json")
    assert ended.code == 3
    assert "D01: the conductance jumped" in ended.shown["reason"]
    folder = Path(ended.shown["run_folder"])
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert record["error"] == "GuardTripped"
    assert record["safe_state"]["verified"]
    assert record["limits"]["voltage_min"]["value"] == -0.6
    # The block in which it happened was written whole.
    assert record["data"]["rows"] > 200
    refused = labctl(*asked)
    assert refused.code == 2
    assert "quarantine" in refused.err


def test_the_same_loop_on_the_usual_sample_is_refused_before_anything_is_sent(
    labctl: Labctl,
) -> None:
    refused = labctl("run", "iv_loop", "--station", "simulated_single", *FILAMENT_LOOP, "--json")
    assert refused.code == 3
    assert "--set regime=filament" in refused.shown["error"]
    assert labctl("runs", "list", "--json").shown["runs"] == []


def test_who_says_filament_gets_it(labctl: Labctl) -> None:
    asked = ("run", "iv_loop", "--station", "simulated_single", "--seed", 3, "--json")
    done = labctl(*asked, *FILAMENT_LOOP, "regime=filament")
    assert done.code == 0
    assert done.shown["results"]["regime"] == "filament"
