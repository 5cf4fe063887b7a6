"""Every text of the window stands in each language, finished, and fits where it is shown."""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from PyQt5 import pylupdate_main
from PyQt5.QtCore import QCoreApplication, QRect, Qt, QTranslator
from PyQt5.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from labctl import gui
from labctl.gui.language import LANGUAGES, TRANSLATIONS, install_language
from labctl.gui.main_window import SIZE, MainWindow
from labctl.gui.plots.elided_label import ElidedLabel
from labctl.gui.plots.strip import TickedStrip
from labctl.gui.session import Session

SOURCES = sorted(Path(gui.__file__).parent.rglob("*.py"))
OTHERS = [code for code in LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"\{[^}]*\}|%n|%\d")
FRAME_PX = 6
"""Of a button, at both sides together."""
MNEMONIC = re.compile(r"&(?!&)")


class Text(NamedTuple):
    """One message of a .ts file."""

    context: str
    source: str
    comment: str
    said: tuple[str, ...]
    """One, or the singular and the plural."""
    finished: bool
    counted: bool


def texts_in(file: Path) -> list[Text]:
    return [
        _text(context.findtext("name", ""), message)
        for context in _root(file).iter("context")
        for message in context.iter("message")
    ]


def _root(file: Path) -> ElementTree.Element:
    return ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - our own


def _text(context: str, message: ElementTree.Element) -> Text:
    translation = message.find("translation")
    assert translation is not None
    counted = message.get("numerus") == "yes"
    forms = translation.findall("numerusform") if counted else [translation]
    return Text(
        context,
        message.findtext("source", ""),
        message.findtext("comment", ""),
        tuple(form.text or "" for form in forms),
        translation.get("type") is None,
        counted,
    )


def name_of(text: Text) -> str:
    return f"{text.context}: {text.source}"


@pytest.fixture(params=OTHERS)
def code(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def texts(code: str) -> list[Text]:
    return texts_in(TRANSLATIONS / f"labctl_{code}.ts")


@pytest.fixture
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    install_language(qapp, "en")


@pytest.fixture
def window(
    qtbot: QtBot, session: Session, tmp_path: Path, english_again: None
) -> Iterator[MainWindow]:
    made = MainWindow(tmp_path / "runs", session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def test_every_text_of_the_sources_is_in_the_language(texts: list[Text], tmp_path: Path) -> None:
    found = pylupdate_main.MetaTranslator()
    for source in SOURCES:
        pylupdate_main.fetchtr_py(os.fsencode(source), found, "@default", True, "", None, None)
    assert found.save(str(tmp_path / "found.ts"))
    wanted = {(text.context, text.source) for text in texts_in(tmp_path / "found.ts")}
    assert len(wanted) > 500
    assert wanted - {(text.context, text.source) for text in texts} == set()


def test_texts_are_written_so_that_they_are_found() -> None:
    """The tool that collects texts knows `tr` and `translate`, and reads no variables."""
    lost = [
        f"{source.name}:{getattr(node, 'lineno', 0)}"
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if _hides_a_text(node)
    ]
    assert lost == [], "use plain strings, and the name translate"


def _hides_a_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        renamed = ast.unparse(node.value) == "QCoreApplication.translate"
        return renamed and ast.unparse(node.targets[0]) != "translate"
    if not isinstance(node, ast.Call):
        return False
    plain = {"self.tr": 1, "translate": 2, "QCoreApplication.translate": 2}
    needed = plain.get(ast.unparse(node.func), 0)
    return not all(isinstance(argument, ast.Constant) for argument in node.args[:needed])


def test_every_text_is_finished(code: str, texts: list[Text]) -> None:
    assert _root(TRANSLATIONS / f"labctl_{code}.ts").get("language", "").startswith(code)
    left = [name_of(text) for text in texts if not text.finished or not all(text.said)]
    assert left == []


def test_placeholders_stay(texts: list[Text]) -> None:
    changed = [
        (name_of(text), said)
        for text in texts
        for said in text.said
        if Counter(PLACEHOLDER.findall(said)) != Counter(PLACEHOLDER.findall(text.source))
    ]
    assert changed == []


def test_texts_have_as_many_mnemonics_as_in_english(texts: list[Text]) -> None:
    changed = [
        (name_of(text), said)
        for text in texts
        for said in text.said
        if len(MNEMONIC.findall(said)) != len(MNEMONIC.findall(text.source))
    ]
    assert changed == []


def test_what_the_window_loads_is_made_of_the_latest_texts(
    qapp: QApplication, code: str, texts: list[Text]
) -> None:
    loaded = QTranslator()
    assert loaded.load(f"labctl_{code}", str(TRANSLATIONS))
    assert qapp.installTranslator(loaded)
    of_qt = TRANSLATIONS / f"qt_{code}.ts"
    outdated = [
        name_of(text)
        for text in [*texts, *(texts_in(of_qt) if of_qt.exists() else ())]
        for number, said in enumerate(text.said, start=1)
        if _heard(text, number) != said.replace("%n", str(number))
    ]
    qapp.removeTranslator(loaded)
    assert outdated == []


def _heard(text: Text, number: int) -> str:
    counted = number if text.counted else -1
    return QCoreApplication.translate(text.context, text.source, text.comment, counted)


def test_an_open_window_follows_the_language(window: MainWindow, qapp: QApplication) -> None:
    def titles() -> tuple[str, ...]:
        return (
            window.docks["array"].windowTitle(),
            window.centre.tabText(0),
            window.stop_button.button.text(),
            *(action.text() for action in window.menuBar().actions()),
            *(button.text() for button in window.queue.findChildren(QAbstractButton)),
        )

    english = titles()
    install_language(qapp, "sv")
    qapp.processEvents()
    swedish = titles()
    install_language(qapp, "en")
    qapp.processEvents()
    assert english[:3] == ("Array", "Preview", "STOP  F12")
    assert swedish[:3] == ("Matris", "Förhandsvisning", "STOP  F12")
    assert "Starta kö&n" in swedish
    assert "Start &queue" in english
    assert titles() == english


def test_no_panel_keeps_english_words(window: MainWindow, qapp: QApplication) -> None:
    """Whatever is the same in both languages is a name or a sign, or stands so in the file."""
    texts = texts_in(TRANSLATIONS / "labctl_sv.ts")
    translated = {text.source for text in texts} - {said for text in texts for said in text.said}
    install_language(qapp, "sv")
    qapp.processEvents()
    shown = {_words_of(widget) for widget in window.findChildren((QAbstractButton, QLabel))}
    assert len(shown) > 20
    assert shown & translated == set()


def _words_of(widget: QWidget) -> str:
    assert isinstance(widget, QAbstractButton | QLabel)
    return widget.text()


def test_a_class_that_inherits_says_the_same(
    qtbot: QtBot, qapp: QApplication, english_again: None
) -> None:
    install_language(qapp, "sv")
    strip = TickedStrip()
    qtbot.addWidget(strip)
    strip.set_names(["probit"])
    tips = [strip.item(row).toolTip().splitlines()[0] for row in range(strip.count())]
    assert tips == ["klicka för att dölja"]


def test_the_buttons_of_qt_speak_the_language(
    qtbot: QtBot, qapp: QApplication, english_again: None
) -> None:
    install_language(qapp, "sv")
    box = QMessageBox()
    qtbot.addWidget(box)
    assert box.addButton(QMessageBox.StandardButton.Cancel).text() == "Avbryt"


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_cut_off_on_a_small_screen(
    window: MainWindow, qapp: QApplication, code: str
) -> None:
    install_language(qapp, code)
    window.resize(*SIZE)
    for place in range(window.centre.count()):
        window.centre.setCurrentIndex(place)
        _settle(window, qapp)
        assert _cut_off(window) == []
        assert (window.width(), window.height()) == SIZE


def _settle(window: QWidget, qapp: QApplication) -> None:
    """Until the layouts within layouts have heard of other words."""
    before: list[QRect] = []
    while (now := [widget.geometry() for widget in window.findChildren(QWidget)]) != before:
        before = now
        qapp.processEvents()


def _cut_off(window: QWidget) -> list[str]:
    """Words that are wider than what shows them; those that shorten or break do so on purpose."""
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    places = [place for widget in shown if (place := _place_of_words(widget))]
    return [f"{words}: {needed} px in {room} px" for words, needed, room in places if needed > room]


def _place_of_words(widget: QWidget) -> tuple[str, int, int] | None:
    """What a widget says, how wide that is, and how much room there is, in pixels."""
    if isinstance(widget, QComboBox):
        words, room = widget.currentText(), _room_in(widget)
    elif isinstance(widget, QPushButton | QToolButton):
        pictured = isinstance(widget, QToolButton) and (
            widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
            and widget.arrowType() != Qt.ArrowType.NoArrow
        )
        words, room = "" if pictured else widget.text(), widget.width() - FRAME_PX
    elif isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel):
        words, room = "" if widget.wordWrap() else widget.text(), widget.width()
    else:
        return None
    words = MNEMONIC.sub("", words)
    return (words, widget.fontMetrics().horizontalAdvance(words), room) if words else None


def _room_in(box: QComboBox) -> int:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    style = box.style()
    assert style is not None
    field = QStyle.SubControl.SC_ComboBoxEditField
    return style.subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, field, box
    ).width()  # fmt: skip
