"""A clerk whose answers are given by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

STATION: dict[str, Any] = {
    "asked": "simulated",
    "name": "simulated",
    "file": "/stations/simulated.toml",
    "description": "simulated 2636B, 707B, and 336 on a simulated array of 18 devices",
    "simulated": True,
    "in_process": True,
    "clock": "bench_control",
    "sample": {
        "name": "simulated Ag2S dot array",
        "id": "dot18",
        "topology": "18 dots on a common bottom electrode",
        "notes": "",
        "regime": "interface",
    },
    "devices": [f"D{number:02d}" for number in range(1, 19)],
    "crosspoints": {
        f"D{number:02d}": f"{1 + number // 13}A{(number - 1) % 12 + 1:02d}"
        for number in range(1, 19)
    },
    "always_closed": ["2B12"],
    "instruments": [
        {"role": "smu", "driver": "keithley2636b", "resource": "GPIB0::26::INSTR"},
        {"role": "matrix", "driver": "keithley707b", "resource": "GPIB0::16::INSTR"},
        {"role": "temperature", "driver": "lakeshore336", "resource": "GPIB0::12::INSTR"},
    ],
    "limits": [
        {"name": "voltage_min", "value": -0.35, "unit": "V", "text": "-350 mV",
         "set_by": "sample dot18, interface regime"},
        {"name": "voltage_max", "value": 0.55, "unit": "V", "text": "550 mV",
         "set_by": "sample dot18, interface regime"},
    ],
    "procedures": [
        {"name": "iv_loop", "meaning": "I-V loops of any order"},
        {"name": "endurance", "meaning": "cycle each device between ON and OFF"},
    ],
}  # fmt: skip


class FakeLink(QObject):
    """In the place of a `ClerkLink`: keeps what is asked, and answers when the test says so."""

    died = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asked: list[dict[str, Any]] = []
        """Every question and following, with `do`, `then`, `refused`, and its details."""
        self.followed: dict[str, dict[str, Any]] = {}
        """What is followed now, by name."""
        self.pid = None

    def ask(
        self,
        do: str,
        then: Callable[[dict[str, Any]], object],
        *,
        refused: Callable[[str], object] | None = None,
        topic: str | None = None,
        **details: Any,
    ) -> None:
        self.asked.append({**details, "do": do, "then": then, "refused": refused, "topic": topic})

    def follow(
        self,
        do: str,
        then: Callable[[dict[str, Any]], object],
        *,
        refused: Callable[[str], object] | None = None,
        **details: Any,
    ) -> None:
        self.followed[do] = {**details, "do": do, "then": then, "refused": refused}

    def unfollow(self, do: str) -> None:
        self.followed.pop(do, None)

    def close(self) -> None:
        self.asked.clear()
        self.followed.clear()

    def last(self, do: str) -> dict[str, Any]:
        """The latest question of a kind."""
        return next(question for question in reversed(self.asked) if question["do"] == do)

    def answer(self, do: str, answer: Mapping[str, Any]) -> None:
        """Answer the latest question of a kind."""
        self.last(do)["then"](answer)

    def refuse(self, do: str, why: str) -> None:
        """Refuse the latest question of a kind."""
        self.last(do)["refused"](why)

    def tell(self, do: str, answer: Mapping[str, Any]) -> None:
        """News of what is followed."""
        self.followed[do]["then"](answer)
