"""`labctl off`: whoever answers is asked, and what nobody answers for is taken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from labctl.cli.main import main
from labctl.control.desk import Desk, Forward
from labctl.control.server import serving
from labctl.guardian import intervention
from labctl.locks import hold, machine_locks

ROOT = Path(__file__).parents[2]
SAFE = {"verified": True, "failures": [], "smu": {"output": "off"}}
UNSAFE = {"verified": False, "failures": ["smu: still on"]}


@dataclass
class Off:
    """The command, and what it did."""

    runs: Path
    capsys: pytest.CaptureFixture[str]
    interventions: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[str, Any] = field(default_factory=lambda: dict(SAFE))

    def __call__(self, *words: str) -> tuple[int, dict[str, Any]]:
        code = main(["off", "--out", str(self.runs), "--json", *words])
        return code, json.loads(self.capsys.readouterr().out)

    def intervene(self, holder: Mapping[str, Any], out: Path) -> dict[str, Any]:
        self.interventions.append(dict(holder))
        return self.taken


@pytest.fixture
def off(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Off:
    command = Off(tmp_path / "runs", capsys)
    command.runs.mkdir()
    machine_locks().mkdir()
    monkeypatch.setattr(intervention, "intervene", command.intervene)
    return command


@contextmanager
def run_of(folder: Path, safe: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A run that stops when it is asked to; its channel's address, and the reasons it heard."""
    reasons: list[str] = []

    def obey(what: str, reason: str) -> None:
        reasons.append(f"{what}: {reason}")
        threading.Thread(target=lambda: desk.stand_down(safe)).start()

    desk = Desk(folder.name, os.getpid(), Forward(obey))
    folder.mkdir()
    with serving(folder, desk.answers) as address:
        yield address, reasons


@contextmanager
def bench(directory: Path, name: str, address: str | None = None, **facts: Any) -> Iterator[None]:
    """Two instruments that are in use."""
    with ExitStack() as held:
        for instrument in ("matrix", "smu"):
            who = {"what": instrument, "station": name, "file": f"/lab/{name}.toml", **facts}
            lock = held.enter_context(hold(directory / f"{name}-{instrument}.lock", who))
            lock.tell(control=address)
        yield


def test_where_nothing_runs_there_is_nothing_to_do(off: Off) -> None:
    assert off() == (0, {"benches": []})
    assert off("--station", "simulated") == (0, {"benches": []})


def test_a_directory_that_is_not_there_holds_nothing(off: Off) -> None:
    off.runs.rmdir()
    machine_locks().rmdir()
    assert off() == (0, {"benches": []})


def test_a_run_is_asked_once_and_its_evidence_is_told(off: Off, tmp_path: Path) -> None:
    with (
        run_of(tmp_path / "run-1", SAFE) as (address, reasons),
        bench(machine_locks(), "probe", address, run="run-1"),
    ):
        code, answer = off()
    (told,) = answer["benches"]
    assert code == 0
    assert reasons == ["abort: labctl off"]
    assert (told["bench"], told["safe"]) == ("probe, run run-1", SAFE)
    assert off.interventions == []


def test_a_simulated_run_is_found_in_its_runs_directory(off: Off, tmp_path: Path) -> None:
    with (
        run_of(tmp_path / "run-1", SAFE) as (address, _),
        bench(off.runs, "simulated", address, in_process=True),
    ):
        code, answer = off()
    assert code == 0
    assert answer["benches"][0]["safe"] == SAFE


def test_all_benches_are_made_safe_or_the_one_that_is_named(off: Off, tmp_path: Path) -> None:
    with (
        run_of(tmp_path / "run-1", SAFE) as (left, left_heard),
        run_of(tmp_path / "run-2", SAFE) as (right, right_heard),
        bench(machine_locks(), "left", left),
        bench(machine_locks(), "right", right),
    ):
        assert len(off("--station", "left")[1]["benches"]) == 1
        assert len(off("--station", "/lab/left.toml")[1]["benches"]) == 1
        assert (len(left_heard), len(right_heard)) == (2, 0)
        assert len(off()[1]["benches"]) == 2
        assert (len(left_heard), len(right_heard)) == (3, 1)


def test_what_is_not_verified_is_a_failure(off: Off, tmp_path: Path) -> None:
    with (
        run_of(tmp_path / "run-1", UNSAFE) as (address, _),
        bench(machine_locks(), "probe", address),
    ):
        code, answer = off()
    assert code == 1
    assert "NOT verified safe" in answer["error"]
    assert "smu: still on" in answer["error"]


def test_a_bench_is_taken_from_one_who_does_not_answer(off: Off, tmp_path: Path) -> None:
    address = str(tmp_path / "nobody.sock")
    with bench(machine_locks(), "probe", address):
        code, answer = off()
    assert code == 0
    assert [one["file"] for one in off.interventions] == ["/lab/probe.toml"]
    assert "taken from" in answer["benches"][0]["how"]


def test_a_bench_is_taken_from_one_who_dies_while_it_is_asked(off: Off, tmp_path: Path) -> None:
    def dies(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        yield {"state": "stopping", "safe": None, "more": True}

    with serving(tmp_path, dies) as address, bench(machine_locks(), "probe", address):
        assert off()[0] == 0
    assert len(off.interventions) == 1


def test_a_bench_is_taken_from_one_who_does_not_come_to_a_safe_state(
    off: Off, tmp_path: Path
) -> None:
    def stays(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        yield {"state": "stopping", "safe": None, "more": True}
        yield {"state": "stopping", "safe": None}

    with serving(tmp_path, stays) as address, bench(machine_locks(), "probe", address):
        assert off()[0] == 0
    assert len(off.interventions) == 1


def test_a_bench_that_could_not_be_taken_is_a_failure(off: Off) -> None:
    off.taken = dict(UNSAFE)
    with bench(machine_locks(), "probe"):
        code, answer = off()
    assert code == 1
    assert "check it by hand" in answer["error"]


def test_a_bench_within_a_process_that_does_not_answer_cannot_be_taken(off: Off) -> None:
    with bench(off.runs, "simulated", in_process=True):
        code, answer = off()
    assert code == 1
    assert str(os.getpid()) in answer["error"]
    assert off.interventions == []


def test_a_bench_in_use_under_another_name_is_asked_all_the_same(
    off: Off, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The named station has an instrument that a run of another station uses."""
    with (
        run_of(tmp_path / "run-1", SAFE) as (address, reasons),
        hold(machine_locks() / "GPIB0_26_INSTR.lock", {"station": "x"}) as lock,
    ):
        lock.tell(control=address)
        code, _ = off("--station", "probe_station")
    assert code == 0
    assert reasons == ["abort: labctl off"]


def test_unknown_stations_are_bad_input(off: Off) -> None:
    code, answer = off("--station", "simulate")
    assert code == 2
    assert "did you mean 'simulated'" in answer["error"]


def test_people_are_told_in_words(off: Off, tmp_path: Path) -> None:
    with (
        run_of(tmp_path / "run-1", SAFE) as (address, _),
        bench(machine_locks(), "probe", address),
    ):
        assert main(["off", "--out", str(off.runs)]) == 0
    assert off.capsys.readouterr().out == "probe: safe, read back (its run was stopped)\n"
    assert main(["off", "--out", str(off.runs)]) == 0
    assert "nothing is running" in off.capsys.readouterr().out


@pytest.mark.parametrize(("control", "number"), [("here", "SIGKILL"), (None, "SIGINT")])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_who_measures_is_ended_who_only_holds_is_interrupted(
    control: str | None, number: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[tuple[int, str]] = []
    monkeypatch.setattr(intervention.os, "kill", lambda pid, one: sent.append((pid, one.name)))
    monkeypatch.setattr(intervention, "_make_safe", lambda *_: dict(SAFE))
    with hold(tmp_path / "lock", {"file": "simulated"}) as lock:
        lock.tell(control=control)
        facts = json.loads((tmp_path / "lock").read_text("utf-8"))
    assert intervention.intervene(facts, tmp_path / "runs") == SAFE
    assert sent == [(os.getpid(), number)]
    assert intervention.intervene({**facts, "host": "elsewhere"}, tmp_path / "runs") == SAFE
    assert len(sent) == 1


def test_asking_imports_neither_drivers_nor_numbers(tmp_path: Path) -> None:
    """Half a second is all there is; an import of these takes longer."""
    code = (
        "import sys\n"
        "from labctl.cli.main import main\n"
        "main(['off', '--out', sys.argv[1], '--json'])\n"
        "heavy = {'numpy', 'pandas', 'pyvisa', 'pymeasure', 'pint', 'drivers', 'procedures'}\n"
        "sys.stdout.write(' '.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == '{"benches": []}\n'
