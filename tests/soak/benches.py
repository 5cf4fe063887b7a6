"""The two kinds of simulated bench: within the measuring process, or in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.soak.books import SIDES, Received
from tests.soak.children import DEADLINE_S
from tests.system.served_bench import Look

LOOKED_AT = ("smu", "matrix", "control")
"""Roles to which there is a connection beside that of the run."""
_NURSERY = multiprocessing.get_context("forkserver")


class SoakBench(Protocol):
    """A bench that runs are killed on."""

    folder: Path
    """Where commands are given; runs are in `runs` there."""
    served: bool

    @property
    def words(self) -> list[str]:
        """What chooses this bench on a command line."""
        ...

    def received(self, devices: Sequence[str]) -> Received:
        """What the bench counted for each device."""
        ...

    def new_array(self, seed: int) -> list[str]:
        """Have the next run begin with a new array; returns the words for its command line."""
        ...


@dataclass(frozen=True)
class InProcess:
    """A bench that lives in whichever process uses it, and on the disk."""

    folder: Path
    served: bool = False

    @property
    def words(self) -> list[str]:
        return []

    def new_array(self, seed: int) -> list[str]:
        return ["--seed", str(seed)]

    def received(self, devices: Sequence[str]) -> Received:
        """Asked for in a process of its own: a bench is in one process at a time."""
        ours, theirs = _NURSERY.Pipe()
        world = self.folder / "runs" / "simulated_world.toml"
        asker = _NURSERY.Process(target=_ask_in_process, args=(str(world), devices, theirs))
        asker.start()
        assert ours.poll(DEADLINE_S)
        answer = ours.recv()
        asker.join()
        return answer


def _ask_in_process(world: str, devices: Sequence[str], pipe: Any) -> None:
    import pyvisa

    with pyvisa.ResourceManager(f"{world}@ag2s").open_resource("GPIB0::30::INSTR") as port:
        query: Any = port
        pipe.send({name: _counters(query.query(f"COUNT? {name}")) for name in devices})


@dataclass
class ServedBench:
    """A bench behind sockets, and other connections to it."""

    folder: Path
    station: Path
    pace: float
    server: int
    """The server's process."""
    addresses: Mapping[str, str]
    served: bool = True
    smu: Look = field(init=False)
    matrix: Look = field(init=False)
    control: Look = field(init=False)

    def __post_init__(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        """Connect anew: a connection that was lost stays so."""
        self.leave()
        for role in LOOKED_AT:
            setattr(self, role, Look(self.addresses[role]))

    def leave(self) -> None:
        """Close all connections."""
        for role in LOOKED_AT:
            if hasattr(self, role):
                getattr(self, role).close()

    @property
    def words(self) -> list[str]:
        return ["--station", str(self.station)]

    def new_array(self, seed: int) -> list[str]:
        if not self.pace:
            return ["--seed", str(seed)]
        # A station whose clock is the wall's does not know that it is simulated.
        self.control.ask(f"NEW {seed}\n*OPC?")
        return []

    def received(self, devices: Sequence[str]) -> Received:
        return {name: _counters(self.control.ask(f"COUNT? {name}")) for name in devices}

    def output_on(self) -> bool:
        """Of the source, as another program sees it."""
        return float(self.smu.ask("print(smua.source.output)")) != 0

    def closed(self) -> str:
        """What the matrix has closed; "nil" for nothing."""
        return self.matrix.ask('print(channel.getclose("allslots"))')

    def off_after_s(self, since_s: float, deadline_s: float = 10.0) -> float | None:
        """Time from an instant of the monotonic clock until the output is off; None: not soon."""
        while time.monotonic() < since_s + deadline_s:
            if not self.output_on():
                return time.monotonic() - since_s
        return None


@contextmanager
def serving(folder: Path, pace: float) -> Iterator[ServedBench]:
    """`labctl sim serve` until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "labctl", "sim", "serve", "--pace", f"{pace:g}", "--json"],
        cwd=folder, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline() or "{}")
        bench = ServedBench(folder, Path(told["station"]), pace, told["pid"], told["addresses"])
        yield bench
        bench.leave()
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.communicate()


def _counters(answer: str) -> dict[str, int]:
    told = json.loads(answer)
    return {name: told[name] for name in SIDES}
