"""A preview says what the run would do, and refuses what the run would refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import labctl
from drivers.roles import Sensing, Waveform
from labctl.bench.station import read_station, smu_capabilities
from labctl.clerk.messages import pack
from labctl.clerk.planned_warnings import unplayable
from labctl.clerk.planned_waveforms import DRAWN_POINTS, planned_waveforms, shape_in_words
from labctl.clerk.preview import preview
from labctl.clerk.procedures import procedure
from labctl.errors import BadInput
from labctl.ledger.ledger import Ledger
from labctl.ledger.odometer import RelayOdometer
from labctl.runs.plan import RunPlan
from procedures.base import Application, PlannedApplication, Purpose
from procedures.iv_loop import IvLoop
from procedures.registry import NAMES
from procedures.techniques.waveforms import repeated_pulse
from tests.labctl.station_files import SIMULATED, station_file


def asked(runs: Path, name: str = "iv_loop", /, **changes: Any) -> dict[str, Any]:
    """A preview of a procedure with some values; `station`, `devices`, `limits` as such."""
    rest = {"station": "simulated", "devices": ["D01"], "limits": {}}
    rest |= {key: changes.pop(key) for key in rest if key in changes}
    entries = procedure({"station": rest["station"], "name": name})["parameters"]
    values = {entry["name"]: entry["default"] for entry in entries} | changes
    return preview({"runs": str(runs), "procedure": name, "values": values, **rest})


@pytest.mark.parametrize("name", NAMES)
def test_every_procedure_can_be_previewed_as_it_stands(tmp_path: Path, name: str) -> None:
    answer = asked(tmp_path, name, devices=None)
    assert (answer["fields"], answer["problem"], answer["ready"]) == ({}, None, True)
    assert answer["waveforms"]
    assert answer["dose"]
    pack(answer)
    assert list(tmp_path.iterdir()) == []


def test_it_tells_what_the_plan_of_the_run_tells(tmp_path: Path) -> None:
    answer = asked(tmp_path, cycles="7", devices=["D02", "D05"])
    station = read_station("simulated")
    plan = RunPlan.of(IvLoop(cycles=7), station, ("D02", "D05"), smu_capabilities(station))
    costs = dict(answer["costs"])
    assert answer["duration_s"] == plan.duration_s
    assert answer["longest_s"] == plan.longest_s
    assert costs["Stress pulses"] == f"{plan.stress_pulses:,}"
    assert costs["Relay closures"].startswith(f"{plan.closures};")
    assert [row["device"] for row in answer["dose"]] == ["D02", "D05"]
    assert answer["dose"][0]["stress"] == "14"


def test_every_wrong_field_is_told_and_none_replaced(tmp_path: Path) -> None:
    answer = asked(tmp_path, dwell="20 mm", cycles="", step="1e9 V", mode="pulsd")
    assert answer["fields"].keys() == {"dwell", "cycles", "step", "mode"}
    assert answer["fields"]["cycles"] == "nothing is entered"
    assert answer["fields"]["dwell"] == "'20 mm' is not in s"
    assert "did you mean 'pulsed'" in answer["fields"]["mode"]
    assert not answer["ready"]
    assert answer["waveforms"] == answer["costs"] == []


def test_a_decimal_comma_is_refused_and_not_taken_for_another_number(tmp_path: Path) -> None:
    assert "dwell" in asked(tmp_path, dwell="0,02 s")["fields"]


def test_parameters_that_do_not_go_together_name_their_field(tmp_path: Path) -> None:
    answer = asked(tmp_path, peaks="1 mV", step="5 mV")
    assert answer["fields"] == {"peaks": answer["problem"].removeprefix("peaks: ")}
    assert not answer["ready"]


def test_a_limit_names_who_set_it_and_the_fields_beyond_it(tmp_path: Path) -> None:
    answer = asked(tmp_path, peaks="-0.5 V, 0.2 V")
    assert "interface regime of sample 'dot18'" in answer["problem"]
    assert answer["fields"]["peaks"].startswith("-500 mV is beyond the limit of -350 mV")
    assert answer["fields"].keys() == {"peaks"}
    assert not answer["ready"]
    assert answer["waveforms"], "what is refused is shown"


def test_the_operators_own_limits_are_heeded(tmp_path: Path) -> None:
    answer = asked(tmp_path, limits={"voltage_max": "0.1 V"})
    assert "operator" in answer["problem"]
    with pytest.raises(BadInput, match="there is no limit 'voltage'"):
        asked(tmp_path, limits={"voltage": "0.1 V"})


def test_no_device_is_not_the_first_device(tmp_path: Path) -> None:
    assert asked(tmp_path, devices=[])["problem"].startswith("iv_loop needs one or more devices")
    assert asked(tmp_path, devices=None)["devices"] == ["D01"]
    assert not asked(tmp_path, devices=["D99"])["ready"]


def test_a_quarantined_device_is_refused(tmp_path: Path) -> None:
    Ledger(tmp_path, "dot18").quarantine("D01", "it jumped")
    answer = asked(tmp_path)
    assert "quarantine" in answer["problem"]
    assert asked(tmp_path, devices=["D02"])["ready"]


def test_a_station_that_lacks_a_role_is_named(tmp_path: Path) -> None:
    before, _, behind = SIMULATED.partition("[instruments.bending]")
    station = station_file(tmp_path, text=before + "[clock]" + behind.partition("[clock]")[2])
    answer = asked(tmp_path, "bending", station=str(station))
    assert "[instruments.bending]" in answer["problem"]
    assert not answer["ready"]


def test_what_a_device_has_seen_counts(tmp_path: Path) -> None:
    file = station_file(tmp_path, ("[wiring]", "[sample.limits]\ncycles_max = 3\n\n[wiring]"))
    runs = tmp_path / "runs"
    with labctl.open_station(file, out=runs, seed=1) as station:
        labctl.run(IvLoop(cycles=2), station, devices=["D01"])
    answer = asked(runs, station=str(file))
    assert answer["dose"][0]["stress_before"] == "4"
    assert "1A01 has closed 1 times so far" in dict(answer["costs"])["Relay closures"]
    refused = asked(runs, station=str(file), cycles="2")
    assert "number of stress cycles 4 cycles is above the limit of 3" in refused["problem"]


def test_a_closed_loop_says_what_is_expected_and_the_most(tmp_path: Path) -> None:
    answer = asked(tmp_path, "program_verify")
    costs = dict(answer["costs"])
    for label in ("Duration", "Stress pulses", "Read pulses", "Readings (rows)"):
        assert "at most" in costs[label]
    looped = [one for one in answer["waveforms"] if one["at_most"] is not None]
    assert all(one["at_most"] > one["count"] for one in looped)
    assert all("closed loop" in one["plot"]["caption"] for one in looped)


class TestWarnings:
    def told(self, answer: dict[str, Any]) -> list[str]:
        return [f"{one['text']} [{one['set_by']}]" for one in answer["warnings"]]

    def test_none_for_a_harmless_loop(self, tmp_path: Path) -> None:
        assert self.told(asked(tmp_path)) == []

    def test_a_level_near_its_limit(self, tmp_path: Path) -> None:
        (warning,) = self.told(asked(tmp_path, peaks="-320 mV, 0.2 V"))
        assert warning == (
            "The lowest level, -320 mV, is 91 % of the limit of -350 mV "
            "[interface regime of sample 'dot18']"
        )

    def test_a_filament(self, tmp_path: Path) -> None:
        (warning,) = self.told(asked(tmp_path, regime="filament"))
        assert "filaments may form" in warning
        assert "interface regime" in warning

    def test_a_device_near_its_last_cycle(self, tmp_path: Path) -> None:
        station = station_file(
            tmp_path, ("[wiring]", "[sample.limits]\ncycles_max = 10\n\n[wiring]")
        )
        (warning,) = self.told(asked(tmp_path / "runs", station=str(station), cycles="9"))
        assert "D01: up to 9 stress cycles in the device's life" in warning
        refused = asked(tmp_path / "runs", station=str(station), cycles="11")
        assert "stress cycles" in refused["problem"]

    def test_relays_near_the_end_of_their_life(self, tmp_path: Path) -> None:
        station = station_file(tmp_path, ("[wiring]", "[wiring]\nrated_closures = 10"))
        odometer = RelayOdometer(tmp_path / "runs", "Keithley, 707B, 1")
        for _ in range(9):
            odometer.closed(["1A01"])
        (warning,) = self.told(asked(tmp_path / "runs", station=str(station)))
        assert "Relay 1A01 has closed 9 times" in warning

    def test_a_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("labctl.clerk.planned_warnings.free_bytes", lambda _: 1000)
        (warning,) = self.told(asked(tmp_path))
        assert "make space" in warning


def sensing() -> Sensing:
    return Sensing(range_a=1e-3, limit_a=1e-3)


def drawn(waveform: Waveform, count: int = 1) -> dict[str, Any]:
    application = Application(
        device="D01", waveform=waveform, sensing=sensing(), purpose=Purpose.STRESS
    )
    told, more = planned_waveforms([PlannedApplication(application=application, count=count)])
    assert more == 0
    return told[0]


class TestWaveforms:
    def test_levels_are_drawn_corner_by_corner(self) -> None:
        one = drawn(Waveform([0.1, -0.2], [1.0, 3.0], [True, False]))
        level, readings = one["plot"]["series"]
        assert level["x"].tolist() == [-0.16, 0.0, 0.0, 1.0, 1.0, 4.0, 4.0, 4.16]
        assert level["y"].tolist() == [0.0, 0.0, 0.1, 0.1, -0.2, -0.2, 0.0, 0.0]
        assert (readings["x"].tolist(), readings["y"].tolist()) == ([1.0], [0.1])
        assert one["plot"]["y"]["unit"] == "V"

    def test_repeats_are_drawn_up_to_a_few_and_told(self) -> None:
        one = drawn(repeated_pulse(0.3, 1e-3, 2e-3, 900))
        level = one["plot"]["series"][0]
        assert np.count_nonzero(np.diff(level["y"]) > 0) == 3
        assert "the first 3 of 900 repeats are drawn" in one["plot"]["caption"]
        assert one["title"] == "pulse of 300 mV, 1 ms, 900 times"

    def test_no_pulse_of_many_levels_is_lost(self) -> None:
        levels_v = np.zeros(50_000)
        levels_v[[7, 25_001, 49_990]] = [0.3, -0.4, 0.5]
        level = drawn(Waveform(levels_v, 1e-3))["plot"]["series"][0]
        assert level["x"].size <= DRAWN_POINTS
        assert {0.3, -0.4, 0.5} <= set(level["y"].tolist())

    def test_the_very_waveform_of_the_procedure_is_drawn(self, tmp_path: Path) -> None:
        station = read_station("simulated")
        planned = list(IvLoop().plan(["D01"], smu_capabilities(station)))
        played = planned[1].application.waveform
        one = next(w for w in asked(tmp_path)["waveforms"] if w["title"].startswith("sweep"))
        level = one["plot"]["series"][0]
        assert level["y"][2:-2:2].tolist() == played.levels_v.tolist()
        edges_s = np.concatenate([[0.0], np.cumsum(played.dwell_s)])
        assert np.allclose(level["x"][1:-1:2], edges_s, rtol=0, atol=1e-12)

    def test_alike_applications_are_one_and_others_are_counted(self) -> None:
        def planned(level_v: float, device: str, count: int) -> PlannedApplication:
            application = Application(
                device=device,
                waveform=Waveform([level_v], 1e-3),
                sensing=sensing(),
                purpose=Purpose.READ,
            )
            return PlannedApplication(application=application, count=count)

        items = [planned(0.1, "D01", 2), planned(0.1, "D02", 3)]
        items += [planned(number / 100, "D01", 1) for number in range(11, 26)]
        told, more = planned_waveforms(items)
        assert (len(told), more) == (12, 4)
        assert (told[0]["count"], told[0]["devices"]) == (5, ["D01", "D02"])

    @pytest.mark.parametrize(
        ("waveform", "words"),
        [
            (Waveform([0.0], 1.0), "0 V for 1 s"),
            (Waveform([0.2, 0.2], [1e-3, 2e-3]), "pulse of 200 mV, 3 ms"),
            (Waveform([5e-3, -5e-3] * 4, 1e-3), "±5 mV in turn, 8 levels"),
            (Waveform([-0.1, -0.2, -0.1, 0.0], 1e-3), "0 V → -200 mV → 0 V"),
            (
                Waveform([0.1, 0.0, 0.2, 0.0, 0.3, 0.0, 0.4, 0.0], 1e-3),
                "8 levels between 0 V and 400 mV",
            ),
        ],
    )
    def test_shapes_have_names(self, waveform: Waveform, words: str) -> None:
        assert shape_in_words(waveform) == words


def test_what_the_source_cannot_play_is_refused_before_the_run() -> None:
    smu = smu_capabilities(read_station("simulated"))
    application = Application(
        device="D01",
        waveform=Waveform([0.1], smu.min_dwell_s / 2),
        sensing=sensing(),
        purpose=Purpose.READ,
    )
    objection = unplayable([PlannedApplication(application=application)], smu)
    assert objection is not None
    assert "less than the" in objection
