"""What can be done to the chosen items: actions with keys, for buttons and for the menu."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QWidget

from labctl.gui.queue.item import OPEN, Item, State

_KEYS = {
    "up": "Alt+Up",
    "down": "Alt+Down",
    "edit": "F2",
    "hold": "Ctrl+H",
    "skip": "Ctrl+K",
    "remove": "Del",
    "again": "Ctrl+D",
    "resume": "Ctrl+R",
    "use": "Ctrl+U",
    "open": "Ctrl+Return",
    "clear": "Ctrl+Shift+Del",
}


class ItemActions(QObject):
    """By name, in the order of the menu; `offer` enables what can be done now."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self.actions = {name: self._action(panel, key) for name, key in _KEYS.items()}
        self._lets_go = False
        self.retranslate()
        self.offer((), ours=False)

    def __getitem__(self, name: str) -> QAction:
        return self.actions[name]

    def offer(self, chosen: Sequence[Item], *, ours: bool) -> None:
        """Enable what can be done to the chosen items; nothing in another window's queue."""
        open_ = bool(chosen) and all(item.state in OPEN for item in chosen)
        one = chosen[0] if len(chosen) == 1 else None
        passed_over = (State.HELD, State.SKIPPED)
        self._lets_go = bool(chosen) and all(item.state in passed_over for item in chosen)
        can = {
            "up": open_,
            "down": open_,
            "edit": one is not None and one.editable,
            "hold": open_ or self._lets_go,
            "skip": open_,
            "remove": bool(chosen) and all(item.state is not State.RUNNING for item in chosen),
            "again": bool(chosen),
            "resume": one is not None and one.resumable,
            "clear": True,
        }
        for name, action in self.actions.items():
            action.setEnabled(ours and can.get(name, False))
        self["use"].setEnabled(one is not None and bool(one.values))
        self["open"].setEnabled(one is not None and one.folder is not None)
        self._name_hold()

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        texts = {
            "up": (self.tr("Move &up"), self.tr("Run the chosen items earlier")),
            "down": (self.tr("Move &down"), self.tr("Run the chosen items later")),
            "edit": (self.tr("&Edit…"), self.tr("Change what was ordered; it has not begun")),
            "hold": (self.tr("&Hold"), self.tr("Pass over the chosen items until let go")),
            "skip": (self.tr("S&kip"), self.tr("Do not run the chosen items")),
            "remove": (
                self.tr("Re&move"),
                self.tr("Take the rows out of the queue; what was measured stays"),
            ),
            "again": (self.tr("&Again"), self.tr("Add the same once more, at the end")),
            "resume": (
                self.tr("&Resume"),
                self.tr("Go on where it stopped, in the same run folder; no stress is repeated"),
            ),
            "use": (
                self.tr("To the &form"),
                self.tr("Put procedure, parameters, and devices into the procedure panel"),
            ),
            "open": (self.tr("&Open run"), self.tr("Look at what was measured")),
            "clear": (
                self.tr("&Clear finished"),
                self.tr("Take out the rows that are finished or skipped"),
            ),
        }
        for name, (text, tip) in texts.items():
            action = self.actions[name]
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(text)
            action.setToolTip(f"{tip} ({key})")
        self._name_hold()

    def _name_hold(self) -> None:
        self["hold"].setText(self.tr("&Let go") if self._lets_go else self.tr("&Hold"))

    def lets_go(self) -> bool:
        """Whether "hold" means to let go now."""
        return self._lets_go

    def _action(self, panel: QWidget, key: str) -> QAction:
        action = QAction(panel)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        panel.addAction(action)
        return action
