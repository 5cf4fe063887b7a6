"""What the window costs, and how fluid it stays, while a run of 10⁶ rows goes on.

    python benchmarks/window.py live [--cycles 100000] [--devices 5]
    python benchmarks/window.py cost [--cycles 50000] [--pairs 5]
    python benchmarks/window.py memory [--runs 500]

`live` runs an endurance test from the window and looks at its event loop: the longest gaps between
two ticks of a timer of 5 ms, how often the plots are painted, and whether all rows arrived. `cost`
compares the wall time of the same run from the window and from the command line, in turn. `memory`
starts run after run. All on the simulated bench; on a screen where there is one. Prints one JSON
object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt5.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, QSettings, Qt, QTimer

from labctl.gui.main_window import MainWindow
from labctl.gui.plots.plot_view import PlotView
from labctl.gui.qt_application import application

TICK_MS = 5
QUICK_RUN = {"procedure": "array_read", "values": {}, "limits": {}}


class Pulse(QObject):
    """Notes how long the event loop is away, and how often plots are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self.painted_at_s: list[float] = []
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count the paintings of what it is installed on."""
        if event.type() == QEvent.Type.Paint:
            self.painted_at_s.append(time.perf_counter())
        return False

    def _tick(self) -> None:
        self.gaps_ms.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()


@contextmanager
def scratch() -> Iterator[Path]:
    """A runs directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="labctl-benchmark-") as name:
        yield Path(name)


@contextmanager
def shown_window(runs: Path) -> Iterator[MainWindow]:
    """The window at the simulated station, until the block ends."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(runs / "settings"))
    app = application()  # it lives as long as somebody holds it
    window = MainWindow(runs)
    window.resize(1366, 768)
    window.open_station("simulated")
    window.show()
    wait_until(lambda: bool(window.session.station))
    try:
        yield window
    finally:
        window.close()
        app.processEvents()


def wait_until(done: Any) -> None:
    """Let the window live until something is so."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start(20)
    loop.exec_()


def run_from(window: MainWindow, order: dict[str, Any]) -> Path:
    """Start a run as the Start button does; its folder when the window knows that it has ended."""
    ended: list[str] = []
    window.session.run_ended.connect(ended.append)
    window.session.order_given.emit({**order, "now": True})
    wait_until(lambda: bool(ended) and window.queue.keeper.queue.running is None)
    window.session.run_ended.disconnect(ended.append)
    return Path(ended[0])


def endurance(cycles: int, devices: int) -> dict[str, Any]:
    """An order for two rows a cycle."""
    names = [f"D{number:02d}" for number in range(1, devices + 1)]
    values = {"cycles": str(cycles), "full_cycles": "none"}
    return {"procedure": "endurance", "values": values, "devices": names, "limits": {}}


def live(cycles: int, devices: int) -> dict[str, Any]:
    """Gaps of the event loop and refreshes of the plots while a long run goes on."""
    with scratch() as runs:
        with shown_window(runs) as window:
            pulse = Pulse()
            for plot in window.live.findChildren(PlotView):
                plot.viewport().installEventFilter(pulse)
            news: list[float] = []
            window.session.run_told.connect(lambda _: news.append(time.perf_counter()))
            began_s = time.perf_counter()
            folder = run_from(window, endurance(cycles, devices))
            took_s = time.perf_counter() - began_s
            memory = {process: rss_mib(pid) for process, pid in processes(window).items()}
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        rows = sum(1 for line in (folder / "data.csv").open(encoding="utf-8") if line[0] != "#")
    gaps = np.array(pulse.gaps_ms)
    return {
        "rows": record["data"]["rows"],
        "rows_in_file": rows - 1,
        "status": record["status"],
        "wall_s": took_s,
        "gap_ms": {
            "p50": float(np.percentile(gaps, 50)),
            "p99": float(np.percentile(gaps, 99)),
            "largest": float(gaps.max()),
            "over_100": int((gaps > 100).sum()),
        },
        "told_per_s": rate(news),
        "slowest_second_told": slowest_second(news),
        "memory_mib": memory,
    }


def rate(times_s: list[float]) -> float:
    """Events a second from the first to the last."""
    return (len(times_s) - 1) / (times_s[-1] - times_s[0]) if len(times_s) > 1 else 0.0


def slowest_second(times_s: list[float]) -> int:
    """The fewest events in any second between the first and the last."""
    times = np.array(times_s)
    starts = times[times <= times[-1] - 1]
    return int(min((((times >= t) & (times < t + 1)).sum() for t in starts), default=0))


def processes(window: MainWindow) -> dict[str, int]:
    """The window's own process and its clerks."""
    links = {"office": window.session.office.pid, "lookout": window.session.lookout.pid}
    return {"window": os.getpid()} | {name: pid for name, pid in links.items() if pid}


def rss_mib(pid: int) -> float:
    """Memory of a process that no other shares, in MiB (Linux)."""
    smaps = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in smaps[1:]}
    return int(sizes["Pss"]) / 1024


def cost(cycles: int, pairs: int) -> dict[str, Any]:
    """Wall time from the window over that from the command line, by the runs' own clocks."""
    order = endurance(cycles, 1)
    words = [f"{name}={value}" for name, value in order["values"].items()]
    window_s, command_s = [], []
    for _ in range(pairs):
        with scratch() as runs:
            began_s = time.perf_counter()
            subprocess.run(  # noqa: S603 (our own command)
                [sys.executable, "-m", "labctl", "run", "endurance", "--device", "D01",
                 "--set", *words, "--out", str(runs), "--json"],
                check=True, capture_output=True,
            )  # fmt: skip
            command_s.append(time.perf_counter() - began_s)
        with scratch() as runs, shown_window(runs) as window:
            began_s = time.perf_counter()
            run_from(window, order)
            window_s.append(time.perf_counter() - began_s)
    return {
        "command_line_s": command_s,
        "window_s": window_s,
        "ratio_of_medians": statistics.median(window_s) / statistics.median(command_s),
    }


def memory(runs: int) -> dict[str, Any]:
    """Memory of the window and its clerks after many runs in one session."""
    told = []
    with scratch() as folder, shown_window(folder) as window:
        for number in range(runs + 1):
            if number % max(1, runs // 10) == 0:
                sizes = {p: rss_mib(pid) for p, pid in processes(window).items()}
                told.append({"runs": number, **sizes, "sum": sum(sizes.values())})
            if number < runs:
                run_from(window, {**QUICK_RUN, "devices": ["D01"]})
    return {"memory_mib": told}


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    for name in ("live", "cost"):
        one = what.add_parser(name)
        one.add_argument("--cycles", type=int, default=100_000 if name == "live" else 50_000)
        if name == "live":
            one.add_argument("--devices", type=int, default=5)
        else:
            one.add_argument("--pairs", type=int, default=5)
    what.add_parser("memory").add_argument("--runs", type=int, default=500)
    arguments = vars(parser.parse_args())
    measure = {"live": live, "cost": cost, "memory": memory}[arguments.pop("what")]
    sys.stdout.write(json.dumps(measure(**arguments), indent=1) + "\n")


if __name__ == "__main__":
    main()
