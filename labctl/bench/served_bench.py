"""A simulated station whose bench lives in a process of its own, for others to connect to."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_text
from labctl.bench.instrument_locks import world_lock
from labctl.bench.visa_library import runs_directory, world_beside
from labctl.config import StationConfig
from labctl.config.instruments import BENCH_CONTROL
from labctl.errors import BadInput
from labctl.locks import hold
from labctl.toml_text import toml_text

SERVER = "sim_backend"
"""The module that Python runs as the server; labctl never imports it."""
PACED_FETCH_INTERVAL = "0.1 s"
"""So much is in the instrument alone while simulated time follows the wall clock."""


@dataclass(frozen=True, kw_only=True)
class ServedBench:
    """A simulated bench that listens."""

    station_file: Path
    """A station file for `--station`, in the runs directory."""
    addresses: Mapping[str, str]
    """VISA resource names by role: smu, matrix, temperature, control."""
    pid: int
    """The server's process."""
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Have the server keep its state and end; may be called from a signal handler."""
        if self.process.stdin is not None:
            self.process.stdin.close()

    def wait(self) -> int:
        """Wait for the server's end; returns its exit code."""
        return self.process.wait()


@contextmanager
def serving(
    config: StationConfig, out: Path, *, port_base: int = 0, pace: float = 0.0
) -> Iterator[ServedBench]:
    """Serve a simulated station's bench on sockets of this computer while the block runs.

    The server ends with this process, however that ends. `pace` is in simulated seconds per real
    second; 0 leaves time to messages and waits. Raises `BadInput` for a station without a world,
    or when the server does not start; `Busy` when another process uses or serves the world.
    """
    if config.visa.world is None:
        raise BadInput(
            f"station {config.name!r} has no world, so there is nothing to serve; choose a "
            "simulated station (see: labctl station list)"
        )
    runs = runs_directory(config, out)
    # An array of its own: it must not be shared with runs that keep virtual time.
    kept_as = f"{Path(config.visa.world).stem}_paced.toml" if pace else None
    world = world_beside(config, config.visa.world, runs, kept_as=kept_as)
    options = ["--port-base", str(port_base), "--pace", f"{pace:.17g}", "--until-stdin-closes"]
    with (
        hold(world_lock(world), {"what": f"the simulated bench {world}", "serves": True}),
        subprocess.Popen(  # noqa: S603 (this interpreter, and our own module)
            [sys.executable, "-m", SERVER, "serve", str(world), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        ready = _announcement(process)
        station_file = runs / f"{config.document.path.stem}_served.toml"
        station = served_station(config, ready["addresses"], paced=pace > 0)
        replace_text(station_file, toml_text(station))
        bench = ServedBench(
            station_file=station_file,
            addresses=ready["addresses"],
            pid=ready["pid"],
            process=process,
        )
        try:
            yield bench
        finally:
            bench.stop()


def served_station(
    config: StationConfig, addresses: Mapping[str, str], *, paced: bool
) -> dict[str, Any]:
    """The station as a client sees it: the same sample, wiring, and limits, at other addresses."""
    station = copy.deepcopy(dict(config.document.values))
    station["name"] = f"{config.name}_served"
    station["description"] = f"{config.description}, in a process of its own"
    station["visa"] = {"library": "@py"}
    for role, entry in station["instruments"].items():
        if "resource" in entry:
            entry["resource"] = addresses["control" if role == "bending" else role]
    station["clock"] = {"driver": BENCH_CONTROL, "resource": addresses["control"]}
    if paced:
        station["clock"] = {"driver": "wall"}
        station["timing"]["fetch_interval"] = PACED_FETCH_INTERVAL
    if config.own_procedures:
        station["plugins"]["procedures"] = [str(path) for path in config.own_procedures]
    return station


def _announcement(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the server says when it listens; raises `BadInput` when it does not."""
    line = process.stdout.readline() if process.stdout is not None else ""
    ready = json.loads(line or "{}")
    if "addresses" not in ready:
        raise BadInput(
            f"the simulated bench cannot be served: {ready.get('error', 'it ended at once')}"
        )
    return ready
