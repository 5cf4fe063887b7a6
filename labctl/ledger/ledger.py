"""The ledger of one sample: what each of its devices has seen, and which are put aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from drivers.roles import Waveform
from labctl.errors import BadInput, Quarantined
from labctl.ledger.device_ledger import DeviceLedger, Started
from labctl.ledger.file_names import file_name, name_of
from labctl.ledger.history import DeviceHistory
from labctl.ledger.requirements import Requirements, refuse_unmet
from procedures.base import Application

FOLDER = "ledger"
"""Its place in the runs directory."""
_SUFFIX = ".jsonl"


class Ledger:
    """Append-only files `<runs>/ledger/<sample>/<device>.jsonl`, two lines an application.

    One line is written before the source is told anything, one after; what is planned and never
    ended counts with all that it can have been. So nothing is missing, whatever kills a process.
    """

    def __init__(self, runs: str | Path, sample: str) -> None:
        """`runs` is the runs directory, `sample` the sample's id; nothing is read yet.

        Raises `BadInput` for an empty id.
        """
        if not sample:
            raise BadInput("a sample without an id has no ledger; write its label under [sample]")
        self.runs = Path(runs)
        self.sample = sample
        self.folder = self.runs / FOLDER / file_name(sample)
        self._devices: dict[str, DeviceLedger] = {}

    def device(self, name: str) -> DeviceLedger:
        """One device's ledger, whether there is one yet or not."""
        if name not in self._devices:
            path = self.folder / f"{file_name(name)}{_SUFFIX}"
            self._devices[name] = DeviceLedger(path, self.sample, name)
        return self._devices[name]

    def devices(self) -> tuple[str, ...]:
        """Devices of which something stands in the ledger, sorted."""
        return tuple(sorted(name_of(path.stem) for path in self.folder.glob(f"*{_SUFFIX}")))

    def begin(self, application: Application, waveform: Waveform, identity: str) -> Started:
        """Write down what is about to be applied; see `DeviceLedger.plan`."""
        return self.device(application.device).plan(identity, application, waveform)

    def history(
        self, device: str, *, before: str | None = None, since: datetime | None = None
    ) -> DeviceHistory:
        """What a device has seen; all zero for one that has seen nothing.

        `before`: as it was before that run; `since`: only what began then or later.
        """
        return self.device(device).history(before=before, since=since)

    def new_sample(self, seed: int | None = None) -> None:
        """A new sample lies in the place of this one: every device begins a new life."""
        for name in self.devices():
            self.device(name).new_sample(seed)

    def quarantine(
        self, device: str, reason: str, run: str | None = None, event: object = None
    ) -> None:
        """Put a device aside; runs refuse it until it is released."""
        self.device(device).quarantine(reason, run, event)

    def release(self, device: str, who: str, why: str) -> None:
        """End a quarantine; raises `BadInput` when there is none."""
        self.device(device).release(who, why)

    def refuse_quarantined(self, devices: Iterable[str]) -> None:
        """Raise `Quarantined` when one of the devices is put aside."""
        for name in devices:
            one = self.device(name)
            if not one.is_quarantined() or (put_aside := one.life().quarantine) is None:
                continue
            run = f" in run {put_aside.run}" if put_aside.run else ""
            raise Quarantined(
                f"{name} of sample {self.sample!r} is in quarantine since {put_aside.time}{run}: "
                f"{put_aside.reason}; look at it, then release it with: labctl ledger {name} "
                f'--sample "{self.sample}" --out "{self.runs}" --release "why"'
            )

    def check(self, requirements: Requirements, devices: Iterable[str]) -> None:
        """Raise `BadInput` when a device has seen what it must not have seen."""
        if requirements == Requirements():
            return
        for name in devices:
            refuse_unmet(requirements, self.sample, name, self.device(name).life())


def samples(runs: str | Path) -> Iterator[str]:
    """Ids of the samples that have a ledger in a runs directory, sorted."""
    folder = Path(runs) / FOLDER
    if folder.is_dir():
        yield from sorted(name_of(path.name) for path in folder.iterdir() if path.is_dir())
