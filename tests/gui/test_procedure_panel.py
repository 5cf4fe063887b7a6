"""The procedure panel: what is typed stays, what is wrong is marked, Start waits for a preview."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QEvent, QLocale, QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labctl.gui.procedure import kept_values
from labctl.gui.procedure.device_line import ALL, FIRST, SELECTED
from labctl.gui.procedure.procedure_panel import ProcedurePanel
from labctl.gui.procedure.start_question import StartQuestion
from labctl.gui.session import Session
from tests.gui.fakes import STATION
from tests.gui.procedure_answers import VALUES, description, preview_answer, problem

PATIENCE_MS = 30_000


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ProcedurePanel:
    """The form of iv_loop, one device selected; the first preview is not asked for yet."""
    made = ProcedurePanel(session)
    qtbot.addWidget(made)
    made.show()
    session.choose(["D01"])
    session.office.answer("procedure", description())
    return made


@pytest.fixture
def orders(session: Session) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = []
    session.order_given.connect(given.append)
    return given


@pytest.fixture
def told(session: Session) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    session.told.connect(lambda kind, text: texts.append((kind, text)))
    return texts


def asked(session: Session) -> list[dict[str, Any]]:
    return [question for question in session.office.asked if question["do"] == "preview"]


def wait_for_question(qtbot: QtBot, session: Session, number: int) -> dict[str, Any]:
    qtbot.waitUntil(lambda: len(asked(session)) == number)
    return asked(session)[-1]


def preview(qtbot: QtBot, session: Session, answer: dict[str, Any]) -> dict[str, Any]:
    """Answer the question that is about to be asked; the question."""
    question = wait_for_question(qtbot, session, len(asked(session)) + 1)
    question["then"](answer)
    return question


def type_into(panel: ProcedurePanel, name: str, text: str) -> None:
    panel.form.fields[name].editor.setText(text)


class TestForm:
    def test_fields_stand_in_groups_with_help_limits_and_names(self, panel: ProcedurePanel) -> None:
        assert [group.heading for group in panel.form.groups] == ["Loop", "Reading", "Safety"]
        field = panel.form.fields["dwell"]
        assert field.editor.placeholderText() == "90 µs to 100 s"
        assert field.unit.text() == "s"
        assert field.editor.accessibleName() == "Dwell"
        assert "what dwell is &lt;for&gt;" in field.editor.toolTip()
        assert field.editor.whatsThis() == field.editor.toolTip()
        assert field.label.buddy() is field.editor
        assert panel.values() == VALUES

    @pytest.mark.parametrize("text", ["0.123456789012345 V", "200 mV", " 1e-3", "0,02 s", "−0,2 V"])
    @pytest.mark.parametrize("locale", ["sv_SE", "de_DE", "C"])
    def test_text_stays_as_typed_in_every_locale(
        self, panel: ProcedurePanel, qtbot: QtBot, session: Session, text: str, locale: str
    ) -> None:
        before = QLocale()
        QLocale.setDefault(QLocale(locale))
        try:
            editor = panel.form.fields["dwell"].editor
            editor.setFocus()
            editor.selectAll()
            editor.insert(text)
            panel.form.fields["cycles"].editor.setFocus()
            assert editor.text() == text
            assert wait_for_question(qtbot, session, 1)["values"]["dwell"] == text
        finally:
            QLocale.setDefault(before)

    def test_a_wheel_changes_no_choice(self, panel: ProcedurePanel) -> None:
        for widget in (panel.form.fields["mode"].editor, panel.chooser):
            before = widget.currentText()
            wheel = QWheelEvent(
                QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(widget, wheel)
            assert widget.currentText() == before

    def test_a_changed_field_is_marked_and_goes_back(
        self, panel: ProcedurePanel, qtbot: QtBot
    ) -> None:
        field = panel.form.fields["cycles"]
        assert not field.reset_button.isEnabled()
        type_into(panel, "cycles", "5")
        assert field.label.text() == "• Cycles"
        assert "(1 changed)" in panel.form.groups[0].button.text()
        qtbot.mouseClick(field.reset_button, Qt.MouseButton.LeftButton)
        assert field.value == "1"
        assert field.label.text() == "Cycles"

    def test_a_foreign_choice_is_kept_and_not_replaced(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        panel.presets.chosen.emit({"mode": "spiral", "control": "perhaps"})
        assert panel.values()["mode"] == "spiral"
        assert panel.values()["control"] == "perhaps"
        panel.form.fields["control"].editor.click()
        assert panel.values()["control"] in ("yes", "no")

    def test_a_folded_group_opens_when_one_of_its_fields_is_wrong(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        group = panel.form.groups[1]
        group.fold(True)
        assert not panel.form.fields["dwell"].editor.isVisible()
        type_into(panel, "dwell", "20 mm")
        preview(qtbot, session, problem("", {"dwell": "'20 mm' is not in s"}))
        assert not group.folded
        assert panel.form.fields["dwell"].editor.isVisible()

    def test_what_is_folded_away_is_sent_and_said_to_be_changed(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        type_into(panel, "dwell", "3 ms")
        panel.form.groups[1].fold(True)
        assert "(1 changed)" in panel.form.groups[1].button.text()
        assert wait_for_question(qtbot, session, 1)["values"]["dwell"] == "3 ms"

    def test_help_of_the_field_that_has_the_focus_is_shown(self, panel: ProcedurePanel) -> None:
        panel.activateWindow()
        panel.form.fields["dwell"].focused.emit(panel.form.fields["dwell"].parameter)
        assert panel._help.text() == "Dwell (90 µs to 100 s): what dwell is <for>"

    def test_everything_is_reached_by_the_keyboard_and_has_a_name(
        self, panel: ProcedurePanel
    ) -> None:
        editors = [field.editor for field in panel.form.fields.values()]
        for widget in (*editors, panel.chooser, panel.device_line.scope_box):
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            assert widget.accessibleName()


class TestChecking:
    def test_a_wrong_field_is_marked_with_why_and_blocks_start(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        preview(qtbot, session, preview_answer())
        assert panel.start_button.isEnabled()
        type_into(panel, "dwell", "20 mm")
        assert not panel.start_button.isEnabled()
        preview(qtbot, session, problem("", {"dwell": "'20 mm' is not in s"}))
        field = panel.form.fields["dwell"]
        assert field.editor.property("state") == "bad"
        assert "'20 mm' is not in s" in field.message.text()
        assert field.message.isVisible()
        assert field.editor.accessibleDescription() == "'20 mm' is not in s"
        assert field.value == "20 mm"
        assert not panel.start_button.isEnabled()
        assert not panel.queue_button.isEnabled()

    def test_an_empty_field_is_wrong_at_once_and_no_default(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        preview(qtbot, session, preview_answer())
        type_into(panel, "cycles", "")
        assert panel.form.fields["cycles"].editor.property("state") == "bad"
        assert panel.values()["cycles"] == ""
        assert wait_for_question(qtbot, session, 2)["values"]["cycles"] == ""

    def test_one_question_is_asked_when_typing_rests(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        for text in ("2", "20", "200"):
            type_into(panel, "cycles", text)
        question = wait_for_question(qtbot, session, 1)
        assert question["values"] == VALUES | {"cycles": "200"}
        assert question["topic"] == "preview"
        assert question["station"] == STATION["file"]
        assert question["runs"] == str(session.runs)
        assert question["devices"] == ["D01"]

    def test_the_answer_to_an_older_question_starts_nothing(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        old = wait_for_question(qtbot, session, 1)
        type_into(panel, "cycles", "5")
        old["then"](preview_answer())
        assert not panel.start_button.isEnabled()
        wait_for_question(qtbot, session, 2)
        old["then"](preview_answer())
        assert not panel.start_button.isEnabled()

    def test_a_preview_that_cannot_be_made_says_why(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        shown: list[dict[str, Any]] = []
        panel.previewed.connect(shown.append)
        wait_for_question(qtbot, session, 1)["refused"]("ZeroDivisionError: in plan")
        assert shown[0]["problem"] == "ZeroDivisionError: in plan"
        assert not panel.start_button.isEnabled()

    def test_remarks_stand_under_their_fields(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        preview(qtbot, session, preview_answer(remarks={"dwell": "taken as 20 s"}))
        assert panel.form.fields["dwell"].message.text() == "taken as 20 s"
        assert panel.form.fields["dwell"].editor.property("state") != "bad"

    def test_a_run_that_ends_has_everything_checked_again(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        preview(qtbot, session, preview_answer())
        session.run_ended.emit("/runs/1")
        assert not panel.start_button.isEnabled()
        preview(qtbot, session, preview_answer())
        assert panel.start_button.isEnabled()


class TestDevices:
    def test_the_selection_is_what_it_is_applied_to(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        session.choose(["D02", "D01"])
        assert panel.device_line.names.whole == "2 of 18: D01, D02; needed: one or more"
        assert wait_for_question(qtbot, session, 1)["devices"] == ["D01", "D02"]

    def test_nothing_selected_is_not_the_first_device(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        session.choose([])
        assert wait_for_question(qtbot, session, 1)["devices"] == []
        assert "none selected" in panel.device_line.names.whole
        assert panel.device_line.names.property("state") == "bad"

    def test_all_and_first_needed(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        panel.device_line.use_scope(ALL)
        assert len(panel.device_line.devices() or ()) == 18
        panel.device_line.use_scope(FIRST)
        assert panel.device_line.devices() is None
        preview(qtbot, session, preview_answer(devices=["D01"]))
        assert panel.device_line.names.whole == "1 of 18: D01; needed: one or more"

    def test_a_procedure_for_many_takes_as_many_as_it_needs(
        self, panel: ProcedurePanel, session: Session
    ) -> None:
        panel.chooser.activated.emit(1)
        session.office.answer("procedure", description("endurance", device_count=18))
        assert panel.device_line.scope == FIRST
        assert panel.device_line.names.whole == "needed: 18"


class TestStart:
    def test_start_and_queue_give_exactly_what_was_previewed(
        self,
        panel: ProcedurePanel,
        session: Session,
        qtbot: QtBot,
        orders: list[dict[str, Any]],
    ) -> None:
        type_into(panel, "cycles", "5")
        preview(qtbot, session, preview_answer())
        qtbot.mouseClick(panel.queue_button, Qt.MouseButton.LeftButton)
        preview(qtbot, session, preview_answer())
        qtbot.mouseClick(panel.start_button, Qt.MouseButton.LeftButton)
        order = {
            "procedure": "iv_loop",
            "values": VALUES | {"cycles": "5"},
            "devices": ["D01"],
            "limits": {},
        }
        assert orders == [{**order, "now": False}, {**order, "now": True}]
        assert QApplication.activeModalWidget() is None

    def test_a_second_press_waits_for_a_new_preview(
        self,
        panel: ProcedurePanel,
        session: Session,
        qtbot: QtBot,
        orders: list[dict[str, Any]],
    ) -> None:
        preview(qtbot, session, preview_answer())
        panel.start_button.click()
        panel.start_button.click()
        assert len(orders) == 1

    def test_both_have_keys(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot, orders: list[dict[str, Any]]
    ) -> None:
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        with qtbot.waitActive(panel):
            panel.activateWindow()
        for number, modifier in enumerate((control, control | shift), start=1):
            preview(qtbot, session, preview_answer())
            editor = panel.form.fields["cycles"].editor
            qtbot.keyClick(editor, Qt.Key.Key_Return, modifier)
            qtbot.waitUntil(lambda number=number: len(orders) == number)
        assert [order["now"] for order in orders] == [True, False]


class TestRealStation:
    @pytest.fixture(autouse=True)
    def real(self, session: Session, panel: ProcedurePanel, qtbot: QtBot) -> None:
        session.office.asked.clear()
        session.open_station("probe")
        session.office.answer("station", STATION | {"simulated": False, "name": "probe"})
        session.choose(["D01"])
        session.office.answer("procedure", description())
        preview(qtbot, session, preview_answer(warnings=[{"text": "near", "set_by": "me"}]))

    def question(self, panel: ProcedurePanel) -> StartQuestion:
        return panel.findChild(StartQuestion)

    def test_one_question_names_what_will_be_done(
        self, panel: ProcedurePanel, orders: list[dict[str, Any]]
    ) -> None:
        panel.start_button.click()
        question = self.question(panel)
        assert question.isVisible()
        assert "probe" in question.text()
        assert "Largest voltage: 200 mV" in question.informativeText()
        assert "⚠ near" in question.informativeText()
        assert question.defaultButton() is not question.start_button
        assert orders == []
        question.start_button.click()
        assert [order["now"] for order in orders] == [True]

    def test_cancel_starts_nothing(
        self, panel: ProcedurePanel, qtbot: QtBot, orders: list[dict[str, Any]]
    ) -> None:
        panel.start_button.click()
        qtbot.keyClick(self.question(panel), Qt.Key.Key_Escape)
        assert orders == []

    def test_the_queue_asks_nothing(
        self, panel: ProcedurePanel, orders: list[dict[str, Any]]
    ) -> None:
        panel.queue_button.click()
        assert self.question(panel) is None
        assert len(orders) == 1


class TestKeptValues:
    def test_last_values_of_station_and_procedure_come_back(
        self, panel: ProcedurePanel, session: Session, qtbot: QtBot
    ) -> None:
        type_into(panel, "peaks", "-123.456789012345 mV")
        panel.device_line.use_scope(ALL)
        preview(qtbot, session, preview_answer())
        again = ProcedurePanel(session)
        qtbot.addWidget(again)
        assert again.chooser.currentText() == "iv_loop"
        session.office.answer("procedure", description())
        assert again.values()["peaks"] == "-123.456789012345 mV"
        assert again.device_line.scope == ALL

    def test_presets_are_saved_used_and_deleted(self, panel: ProcedurePanel) -> None:
        type_into(panel, "cycles", "77")
        panel.presets._save("long & slow / 77")
        panel.presets.chosen.emit({})
        assert panel.values() == VALUES
        panel.presets._fill()
        use = panel.presets.menu().actions()[0]
        assert use.text() == "long && slow / 77"
        use.trigger()
        assert panel.values()["cycles"] == "77"
        kept_values.delete_preset("iv_loop", "long & slow / 77")
        assert kept_values.presets("iv_loop") == {}

    def test_spoilt_settings_are_no_values(self, panel: ProcedurePanel) -> None:
        from PyQt5.QtCore import QSettings

        QSettings().setValue("presets/iv_loop", "{broken")
        QSettings().setValue("station/simulated/procedure/iv_loop/values", "[1, 2]")
        assert kept_values.presets("iv_loop") == {}
        assert kept_values.last_values("simulated", "iv_loop") == {}


class TestWantedParameters:
    WANTED = {  # noqa: RUF012
        "procedure": "endurance",
        "values": {"cycles": "1e5", "colour": "red"},
        "devices": ["D03", "D99"],
    }

    def test_they_are_put_in_with_their_devices_and_what_is_left_out_is_told(
        self, panel: ProcedurePanel, session: Session, told: list[tuple[str, str]]
    ) -> None:
        session.parameters_wanted.emit(self.WANTED)
        session.office.answer("procedure", description("endurance"))
        assert panel.chooser.currentText() == "endurance"
        assert panel.values() == VALUES | {"cycles": "1e5"}
        assert session.selection == ("D03",)
        assert panel.device_line.scope == SELECTED
        texts = [text for _, text in told]
        assert any("colour" in text for text in texts)
        assert any("D99" in text for text in texts)

    def test_a_procedure_that_the_station_has_not_is_told(
        self, panel: ProcedurePanel, session: Session, told: list[tuple[str, str]]
    ) -> None:
        session.parameters_wanted.emit(self.WANTED | {"procedure": "melting"})
        assert told == [("error", "This station knows no procedure melting")]
        assert panel.chooser.currentText() == "iv_loop"

    def test_those_of_a_run_are_asked_for(
        self, panel: ProcedurePanel, session: Session, told: list[tuple[str, str]]
    ) -> None:
        panel.presets.run_chosen.emit("/runs/1")
        assert session.office.last("parameters_of")["folder"] == "/runs/1"
        session.office.refuse("parameters_of", "/runs/1 is no run folder")
        assert told == [("error", "/runs/1 is no run folder")]
        session.office.answer("parameters_of", self.WANTED)
        session.office.answer("procedure", description("endurance"))
        assert panel.values()["cycles"] == "1e5"


def test_a_new_language_reaches_every_part(panel: ProcedurePanel) -> None:
    panel.start_button.setText("")
    QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))
    assert panel.start_button.text() == "&Start"


@pytest.fixture
def real_session(tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path / "runs")
    yield made
    made.close()


def test_with_a_real_clerk_a_loop_becomes_ready_and_a_wrong_one_does_not(
    qtbot: QtBot, real_session: Session
) -> None:
    panel = ProcedurePanel(real_session)
    qtbot.addWidget(panel)
    real_session.open_station("simulated")
    qtbot.waitUntil(lambda: bool(panel.form.fields), timeout=PATIENCE_MS)
    real_session.parameters_wanted.emit({"procedure": "iv_loop", "values": {}, "devices": ["D02"]})
    qtbot.waitUntil(panel.start_button.isEnabled, timeout=PATIENCE_MS)
    type_into(panel, "peaks", "-0.5 V, 0.5 V")
    qtbot.waitUntil(lambda: bool(panel.form.fields["peaks"].error), timeout=PATIENCE_MS)
    assert "beyond the limit of -350 mV" in panel.form.fields["peaks"].error
    assert not panel.start_button.isEnabled()
