"""Runs as files of other programs, read back the way those programs read them."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from labctl.catalogue.export import FORMATS, export
from labctl.catalogue.pulse_trains import trains_of
from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from labctl.errors import BadInput, StorageError
from labctl.runs.data_file import columns_of
from labctl.runs.run import Run
from procedures.base import LabProcedure
from procedures.endurance import Endurance
from procedures.iv_loop import IvLoop
from procedures.sddp import Sddp
from tests.labctl.synthetic_runs import save_run

READ_V = 5e-3


def frame_of(procedure: LabProcedure, blocks: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of a procedure, one application a block; what a block leaves out is 0 or "-"."""
    parts = [pd.DataFrame(block | {"Application": number}) for number, block in enumerate(blocks)]
    frame = pd.concat(parts, ignore_index=True)
    for column in columns_of(procedure):
        blank = "-" if column.dtype == "str" else 0
        values = frame[column.header] if column.header in frame else pd.Series(blank, frame.index)
        frame[column.header] = values.fillna(blank).astype(column.dtype)
    frame["Time (s)"] = 1e-3 * np.arange(len(frame))
    return frame[[column.header for column in columns_of(procedure)]]


def reading(conductance_s: float, device: str = "D01", phase: str = "after") -> dict[str, object]:
    """A burst at both polarities, with an offset current that the slope leaves out."""
    set_v = np.tile([READ_V, -READ_V], 5)
    return {"Device": device, "Phase": phase, "Set voltage (V)": set_v, "Voltage (V)": set_v,
            "Current (A)": conductance_s * set_v + 3e-10, "Dwell (s)": 1e-3}  # fmt: skip


def pulse(level_v: float, width_s: float = 1e-3, device: str = "D01") -> dict[str, object]:
    """Two readings at 0 V, then four within the pulse."""
    set_v = np.r_[0.0, 0.0, np.full(4, level_v)]
    return {"Device": device, "Phase": ["rest"] * 2 + ["pulse"] * 4, "Set voltage (V)": set_v,
            "Voltage (V)": set_v, "Current (A)": 1e-5 * set_v, "Dwell (s)": width_s / 4,
            "Pulse width (s)": width_s}  # fmt: skip


def loop() -> dict[str, object]:
    """Stress at many levels: nobody's pulse."""
    set_v = np.array([0.1, 0.2, 0.1, -0.1, -0.2, -0.1])
    return {"Device": "D01", "Phase": "prepare", "Set voltage (V)": set_v, "Dwell (s)": 1e-3}


def ramp(level_v: float, conductances_s: Sequence[float], device: str = "D01") -> list[dict]:
    """A reading, then pulse and reading in turn."""
    first, *others = conductances_s
    return [reading(first, device, "verify")] + [
        block for g in others for block in (pulse(level_v, device=device), reading(g, device))
    ]


def pulsed_run(folder: Path, blocks: Sequence[dict[str, object]]) -> Run:
    procedure = Sddp(between="cumulative", durations="1 ms, 1 ms, 1 ms")
    return save_run(folder, procedure, frame_of(procedure, blocks), status="finished")


def cycled_run(folder: Path, on_s: Sequence[float], off_s: Sequence[float], gap: int = 0) -> Run:
    """Cycles with both states read, and after `gap` of them one that was not stored."""
    procedure = Endurance(cycles=len(on_s) + 1, amplitude="0.2 V")
    blocks = []
    for number, (on, off) in enumerate(zip(on_s, off_s, strict=True), start=1):
        set_v = np.array([-0.1, -READ_V, 0.1, READ_V])
        current_a = np.array([0.0, -on * READ_V, 0.0, off * READ_V])
        blocks.append({"Device": "D01", "Phase": ["waveform", "on", "waveform", "off"],
                       "Set voltage (V)": set_v, "Current (A)": current_a,
                       "Cycle": number + (1 if gap and number > gap else 0)})  # fmt: skip
    return save_run(folder, procedure, frame_of(procedure, blocks), status="finished")


UP, DOWN = [1e-6, 3e-6, 4e-6, 5e-6], [5e-6, 2e-6, 1e-6]


@pytest.fixture
def both(tmp_path: Path) -> Run:
    """Two ramps up, of which the second goes on into one down; a loop lies between them."""
    blocks = [*ramp(-0.2, UP), loop(), *ramp(-0.2, UP[:3]), pulse(0.2), reading(2e-6)]
    return pulsed_run(tmp_path / "runs" / "120000-sddp-D01-aaaa", blocks)


def crosssim_ramps(path: Path, read_voltage: float = 1.0) -> list[np.ndarray]:
    """As CrossSim's example loads it: columns, without nan and zeros, over the read voltage."""
    data = np.genfromtxt(path, delimiter=",", skip_header=1)
    columns = [column[~np.isnan(column)] for column in data.reshape(len(data), -1).T]
    return [column[column != 0] / read_voltage for column in columns]


def test_parquet_keeps_rows_units_and_the_record(both: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    export([both], "parquet", path)
    table = pq.read_table(path)
    pd.testing.assert_frame_equal(table.to_pandas(), both.frame)
    units = {field.name: field.metadata[b"unit"] for field in table.schema}
    assert units["Current (A)"] == b"A"
    assert units["Device"] == b""
    assert json.loads(table.schema.metadata[b"labctl.run"]) == both.record
    pd.testing.assert_frame_equal(pd.read_parquet(path), both.frame)


def test_hdf5_has_a_group_a_run_and_keeps_large_records(both: Run, tmp_path: Path) -> None:
    results = {"table": [{"number": number} for number in range(10_000)]}
    other = save_run(
        tmp_path / "runs" / "other", IvLoop(), both.frame.iloc[:0], results=results, status="failed"
    )
    path = tmp_path / "runs.h5"
    export([both, other], "hdf5", path)
    with h5py.File(path) as file:
        assert set(file) == {both.folder.name, "other"}
        group = file[both.folder.name]
        frame = both.frame
        assert {group[name].attrs["header"] for name in group} == set(frame.columns)
        assert group["Current"].attrs["unit"] == "A"
        np.testing.assert_array_equal(group["Current"][()], frame["Current (A)"])
        assert group["Current"].dtype == np.float64
        assert group["Phase"].asstr()[()].tolist() == frame["Phase"].tolist()
        assert json.loads(group.attrs["labctl.run"]) == both.record
        assert json.loads(file["other"].attrs["labctl.run"])["results"] == results


def test_crosssim_reads_its_ramps_back(both: Run, tmp_path: Path) -> None:
    done = export([both], "crosssim", tmp_path / "table")
    up = crosssim_ramps(tmp_path / "table" / "set.csv")
    assert [ramp.size for ramp in up] == [4, 3]
    np.testing.assert_allclose(np.concatenate(up), [*UP, *UP[:3]], rtol=1e-9)
    (down,) = crosssim_ramps(tmp_path / "table" / "reset.csv")
    np.testing.assert_allclose(down, [4e-6, 2e-6], rtol=1e-9)
    assert "read_voltage = 1" in done.notes[0]


def aihwkit_measurements(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pulses and responses of each measurement, as `fit_measurements` takes them."""
    table = pd.read_csv(path)
    return [
        (mine["pulse"].to_numpy(), mine["weight"].to_numpy())
        for _, mine in table.groupby("measurement")
    ]


def test_aihwkit_gets_a_pulse_for_every_step_of_the_response(both: Run, tmp_path: Path) -> None:
    export([both], "aihwkit", tmp_path / "fit.csv")
    measurements = aihwkit_measurements(tmp_path / "fit.csv")
    assert [pulses.tolist() for pulses, _ in measurements] == [[1, 1, 1, 0], [1, 1, -1, 0]]
    for pulses, responses in measurements:
        # The fit begins at the first response and plays pulses[i] between i and i + 1.
        steps = np.diff(responses)
        np.testing.assert_array_equal(np.sign(steps), pulses[:-1])
    everything = np.concatenate([responses for _, responses in measurements])
    assert (everything.min(), everything.max()) == (-1.0, 1.0)
    table = pd.read_csv(tmp_path / "fit.csv")
    np.testing.assert_allclose(table["conductance_s"][:4], UP, rtol=1e-9)


def test_aihwkit_steps_have_equally_many_of_both(tmp_path: Path) -> None:
    up = pulsed_run(tmp_path / "up", ramp(-0.2, UP))
    down = pulsed_run(tmp_path / "down", ramp(0.2, DOWN))
    done = export([up, down], "aihwkit-steps", tmp_path / "steps.csv")
    with (tmp_path / "steps.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, fieldnames=["up_pulse", "down_pulse"]))[1:]
    np.testing.assert_allclose([float(row["up_pulse"]) for row in rows], UP[:3], rtol=1e-9)
    np.testing.assert_allclose([float(row["down_pulse"]) for row in rows], DOWN, rtol=1e-9)
    assert done.notes == ["the last 1 readings going up were left out"]


def test_cycles_of_endurance_are_pulses_in_turn(tmp_path: Path) -> None:
    run = cycled_run(tmp_path / "cycles", [6e-5, 7e-5, 8e-5, 9e-5], [1e-6, 2e-6, 3e-6, 4e-6], gap=3)
    # The cycle behind the gap stands alone: nobody read the state before its set.
    assert [train.signs.tolist() for train in trains_of(run)] == [[-1, 1, -1, 1, -1], [-1]]
    export([run], "crosssim", tmp_path / "table")
    up = crosssim_ramps(tmp_path / "table" / "set.csv")
    np.testing.assert_allclose(up, [[1e-6, 7e-5], [2e-6, 8e-5]])
    down = crosssim_ramps(tmp_path / "table" / "reset.csv")
    np.testing.assert_allclose(down, [[6e-5, 1e-6], [7e-5, 2e-6], [8e-5, 3e-6], [9e-5, 4e-6]])


def test_pulses_that_differ_are_refused_until_one_kind_is_chosen(tmp_path: Path) -> None:
    mixed = [*ramp(-0.2, UP), pulse(-0.2, 2e-3), reading(9e-6), pulse(-0.2), reading(9.5e-6)]
    run = pulsed_run(tmp_path / "mixed", mixed)
    with pytest.raises(BadInput, match=r"4 of -0\.2 V for 1 ms, .*1 of -0\.2 V for 2 ms") as error:
        export([run], "aihwkit", tmp_path / "fit.csv")
    assert "--pulse-width" in str(error.value)
    export([run], "aihwkit", tmp_path / "fit.csv", [1e-3])
    pulses = [one.tolist() for one, _ in aihwkit_measurements(tmp_path / "fit.csv")]
    assert pulses == [[1, 1, 1, 0], [1, 0]]
    with pytest.raises(BadInput, match="no pulses of these durations"):
        export([run], "aihwkit", tmp_path / "other.csv", [5e-3])


def test_what_lies_between_pulses_breaks_the_train(tmp_path: Path) -> None:
    blocks = [
        *ramp(-0.2, [1e-6, 2e-6]), loop(), reading(2.5e-6), pulse(-0.2), pulse(-0.2),
        reading(5e-6), pulse(-0.2), reading(6e-6), reading(6.1e-6), pulse(-0.2), reading(7e-6),
    ]  # fmt: skip
    found = [train.conductances_s for train in trains_of(pulsed_run(tmp_path / "run", blocks))]
    assert len(found) == 2
    np.testing.assert_allclose(found[0], [1e-6, 2e-6], rtol=1e-9)
    np.testing.assert_allclose(found[1], [5e-6, 6e-6, 7e-6], rtol=1e-9)


def test_devices_are_told_apart(tmp_path: Path) -> None:
    one, other = ramp(-0.2, [1e-6, 2e-6], "D01"), ramp(-0.2, [3e-6, 4e-6], "D02")
    mixed = [block for pair in zip(one, other, strict=True) for block in pair]
    found = trains_of(pulsed_run(tmp_path / "run", mixed))
    assert [(train.device, train.kinds[0].width_s) for train in found] == [
        ("D01", 1e-3), ("D02", 1e-3),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["aihwkit", "crosssim"])
def test_a_run_without_pulses_is_refused_with_what_is_needed(tmp_path: Path, name: str) -> None:
    procedure = IvLoop()
    frame = frame_of(procedure, [loop()])
    run = save_run(tmp_path / "loops", procedure, frame, status="finished")
    with pytest.raises(BadInput, match="between=cumulative and equal durations"):
        export([run], name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_direction_alone_is_refused_where_both_are_needed(tmp_path: Path) -> None:
    run = pulsed_run(tmp_path / "up", ramp(-0.2, UP))
    with pytest.raises(BadInput, match=r"no reset pulses .* name a second run"):
        export([run], "crosssim", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", list(FORMATS))
def test_nothing_is_ever_overwritten(both: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "there"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="stays as it is"):
        export([both], name, path)
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_place_that_is_not_there_is_told_and_nothing_is_left(
    both: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        export([both], name, tmp_path / "file" / "out")


def test_arguments_that_do_not_go_together(both: Run, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is given twice"):
        export([both, both], "hdf5", tmp_path / "out")
    other = pulsed_run(tmp_path / "other", ramp(-0.2, UP))
    with pytest.raises(BadInput, match="holds one run"):
        export([both, other], "parquet", tmp_path / "out")
    with pytest.raises(BadInput, match="formats made of pulses"):
        export([both], "parquet", tmp_path / "out", [1e-3])
    assert not (tmp_path / "out").exists()


def test_the_command_names_the_file_as_the_run(
    both: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["runs", "export", str(both.folder), "--to", "aihwkit", "--pulse-width", "1 ms"]
    assert main([*words, "--json"]) == ExitCode.FINISHED
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == f"{both.folder.name}-aihwkit.csv"
    assert Path(told["written"]).is_file()
    assert main(words) == ExitCode.BAD_INPUT
    assert main([*words[:5], "--pulse-width", "1 V"]) == ExitCode.BAD_INPUT
    assert "is not in s" in capsys.readouterr().err
