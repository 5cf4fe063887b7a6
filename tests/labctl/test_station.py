"""Opening a station: identities, all failures at once, nothing changed, safe at the end."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.roles import Sensing, Waveform
from labctl.bench.instruments import SafeState
from labctl.bench.station import (
    drivers_for,
    open_station,
    read_station,
    smu_capabilities,
    station_files,
)
from labctl.bench.visa_library import in_one_line
from labctl.config import ROLES
from labctl.errors import BadInput, ConfigError, StationError
from labctl.runs.runner import run
from procedures.base import Application, Purpose
from tests.labctl.benches import bench_on
from tests.labctl.staircase import Staircase
from tests.labctl.station_files import PROBE, station_file


def stairs(device: str) -> Application:
    return Application(
        device=device,
        waveform=Waveform([0.0, 0.005, 0.01], 1e-3),
        sensing=Sensing(range_a=1e-3, limit_a=1e-3),
        purpose=Purpose.READ,
    )


def test_the_simulated_station_says_who_is_there(tmp_path: Path) -> None:
    with open_station(out=tmp_path / "runs") as station:
        assert set(station.identities) == {"smu", "matrix", "temperature", "bending", "clock"}
        assert "2636B" in station.identities["smu"]
        assert station.seed == 1
    assert (tmp_path / "runs" / "simulated_world.toml").is_file()


def test_opening_changes_nothing(tmp_path: Path) -> None:
    with open_station(out=tmp_path) as station:
        assert station.control is not None
        before = station.control.counts()
        settings = station.instruments.settings()
    with open_station(out=tmp_path) as station:
        assert station.control is not None
        assert station.instruments.settings() == settings
        after = station.control.counts()
    assert (after["closures"], after["pulses"]) == (before["closures"], before["pulses"])


def test_the_file_of_the_real_station_opens_as_it_stands(tmp_path: Path) -> None:
    path = station_file(tmp_path, ('library = ""', 'library = "@ag2s"'), text=PROBE)
    with open_station(path, out=tmp_path) as station:
        assert set(station.identities) == {"smu", "matrix", "temperature", "bending"}
        assert station.seed is None
        assert station.control is None


def test_all_instruments_that_fail_are_told_together(tmp_path: Path) -> None:
    path = station_file(
        tmp_path,
        ("GPIB0::26::INSTR", "GPIB0::5::INSTR"),
        ('"GPIB0::16::INSTR"', '"GPIB0::12::INSTR"'),
    )
    with pytest.raises(StationError) as refused, open_station(path, out=tmp_path):
        pass
    message = str(refused.value)
    assert "smu at GPIB0::5::INSTR" in message
    assert "matrix at GPIB0::12::INSTR" in message
    assert "MODEL336" in message
    assert "temperature" not in message.replace("MODEL336", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"keithley2636b"', '"keithley2636"'), r"line 14: .*did you mean 'keithley2636b'"),
        (('channel = "a"', 'chanel = "a"'), r"line 16: .*chanel: unknown option; did you mean"),
        (('channel = "a"', 'channel = "q"'), r"line 16: instruments\.smu\.options"),
        (('"simulated_world.toml"', '"nowhere.toml"'), r"line 11: visa\.world: .*nowhere"),
    ],
)
def test_wrong_drivers_and_worlds_are_bad_input(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = station_file(tmp_path, change)
    with pytest.raises(ConfigError, match=words), open_station(path, out=tmp_path / "runs"):
        pass


def test_an_answer_that_is_no_text_is_shown() -> None:
    with pytest.raises(UnicodeDecodeError) as refused:
        b"\xff\xfe".decode("ascii")
    assert in_one_line(refused.value).startswith(r"answers b'\xff\xfe', which is no text")


def test_unknown_stations_are_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="did you mean 'simulated'"):
        read_station("simulate")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_station(tmp_path / "none.toml")


@pytest.mark.parametrize(("seed", "fresh"), [(3, False), (None, True)])
def test_a_real_station_takes_no_seed(tmp_path: Path, seed: int | None, fresh: bool) -> None:
    with (
        pytest.raises(BadInput, match="is real"),
        open_station("probe_station", out=tmp_path / "runs", seed=seed, fresh=fresh),
    ):
        pass
    assert not (tmp_path / "runs").exists()


def test_a_runs_directory_that_pyvisa_would_misread_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="must not contain '@'"), open_station(out=tmp_path / "a@b"):
        pass


def test_a_runs_directory_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(BadInput, match="cannot be written"),
        open_station(out=tmp_path / "file" / "runs"),
    ):
        pass


def test_the_array_lives_on_until_a_new_one_is_asked_for(tmp_path: Path) -> None:
    with open_station(out=tmp_path, seed=7) as station:
        run(Staircase(), station)
        assert station.seed == 7
    with open_station(out=tmp_path) as station:
        assert station.control is not None
        assert station.seed == 7
        assert station.control.counts()["pulses"] > 0
    with open_station(out=tmp_path, fresh=True) as station:
        assert station.control is not None
        assert station.control.counts()["pulses"] == 0


def test_the_same_seed_gives_the_same_rows(tmp_path: Path) -> None:
    frames = []
    for name in ("a", "b"):
        with open_station(out=tmp_path / name, seed=11) as station:
            frames.append(run(Staircase(), station, devices=["D01", "D13"]).frame)
    assert frames[0].equals(frames[1])


def test_whatever_was_used_ends_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[tuple[str, ...]] = []
    with open_station(out=tmp_path) as station:
        bench = bench_on(station, ["D04"])
        station.touched = True
        bench.apply(stairs("D04"))
        matrix, make_safe = station.instruments.matrix, station.make_safe
        assert matrix is not None
        assert matrix.closed() == ("1A04", "2B12")

        def watched() -> SafeState:
            state = make_safe()
            closed.append(matrix.closed())
            return state

        monkeypatch.setattr(station, "make_safe", watched)
    assert closed == [()]


def test_what_was_not_used_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_station(out=tmp_path) as station:
        monkeypatch.setattr(station, "make_safe", lambda: pytest.fail("was touched"))


def test_transactions_are_those_the_bench_saw(tmp_path: Path) -> None:
    with open_station(out=tmp_path) as station:
        assert station.control is not None
        ours, theirs = station.instruments.transactions(), station.control.counts()["transactions"]
        bench = bench_on(station, ["D04"])
        bench.apply(stairs("D04"))
        used = station.instruments.transactions() - ours
        assert used == station.control.counts()["transactions"] - theirs > 0
        station.make_safe()


def test_an_application_takes_few_transactions(tmp_path: Path) -> None:
    with open_station(out=tmp_path) as station:
        bench = bench_on(station, ["D04"])
        bench.apply(stairs("D04"))
        before = station.instruments.transactions()
        bench.apply(stairs("D04"))
        used = station.instruments.transactions() - before
        # The stage's temperature is read at the start of each application.
        assert used <= bench.smu.transactions_per_application + 4
        station.make_safe()


def test_fetching_in_between_leaves_the_rows_as_they_are(tmp_path: Path) -> None:
    frames = []
    for name, interval in (("whole", "inf"), ("parts", "0.4 s")):
        folder = tmp_path / name
        folder.mkdir()
        path = station_file(folder, ('fetch_interval = "inf"', f'fetch_interval = "{interval}"'))
        with open_station(path, out=folder, seed=5) as station:
            done = run(Staircase(peak="5 mV", speed="slow"), station, devices=["D01", "D02"])
            frames.append(done.frame)
    whole, parts = frames
    assert len(whole) == len(parts)
    for column in ("Time (s)", "Current (A)"):
        assert parts[column].to_numpy() == pytest.approx(whole[column].to_numpy(), rel=1e-9)


def test_a_script_that_keeps_its_station_ends_without_a_word(tmp_path: Path) -> None:
    script = (
        "import labctl\n"
        f"with labctl.open_station(out={str(tmp_path)!r}) as station:\n"
        "    kept = station\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_what_the_source_can_play_is_known_without_it() -> None:
    for name in station_files():
        assert smu_capabilities(read_station(name)).max_points > 1000


def test_every_role_has_drivers() -> None:
    assert all(drivers_for(role) for role in ROLES)


def test_a_safe_state_that_fails_keeps_the_station_touched(tmp_path: Path) -> None:
    with open_station(out=tmp_path) as station:
        whole = station.instruments

        class Stuck:
            def make_safe(self) -> dict[str, object]:
                raise RuntimeError("stuck")

        station.instruments = replace(whole, smu=Stuck())  # type: ignore[arg-type]
        assert not station.make_safe().verified
        assert station.touched
        station.instruments = whole
