"""A campaign that decides as it goes: a script's runs, with the journal and resume of a file's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from labctl.campaigns.planning.items import Item, item_key
from labctl.campaigns.running.conductor import Conductor
from labctl.errors import BadInput, ResumeRefused
from labctl.runs.devices import choose_devices
from labctl.runs.run import Run
from procedures.base import LabProcedure


class CampaignSession:
    """Runs what a script asks for, one after another.

    The same script goes through the same runs when it is resumed: those that are over are not
    measured again but read, so that it decides as it did before.
    """

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._asked: Counter[str] = Counter()
        self._index = 0

    def run(
        self,
        procedure: LabProcedure,
        devices: Sequence[str] | None = None,
        *,
        step: str | None = None,
        temperature_k: float | None = None,
    ) -> Run:
        """Measure, go on with a run that was interrupted, or read one that is over.

        `step` is its name in the journal and the report, the procedure's by default; the stage is
        brought to `temperature_k` first. What happens while measuring is not raised: look at the
        run's `status`. Raises `BadInput` or `ParameterError` for what cannot be run, `Stopped`
        when the campaign is asked to stop, `ResumeRefused` when a resumed script asks for
        something else than it did before.
        """
        item = self._item(procedure, devices, step or procedure.name, temperature_k)
        self._refuse_other(item)
        done = self._conductor.perform(item, {})
        run = self._conductor.run_of(done)
        if run is None:
            raise BadInput(f"{item.key}: {done.reason}")
        return run

    def _item(
        self,
        procedure: LabProcedure,
        devices: Sequence[str] | None,
        step: str,
        temperature_k: float | None,
    ) -> Item:
        procedure.check()
        chosen = choose_devices(procedure, self._conductor.station.config, devices)
        shown = chosen if len(chosen) == 1 else ()
        key = item_key(step, shown, temperature_k, {}, 0)
        self._asked[key] += 1
        self._index += 1
        if self._asked[key] > 1:
            key = f"{key}/#{self._asked[key]}"
        return Item(
            index=self._index,
            key=key,
            step=step,
            procedure=procedure,
            devices=chosen,
            parameters=procedure.parameter_values(),
            temperature_k=temperature_k,
            repeat=self._asked[key],
        )

    def _refuse_other(self, item: Item) -> None:
        known = self._conductor.state.items.get(item.key)
        if known is None or known.began is None:
            return
        before: dict[str, Any] = dict(known.record)
        if before != item.as_record():
            raise ResumeRefused(
                f"run {item.index} of the campaign is {item.key}, but not as it was begun "
                f"({before}); a script that is resumed must ask for the same runs in the same order"
            )
