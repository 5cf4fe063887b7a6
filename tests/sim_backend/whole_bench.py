"""A whole bench as a PyVISA program meets it, in process or served by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyvisa
from pyvisa.resources import MessageBasedResource

from sim_backend.world_file import DEFAULT_ADDRESSES

ROOT = Path(__file__).parents[2]
PATIENCE_MS = 60_000
"""Real time granted to a served bench: the computer may be busy with something else."""

FAST_SWEEP = """
smua.source.rangev = 2 smua.source.limiti = 1e-2 smua.measure.rangei = 1e-3
smua.measure.nplc = 0.01 smua.measure.autozero = 0 smua.measure.delay = 0
smua.nvbuffer1.clear() smua.nvbuffer2.clear() smua.nvbuffer1.collecttimestamps = 1
smua.trigger.measure.iv(smua.nvbuffer1, smua.nvbuffer2) smua.trigger.measure.action = 1
smua.trigger.source.action = 1
smua.trigger.endpulse.action = smua.SOURCE_HOLD smua.trigger.endsweep.action = smua.SOURCE_IDLE
smua.source.output = 1
"""


class WholeBench:
    """Sessions to all four addresses."""

    def __init__(self, library: str, addresses: dict[str, str], timeout_ms: int = 2000) -> None:
        self.manager = pyvisa.ResourceManager(library)
        self.addresses = addresses
        self.timeout_ms = timeout_ms
        self.smu, self.matrix, self.stage, self.control = (
            self.at(role) for role in ("smu", "matrix", "temperature", "control")
        )

    def at(self, role: str) -> MessageBasedResource:
        """One more session."""
        session = self.manager.open_resource(
            self.addresses[role], write_termination="\n", read_termination="\n"
        )
        assert isinstance(session, MessageBasedResource)
        session.timeout = self.timeout_ms
        return session

    def send(self, lines: str) -> None:
        """Lines to the source."""
        for line in lines.strip().splitlines():
            self.smu.write(line)

    def connect(self, *crosspoints: str) -> None:
        """Close these and no others."""
        self.matrix.write(f'channel.exclusiveclose("{",".join(crosspoints)}")')
        assert self.matrix.query("*OPC?") == "1"

    def start(self, levels_v: str, points: int, dwell_s: float) -> None:
        """Start a staircase that reads every level, one every `dwell_s`."""
        self.send(FAST_SWEEP)
        self.send(
            f"smua.trigger.source.listv({{{levels_v}}}) smua.trigger.count = {points} "
            f"smua.source.delay = {dwell_s} smua.trigger.initiate()"
        )

    def readings(self, column: str) -> list[float]:
        """One column of the readings so far."""
        answer = self.smu.query(f"printbuffer(1, smua.nvbuffer1.n, {column})")
        return [float(number) for number in answer.split(",")]

    def ask(self, query: str) -> Any:
        """JSON from the control port."""
        return json.loads(self.control.query(query))

    def fault(self, kind: str, where: str, **options: float) -> None:
        """Order a fault."""
        self.control.write(f"FAULT {json.dumps({'kind': kind, 'where': where, **options})}")
        assert self.control.query("ERROR?") == '0,"No error"'

    def error(self) -> str:
        """The control port's oldest error."""
        return self.control.query("ERROR?")


@contextmanager
def in_process(world_file: Path) -> Iterator[WholeBench]:
    """The bench within this process, in virtual time."""
    bench = WholeBench(f"{world_file}@ag2s", DEFAULT_ADDRESSES)
    try:
        yield bench
    finally:
        bench.manager.close()


@contextmanager
def server(world_file: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A server and what it said when it was ready; ended by closing its standard input."""
    with subprocess.Popen(
        [sys.executable, "-m", "sim_backend", "serve", str(world_file),
         "--until-stdin-closes", *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.communicate()


@contextmanager
def served(world_file: Path, *options: str) -> Iterator[WholeBench]:
    """The bench in a process of its own, through pyvisa-py."""
    with server(world_file, *options) as (_, ready):
        bench = WholeBench("@py", ready["addresses"], PATIENCE_MS)
        try:
            yield bench
        finally:
            bench.manager.close()
