"""How a run is, in a word, a sign, and a style; none of them alone carries the meaning."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QCoreApplication

OVER = frozenset({"finished", "aborted", "failed", "incomplete"})
"""Statuses that a run keeps."""


@dataclass(frozen=True)
class StateLook:
    """Of one status."""

    sign: str
    word: str
    style: str
    """For the dynamic property `state` of a label."""


def state_look(status: str, bench_state: str | None = None) -> StateLook:
    """How to show the status of a run; `bench_state` tells more of one that is running."""
    translate = QCoreApplication.translate
    looks = {
        "running": StateLook("▶", translate("RunState", "measuring"), "good"),
        "paused": StateLook("⏸", translate("RunState", "paused"), "warn"),
        "stopping": StateLook("■", translate("RunState", "stopping"), "warn"),
        "finished": StateLook("✔", translate("RunState", "finished"), "good"),
        "aborted": StateLook("■", translate("RunState", "aborted"), "warn"),
        "failed": StateLook("✖", translate("RunState", "failed"), "bad"),
        "incomplete": StateLook(
            "⚠", translate("RunState", "incomplete: its process is gone"), "bad"
        ),
    }
    if status == "running" and bench_state in ("paused", "stopping"):
        return looks[bench_state]
    return looks.get(status, StateLook("?", status, "muted"))
