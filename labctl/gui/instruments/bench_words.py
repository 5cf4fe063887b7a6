"""What is known of a bench, in the words of the panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QCoreApplication

from labctl.gui.instruments.readings import UNKNOWN, reading
from labctl.gui.plots.si_text import si_text

_SLOWEST_TOLD = 0.01


def state_words(bench: Mapping[str, Any]) -> tuple[str, str]:
    """The state of the bench with its sign, and how it is marked."""
    translate = QCoreApplication.translate
    known = {
        "idle": (translate("BenchWords", "○ Idle"), "muted"),
        "starting": (translate("BenchWords", "… In use, not measuring"), "warn"),
        "measuring": (translate("BenchWords", "▶ Measuring"), "good"),
        "paused": (translate("BenchWords", "⏸ Paused, output off"), "warn"),
        "stopping": (translate("BenchWords", "■ Stopping"), "warn"),
        "safe": (translate("BenchWords", "✔ Safe, finishing"), "good"),
        "silent": (translate("BenchWords", "✖ Does not answer"), "bad"),
        "gone": (translate("BenchWords", "✖ Its process is gone"), "bad"),
    }
    return known.get(str(bench.get("state")), (translate("BenchWords", "? Not known yet"), "muted"))


def output_words(output: object) -> tuple[str, str]:
    """Whether the source drives anything, and how that is marked."""
    translate = QCoreApplication.translate
    if output is None:
        return translate("BenchWords", "? not known"), "unknown"
    if output:
        return translate("BenchWords", "⚡ ON"), "on"
    return translate("BenchWords", "○ off"), "off"


def closed_words(closed: object) -> str:
    """Which crosspoints are closed."""
    if not isinstance(closed, list):
        return UNKNOWN
    return " ".join(map(str, closed)) or QCoreApplication.translate("BenchWords", "all open")


def clock_words(seen: Mapping[str, Any]) -> str:
    """Which clock the run has, and how fast it goes."""
    translate = QCoreApplication.translate
    if seen.get("clock") != "virtual":
        return translate("BenchWords", "real time") if seen.get("clock") else UNKNOWN
    speed = seen.get("speed")
    if speed is None or speed < _SLOWEST_TOLD:
        return translate("BenchWords", "virtual time")
    return translate("BenchWords", "virtual time, {speed} × real").format(speed=f"{speed:,.10g}")


def current_words(seen: Mapping[str, Any]) -> str:
    """The current measured last; one that did not fit the range has no value."""
    if seen.get("overflow"):
        return QCoreApplication.translate("BenchWords", "▲ over range")
    return reading(seen.get("current_a"), "A")


def compliance_words(seen: Mapping[str, Any]) -> tuple[str, str]:
    """The compliance, with a sign when the source was held by it, and how that is marked."""
    if (compliance_a := seen.get("compliance_a")) is None:
        return UNKNOWN, ""
    value = si_text(compliance_a, "A")
    return (f"{value} ▲", "warn") if seen.get("limited") else (value, "")


def evidence_words(safe: Mapping[str, Any] | None) -> tuple[str, str]:
    """What was read back when the instruments were made safe, and how that is marked."""
    if safe is None:
        return UNKNOWN, "muted"
    translate = QCoreApplication.translate
    at = str(safe.get("at", ""))[11:19]
    if not safe.get("verified"):
        failures = "; ".join(map(str, safe.get("failures", ())))
        words = translate("BenchWords", "✖ NOT verified safe {at}: {failures}; check it by hand")
        return words.format(at=at, failures=failures), "bad"
    found = []
    if "output" in safe.get("smu", {}):
        found.append(translate("BenchWords", "source off"))
    if "closed" in safe.get("matrix", {}):
        found.append(translate("BenchWords", "relays open"))
    words = translate("BenchWords", "✔ {found}, read back {at}")
    return words.format(found=", ".join(found), at=at), "good"
