"""Keeps the queue of one window: on the disk, going, and true to what its processes do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from labctl.gui.queue.command_words import command_words
from labctl.gui.queue.item import Item, Kind, State
from labctl.gui.queue.queue_file import QueueFile
from labctl.gui.queue.queue_model import Hold, Queue, QueueRefused
from labctl.gui.queue.run_place import Outcome, RunPlace
from labctl.gui.queue.run_process import RunProcess
from labctl.gui.queue.running_item import RunningItem
from labctl.gui.session import Session

LOOK_AGAIN_MS = 1000
"""How often a queue that belongs to another window is looked at."""


class QueueKeeper(QObject):
    """One door for everything that happens to the queue; panels show what is there after it."""

    changed = pyqtSignal()
    """The queue is not what it was."""
    item_ended = pyqtSignal(object)
    """An item is over: the `Item` as it is now."""
    stop_answered = pyqtSignal(object)
    stop_unanswered = pyqtSignal(str)
    """What came of `stop`; see `RunningItem`."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue = Queue()
        self.owner = ""
        """The window that has the queue, in words; empty when it is this one."""
        self.bench: Mapping[str, Any] = {}
        """How the bench is, see `Session.watched`."""
        self._session = session
        self._file: QueueFile | None = None
        self._running: RunningItem | None = None
        self._look_again = QTimer(self)
        self._look_again.timeout.connect(self._look_at_other)
        session.station_changed.connect(self._open)
        session.order_given.connect(self._take_order)
        session.watched.connect(self._see)

    def change(self, change: Callable[[Queue], object]) -> bool:
        """Do something to the queue and keep it; whether that was possible."""
        if self.owner:
            self._tell("error", self.tr("The queue belongs to {who}.").format(who=self.owner))
            return False
        refused = False
        try:
            change(self.queue)
        except QueueRefused as refusal:
            refused = True
            self._tell("error", str(refusal))
        self._changed()
        self._advance()
        return not refused

    def start_now(self, item: Item) -> None:
        """Run an item at once if nothing else runs; else it is first in line."""
        fresh = self.queue.hold is Hold.IDLE and not self.queue.waiting

        def put_first(queue: Queue) -> None:
            queue.add(item, first=True)
            if fresh:
                queue.go_on()

        if self.change(put_first):
            self._start_first(item)

    def resume(self, id_: str) -> None:
        """Let an item go on where it stopped, at once if nothing else runs."""
        if self.change(lambda queue: queue.resume(id_)):
            self._start_first(self.queue.item(id_))

    def remove(self, ids: Sequence[str]) -> None:
        """Take items out, and what their processes left for the window."""
        self._take_out(lambda queue: [queue.remove(id_) for id_ in ids])

    def clear(self) -> None:
        """Take out all items of which nothing is left to do."""
        self._take_out(Queue.clear)

    def hold(self) -> None:
        """Begin nothing more, and end what has touched nothing yet: STOP does the rest."""
        if self.owner:
            return
        self.queue.hold_all()
        if self._running is not None:
            self._running.stop_everything()
        self._changed()

    def pause(self, *, pause: bool) -> None:
        """Ask what runs to stand still between two waveforms, or to go on."""
        self._ask("pause" if pause else "go_on")

    def stop(self) -> None:
        """Ask what runs to end, with its instruments safe."""
        self._ask("abort")

    def blocked_by(self) -> str:
        """Who else uses the bench, in words; empty when it is free, or ours."""
        folders = {item.folder for item in self.queue.items if item.folder is not None}
        if self.bench.get("run") in folders and self.bench.get("state") != "gone":
            return ""  # ours, or it has just ended
        return str(self.bench.get("holder") or "")

    def close(self) -> None:
        """Let the queue go; what runs goes on, and is found again."""
        self._look_again.stop()
        self._leave_process()
        if self._file is not None:
            self._file.release()
            self._file = None

    def _take_out(self, change: Callable[[Queue], object]) -> None:
        before = self.queue.items
        self.change(change)
        kept = {item.id for item in self.queue.items}
        for item in before:
            if item.id not in kept:
                self._place(item).discard()

    def _open(self, station: Mapping[str, Any]) -> None:
        self.close()
        self.queue, self.bench = Queue(), {}
        try:
            self._file = QueueFile(self._session.runs, station["name"])
            self._read()
        except OSError as error:
            self._file = None
            told = self.tr("The queue cannot be kept: {error}").format(error=error)
            self._tell("error", told)
        self.changed.emit()

    def _read(self) -> None:
        if self._file is None:
            return
        self.owner = self._file.take()
        self.queue, wrong = self._file.read()
        if wrong:
            self._tell("error", wrong)
        if self.owner:
            self._look_again.start(LOOK_AGAIN_MS)
            return
        self._look_again.stop()
        if self.queue.running is not None:
            self._adopt(self.queue.running)

    def _look_at_other(self) -> None:
        try:
            self._read()
        except OSError as error:
            self._tell("error", str(error))
        self.changed.emit()

    def _take_order(self, order: Mapping[str, Any]) -> None:
        item = Item(
            kind=Kind(order.get("kind", Kind.RUN)),
            procedure=str(order["procedure"]),
            file=str(order.get("file", "")),
            values=dict(order.get("values", {})),
            devices=tuple(order.get("devices", ())),
            limits=dict(order.get("limits", {})),
            repeat=int(order.get("repeat", 1)),
            folder=order.get("folder"),
        )
        known = [one for one in self.queue.items if one.resumable and one.folder == item.folder]
        if known:
            self.resume(known[-1].id)
        elif order.get("now"):
            self.start_now(item)
        elif self.change(lambda queue: queue.add(item)) and self.queue.hold is not None:
            told = self.tr("{item} is in the queue, which does not run; start it there.")
            self._tell("info", told.format(item=_in_words(item)))

    def _start_first(self, item: Item) -> None:
        """Begin the first in line, though the rest may be on hold."""
        if self.queue.item(item.id).state is State.RUNNING:
            return
        if self.queue.running is None and not self.blocked_by():
            self._begin(item)
            return
        told = self.tr("{item} is first in line; {who} uses the bench.").format(
            item=_in_words(item),
            who=self.blocked_by() or _in_words(self.queue.running or item),
        )
        self._tell("info", told)

    def _advance(self) -> None:
        """Begin the next item if its turn has come."""
        following = self.queue.next
        if following is not None and not self.owner and not self.blocked_by():
            self._begin(following)

    def _begin(self, item: Item) -> None:
        item = self.queue.begin(item.id)
        self._changed()  # before it starts: whoever finds the queue again looks for the process
        process = self._watch(item)
        try:
            words = command_words(
                item,
                station=str(self._session.station["file"]),
                runs=self._session.runs,
                folder_file=self._place(item).folder_file,
            )
            process.start(words)
        except OSError as error:
            why = self.tr("its process cannot be started: {error}").format(error=error)
            self._end(item.id, Outcome(state=State.FAILED, why=why))
            return
        if item.folder is not None and item.kind is Kind.RUN:
            self._session.show_run(item.folder)

    def _adopt(self, item: Item) -> None:
        process = self._watch(item)
        process.adopt()
        process.look()

    def _watch(self, item: Item) -> RunProcess:
        self._leave_process()
        campaign = item.kind is Kind.CAMPAIGN
        lock = self._session.runs / "campaigns" / item.procedure / "campaign.lock"
        process = RunProcess(self._place(item), folder=item.folder, lock=lock if campaign else None)
        process.found_folder.connect(lambda folder: self._note_folder(item, folder))
        process.ended.connect(lambda outcome: self._end(item.id, outcome))
        self._running = RunningItem(self._session, item, process, self)
        self._running.stop_answered.connect(self.stop_answered)
        self._running.stop_unanswered.connect(self.stop_unanswered)
        return process

    def _leave_process(self) -> None:
        if self._running is not None:
            self._running.leave()
            self._running = None

    def _note_folder(self, item: Item, folder: str) -> None:
        self.queue.found_folder(item.id, folder)
        self._changed()
        if item.kind is Kind.RUN:
            self._session.show_run(folder)

    def _end(self, id_: str, outcome: Outcome) -> None:
        stopped_early = self._running is not None and self._running.stopped_early
        self._leave_process()
        state, why = outcome.state, outcome.why
        if stopped_early and outcome.folder is None and state is State.FAILED:
            state, why = State.ABORTED, self.tr("stopped before anything was touched")
        self.queue.end(id_, state, why, folder=outcome.folder, unsafe=outcome.unsafe)
        self._changed()
        self._tell_end(self.queue.item(id_))
        if outcome.folder is not None:
            self._session.note_end(outcome.folder)  # too short a run may escape the lookout
        self.item_ended.emit(self.queue.item(id_))
        self._advance()

    def _tell_end(self, item: Item) -> None:
        texts = {
            State.FINISHED: ("info", self.tr("{item} finished.")),
            State.ABORTED: ("warning", self.tr("{item} was stopped: {why}")),
            State.INTERRUPTED: ("error", self.tr("{item} was interrupted: {why}")),
        }
        level, text = texts.get(item.state, ("error", self.tr("{item} failed: {why}")))
        self._tell(level, text.format(item=_in_words(item), why=item.why))

    def _ask(self, do: str) -> None:
        if self._running is not None:
            self._running.ask(do, self.bench.get("run"))

    def _see(self, bench: Mapping[str, Any]) -> None:
        was_blocked = bool(self.blocked_by())
        self.bench = bench
        if was_blocked != bool(self.blocked_by()):
            self.changed.emit()
        self._advance()

    def _changed(self) -> None:
        self._keep()
        self.changed.emit()

    def _keep(self) -> None:
        if self._file is None or not self._file.ours:
            return
        try:
            self._file.write(self.queue)
        except OSError as error:
            told = self.tr("The queue cannot be kept, it ends with this window: {error}")
            self._tell("error", told.format(error=error))

    def _place(self, item: Item) -> RunPlace:
        home = self._session.runs / "window" if self._file is None else self._file.home
        return RunPlace(home / item.id)

    def _tell(self, level: str, text: str) -> None:
        self._session.told.emit(level, text)


def _in_words(item: Item) -> str:
    devices = ", ".join(item.devices[:3]) + ("…" if len(item.devices) > 3 else "")
    return f"{item.procedure} {devices}".strip()
