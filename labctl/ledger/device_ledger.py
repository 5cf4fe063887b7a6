"""The ledger of one device: lines go in before and after every application, its life comes out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from drivers.roles import Trace, Waveform
from labctl.errors import BadInput
from labctl.ledger.dose import Dose, Received
from labctl.ledger.history import DeviceHistory
from labctl.ledger.life import Life, is_quarantined, until_run
from labctl.ledger.lines import Entry, append_line, parse_lines, read_content, utc_now, utc_text
from procedures.base import Application, Purpose

SCHEMA = 1


class DeviceLedger:
    """One device's file. Only appended to, by any number of processes; nothing is kept open."""

    def __init__(self, path: Path, sample: str, device: str) -> None:
        """Nothing is read or written until something is asked for."""
        self.path = path
        self.sample = sample
        self.device = device
        self._header: Entry = {"ledger": SCHEMA, "sample": sample, "device": device}
        self._ours = False
        self._stress_pulses: int | None = None

    def plan(self, identity: str, application: Application, waveform: Waveform) -> Started:
        """Write what is about to be applied; call it before the source is told anything.

        `identity` is "<run>/<which of its applications>"; `waveform` is what is played at once,
        the application's own or some of its repeats. Raises `StorageError`, and then nothing may
        be applied.
        """
        dose = Dose.of(waveform)
        self._append(
            planned=identity,
            time=utc_now(),
            purpose=application.purpose.value,
            **vars(dose),
            limit_a=application.sensing.limit_a,
        )
        if self._stress_pulses is not None and application.purpose is Purpose.STRESS:
            self._stress_pulses += dose.pulses
        return Started(self, identity, waveform, application.purpose)

    def measured(
        self,
        identity: str,
        waveform: Waveform,
        purpose: Purpose,
        trace: Trace,
        *,
        temperature_k: float = math.nan,
        cut_short: bool = False,
        uncertain: bool = False,
        at_most: Waveform | None = None,
    ) -> None:
        """Write what came of the application `identity`; the last such line counts.

        `trace` holds the readings that came, the first ones of the waveform; the clock of its
        times does not matter. `uncertain` means that more may have been applied than was read:
        the planned dose goes on to count, or that of `at_most` where it is known that no more was
        played. `temperature_k` is the mean, nan without a controller.
        """
        partial = at_most is not None or (cut_short and not uncertain)
        played = Dose.of(waveform if at_most is None else at_most)
        if partial and at_most is None:
            played = Dose.until_cut(waveform, len(trace))
        self._append(
            measured=identity,
            ended=utc_now(),
            cut_short=cut_short,
            uncertain=uncertain,
            **vars(Received.of(waveform, trace, purpose, played)),
            temperature_k=temperature_k if math.isfinite(temperature_k) else None,
            **(vars(played) if partial else {}),
        )

    def not_applied(self, identity: str, why: str) -> None:
        """Take a planned application out of the account: it is proven that it never began."""
        self._append(not_applied=identity, time=utc_now(), why=why)

    def new_sample(self, seed: int | None) -> None:
        """A new device lies in the place of the one so far; its life begins here."""
        self._append(new_sample=seed, time=utc_now())
        self._stress_pulses = None

    def quarantine(self, reason: str, run: str | None = None, event: object = None) -> None:
        """Put the device aside until it is released; `event` is JSON-able."""
        self._append(quarantined=reason, time=utc_now(), run=run, event=event)

    def release(self, who: str, why: str) -> None:
        """End the quarantine; raises `BadInput` when there is none."""
        if not self.is_quarantined():
            raise BadInput(f"{self.device} of sample {self.sample!r} is not in quarantine")
        self._append(released=who, time=utc_now(), why=why)

    def is_quarantined(self) -> bool:
        """Whether it was put aside and not released."""
        return is_quarantined(self._content())

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self.path.exists()

    def life(self, *, before: str | None = None, since: datetime | None = None) -> Life:
        """Everything since the sample was made new, as it stood before the run `before`.

        With `since` only what began at that time or later. Raises `BadInput` for a run that the
        ledger does not know, and for a file that is another device's.
        """
        content: bytes | None = self._content()
        if before is not None and (content := until_run(content, before)) is None:
            raise BadInput(
                f"the ledger of {self.device} of sample {self.sample!r} knows no run {before!r}; "
                "give the name of the run's folder, as `labctl ledger` lists it under Runs"
            )
        life = Life.of(content)
        return life if since is None else life.since_time(utc_text(since))

    def history(self, *, before: str | None = None, since: datetime | None = None) -> DeviceHistory:
        """Totals of `life`."""
        return DeviceHistory.of(self.sample, self.device, self.life(before=before, since=since))

    def stress_pulses(self) -> int:
        """`history().stress_pulses`, for a limit: read once, then what is planned is added.

        What other processes have applied meanwhile is not seen; one that holds the instruments
        need not fear that.
        """
        if self._stress_pulses is None:
            self._stress_pulses = self.history().stress_pulses
        return self._stress_pulses

    def _content(self) -> bytes:
        content = read_content(self.path)
        self._refuse_others(content)
        return content

    def _append(self, **entry: object) -> None:
        if not self._ours:
            # Once: file systems that ignore case hold the same file for D01 and d01.
            self._content()
            self._ours = True
        append_line(self.path, entry, header=self._header)

    def _refuse_others(self, content: bytes) -> None:
        lines = parse_lines(content[: content.find(b"\n") + 1])
        first: Entry = lines[0] if lines else self._header
        if first.get("ledger", SCHEMA) != SCHEMA:
            raise BadInput(
                f"{self.path} is of schema {first['ledger']}, but this version reads {SCHEMA}; "
                "use the version that wrote it, or a newer one"
            )
        owner = (first.get("sample", self.sample), first.get("device", self.device))
        if owner != (self.sample, self.device):
            raise BadInput(
                f"{self.path} belongs to {owner[1]} of sample {owner[0]!r}, not to {self.device} "
                f"of sample {self.sample!r}: names must differ in more than case; rename one"
            )


@dataclass(frozen=True)
class Started:
    """An application that stands in the ledger as planned."""

    ledger: DeviceLedger
    identity: str
    """As in `DeviceLedger.plan`."""
    waveform: Waveform
    purpose: Purpose

    def end(
        self,
        trace: Trace,
        temperature_k: float = math.nan,
        *,
        cut_short: bool = False,
        uncertain: bool = False,
    ) -> None:
        """Write what came of it; see `DeviceLedger.measured`."""
        self.ledger.measured(
            self.identity,
            self.waveform,
            self.purpose,
            trace,
            temperature_k=temperature_k,
            cut_short=cut_short,
            uncertain=uncertain,
        )
