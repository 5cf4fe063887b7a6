"""What a script calls: a campaign built from steps or read from a file, checked, run, resumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from labctl.campaigns.campaign_file import read_definition
from labctl.campaigns.definition import Definition
from labctl.campaigns.planning.checking import CheckedCampaign, check
from labctl.campaigns.record.state import CampaignState
from labctl.campaigns.running.conductor import Watching
from labctl.campaigns.running.execution import execute
from labctl.campaigns.running.opening import (
    campaign_held,
    conducted,
    last_state,
    refuse_to_repeat,
    state_to_resume,
)
from labctl.campaigns.running.session import CampaignSession

DEFAULT_OUT = Path("runs")


def unwatched(_: str) -> nullcontext:
    """Shows nothing."""
    return nullcontext(lambda _: None)


class Campaign(Definition):
    """Procedures over devices, parameters, and temperatures on one station.

    Campaign(name="yield", station="simulated", steps=[
        Step("read", "array_read"),
        Step("loops", "iv_loop", devices=["D01-D09"], requires="read.devices.verdict == good"),
    ]).run()
    """

    @classmethod
    def load(cls, file: str | Path) -> Campaign:
        """Read a campaign file; raises `ConfigError` with the file and line of what is wrong."""
        return cls(**vars(read_definition(Path(file))))

    def runs(self, out: str | Path | None = None) -> Path:
        """The runs directory: `out`, else the campaign's own, else `runs`."""
        return Path(out or self.out or DEFAULT_OUT).resolve()

    def check(self, *, out: str | Path | None = None) -> CheckedCampaign:
        """Expand and plan every item, touching nothing; all that is wrong is in the result.

        What devices have seen is looked up in the ledger of the runs directory.
        """
        return check(self, self.runs(out))

    def state(self, *, out: str | Path | None = None) -> CampaignState | None:
        """What the last start of the campaign has done; None when there was none."""
        return last_state(self, self.runs(out))

    def run(
        self,
        *,
        out: str | Path | None = None,
        anew: bool = False,
        watching: Watching = unwatched,
    ) -> CampaignState:
        """Check all, then run item after item; returns what became of the campaign.

        A campaign of this name that was begun and not finished is not begun again unless `anew`.
        Raises `CampaignRefused` with all that is wrong before anything is touched, `Busy` when it
        runs already. What goes wrong later is not raised: see the `status` of what is returned.
        """
        return self._executed(out, resume=False, anew=anew, watching=watching)

    def resume(
        self, *, out: str | Path | None = None, watching: Watching = unwatched
    ) -> CampaignState:
        """Go on with the last start of this campaign where it ended; see `run`.

        What is over is not repeated; an item that was interrupted goes on in its own run. Raises
        `ResumeRefused` when nothing is left, or what was begun is not what is asked for now.
        """
        return self._executed(out, resume=True, anew=False, watching=watching)

    @contextmanager
    def session(
        self,
        *,
        out: str | Path | None = None,
        anew: bool = False,
        watching: Watching = unwatched,
    ) -> Iterator[CampaignSession]:
        """Open the station for a script that asks for one run after another.

        A script that was begun before is gone through again: runs that are over are read instead
        of measured, and the one that was interrupted goes on; see `CampaignSession`. `anew`
        measures everything again. Raises `Busy` when the campaign runs already, and what
        `labctl.open_station` raises.
        """
        runs = self.runs(out)
        with campaign_held(self, runs) as lock:
            resumed = None if anew else last_state(self, runs)
            with conducted(
                self, runs, planned=None, resumed=resumed, watching=watching, lock=lock
            ) as conductor:
                yield CampaignSession(conductor)

    def _executed(
        self, out: str | Path | None, *, resume: bool, anew: bool, watching: Watching
    ) -> CampaignState:
        checked, runs = self.check(out=out), self.runs(out)
        checked.refuse()
        with campaign_held(self, runs) as lock:
            if not (resume or anew):
                refuse_to_repeat(self, runs)
            resumed = state_to_resume(self, runs) if resume else None
            return execute(checked, runs, resumed=resumed, watching=watching, lock=lock)
