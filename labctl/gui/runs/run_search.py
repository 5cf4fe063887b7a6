"""Looks for runs page by page, and again whenever there may be others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from labctl.gui.runs.run_table_model import Row, RunTableModel
from labctl.gui.session import Session

PAGE = 200
"""Runs in one answer: a page is unpacked and shown within a few milliseconds."""
TOPIC = "runs"


class RunSearch(QObject):
    """Fills the model with what fits; the latest filters count."""

    told = pyqtSignal(object)
    """The answer with the first page: `facets`, `unreadable`, `unreadable_count`."""
    renewed = pyqtSignal()
    """All rows were replaced by those that are there now."""
    misunderstood = pyqtSignal(object)
    """Filters that make no sense: by their name, why; empty when all do."""
    refused = pyqtSignal(str)
    """Why nothing can be looked for."""

    def __init__(self, session: Session, model: RunTableModel) -> None:
        super().__init__(model)
        self._session = session
        self._model = model
        self._filters: Mapping[str, Any] = {}
        self._came: list[Row] = []
        """Of a list that is to replace the one that is shown."""
        self._listed = 0
        """Runs that came in the list that is shown: the next page is behind them."""
        self._wanted = PAGE
        self._busy = False
        self._again = False
        model.more_wanted.connect(self._next_page)

    @property
    def filters(self) -> Mapping[str, Any]:
        """What is looked for."""
        return self._filters

    def look_for(self, filters: Mapping[str, Any]) -> None:
        """List what fits other filters, from its beginning."""
        self._filters = dict(filters)
        self._wanted = PAGE
        self._begin()

    def look_again(self) -> None:
        """List what fits now, as much of it as was listed; what is under way is finished first."""
        if self._busy:
            self._again = True
            return
        self._wanted = max(PAGE, self._listed)
        self._begin()

    def _begin(self) -> None:
        self._again = False
        self._came = []
        self._ask(self._gather, 0)

    def _next_page(self) -> None:
        if not self._busy:
            self._ask(self._append, self._listed)

    def _ask(self, then: Any, skip: int) -> None:
        self._busy = True
        self._session.office.ask(
            "search",
            then,
            refused=self._refuse,
            topic=TOPIC,
            runs=str(self._session.runs),
            skip=skip,
            limit=PAGE,
            **self._filters,
        )

    def _gather(self, answer: Mapping[str, Any]) -> None:
        self.misunderstood.emit(answer["fields"])
        if answer["fields"]:
            self._rest()
            return
        if not self._came:
            self.told.emit(answer)
        self._came += answer["runs"]
        if answer["more"] and answer["runs"] and len(self._came) < self._wanted:
            self._ask(self._gather, len(self._came))
            return
        self._listed = len(self._came)
        self._model.replace(self._came, more=bool(answer["more"]))
        self._came = []
        self.renewed.emit()
        self._rest()

    def _append(self, answer: Mapping[str, Any]) -> None:
        rows = answer.get("runs", [])
        self._listed += len(rows)
        self._model.append(rows, more=bool(answer.get("more")) and bool(rows))
        self._rest()

    def _refuse(self, why: str) -> None:
        self.refused.emit(why)
        self._rest()

    def _rest(self) -> None:
        self._busy = False
        if self._again:
            self.look_again()
