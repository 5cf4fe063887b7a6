"""What the bench does besides playing: watching, disconnecting, heating, bending."""

from __future__ import annotations

import io
import logging
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drivers.roles import Trace, Waveform
from labctl.bench.operator import OperatorBending
from labctl.config import read_station_file
from labctl.errors import BadInput, ConfigError, LimitRefused, UnsafeState
from labctl.runs.devices import choose_devices
from labctl.runs.runner import run
from procedures.base import Watch
from procedures.columns import CYCLE, PHASE, STATE, TARGET
from procedures.errors import ParameterError
from procedures.retention import Retention
from tests.labctl.fakes import STATION, Rig, make_rig
from tests.labctl.staircase import Staircase
from tests.labctl.test_bench import Rows, application, bench_of


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def slow_steps(tripped: float, interval_s: float = 1.0) -> tuple[Waveform, Watch]:
    """Ten levels of a second, and a watch that trips beyond a current."""

    def beyond(trace: Trace) -> bool:
        return bool((np.abs(trace.current_a) > tripped).any())

    return Waveform(np.arange(1, 11) / 100, 1.0), Watch(interval_s=interval_s, tripped=beyond)


def test_a_watch_that_trips_ends_the_waveform_with_the_source_safe(rig: Rig) -> None:
    rows = Rows()
    waveform, watch = slow_steps(tripped=45e-6)
    trace = bench_of(rig, rows).apply(application(waveform=waveform, watch=watch))
    # 50 uA at the fifth level; the look that sees it comes within a second.
    assert 5 <= len(trace) < 10
    assert len(rows.frame) == len(trace)
    assert rig.diary[-2:] == ["source safe", "fetch"]
    assert rig.clock.time_s < 1000.0 + 8.0


def test_a_watch_that_is_content_changes_nothing(rig: Rig) -> None:
    waveform, watch = slow_steps(tripped=1.0)
    trace = bench_of(rig).apply(application(waveform=waveform, watch=watch))
    assert len(trace) == 10
    assert "source safe" not in rig.diary


def test_a_watch_without_an_interval_looks_when_the_station_fetches(rig: Rig) -> None:
    waveform, watch = slow_steps(tripped=45e-6, interval_s=math.inf)
    trace = bench_of(rig).apply(application(waveform=waveform, watch=watch))
    assert len(trace) == 10


def test_after_a_watch_has_tripped_the_other_parts_are_not_played(rig: Rig) -> None:
    waveform, watch = slow_steps(tripped=45e-6)
    many = Waveform(waveform.levels_v, 1.0, repeats=30)
    trace = bench_of(rig).apply(application(waveform=many, watch=watch))
    assert len(trace) < 10
    assert sum(entry.startswith("play") for entry in rig.diary) == 1


def test_release_opens_every_relay_and_the_next_device_is_connected_again(rig: Rig) -> None:
    bench = bench_of(rig)
    bench.apply(application())
    bench.release()
    assert rig.matrix.now_closed == ()
    bench.apply(application())
    assert rig.matrix.now_closed == ("1A01", "2B12")
    assert bench.counters()["closures"] == 2


def test_nothing_is_disconnected_under_voltage(rig: Rig) -> None:
    bench = bench_of(rig)
    bench.apply(application())
    rig.smu.standing_v = 0.1
    with pytest.raises(UnsafeState, match="not at 0 V"):
        bench.release()
    assert rig.matrix.now_closed == ("1A01", "2B12")


@pytest.mark.parametrize(("kelvin", "words"), [(3.9, "below"), (441.0, "above"), (math.nan, "")])
def test_a_set_point_outside_the_limits_is_not_sent(rig: Rig, kelvin: float, words: str) -> None:
    with pytest.raises(LimitRefused, match=f"stage: set-point.*{words}.*station 'bench in memory'"):
        bench_of(rig).stage.go_to(kelvin, 5.0)


def test_the_station_may_narrow_the_temperatures(tmp_path: Path) -> None:
    narrow = ('current_max = "10 mA"', 'current_max = "10 mA"\ntemperature_max = "350 K"')
    rig = make_rig(tmp_path, replacing=narrow)
    with pytest.raises(LimitRefused, match="above the limit of 350 K"):
        bench_of(rig).stage.go_to(360.0, 5.0)


@pytest.mark.parametrize("value", ["3 V", "300", "-1 K", "2 K"])
def test_a_bad_temperature_limit_is_refused_with_its_line(tmp_path: Path, value: str) -> None:
    path = tmp_path / "bad.toml"
    limit = f'current_max = "10 mA"\ntemperature_max = "{value}"'
    path.write_text(STATION.replace('current_max = "10 mA"', limit), encoding="utf-8")
    with pytest.raises(ConfigError, match="temperature_max"):
        read_station_file(path)


def test_a_station_without_a_bending_stage_says_so(rig: Rig) -> None:
    with pytest.raises(BadInput, match=r"has no \[instruments.bending\]"):
        _ = bench_of(rig).bending


def test_nothing_is_bent_while_the_source_is_on(rig: Rig) -> None:
    class Diary:
        def bend(self, radius_m: float) -> None:
            rig.diary.append(f"bend {radius_m}")

        def cycle(self, radius_m: float, cycles: int) -> None:
            rig.diary.append(f"cycle {radius_m} {cycles}")

    rig.station.instruments = replace(rig.station.instruments, bending=Diary())  # type: ignore[arg-type]
    bench = bench_of(rig)
    bench.bending.bend(3e-3)
    bench.bending.cycle(3e-3, 10)
    assert rig.diary == ["source safe", "bend 0.003", "source safe", "cycle 0.003 10"]


def test_a_procedure_is_refused_where_its_roles_are_missing(rig: Rig) -> None:
    class Hot(Staircase):
        needs = frozenset({"temperature"})

    with pytest.raises(BadInput, match=r"has no \[instruments.temperature\]"):
        choose_devices(Hot(), rig.config, None)


def test_columns_with_a_value_for_absence_may_be_left_out(rig: Rig) -> None:
    rows = Rows()
    bench = bench_of(rig, rows, columns=(PHASE, CYCLE, STATE, TARGET))
    bench.apply(application(columns={PHASE.header: "read", CYCLE.header: 3}))
    row = rows.frame.iloc[0]
    assert (row["Phase"], row["Cycle"], row["State"]) == ("read", 3, "-")
    assert math.isnan(row["Target (S)"])


def test_what_is_warned_of_while_measuring_stands_in_the_record(rig: Rig) -> None:
    def warn(_: object, __: object) -> None:
        logging.getLogger("procedures.staircase").warning("the stage is at %g K", 410.0)

    class Warns(Staircase):
        trouble = warn

    done = run(Warns(), rig.station, devices=["D01"])
    assert "the stage is at 410 K" in done.record["warnings"]


def test_the_operator_is_asked_and_the_answer_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("\n\n\n"))
    operator = OperatorBending()
    assert operator.settings() == {"radius_m": None}
    operator.bend(3e-3)
    assert operator.radius_m() == 3e-3
    operator.cycle(3e-3, 1000)
    assert operator.radius_m() == math.inf
    operator.bend(math.inf)
    asked = capsys.readouterr().err.splitlines()
    assert asked[0] == "Please bend the sample to 3 mm, then press Enter."
    assert "1000 times" in asked[1]
    assert "flatten the sample" in asked[2]


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(BadInput, match="no terminal"):
        OperatorBending().bend(3e-3)


def test_an_operator_has_no_address(tmp_path: Path) -> None:
    path = tmp_path / "manual.toml"
    operator = ("[clock]\n", '[instruments.bending]\ndriver = "operator"\n[clock]\n')
    path.write_text(STATION.replace(*operator), encoding="utf-8")
    assert read_station_file(path).instruments["bending"].resource is None
    addressed = STATION.replace(*operator).replace(
        'driver = "operator"', 'driver = "operator"\nresource = "GPIB0::1::INSTR"'
    )
    path.write_text(addressed, encoding="utf-8")
    with pytest.raises(ConfigError, match="operator has no resource"):
        read_station_file(path)


def test_devices_that_do_not_go_with_the_parameters_are_refused_beforehand(rig: Rig) -> None:
    lonely = Retention(control=True)
    with pytest.raises(ParameterError, match="needs a second device"):
        choose_devices(lonely, rig.config, ["D01"])
    assert choose_devices(lonely, rig.config, ["D01", "D02"]) == ("D01", "D02")


def test_a_role_that_only_some_parameters_need_is_asked_for_with_them(rig: Rig) -> None:
    assert choose_devices(Retention(), rig.config, ["D01"]) == ("D01",)
    with pytest.raises(BadInput, match=r"has no \[instruments.bending\]"):
        choose_devices(Retention(bend=True, bend_radius="3 mm"), rig.config, ["D01"])
