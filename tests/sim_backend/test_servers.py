"""The bench in a process of its own: its sockets, its clients, its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sim_backend.whole_bench import ROOT, WholeBench, in_process, served, server

ROLES = {"smu", "matrix", "temperature", "control"}


@pytest.fixture
def bench(world_file: Path) -> Iterator[WholeBench]:
    with served(world_file) as bench:
        yield bench


def connected(address: str) -> socket.socket:
    """A plain connection to a VISA address."""
    _, host, port, _ = address.split("::")
    return socket.create_connection((host, int(port)))


def line_from(client: socket.socket) -> bytes:
    with client.makefile("rb") as answers:
        return answers.readline()


def test_it_says_where_it_listens_and_on_the_loopback_only(world_file: Path) -> None:
    with server(world_file) as (process, ready):
        assert ready["addresses"].keys() == ROLES
        assert all(a.startswith("TCPIP0::127.0.0.1::") for a in ready["addresses"].values())
        assert ready["world"] == str(world_file)
        assert ready["pid"] == process.pid
        assert ready["pace"] == 0.0
        if Path("/proc/net/tcp").exists():
            assert listening_on(process.pid) == {"127.0.0.1"}


def listening_on(pid: int) -> set[str]:
    """Addresses at which a process listens (Linux)."""
    inodes = {
        os.readlink(handle).removeprefix("socket:[").removesuffix("]")
        for handle in Path(f"/proc/{pid}/fd").iterdir()
        if os.readlink(handle).startswith("socket:")
    }
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                packed = bytes.fromhex(fields[1].split(":")[0])
                found.add(socket.inet_ntoa(packed[::-1]) if len(packed) == 4 else packed.hex())
    return found


def test_chosen_ports_and_who_asks_for_the_same_again(world_file: Path) -> None:
    with server(world_file) as (_, ready):
        first = min(int(address.split("::")[2]) for address in ready["addresses"].values())
    with server(world_file, "--port-base", str(first)) as (_, ready):
        numbers = [int(ready["addresses"][role].split("::")[2]) for role in ready["addresses"]]
        assert numbers == [first, first + 1, first + 2, first + 3]
        with server(world_file, "--port-base", str(first)) as (second, refusal):
            assert "--port-base" in refusal["error"]
            assert second.wait() == 2


def test_a_wrong_world_file_is_told(world_file: Path) -> None:
    world_file.write_text("sead = 1", encoding="utf-8")
    with server(world_file) as (process, refusal):
        assert "did you mean 'seed'" in refusal["error"]
        assert process.wait() == 2


def test_every_instrument_answers(bench: WholeBench) -> None:
    assert "2636B" in bench.smu.query("*IDN?")
    assert "707B" in bench.matrix.query("*IDN?")
    assert "MODEL336" in bench.stage.query("*IDN?")
    assert "Simulated bench" in bench.control.query("*IDN?")


def exercise(bench: WholeBench) -> list[object]:
    """Some of everything, with what came of it."""
    bench.connect("1A01", "2B12")
    bench.start("-0.2,0.2", points=40, dwell_s=0.01)
    assert bench.smu.query("print(1)") == "1.00000e+00"
    assert bench.control.query("WAIT 0.2\n*OPC?") == "1"
    part = float(bench.smu.query("print(smua.nvbuffer1.n)"))
    bench.smu.query("waitcomplete() print(2)")
    return [
        part,
        bench.readings("smua.nvbuffer1.readings"),
        bench.readings("smua.nvbuffer1.timestamps"),
        bench.stage.query("KRDG? A"),
        bench.ask("COUNT? D01"),
        bench.smu.query("delay(1) print(3)"),
    ]


def test_the_same_messages_give_the_same_readings_as_in_process(tmp_path: Path) -> None:
    outcomes = []
    for name, serve in (("here", in_process), ("there", served)):
        world_file = tmp_path / f"{name}.toml"
        world_file.write_text("[latency_s]\nsmu = 0.0\n", encoding="utf-8")
        with serve(world_file) as bench:
            outcomes.append(exercise(bench))
    assert outcomes[0] == outcomes[1]


def test_time_and_counters_of_queries_are_those_in_process(tmp_path: Path) -> None:
    outcomes = []
    for name, serve in (("here", in_process), ("there", served)):
        world_file = tmp_path / f"{name}.toml"
        world_file.write_text("", encoding="utf-8")
        with serve(world_file) as bench:
            bench.smu.query("print(1)\nprint(2)")
            bench.smu.read()
            bench.matrix.query('channel.close("1A01")\nwaitcomplete()\nprint(3)')
            bench.control.write("NEW 7")
            bench.stage.query("KRDG? A")
            bench.smu.query("delay(1)\nprint(4)")
            outcomes.append((bench.control.query("TIME?"), bench.ask("COUNT?")))
    assert outcomes[0] == outcomes[1]
    assert float(outcomes[0][0]) == pytest.approx(1.006 + 0.003, abs=0.001)


def test_an_answer_goes_to_whoever_asked(bench: WholeBench) -> None:
    others = [bench.at("smu") for _ in range(3)]
    for number, session in enumerate([bench.smu, *others]):
        session.write(f"print({number})")
    for number, session in reversed(list(enumerate([bench.smu, *others]))):
        assert float(session.read()) == number


def test_what_a_dead_client_did_not_read_is_gone(bench: WholeBench) -> None:
    dead = connected(bench.addresses["smu"])
    dead.sendall(b"print('mine')\nprint('mine as well')\nprint('half a li")
    dead.close()
    assert bench.smu.query("print('yours')") == "yours"


def test_clients_are_killed_and_come_again(bench: WholeBench) -> None:
    script = (
        "import socket, sys, os, signal\n"
        "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "s.sendall(b'loadscript ABC\\nprint(1)\\n')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    port = bench.addresses["smu"].split("::")[2]
    subprocess.run([sys.executable, "-c", script, port], check=False)
    # `abort` ends whatever it was that the dead one had begun.
    bench.smu.write("abort")
    assert bench.smu.query("print('here')") == "here"


def test_a_script_is_stopped_from_another_connection(bench: WholeBench) -> None:
    """The script asks for ever; in virtual time only a message can come between."""
    other = bench.at("smu")
    bench.smu.write("repeat delay(1) until false")
    other.write("abort")
    assert other.query("print('free')") == "free"
    assert "User Abort" in other.query("print(errorqueue.next())")


def test_a_long_answer_arrives_whole_and_does_not_hold_up_others(bench: WholeBench) -> None:
    reader = connected(bench.addresses["smu"])
    reader.sendall(b"x = '' for i = 1, 4000 do x = x .. '0123456789' end\n")
    reader.sendall(b"for i = 1, 200 do print(x) end print('end')\n")
    assert bench.at("smu").query("print(1)") == "1.00000e+00"
    with reader, reader.makefile("rb") as answers:
        lines = [answers.readline() for _ in range(201)]
    assert set(lines[:-1]) == {b"0123456789" * 4000 + b"\n"}
    assert lines[-1] == b"end\n"


def test_lines_in_pieces_and_several_at_once(bench: WholeBench) -> None:
    with connected(bench.addresses["smu"]) as client:
        client.sendall(b"pri")
        assert bench.smu.query("print(0)") == "0.00000e+00"
        client.sendall(b"nt(1)\r\nprint(2)\nprint(3)\n")
        with client.makefile("rb") as answers:
            assert [float(answers.readline()) for _ in range(3)] == [1.0, 2.0, 3.0]


def test_the_state_is_kept_and_taken_up(world_file: Path) -> None:
    with served(world_file) as bench:
        bench.connect("1A01", "2B12")
        bench.start("-0.2", points=10, dwell_s=0.01)
        bench.smu.query("waitcomplete() print(1)")
        bench.control.query("WAIT 100\n*OPC?")
        time_s, record = bench.control.query("TIME?"), bench.ask("COUNT? D01")
    with in_process(world_file) as bench:
        assert bench.control.query("TIME?") == time_s
        assert bench.ask("COUNT? D01") == record
    assert record["excursions_below"] == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a word")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_the_state_is_kept(world_file: Path, number: signal.Signals) -> None:
    with server(world_file) as (process, ready):
        with connected(ready["addresses"]["control"]) as control:
            control.sendall(b"WAIT 12\nTIME?\n")
            assert float(line_from(control)) == 12.0
        process.send_signal(number)
        assert process.wait() == 0
    state = world_file.with_name("world.state.json").read_text("utf-8")
    assert json.loads(state)["clock_s"] == 12.0


def test_it_ends_with_whoever_started_it(world_file: Path) -> None:
    """The parent is killed: nobody closes anything but the system."""
    script = (
        "import os, signal, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'sim_backend', 'serve', sys.argv[1],\n"
        "    '--until-stdin-closes'], stdin=subprocess.PIPE)\n"
        "sys.stdin.readline()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(world_file)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as parent:  # fmt: skip
        assert parent.stdin is not None
        assert parent.stdout is not None
        json.loads(parent.stdout.readline())
        parent.stdin.write("now\n")
        parent.stdin.flush()
        # The server holds the other end of this pipe: its end is the server's.
        assert parent.stdout.read() == ""
    assert world_file.with_name("world.state.json").exists()
