"""The world: its file, what it keeps between processes, and how a new array begins."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from sim_backend.visa.visa_library import IN_MEMORY, Ag2sVisaLibrary
from sim_backend.world import World
from sim_backend.world_file import DEFAULT_ADDRESSES, WorldFileError, WorldSettings
from sim_backend.world_store import WorldStore

SMU, CONTROL = DEFAULT_ADDRESSES["smu"], DEFAULT_ADDRESSES["control"]


class Process:
    """What one program does with a world: opens it, talks, closes it."""

    def __init__(self, library: str) -> None:
        self._manager = pyvisa.ResourceManager(f"{library}@ag2s")

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._manager.close()

    def at(self, address: str) -> MessageBasedResource:
        resource = self._manager.open_resource(address, write_termination="\n")
        assert isinstance(resource, MessageBasedResource)
        resource.read_termination = "\n"
        return resource

    def count(self) -> dict[str, int]:
        return json.loads(self.at(CONTROL).query("COUNT?"))


def state_of(world_file: Path) -> dict[str, object]:
    return WorldStore(world_file).load() or {}


# The world file


def test_an_empty_file_is_the_default_bench() -> None:
    assert WorldSettings.parse("", "x") == WorldSettings()
    assert WorldSettings().instruments["matrix"] == "GPIB0::16::INSTR"


def test_everything_can_be_set() -> None:
    settings = WorldSettings.parse(
        """
        seed = 7
        [sample]
        preset = "ten"
        [sample.parameters]
        set_spread = 0
        [front_end]
        source_offset_v = 0.0
        [wiring]
        bottom_electrode = "2:11"
        [wiring.devices]
        D01 = "1:05"
        [instruments]
        smu = "TCPIP::127.0.0.1::5025::SOCKET"
        [latency_s]
        smu = 0.001
        [clock]
        start_s = 100
        """,
        "x",
    )
    assert (settings.seed, settings.preset, settings.start_s) == (7, "ten", 100.0)
    assert settings.parameters == {"set_spread": 0.0}
    assert settings.front_end == {"source_offset_v": 0.0}
    assert settings.wiring == {"bottom_electrode": "2:11", "devices": {"D01": "1:05"}}
    assert settings.instruments["smu"] == "TCPIP0::127.0.0.1::5025::SOCKET"
    assert settings.latency_s == {"smu": 0.001}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sed = 1", "unknown key 'sed' in the top level; did you mean 'seed'"),
        ("[sample]\npreste = 'ten'", "unknown key 'preste' in [sample]; did you mean 'preset'"),
        ("[instruments]\nsum = 'GPIB0::1::INSTR'", "did you mean 'smu'"),
        ("[wiring]\nbottom = 'x'", "did you mean 'bottom_electrode'"),
        ("[latency_s]\ncontrol = 1", "unknown key 'control' in [latency_s]"),
        ("seed = -1", "seed = -1 must be a whole number"),
        ("seed = true", "seed = True must be"),
        ("sample = 3", "write [sample]"),
        ("[latency_s]\nsmu = -1", "latency_s.smu = -1 must be a finite number of at least 0"),
        ("[latency_s]\nsmu = nan", "latency_s.smu = nan must be"),
        ("[clock]\nstart_s = 'noon'", "clock.start_s = 'noon' must be"),
        ("[instruments]\nsmu = 'somewhere'", "is not a VISA resource name"),
        ("[instruments]\nsmu = 'GPIB::12'", "is used twice"),
        ("seed = ", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named(text: str, message: str) -> None:
    with pytest.raises(WorldFileError) as caught:
        WorldSettings.parse(text, "my.toml")
    assert "world file my.toml" in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_world_file_is_an_error_before_anything_opens(tmp_path: Path) -> None:
    with pytest.raises(WorldFileError, match=r"nothing\.toml does not exist; create it"):
        pyvisa.ResourceManager(f"{tmp_path / 'nothing.toml'}@ag2s")


# What is kept


def test_the_next_process_meets_the_same_array(stand_ins: None, world_file: Path) -> None:
    with Process(str(world_file)) as first:
        first.at(SMU).write("PULSE")
        first.at(CONTROL).write("WAIT 100")
        before = first.count()
        time_s = first.at(CONTROL).query("TIME?")
    with Process(str(world_file)) as second:
        assert second.count() == before
        assert second.at(CONTROL).query("TIME?") == time_s
    assert before["pulses"] == 1
    assert before["transactions"] == 1


def test_the_state_is_kept_after_every_waveform_and_every_wait(
    stand_ins: None, world_file: Path
) -> None:
    with Process(str(world_file)) as process:
        smu, control = process.at(SMU), process.at(CONTROL)
        smu.write("PULSE")
        assert state_of(world_file)["kept"]["circuit"]["pulses"] == 1  # type: ignore[index]
        control.write("WAIT 2.5")
        assert state_of(world_file)["clock_s"] == float(control.query("TIME?"))
        smu.write("PULSE")
        assert state_of(world_file)["kept"]["circuit"]["pulses"] == 2  # type: ignore[index]


def test_the_world_is_dropped_with_its_last_session(stand_ins: None, world_file: Path) -> None:
    with Process(str(world_file)) as process:
        smu = process.at(SMU)
        control = process.at(CONTROL)
        control.write("NEW 5")
        smu.close()
        assert control.query("SEED?") == "5"
        control.close()
        world_file.with_name("world.state.json").unlink()
        assert process.at(CONTROL).query("SEED?") == "1"


def test_a_new_array_begins_at_nought_and_sessions_stay_open(
    stand_ins: None, world_file: Path
) -> None:
    with Process(str(world_file)) as process:
        smu, control = process.at(SMU), process.at(CONTROL)
        smu.write("PULSE")
        control.write("WAIT 100")
        control.write("NEW 5")
        assert control.query("SEED?") == "5"
        assert float(control.query("TIME?")) == 0.0
        assert set(process.count().values()) == {0}
        assert state_of(world_file)["seed"] == 5
        assert smu.query("ECHO still here") == "still here"
        assert process.count()["transactions"] == 2
        assert float(control.query("TIME?")) == pytest.approx(6e-3)
        control.write("NEW")
        assert control.query("SEED?") == "1"


def test_the_seed_of_the_state_is_the_one_that_counts(stand_ins: None, world_file: Path) -> None:
    with Process(str(world_file)) as process:
        process.at(CONTROL).write("NEW 77")
    assert World.load(world_file).seed == 77


def test_an_edited_world_file_starts_a_new_array_and_says_so(
    stand_ins: None, world_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Process(str(world_file)) as process:
        process.at(SMU).write("PULSE")
    world_file.write_text("seed = 3\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING, "sim_backend"), Process(str(world_file)) as process:
        assert process.count()["pulses"] == 0
        assert process.at(CONTROL).query("SEED?") == "3"
    assert "has changed since" in caplog.text


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 99}', '{"schema": 2}'])
def test_a_state_that_cannot_be_read_is_named(stand_ins: None, world_file: Path, text: str) -> None:
    WorldStore(world_file).path.write_text(text, encoding="utf-8")
    with pytest.raises(WorldFileError, match=r"world\.state\.json cannot be read.*delete or"):
        World.load(world_file)


def test_a_state_of_another_bench_is_named(stand_ins: None, world_file: Path) -> None:
    World.load(world_file).keep()
    state = state_of(world_file)
    del state["kept"]["circuit"]  # type: ignore[attr-defined]
    WorldStore(world_file).path.write_text(json.dumps(state), encoding="utf-8")
    with pytest.raises(WorldFileError, match="KeyError: 'circuit'"):
        World.load(world_file)


def test_the_state_is_replaced_never_rewritten(tmp_path: Path) -> None:
    store = WorldStore(tmp_path / "world.toml")
    store.save(STATE | {"seed": 1})
    with store.path.open(encoding="utf-8") as reader:
        store.save(STATE | {"seed": 2})
        assert json.load(reader)["seed"] == 1, "a reader of the old file sees it whole"
    assert (store.load() or {})["seed"] == 2


STATE = {"world_file_sha256": "", "clock_s": 0.1 + 0.2, "transactions": 0, "kept": {}}


@pytest.mark.parametrize("victim", ["replace", "fdopen"])
def test_dying_while_keeping_leaves_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    store = WorldStore(tmp_path / "world.toml")
    store.save(STATE | {"seed": 1})

    def die(handle: object, *_: object, **__: object) -> None:
        if isinstance(handle, int):
            os.write(handle, b'{"schema": 2, "se')
            os.close(handle)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, victim, die)
    with pytest.raises(KeyboardInterrupt):
        store.save(STATE | {"seed": 2})
    monkeypatch.undo()
    assert store.load() == {"schema": 2, **STATE, "seed": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["world.state.json"]


# The world in memory


def test_the_pathless_world_lives_as_long_as_the_process(
    stand_ins: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Ag2sVisaLibrary, "_in_memory", None)
    monkeypatch.chdir(tmp_path)
    with Process("") as first:
        first.at(SMU).write("PULSE")
    with Process("") as second:
        assert second.count()["pulses"] == 1
    assert list(tmp_path.iterdir()) == []
    assert str(IN_MEMORY) != "unset", "PyMeasure closes everybody's sessions of that library"


# The real bench


def test_source_matrix_and_sample_meet_and_are_kept(world_file: Path) -> None:
    with Process(str(world_file)) as first:
        smu, matrix = first.at(SMU), first.at(DEFAULT_ADDRESSES["matrix"])
        matrix.write("channel.close('1A07,2B12')")
        smu.write("smua.source.output = 1")
        smu.write("smua.source.levelv = -0.2")
        first.at(CONTROL).write("WAIT 0.01")
        smu.write("smua.source.levelv = 0.01")
        current_a, voltage_v = map(float, smu.query("print(smua.measure.iv())").split("\t"))
        smu.write("smua.source.output = 0")
        before = json.loads(first.at(CONTROL).query("COUNT? D07"))
        counts = first.count()
    assert current_a / voltage_v > 1e-5, "the pulse of -0.2 V has set the device"
    assert before["min_v"] < -0.19
    assert counts["closures"] == 2
    assert counts["readings"] == 1
    with Process(str(world_file)) as second:
        assert second.count() == counts
        assert json.loads(second.at(CONTROL).query("COUNT? D07")) == before
        assert json.loads(second.at(CONTROL).query("COUNT? D08"))["pulses"] == 0
        smu, matrix = second.at(SMU), second.at(DEFAULT_ADDRESSES["matrix"])
        assert smu.query("print(smua.source.output)") == "0.00000e+00", "as after power-up"
        matrix.write("channel.close('1A07,2B12')")
        smu.write("smua.source.output = 1")
        smu.write("smua.source.levelv = 0.01")
        again_a, again_v = map(float, smu.query("print(smua.measure.iv())").split("\t"))
        assert again_a / again_v == pytest.approx(current_a / voltage_v, rel=0.1)


def test_the_stage_stays_cold_between_processes(world_file: Path) -> None:
    address = DEFAULT_ADDRESSES["temperature"]
    with Process(str(world_file)) as first:
        first.at(address).write("RANGE 1,3;SETP 1,250")
        first.at(CONTROL).write("WAIT 1000")
    with Process(str(world_file)) as second:
        reading_k = float(second.at(address).query("KRDG? A"))
        assert reading_k == pytest.approx(250.0, abs=0.05)
        assert second.at(address).query("RANGE? 1;SETP? 1") == "3;+250.000\r"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[sample]\npreset = "dot19"', "dot19"),
        ("[sample.parameters]\nset_spraed = 1", "set_spread"),
        ("[front_end]\nsource_ofset_v = 0", "did you mean 'source_offset_v'"),
        ('[wiring.devices]\nD99 = "1:01"', "unknown key 'D99' in [wiring.devices]"),
    ],
)
def test_what_does_not_fit_the_bench_is_named(world_file: Path, text: str, message: str) -> None:
    world_file.write_text(text, encoding="utf-8")
    with pytest.raises(WorldFileError) as caught, Process(str(world_file)) as process:
        process.at(SMU)
    assert str(world_file) in str(caught.value)
    assert message in str(caught.value)
