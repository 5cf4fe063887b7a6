"""What a guardian does: answers for the run, and makes the bench safe when the run is gone."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

from labctl.atomic_file import replace_text
from labctl.bench.instrument_locks import instruments_held
from labctl.bench.station import read_station
from labctl.control.desk import Desk, Forward
from labctl.control.server import serving
from labctl.errors import Busy
from labctl.guardian.emergency import Emergency
from labctl.guardian.orders import Orders, Parent
from labctl.locks import in_words
from labctl.runs.rescue import rescue

logger = logging.getLogger(__name__)

RECORD = "guardian.json"
"""In the run's folder when the guardian had to act: when, why, and what it found."""
HANGS_AFTER_S = 0.3
"""A run that was asked to abort and is not safe by then is ended."""
LEAVES_AFTER_S = 10.0
"""So long it waits for instruments that another process took in the meantime."""


class Guardian:
    """Watches over one run."""

    def __init__(self, orders: Orders, parent: Parent) -> None:
        """Load whatever is needed later; raises `BadInput` for a station that cannot be read."""
        self._orders = orders
        self._parent = parent
        self._config = read_station(orders.station)
        self._emergency = Emergency(self._config, orders.runs)
        self._desk = Desk(
            orders.folder.name,
            orders.pid,
            Forward(self._forward, self._end_parent, HANGS_AFTER_S),
        )

    def watch(self) -> None:
        """Answer for the run until its end; if that is not a good one, make the bench safe.

        A run that was gone before its guardian was there may go on by now, with another one: the
        channel in its folder is theirs.
        """
        with ExitStack() as held:
            held.enter_context(self._emergency)
            address = None
            if self._parent.lives():
                address = held.enter_context(serving(self._orders.folder, self._desk.answers))
            self._parent.say({"ready": address})
            for message in self._parent.messages():
                self._desk.tell(**message.get("status", {}))
                if message.get("safe") is not None:
                    self._desk.stand_down(message["safe"])
            if not self._desk.verified_safe:
                self._act(address)

    def _act(self, address: str | None) -> None:
        """Bench safe first, then everything else."""
        noticed, noticed_s = datetime.now().astimezone(), time.monotonic()
        before = self._desk.status()
        self._desk.start_again()
        record: dict[str, Any] = {
            "schema": 1,
            "run": self._orders.folder.name,
            "noticed": noticed.isoformat(timespec="milliseconds"),
            "why": self._why(before),
            "last_status": before,
        }
        with self._instruments(address) as taken_by:
            if taken_by is not None:
                safe = {"verified": False, "failures": [f"the bench was taken by {taken_by}"]}
                self._report(record | {"safe": safe, "saved": None})
                return
            state = self._emergency.make_safe()
            record["safe_after_s"] = time.monotonic() - noticed_s
            record["safe"] = state.as_record()
            self._report(record)
            record["safe"] |= self._emergency.note_setpoint()
            record["saved"] = self._save()
            self._report(record)

    def _why(self, last: dict[str, Any]) -> str:
        if last["safe"] is None:
            return f"the measuring process {self._orders.pid} is gone and left no safe state"
        failures = "; ".join(last["safe"].get("failures", ()))
        return f"the measuring process {self._orders.pid} could not verify a safe state: {failures}"

    def _save(self) -> dict[str, Any] | None:
        """What the source holds; a failure is told, for nothing more can be done about it here."""
        if self._emergency.smu is None:
            return {"error": "the source did not answer"}
        try:
            return rescue(self._orders.folder, self._emergency.smu)
        except Exception as error:  # the bench is safe, and the record must still be written
            logger.exception("what the source holds could not be saved")
            return {"error": f"{type(error).__name__}: {error}"}

    def _report(self, record: dict[str, Any]) -> None:
        """Tell who asked, and the disk."""
        self._desk.stand_down(record["safe"])
        try:
            replace_text(self._orders.folder / RECORD, json.dumps(record, indent=2) + "\n")
        except OSError:
            logger.exception("%s could not be written", RECORD)

    @contextmanager
    def _instruments(self, address: str | None) -> Iterator[str | None]:
        """Hold the instruments while the block runs, or give who has taken them meanwhile.

        The measuring process itself may hold them still, when it could not make them safe.
        """
        with ExitStack() as held:
            yield self._taken(held, address)

    def _taken(self, held: ExitStack, address: str | None) -> str | None:
        end_s = time.monotonic() + LEAVES_AFTER_S
        while True:
            try:
                locks = held.enter_context(
                    instruments_held(self._config, self._orders.runs, patience_s=0.0)
                )
            except Busy as busy:
                if busy.holder.get("pid") == self._orders.pid and self._parent.lives():
                    return None
                if time.monotonic() >= end_s:
                    return in_words(busy.holder)
                threading.Event().wait(0.005)
            else:
                for lock in locks:
                    lock.tell(
                        command="the guardian", guardian=True,
                        run=str(self._orders.folder), control=address,
                    )  # fmt: skip
                return None

    def _forward(self, what: str, reason: str) -> None:
        self._parent.say({"do": what, "reason": reason})

    def _end_parent(self) -> None:
        """End a measuring process that hangs, so that it cannot wake up on a safe bench."""
        if self._parent.lives():
            logger.warning("the measuring process %d hangs; it is ended", self._orders.pid)
            os.kill(self._orders.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
