"""The run that is watched: its plots, signals, images, and findings, as they come."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QEvent, QSettings, Qt, QTimer, QUrl
from PyQt5.QtGui import QDesktopServices, QShowEvent
from PyQt5.QtWidgets import QLabel, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from labctl.gui.live.findings_table import FindingsTable
from labctl.gui.live.run_header import RunHeader
from labctl.gui.live.run_states import OVER
from labctl.gui.plots.image_group import ImageGroup
from labctl.gui.plots.plot_stack import PlotStack
from labctl.gui.session import Session

REFRESH_S = 0.1
"""No more often than this is anything drawn."""
REST_SHARE = 3.0
"""Of the time that drawing took, so much is left to the person before the next."""
LONGEST_REST_S = 0.2
"""Even so, five times a second."""
PARTS = ("plots", "signals", "images", "findings")
IMAGES = PARTS.index("images")


class LivePanel(QWidget):
    """Shows `session.run`; the last run stays until another begins."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run: dict[str, Any] = {}
        self._news: dict[str, Any] = {}
        """Told, and not yet shown."""
        self._stale: set[str] = set()
        """Parts that are to be drawn when somebody sees them."""
        self._bench_state: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._refresh)
        self._header = RunHeader()
        self._results, self._signals = PlotStack(), PlotStack()
        self._images = ImageGroup()
        self._findings = FindingsTable()
        self._pages: dict[str, QStackedWidget] = {}
        self._hints: dict[str, QLabel] = {}
        self._tabs = QTabWidget()
        self._idle = QLabel()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._begin(session.run)

    def retranslate(self) -> None:
        """Say everything in the language that is in force."""
        titles = {
            "plots": self.tr("Results"),
            "signals": self.tr("Signals"),
            "images": self.tr("Images"),
            "findings": self.tr("Findings"),
        }
        for place, part in enumerate(PARTS):
            self._tabs.setTabText(place, titles[part])
        self._tabs.setTabToolTip(0, self.tr("What the procedure makes of its readings"))
        self._tabs.setTabToolTip(1, self.tr("Everything that was measured, against time"))
        self._tabs.setAccessibleName(self.tr("Views of the run"))
        self._idle.setText(
            self.tr(
                "No run is shown.\n\nChoose devices and a procedure, look at the preview, and "
                "press Start; or open an earlier run from the list of runs."
            )
        )
        self._say_hints()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what came while nobody saw it."""
        super().showEvent(event)
        self._refresh()

    def _lay_out(self) -> None:
        widgets: dict[str, QWidget] = {
            "plots": self._results,
            "signals": self._signals,
            "images": self._images,
            "findings": self._findings,
        }
        for part in PARTS:
            widgets[part].setObjectName(part)
            hint = _hint()
            page = QStackedWidget()
            page.addWidget(hint)
            page.addWidget(widgets[part])
            self._hints[part], self._pages[part] = hint, page
            self._tabs.addTab(page, "")
        self._tabs.setDocumentMode(True)
        self._idle.setTextFormat(Qt.TextFormat.PlainText)
        self._idle.setWordWrap(True)
        self._idle.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._idle.setMargin(2 * self.fontMetrics().height())
        shown = QWidget()
        inner = QVBoxLayout(shown)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        inner.addWidget(self._header)
        inner.addWidget(self._tabs, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._idle)
        self._stack.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        session = self._session
        session.run_changed.connect(self._begin)
        session.run_told.connect(self._take)
        session.watched.connect(self._see_bench)
        self._tabs.currentChanged.connect(lambda _: self._draw_stale())
        self._header.report_wanted.connect(self._open_report)
        self._header.runs_wanted.connect(lambda: session.run_opened.emit(self._run["folder"]))
        self._header.parameters_wanted.connect(self._ask_parameters)
        for stack in (self._results, self._signals):
            stack.told.connect(session.told)
        self._results.shown_changed.connect(self._remember_shown)

    def _begin(self, folder: str | None) -> None:
        """Another run is shown from now on; what is known of the last one stays when it is none."""
        if folder is None:
            self._stack.setCurrentIndex(1 if self._run else 0)
            return
        self._run = {"folder": folder, "status": "running"}
        self._news.clear()
        self._stale = set(PARTS)
        self._stack.setCurrentIndex(1)
        if self._tabs.currentIndex() == IMAGES:
            self._tabs.setCurrentIndex(PARTS.index("plots"))
        self._tabs.setTabVisible(IMAGES, False)
        self._header.show_run(self._run, self._bench_state)
        self._draw_stale()

    def _take(self, news: Mapping[str, Any]) -> None:
        """Keep what is told until it is time to draw; of every part only the latest counts."""
        if news.get("folder") != self._run.get("folder"):
            return
        self._news.update(news)
        if not self._timer.isActive():
            self._timer.start(round(1000 * REFRESH_S))

    def _see_bench(self, bench: Mapping[str, Any]) -> None:
        mine = bench.get("run") is not None and bench["run"] == self._run.get("folder")
        state = bench.get("state") if mine else None
        if state != self._bench_state:
            self._bench_state = state
            self._header.show_run(self._run, state)

    def _refresh(self) -> None:
        if not self._news or not self.isVisible():
            return
        began_s = time.perf_counter()
        news, self._news = self._news, {}
        new_procedure = news.get("procedure") != self._run.get("procedure")
        self._run.update(news)
        self._stale |= news.keys() & set(PARTS)
        self._header.show_run(self._run, self._bench_state)
        if new_procedure:
            self._results.want(self._remembered_shown())
        self._draw_stale()
        took_s = time.perf_counter() - began_s
        rest_s = min(max(REFRESH_S, REST_SHARE * took_s), LONGEST_REST_S)
        self._timer.start(round(1000 * rest_s))

    def _draw_stale(self) -> None:
        """Draw the parts that changed, of those in view; the others wait."""
        self._offer_images()
        self._say_hints()
        part = PARTS[max(self._tabs.currentIndex(), 0)]
        if part not in self._stale:
            return
        self._stale.discard(part)
        content = self._run.get(part) or []
        if part == "plots":
            self._results.show_plots(content)
        elif part == "signals":
            self._signals.show_plots(content)
        elif part == "images":
            self._images.show_images(content)
        else:
            self._findings.show_findings(content)
        self._pages[part].setCurrentIndex(1 if content else 0)

    def _offer_images(self) -> None:
        """A run that has images and no plots is looked at there, once."""
        if not self._run.get("images") or self._tabs.isTabVisible(IMAGES):
            return
        self._tabs.setTabVisible(IMAGES, True)
        if PARTS[self._tabs.currentIndex()] == "plots" and not self._run.get("plots"):
            self._tabs.setCurrentIndex(IMAGES)

    def _say_hints(self) -> None:
        over = self._run.get("status") in OVER
        waits = {
            "plots": self.tr("The plots appear with the first readings."),
            "signals": self.tr("The signals appear with the first readings."),
            "images": self.tr("The image appears with its first pixel."),
            "findings": self.tr("Findings appear as soon as the readings allow them."),
        }
        lacks = {
            "plots": self.tr("This run has no plots; see its signals and findings."),
            "signals": self.tr("This run has no readings."),
            "images": self.tr("This run has no images."),
            "findings": self.tr("This run has no findings; its signals may show why."),
        }
        for part, hint in self._hints.items():
            text = (lacks if over else waits)[part]
            if hint.text() != text:
                hint.setText(text)

    def _open_report(self) -> None:
        report = self._run.get("report")
        if report and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(report))):
            self._session.told.emit(
                "error", self.tr("No program opened the report; it is {}.").format(report)
            )

    def _ask_parameters(self) -> None:
        self._session.office.ask(
            "parameters_of",
            self._session.parameters_wanted.emit,
            refused=lambda why: self._session.told.emit("error", why),
            folder=self._run["folder"],
        )

    def _shown_key(self) -> str:
        station = self._session.station.get("name", "")
        return f"station/{station}/live/plots of {self._run.get('procedure')}"

    def _remember_shown(self, names: tuple[str, ...]) -> None:
        QSettings().setValue(self._shown_key(), list(names))

    def _remembered_shown(self) -> list[str] | None:
        kept = QSettings().value(self._shown_key())
        if isinstance(kept, str):  # how a list of one comes back from the file
            return [kept]
        return list(kept) if kept else None


def _hint() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setProperty("state", "muted")
    return label
