"""What all panels of one window share: the station, the chosen devices, the run that is watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from labctl.gui.clerk_link import ClerkLink


class Session(QObject):
    """One station in one window; panels talk to each other through its signals alone."""

    station_changed = pyqtSignal(object)
    """The station's facts, see `labctl.clerk.stations.station`."""
    selection_changed = pyqtSignal(object)
    """Names of the chosen devices, a tuple in the order of the wiring."""
    watched = pyqtSignal(object)
    """How the bench is, several times a second; see `labctl.clerk.watching`."""
    run_changed = pyqtSignal(object)
    """The folder (text) of the run that is shown live; None for none."""
    run_told = pyqtSignal(object)
    """News of the run that is shown live; see `labctl.clerk.following`."""
    run_ended = pyqtSignal(object)
    """The folder (text) of a run that has come to its end, whoever started it."""
    parameters_wanted = pyqtSignal(object)
    """Somebody wants to use `{"procedure", "values", "devices"}` in the procedure panel."""
    device_opened = pyqtSignal(str)
    """Somebody wants to see the history of this device."""
    devices_changed = pyqtSignal()
    """Somebody put a device aside, or released one."""
    run_opened = pyqtSignal(str)
    """Somebody wants to look at the run in this folder."""
    order_given = pyqtSignal(object)
    """Somebody wants `{"procedure", "values", "devices", "limits", "now"}` to be run."""
    told = pyqtSignal(str, str)
    """A message for the person at the window: "info", "warning", or "error", and its text."""

    def __init__(
        self,
        runs: Path,
        parent: QObject | None = None,
        new_clerk: Callable[[QObject], ClerkLink] = ClerkLink,
    ) -> None:
        super().__init__(parent)
        self.runs = runs.resolve()
        """The runs directory."""
        self.office = new_clerk(self)
        """Answers what panels ask."""
        self.lookout = new_clerk(self)
        """Watches the bench and follows a run, so that no question ever holds that up."""
        self.station: Mapping[str, Any] = {}
        """Facts of the station; empty until it is known."""
        self.selection: tuple[str, ...] = ()
        self.run: str | None = None
        self._ended: set[str] = set()
        """Runs that ended while this window watched; one of them may be resumed."""
        for link in (self.office, self.lookout):
            link.died.connect(lambda why: self.told.emit("warning", why))

    def open_station(self, name_or_file: str) -> None:
        """Ask for a station; `station_changed` comes when it is known, `told` when it cannot be."""
        self.office.ask(
            "station",
            self._be_at,
            refused=lambda why: self.told.emit("error", why),
            topic="station",
            station=name_or_file,
        )

    def choose(self, devices: Sequence[str]) -> None:
        """Choose devices, in whatever order they are named."""
        named = frozenset(devices)
        chosen = tuple(name for name in self.station.get("devices", ()) if name in named)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def show_run(self, folder: str | None) -> None:
        """Show a run live, or none."""
        if folder == self.run:
            return
        self.run = folder
        self.run_changed.emit(folder)
        if folder is None:
            self.lookout.unfollow("run")
        else:
            self._follow(folder)

    def note_end(self, folder: str) -> None:
        """A run has come to its end; told once, whoever notices it first."""
        if folder not in self._ended:
            self._ended.add(folder)
            self.run_ended.emit(folder)

    @property
    def simulated(self) -> bool:
        """Whether nothing real can be harmed; a station that is not known counts as real."""
        return bool(self.station.get("simulated", False))

    def close(self) -> None:
        """Let the clerks go."""
        self.office.close()
        self.lookout.close()

    def _be_at(self, facts: Mapping[str, Any]) -> None:
        self.station = facts
        self.selection = ()
        self.station_changed.emit(facts)
        self.selection_changed.emit(())
        # The lookout's clerk has to know the station's own procedures as well.
        self.lookout.ask("station", lambda _: None, station=facts["file"])
        self.lookout.follow("bench", self._see, station=facts["file"], runs=str(self.runs))

    def _see(self, bench: Mapping[str, Any]) -> None:
        """A run that begins, whoever started it, is shown."""
        self.watched.emit(bench)
        if (folder := bench.get("run")) and folder in self._ended:
            self._ended.discard(folder)  # it was resumed where it lies
            if folder == self.run:
                self._follow(folder)
        if folder:
            self.show_run(folder)
        for ended in bench.get("ended", ()):
            self.note_end(ended)

    def _follow(self, folder: str) -> None:
        self.lookout.follow(
            "run",
            self.run_told.emit,
            refused=lambda why: self.told.emit("error", why),
            folder=folder,
        )
