"""`labctl sim serve`: a bench in a process of its own, used through its station file."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from labctl.bench.station import read_station
from tests.system.conftest import Labctl

SETTINGS = ("--device", "D01", "--seed", "3")


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """`labctl sim serve --json` in a folder, and what it printed when it was ready."""
    with subprocess.Popen(
        [sys.executable, "-m", "labctl", "sim", "serve", "--json", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()


def held_connection(ready: dict[str, Any]) -> socket.socket:
    """A connection to the control port; it ends with the server."""
    _, host, port, _ = ready["addresses"]["control"].split("::")
    return socket.create_connection((host, int(port)))


def rows(answer: dict[str, Any]) -> pd.DataFrame:
    return pd.read_csv(Path(answer["run_folder"]) / "data.csv", comment="#")


def test_a_run_over_sockets_gives_the_rows_of_one_in_process(
    labctl: Labctl, tmp_path: Path
) -> None:
    with serving(tmp_path, "--out", "served") as (_, ready):
        words = ("run", "iv_loop", *SETTINGS, "--json", "--station", ready["station"])
        there = labctl(*words, "--out", "served")
    assert there.code == 0, there.err
    here = labctl("run", "iv_loop", *SETTINGS, "--json", "--out", "here")
    assert here.code == 0, here.err
    pd.testing.assert_frame_equal(rows(there.shown), rows(here.shown))


def test_the_station_file_differs_in_addresses_only(tmp_path: Path) -> None:
    with serving(tmp_path, "--station", "simulated_ten") as (_, ready):
        path = Path(ready["station"])
    assert path == tmp_path / "runs" / "simulated_ten_served.toml"
    assert (tmp_path / "runs" / "simulated_ten_world.toml").exists()
    served, original = read_station(path), read_station("simulated_ten")
    for part in ("sample", "wiring", "limits", "timing"):
        assert getattr(served, part) == getattr(original, part)
    assert served.simulated
    assert served.visa.world is None
    resources = {role: entry.resource for role, entry in served.instruments.items()}
    assert resources == {
        **{role: ready["addresses"][role] for role in ("smu", "matrix", "temperature")},
        "bending": ready["addresses"]["control"],
    }


def test_a_paced_bench_has_a_world_of_its_own_and_the_wall_clock(tmp_path: Path) -> None:
    with serving(tmp_path, "--pace", "5") as (_, ready):
        station = tomllib.loads(Path(ready["station"]).read_text(encoding="utf-8"))
    assert station["clock"] == {"driver": "wall"}
    assert station["timing"]["fetch_interval"] == "0.1 s"
    assert (tmp_path / "runs" / "simulated_world_paced.state.json").exists()
    assert not (tmp_path / "runs" / "simulated_world.toml").exists()


def test_without_json_it_says_what_to_do(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "labctl", "sim", "serve"],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(6)]
        process.terminate()
    assert [line.split()[0] for line in told[:4]] == ["smu", "matrix", "temperature", "control"]
    assert "--station" in told[-1]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a word")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_when_stopped(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, ready):
        with held_connection(ready) as connection:
            process.send_signal(number)
            assert connection.recv(1) == b""
        assert process.wait() == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""
    assert (tmp_path / "runs" / "simulated_world.state.json").exists()


def test_the_server_ends_when_labctl_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, ready), held_connection(ready) as connection:
        process.kill()
        assert connection.recv(1) == b""
    assert (tmp_path / "runs" / "simulated_world.state.json").exists()


def test_labctl_ends_when_the_server_does(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, ready):
        os.kill(ready["pid"], signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        assert process.wait() == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--station", "probe_station"), "has no world"),
        (("--pace", "-1"), "is no pace"),
        (("--port-base", "99999"), "is no port"),
    ],
)
def test_what_cannot_be_served_is_bad_input(
    labctl: Labctl, words: tuple[str, ...], told: str
) -> None:
    done = labctl("sim", "serve", *words, "--json")
    assert done.code == 2
    assert told in done.shown["error"]


def test_ports_that_are_taken(labctl: Labctl, tmp_path: Path) -> None:
    with serving(tmp_path) as (_, ready):
        port = ready["addresses"]["smu"].split("::")[2]
        done = labctl("sim", "serve", "--port-base", port, "--json", "--out", "other")
    assert done.code == 2
    assert "--port-base" in done.shown["error"]
