"""The files of the ledger: nothing is lost, nothing is mixed up, whatever happens."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.roles import Waveform
from labctl.errors import BadInput, Quarantined, StorageError
from labctl.ledger.file_names import file_name, name_of
from labctl.ledger.ledger import Ledger, samples
from labctl.ledger.life import run_of
from labctl.ledger.lines import parse_lines
from procedures.base import Purpose
from tests.labctl.ledger_lines import application, apply, readings

PULSE = Waveform([-0.2, 0.0], 1e-3)

_WRITER = """
import sys
from pathlib import Path
from labctl.ledger.lines import append_line

path, run = Path(sys.argv[1]), sys.argv[2]
for number in range(200):
    append_line(path, {"planned": run, "number": number, "more": "x" * 300}, header={"ledger": 1})
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, "chip 7")


def test_before_anything_was_applied_a_device_has_seen_nothing(ledger: Ledger) -> None:
    history = ledger.history("D01")
    assert (history.applications, history.min_v, history.max_v, history.state) == (
        0,
        0.0,
        0.0,
        None,
    )
    assert ledger.devices() == ()
    assert not ledger.folder.exists()


def test_what_is_planned_is_on_the_disk_before_it_is_played(ledger: Ledger) -> None:
    ledger.begin(application(PULSE), PULSE, "run/0")
    header, planned = map(json.loads, ledger.device("D01").path.read_text().splitlines())
    assert header == {"ledger": 1, "sample": "chip 7", "device": "D01"}
    assert planned["planned"] == "run/0"
    assert (planned["purpose"], planned["min_v"], planned["limit_a"]) == ("stress", -0.2, 1e-3)


def test_planned_and_never_ended_counts_with_all_it_can_have_been(ledger: Ledger) -> None:
    waveform = Waveform([-0.3, 0.0, 0.1, 0.0], 1e-3, repeats=50)
    ledger.begin(application(waveform), waveform, "run/0")
    history = ledger.history("D01")
    assert history.uncertain == ("run/0",)
    assert (history.min_v, history.max_v, history.cycles) == (-0.3, 0.1, 50)
    assert history.stress_pulses == 100
    assert history.under_voltage_s == pytest.approx(0.1)
    assert (history.charge_c, history.recorded, history.state) == (0.0, 0.0, None)


def test_an_application_that_never_began_is_taken_out(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.1])
    ledger.begin(application(PULSE), PULSE, "run/1")
    ledger.device("D01").not_applied("run/1", "the source was off")
    history = ledger.history("D01")
    assert (history.applications, history.uncertain, history.min_v) == (1, (), 0.0)


def test_what_was_left_open_is_settled_later(ledger: Ledger) -> None:
    waveform = Waveform([-0.2, 0.0], 1e-3, repeats=10)
    ledger.begin(application(waveform), waveform, "run/0")
    later = Ledger(ledger.runs, ledger.sample).device("D01")
    later.measured("run/0", waveform, Purpose.STRESS, readings(waveform, 6), cut_short=True)
    history = ledger.history("D01")
    assert history.uncertain == ()
    # Three whole repeats, and the level of the next reading had begun at most.
    assert (history.cycles, history.stress_pulses) == (4, 4)


def test_a_later_word_on_the_end_replaces_the_earlier(ledger: Ledger) -> None:
    device = ledger.device("D01")
    started = ledger.begin(application(PULSE), PULSE, "run/0")
    started.end(readings(PULSE, 0), uncertain=True)
    assert ledger.history("D01").uncertain == ("run/0",)
    device.measured("run/0", PULSE, Purpose.STRESS, readings(PULSE))
    assert ledger.history("D01").uncertain == ()
    assert ledger.history("D01").applications == 1


def test_a_torn_line_is_left_out_and_the_next_begins_behind_it(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.1])
    path = ledger.device("D01").path
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"planned":"run/1","time":"2026-01-01T00:00:00.000Z","min_v":-0.5')
    assert ledger.history("D01").min_v == 0.0
    apply(ledger, "run/2", [-0.2])
    assert path.read_bytes().startswith(whole)
    history = ledger.history("D01")
    assert (history.applications, history.min_v) == (2, -0.2)


@pytest.mark.parametrize("end", range(1, 60, 7))
def test_wherever_the_last_line_was_torn_all_before_it_counts(ledger: Ledger, end: int) -> None:
    apply(ledger, "run/0", [0.1])
    ledger.quarantine("D01", "a reason", event={"kind": "jump", "value": {"deep": 1}})
    path = ledger.device("D01").path
    path.write_bytes(path.read_bytes()[:-end])
    assert ledger.history("D01").applications == 1
    apply(ledger, "run/1", [0.2])
    assert ledger.history("D01").max_v == 0.2


def test_an_end_without_its_line_break_is_whole(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.1])
    path = ledger.device("D01").path
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert ledger.history("D01").uncertain == ()
    apply(ledger, "run/1", [0.2])
    assert ledger.history("D01").applications == 2


def test_several_processes_write_and_no_line_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "made by the first" / "D01.jsonl"
    command = [sys.executable, "-c", _WRITER, str(path)]
    writers = [subprocess.Popen([*command, f"run{k}"]) for k in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    header, *lines = parse_lines(path.read_bytes())
    assert header == {"ledger": 1}
    for k in range(4):
        numbers = [line["number"] for line in lines if line["planned"] == f"run{k}"]
        assert numbers == list(range(200))


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_process_leaves_what_it_planned(ledger: Ledger) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_plan_and_die, args=(ledger.runs,)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert ledger.history("D01").uncertain == ("run/0",)
    assert ledger.history("D01").min_v == -0.2


def test_nothing_may_be_applied_that_cannot_be_written_down(ledger: Ledger) -> None:
    resource = pytest.importorskip("resource")
    apply(ledger, "run/0", [0.1])
    size = ledger.device("D01").path.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, before[1]))
        with pytest.raises(StorageError, match=r"D01\.jsonl cannot be written"):
            ledger.begin(application(PULSE), PULSE, "run/1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    apply(ledger, "run/2", [0.2])
    assert ledger.history("D01").applications == 2


def test_the_ledgers_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("")
    with pytest.raises(BadInput, match="cannot be read"):
        apply(Ledger(tmp_path, "s"), "run/0", [0.1])


def test_before_a_run(ledger: Ledger) -> None:
    apply(ledger, "run-too/0", [0.1])
    apply(ledger, "run/0", [0.2])
    apply(ledger, "second/0", [0.3])
    assert ledger.history("D01", before="run-too").applications == 0
    assert ledger.history("D01", before="run").max_v == 0.1
    assert ledger.history("D01", before="second").runs == ("run-too", "run")
    with pytest.raises(BadInput, match="knows no run 'third'"):
        ledger.history("D01", before="third")


def test_since_a_time(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.1])
    now = datetime.now(UTC)
    assert ledger.history("D01", since=now - timedelta(hours=1)).applications == 1
    assert ledger.history("D01", since=now + timedelta(hours=1)).applications == 0


def test_a_new_sample_begins_new_lives_and_the_old_one_can_be_asked_for(ledger: Ledger) -> None:
    apply(ledger, "old/0", [-0.5])
    apply(ledger, "old/1", [-0.5], device="D02")
    ledger.quarantine("D01", "spent")
    ledger.new_sample(seed=4)
    apply(ledger, "new/0", [0.1])
    for device, applications in (("D01", 1), ("D02", 0)):
        history = ledger.history(device)
        assert (history.applications, history.min_v, history.seed) == (applications, 0.0, 4)
        assert history.since is not None
        assert history.quarantine is None
    ledger.refuse_quarantined(["D01", "D02"])
    assert not ledger.device("D01").is_quarantined()
    assert ledger.history("D01", before="new").applications == 0
    apply(ledger, "newer/0", [0.2])
    assert ledger.history("D01", before="newer").runs == ("new",)


def test_a_stress_count_for_a_limit_goes_on_with_what_is_planned(ledger: Ledger) -> None:
    apply(ledger, "run/0", [-0.2, 0.0, 0.2, 0.0], repeats=5)
    fresh = Ledger(ledger.runs, ledger.sample)
    assert fresh.device("D01").stress_pulses() == 10
    apply(fresh, "run/1", [-0.2, 0.0])
    apply(fresh, "run/2", [0.005], purpose=Purpose.READ)
    assert fresh.device("D01").stress_pulses() == 11 == fresh.history("D01").stress_pulses
    fresh.new_sample()
    assert fresh.device("D01").stress_pulses() == 0


def test_quarantine_names_what_happened_and_how_to_release(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.1])
    ledger.refuse_quarantined(["D01"])
    ledger.quarantine("D01", "the conductance jumped", "run", {"cycle": 12})
    with pytest.raises(Quarantined) as caught:
        ledger.refuse_quarantined(["D02", "D01"])
    told = str(caught.value)
    for part in ("D01", "'chip 7'", "in run run", "the conductance jumped", "2"):
        assert part in told
    assert f'labctl ledger D01 --sample "chip 7" --out "{ledger.runs}" --release' in told
    put_aside = ledger.history("D01").quarantine
    assert put_aside is not None
    assert put_aside.event == {"cycle": 12}


def test_released_and_put_aside_again(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match="not in quarantine"):
        ledger.release("D01", "me", "looked at it")
    ledger.quarantine("D01", "a")
    ledger.release("D01", "me", "looked at it")
    ledger.refuse_quarantined(["D01"])
    ledger.quarantine("D01", "b")
    with pytest.raises(Quarantined, match="b; look at it"):
        ledger.refuse_quarantined(["D01"])


def test_words_in_a_text_are_no_marks(ledger: Ledger) -> None:
    apply(ledger, "run/0", [-0.1])
    trap = '\n{"new_sample":1}\n{"released":"x"} "planned":"evil/0"'
    ledger.quarantine("D01", trap, trap)
    history = ledger.history("D01")
    assert history.applications == 1
    assert history.quarantine is not None
    assert history.quarantine.reason == trap
    with pytest.raises(BadInput, match="knows no run"):
        ledger.history("D01", before="evil")


def test_samples_and_devices_have_files_of_their_own(tmp_path: Path) -> None:
    names = ["dot18", "Chip A/3", "con", "..", "ü 1", "a%2Fb", "a/b", "end."]
    for number, name in enumerate(names):
        apply(Ledger(tmp_path, name), f"run/{number}", [0.01 * (number + 1)])
    assert list(samples(tmp_path)) == sorted(names)
    for number, name in enumerate(names):
        assert Ledger(tmp_path, name).history("D01").max_v == 0.01 * (number + 1)
    assert all(path.parent == tmp_path / "ledger" for path in (tmp_path / "ledger").iterdir())


def test_a_sample_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="without an id"):
        Ledger(tmp_path, "")


def test_names_that_differ_in_case_alone_are_not_mixed_up(ledger: Ledger) -> None:
    apply(ledger, "run/0", [0.1])
    other = Ledger(ledger.runs, ledger.sample)
    # As on a file system that ignores case.
    ledger.device("D01").path.rename(other.device("d01").path)
    with pytest.raises(BadInput, match="belongs to D01"):
        other.history("d01")
    with pytest.raises(BadInput, match="belongs to D01"):
        apply(other, "run/1", [0.1], device="d01")


def test_a_ledger_of_a_later_version_is_refused(ledger: Ledger) -> None:
    path = ledger.device("D01").path
    path.parent.mkdir(parents=True)
    path.write_text('{"ledger":2,"sample":"chip 7","device":"D01"}\n')
    with pytest.raises(BadInput, match="schema 2"):
        ledger.history("D01")


@pytest.mark.parametrize("name", ["D01", "con", "CON.x", ".hidden", "a.", "a ", "ä/ö", "%41"])
def test_names_of_files_give_the_names_back(name: str) -> None:
    assert name_of(file_name(name)) == name
    assert not set(file_name(name)) & set('/\\:*?"<>|')
    assert file_name(name)[-1] not in ". "


@pytest.mark.parametrize("name", ["con", "NUL.txt", "lpt1"])
def test_names_that_windows_keeps_for_itself_are_not_used(name: str) -> None:
    assert file_name(name).startswith("%")


def test_runs_are_told_apart_by_all_that_comes_before_the_number(ledger: Ledger) -> None:
    apply(ledger, "2026/odd name/3.1", [0.1])
    assert run_of(ledger.device("D01").life().applications[0]) == "2026/odd name"


def _plan_and_die(runs: Path) -> None:
    Ledger(runs, "chip 7").begin(application(PULSE), PULSE, "run/0")
    os.kill(os.getpid(), signal.SIGKILL)
