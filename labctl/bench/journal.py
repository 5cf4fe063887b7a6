"""`journal.jsonl` of a run: what is about to be done, what was done, what the bench answered."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from drivers.roles import Waveform
from procedures.base import Application


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One instrument-timed run: an application, or what is left of one that was interrupted."""

    number: int
    """Of the application in the run, from 0."""
    attempt: int = 0
    """How often the application was taken up again before."""
    waveform: Waveform
    first_point: int = 0
    """Points of the application that are accounted for."""
    skip: int = 0
    """Readings at the beginning that are known already."""

    def tag(self, run: str) -> str:
        """What the source is told to remember it by."""
        return f"{run}/{self.number}.{self.attempt}"


class Journal:
    """Append-only lines of JSON; a line has left the process when its method returns.

    What is about to be done to a device is on the disk before the source hears of it, so that
    even after a power cut nobody takes it for something that was never begun.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`, or create it; raises `OSError`.

        A last line without its end never counted; it is cut off.
        """
        self._file = path.open("a+b", buffering=0)
        self._file.seek(0)
        self._file.truncate(self._file.readall().rfind(b"\n") + 1)
        self._known: set[str] = set()

    def begin(
        self, segment: Segment, application: Application, tag: str, rows: int, at_s: float
    ) -> None:
        """A waveform is about to be played, when the run has so many rows."""
        waveform = segment.waveform
        self._append(
            {
                "begin": segment.number,
                "attempt": segment.attempt,
                "device": application.device,
                "purpose": application.purpose.value,
                "waveform": self._key(waveform),
                "repeats": waveform.repeats,
                "first_point": segment.first_point,
                "skip": segment.skip,
                "sensing": asdict(application.sensing),
                "tag": tag,
                "rows_before": rows,
                "at_s": at_s,
            }
        )
        os.fsync(self._file.fileno())

    def started(self, number: int, at_s: float) -> None:
        """It plays since this instant of the run's clock."""
        self._append({"started": number, "at_s": at_s})

    def end(self, number: int, points: int, *, cut_short: bool) -> None:
        """It was played, and so many points of it came."""
        self._append({"end": number, "points": points, "cut_short": cut_short})

    def saved(self, number: int) -> None:
        """It was cut short, and all that the source had measured of it was saved."""
        self._append({"saved": number})

    def uncertain(self, number: int, upto: int, why: str) -> None:
        """Points that did not come, up to this one, may or may not have been applied."""
        self._append({"uncertain": number, "upto": upto, "why": why})

    def held(self, tag: str | None) -> None:
        """What the source remembers from before the run."""
        self._append({"held": tag})

    def answer(self, what: str, value: Any) -> None:
        """What else the procedure was told, or asked for."""
        self._append({"answer": what, "value": value})

    def resumed(self, about: Mapping[str, Any]) -> None:
        """The run is taken up again."""
        self._append({"resumed": dict(about)})

    def close(self) -> None:
        """Close the file; nothing is left to write."""
        self._file.close()

    def _key(self, waveform: Waveform) -> str:
        """Name of a waveform's shape; the shape itself is written when it comes first."""
        key = shape_key(waveform)
        if key not in self._known:
            self._known.add(key)
            self._append(
                {
                    "waveform": key,
                    "levels_v": waveform.levels_v.tolist(),
                    "dwell_s": waveform.dwell_s.tolist(),
                    "record": waveform.record.tolist(),
                }
            )
        return key

    def _append(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry).encode() + b"\n"
        if self._file.write(line) != len(line):
            raise OSError(f"{self._file.name} takes no more")


def shape_key(waveform: Waveform) -> str:
    """The same for waveforms that differ in nothing but their repeats."""
    parts = (waveform.levels_v, waveform.dwell_s, waveform.record)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:16]
