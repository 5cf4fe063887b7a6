"""A run talks to nobody but its bench: no network socket in process, loopback to a served one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.soak.benches import serving
from tests.soak.children import child
from tests.soak.kills import new_folder
from tests.system.served_bench import guardian_of

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")

LOOPBACK = "0100007F"
"""127.0.0.1 as /proc/net/tcp writes it."""
TABLES = ("tcp", "tcp6", "udp", "udp6", "raw", "raw6")
RUN = ("run", "endurance", "--set", "cycles=200", "--device", "D01", "--json")


@dataclass(frozen=True)
class Socket:
    """A network socket that a process holds open."""

    table: str
    local: str
    remote: str


def sockets_of(process: int) -> set[Socket]:
    """All network sockets of a process; none of one that is gone."""
    inodes = set(_inodes(process))
    found = set()
    for table in TABLES:
        path = Path(f"/proc/{process}/net/{table}")
        try:
            lines = path.read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[9] in inodes:
                found.add(Socket(table, fields[1], fields[2]))
    return found


def _inodes(process: int) -> Iterator[str]:
    try:
        entries = list(os.scandir(f"/proc/{process}/fd"))
    except OSError:
        return
    for entry in entries:
        try:
            target = os.readlink(entry.path)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target.removeprefix("socket:[").removesuffix("]")


def seen_during(
    words: list[str], folder: Path, processes: Callable[[int, Path], list[int]]
) -> list[Socket]:
    """Network sockets of a run's processes, looked at from its beginning to its end."""
    seen: set[Socket] = set()
    looks = 0
    before = set((folder / "runs").glob("2*/*"))
    with child(words, folder) as run:
        place = new_folder(folder / "runs", before, run)
        assert place is not None
        while run.alive:
            for process in processes(run.pid, place):
                seen |= sockets_of(process)
                looks += 1
        outcome = run.wait()
    assert outcome.code == 0, outcome.err
    assert looks > 20
    return sorted(seen, key=str)


def test_a_run_in_process_opens_no_network_socket(tmp_path: Path) -> None:
    assert seen_during([*RUN, "--seed", "1"], tmp_path, lambda run, _: [run]) == []


def test_a_served_run_and_its_guardian_talk_to_this_computer_only(tmp_path: Path) -> None:
    def everybody(run: int, folder: Path) -> list[int]:
        return [run, *filter(None, [guardian_of(folder)])]

    with serving(tmp_path, pace=0.0) as bench:
        seen = seen_during([*RUN, "--seed", "1", *bench.words], tmp_path, everybody)
        server = sockets_of(bench.server)
    assert {one.table for one in seen} == {"tcp"}
    for one in (*seen, *server):
        assert one.local.startswith(LOOPBACK), one
        assert one.remote.startswith((LOOPBACK, "00000000:0000")), one
    assert any(one.remote == "00000000:0000" for one in server), "nobody listens"
