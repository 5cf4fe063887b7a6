"""The lines of one device's ledger, taken together: one record an application, in order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, cast

from labctl.ledger.lines import Entry, parse_lines

MEASURED_MARGIN_V = 1e-3
MEASURED_MARGIN = 0.01
"""A measured voltage counts as more than the programmed one only beyond 1 mV and 1 % of it: less
is the error of source and meter."""


class Seen(TypedDict):
    """One application to one device, as far as is known; the keys are those of its two lines."""

    planned: str
    """Its identity, "<run>/<which of its applications>"."""
    time: str
    """When it was about to begin (ISO 8601, UTC)."""
    purpose: str
    min_v: float
    max_v: float
    """Programmed or measured, whichever is wider (see `MEASURED_MARGIN`)."""
    repeats: int
    pulses: int
    duration_s: float
    under_voltage_s: float
    limit_a: float
    uncertain: bool
    """Whether it may have ended early, or never begun: then this is the most it can have been."""
    cut_short: bool
    ended: str | None
    """When its end was written down; None when it never was."""
    points: int
    measured_min_v: float | None
    measured_max_v: float | None
    charge_c: float
    energy_j: float
    recorded: float
    last_v: float | None
    last_a: float | None
    state_s: float | None
    temperature_k: float | None


_NEVER_ENDED: dict[str, Any] = {
    "uncertain": True,
    "cut_short": False,
    "ended": None,
    "points": 0,
    "measured_min_v": None,
    "measured_max_v": None,
    "charge_c": 0.0,
    "energy_j": 0.0,
    "recorded": 0.0,
    "last_v": None,
    "last_a": None,
    "state_s": None,
    "temperature_k": None,
}


@dataclass(frozen=True, kw_only=True)
class Quarantine:
    """That a device was put aside."""

    reason: str
    time: str
    run: str | None
    event: object = None


@dataclass(frozen=True, kw_only=True)
class Life:
    """What the ledger says of a device since its sample was made new."""

    applications: Sequence[Seen]
    """In the order they began."""
    since: str | None = None
    """When the sample was made new; None when the ledger knows it from its first application."""
    seed: int | None = None
    """Of the simulated array that was made new then."""
    quarantine: Quarantine | None = None

    @classmethod
    def of(cls, content: bytes) -> Life:
        """From a ledger's content; only what comes after the last new sample counts."""
        lines = parse_lines(content[max(0, content.rfind(_line_with("new_sample"))) :])
        new = next((line for line in lines[:1] if "new_sample" in line), {})
        return cls(
            applications=_applications(lines),
            since=new.get("time"),
            seed=new.get("new_sample"),
            quarantine=_quarantine(lines),
        )

    def since_time(self, time: str) -> Life:
        """Only the applications that began at `time` (as it stands in the ledger) or later."""
        return replace(self, applications=[one for one in self.applications if one["time"] >= time])


def run_of(seen: Seen) -> str:
    """The run that an application belongs to."""
    return seen["planned"].rpartition("/")[0]


def until_run(content: bytes, run: str) -> bytes | None:
    """A ledger's content before the first application of a run; None when it has none."""
    begin = content.find(_line_with("planned", f"{run}/"))
    return None if begin < 0 else content[:begin]


def is_quarantined(content: bytes) -> bool:
    """Whether the last word on it is that the device is put aside; far quicker than its life."""
    ends = max(content.rfind(_line_with(kind)) for kind in ("released", "new_sample"))
    return content.rfind(_line_with("quarantined")) > ends


def _line_with(kind: str, beginning: str | None = None) -> bytes:
    """How a line of a kind begins; within a line there is no line break, not even in a text."""
    value = "" if beginning is None else json.dumps(beginning)[:-1]
    return f'\n{{"{kind}":{value}'.encode()


def _applications(lines: Sequence[Entry]) -> list[Seen]:
    planned: dict[str, Entry] = {}
    ended: dict[str, Entry] = {}
    for line in lines:
        if "planned" in line:
            planned[line["planned"]] = line
        elif "measured" in line:
            ended[line["measured"]] = line
        elif "not_applied" in line:
            planned.pop(line["not_applied"], None)
    # Of a waveform that was cut short, the second line has the dose of the part that was played.
    return [
        _widened({**line, **ended[identity]}) if identity in ended
        else cast(Seen, {**line, **_NEVER_ENDED})
        for identity, line in planned.items()
    ]  # fmt: skip


def _widened(merged: Entry) -> Seen:
    """With the measured extremes where they lie beyond the programmed ones by more than errors."""
    low_v, high_v = merged["measured_min_v"], merged["measured_max_v"]
    if low_v is not None and low_v < merged["min_v"] - _margin_v(merged["min_v"]):
        merged["min_v"] = low_v
    if high_v is not None and high_v > merged["max_v"] + _margin_v(merged["max_v"]):
        merged["max_v"] = high_v
    return cast(Seen, merged)


def _margin_v(programmed_v: float) -> float:
    return MEASURED_MARGIN_V + MEASURED_MARGIN * abs(programmed_v)


def _quarantine(lines: Sequence[Entry]) -> Quarantine | None:
    last = None
    for line in lines:
        if "released" in line:
            last = None
        elif "quarantined" in line:
            last = Quarantine(
                reason=line["quarantined"], time=line["time"], run=line["run"], event=line["event"]
            )
    return last
