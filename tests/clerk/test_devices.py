"""One device's life for the window, and what a person decides about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import labctl
from labctl.bench.station import station_files
from labctl.clerk.device_life import life_plot
from labctl.clerk.devices import device, put_aside, release
from labctl.clerk.messages import pack
from labctl.errors import BadInput
from labctl.ledger.ledger import Ledger
from procedures.array_read import ArrayRead
from procedures.base import Purpose
from tests.labctl.ledger_lines import apply


def request(runs: Path, name: str = "D01", **details: Any) -> dict[str, Any]:
    return {"station": "simulated", "runs": str(runs), "device": name, **details}


def test_a_device_that_was_measured(tmp_path: Path) -> None:
    with labctl.open_station("simulated", out=tmp_path, seed=1) as station:
        run = labctl.run(ArrayRead(), station, devices=["D01"])
    told = device(request(tmp_path))
    assert (told["sample"], told["crosspoint"], told["quarantine"]) == ("dot18", "1A01", None)
    facts = dict(told["facts"])
    assert facts["Regime"] == "untouched"
    assert "read" in facts["State"]
    assert [Path(entry["folder"]) for entry in told["runs"]] == [run.folder]
    assert told["runs"][0]["status"] == "finished"
    (series,) = told["plot"]["series"]
    found = run.results["devices"][0]["conductance_s"]
    assert series["y"][-1] == pytest.approx(found, rel=1e-9)
    assert {"name": "voltage_min", "text": "-350 mV"}.items() <= told["limits"][0].items()
    assert told["cycles"]["share"] is None
    pack(told)  # it can be sent


def test_one_that_was_never_measured(tmp_path: Path) -> None:
    told = device(request(tmp_path / "none"))
    assert (told["runs"], told["more"], told["plot"]["series"]) == ([], False, [])
    assert dict(told["facts"])["State"] == "not known: not read so far"


def test_one_that_is_not_wired_is_refused(tmp_path: Path) -> None:
    for duty in (device, put_aside, release):
        with pytest.raises(BadInput, match=r"no device 'D19'.*did you mean 'D1"):
            duty(request(tmp_path, "D19", who="me", why="it leaks"))


def test_it_is_put_aside_and_released_by_a_person_with_a_reason(tmp_path: Path) -> None:
    put_aside(request(tmp_path, who="Ada", why=" leaks "))
    told = device(request(tmp_path))["quarantine"]
    assert (told["reason"], told["run"]) == ("leaks", None)
    with pytest.raises(BadInput, match="in quarantine already"):
        put_aside(request(tmp_path, who="Ada", why="leaks"))
    with pytest.raises(BadInput, match="say why it may be used again"):
        release(request(tmp_path, who="Ada", why="  "))
    with pytest.raises(BadInput, match="say who"):
        release(request(tmp_path, who="", why="probe was loose"))
    release(request(tmp_path, who="Ada", why="probe was loose"))
    assert device(request(tmp_path))["quarantine"] is None
    written = Ledger(tmp_path, "dot18").device("D01").path.read_text(encoding="utf-8")
    assert '"released":"Ada"' in written
    assert '"decided_by":"Ada"' in written
    with pytest.raises(BadInput, match="not in quarantine"):
        release(request(tmp_path, who="Ada", why="probe was loose"))


def test_how_much_of_its_cycles_is_used(tmp_path: Path) -> None:
    text = station_files()["simulated"].read_text(encoding="utf-8")
    limited = text.replace("[wiring]", "[sample.limits]\ncycles_max = 40\n\n[wiring]")
    path = tmp_path / "limited.toml"
    path.write_text(limited, encoding="utf-8")
    apply(Ledger(tmp_path, "dot18"), "run-a/0", [0.3, 0.0, -0.2, 0.0], repeats=10)
    told = device(request(tmp_path) | {"station": str(path)})
    assert told["cycles"]["share"] == pytest.approx(0.25)
    assert told["cycles"]["text"] == "10 of 40 cycles (limit set by the sample 'dot18')"


def test_in_the_plot_of_its_life_a_run_ends_at_a_whole_number(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "dot18")
    apply(ledger, "run-a/0", [5e-3, -5e-3], purpose=Purpose.READ)
    apply(ledger, "run-a/1", [0.3, 0.0])
    apply(ledger, "run-a/2", [5e-3, -5e-3], purpose=Purpose.READ)
    apply(ledger, "run-b/0", [0.3, 0.0])
    apply(ledger, "run-c/0", [0.3, 0.01])
    read, rough = life_plot(ledger.device("D01").life().applications).series
    assert read.x.tolist() == [0.5, 1.0]
    assert rough.x.tolist() == [3.0]
