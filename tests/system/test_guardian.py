"""Whatever dies or hangs: the bench ends safe, and the run tells the truth."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.runs.run import Run
from tests.system.served_bench import Served, guardian_of, served, start, status_of, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

WITHIN_S = 1.0
"""From the death of the measuring process to the output switched off, by the bench's clock."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("bench")) as there:
        yield there


def off(bench: Served, *words: str) -> tuple[int, dict[str, object]]:
    process = start(("off", "--json", *words), bench.runs.parent)
    out, _ = process.communicate()
    return process.returncode, json.loads(out)


def record_of_the_guardian(folder: Path) -> dict[str, object]:
    """Once it has said all."""

    def whole() -> dict[str, object] | None:
        path = folder / "guardian.json"
        record = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return record if "saved" in record else None

    return until(whole)


def assert_safe(bench: Served) -> None:
    assert not bench.output_on()
    assert bench.closed() == "nil"


def test_a_killed_run_leaves_a_safe_bench_and_its_readings(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        began_s = bench.now_s()
        until(lambda: bench.now_s() > began_s + 2.0)
        killed_s = bench.now_s()
        process.kill()
        until(lambda: not bench.output_on())
        assert bench.now_s() - killed_s < WITHIN_S
        record = record_of_the_guardian(folder)
    assert_safe(bench)
    assert record["run"] == folder.name
    assert str(process.pid) in record["why"]
    assert record["safe"]["verified"]
    assert record["safe"]["matrix"]["closed"] == []
    assert record["saved"]["device"] == "D03"
    assert record["saved"]["readings"] >= 2
    assert Run.load(folder).status == "incomplete"


def test_a_killed_guardian_is_replaced_and_the_new_one_is_as_good(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        first = guardian_of(folder)
        assert first not in (None, process.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: guardian_of(folder) not in (None, first))
        until(lambda: status_of(folder).get("state") == "measuring")
        assert bench.output_on()
        killed_s = bench.now_s()
        process.kill()
        until(lambda: not bench.output_on())
        assert bench.now_s() - killed_s < WITHIN_S
        assert record_of_the_guardian(folder)["safe"]["verified"]
    assert_safe(bench)
    assert "a new one starts" in (folder / "log.txt").read_text("utf-8")


def test_off_ends_a_long_block_and_the_run_ends_as_aborted(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        code, answer = off(bench)
        assert_safe(bench)
        _, err = process.communicate()
    assert code == 0
    (told,) = answer["benches"]
    assert folder.name in told["bench"]
    assert told["safe"]["verified"]
    assert process.returncode == 130, err
    run = Run.load(folder)
    assert run.status == "aborted"
    assert "labctl off" in run.reason
    assert run.record["safe_state"]["verified"]
    assert not (folder / "guardian.json").exists()
    assert not (folder / "control.json").exists()


def test_off_ends_a_run_that_hangs(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        process.send_signal(signal.SIGSTOP)
        code, answer = off(bench)
        assert_safe(bench)
        assert code == 0, answer
        assert process.wait() == -signal.SIGKILL
        assert record_of_the_guardian(folder)["safe"]["verified"]


def test_off_takes_a_bench_that_nobody_answers_for(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        guardian = guardian_of(folder)
        assert guardian is not None
        process.send_signal(signal.SIGSTOP)
        os.kill(guardian, signal.SIGKILL)
        code, answer = off(bench)
        assert code == 0, answer
        assert_safe(bench)
        assert process.wait() == -signal.SIGKILL
    (told,) = answer["benches"]
    assert "taken from" in told["how"]


def test_what_nobody_could_save_is_adopted_by_the_next_run(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        guardian = guardian_of(folder)
        assert guardian is not None
        process.send_signal(signal.SIGSTOP)
        os.kill(guardian, signal.SIGKILL)
        process.kill()
        process.wait()
        assert bench.output_on()
        with bench.measuring() as (_, after):
            adopted = Run.load(after).record["adopted"]
            assert adopted["output"] == "on"
            assert off(bench)[0] == 0
    assert_safe(bench)
    assert any("left with the output on" in line for line in Run.load(after).record["warnings"])


def test_a_bench_in_use_is_refused_with_the_name_of_its_user(bench: Served) -> None:
    with bench.measuring() as (process, folder):
        for words in (("run", "iv_loop"), ("station", "check")):
            place = ["--station"] if words[0] == "run" else []
            second = start([*words, *place, str(bench.station)], bench.runs.parent)
            _, err = second.communicate()
            assert second.returncode == 2
            for word in (str(process.pid), folder.name, "since", "labctl off"):
                assert word in err
        assert bench.output_on()


def test_off_makes_a_bench_safe_that_nobody_uses(bench: Served) -> None:
    until(lambda: off(bench)[1] == {"benches": []})
    bench.smu.ask("smua.source.output = 1 print(smua.source.output)")
    assert bench.output_on()
    code, answer = off(bench, "--station", str(bench.station))
    assert code == 0
    (told,) = answer["benches"]
    assert told["safe"]["verified"]
    assert_safe(bench)
