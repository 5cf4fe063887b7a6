"""What a person reads about a campaign: whether it can run, what is wrong, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QObject

NO_BREAK = "\N{NO-BREAK SPACE}"


class CampaignWords(QObject):
    """Sentences from what the clerk says; see `labctl.clerk.campaigns`."""

    def verdict(self, check: Mapping[str, Any], station: Mapping[str, Any]) -> tuple[str, str]:
        """Whether it can run at this station, and the sentence's weight."""
        if not check:
            return self.tr("Open a campaign file, or drop one here."), "muted"
        name, problems = check["name"], check["problems"]
        if problems:
            text = self.tr("{name} cannot run before this is mended; problems: {count}")
            return text.format(name=name, count=len(problems)), "bad"
        if check["station_file"] != station.get("file"):
            text = self.tr(
                "{name} is for station {theirs}, this window is at {ours}; open it there"
            )
            ours = station.get("name", "")
            return text.format(name=name, theirs=check["station"], ours=ours), "bad"
        text = self.tr("{name}: every item is in order. {description}")
        return text.format(name=name, description=check["description"]).strip(), "good"

    def problems(self, check: Mapping[str, Any]) -> str:
        """All that is wrong, one line each."""
        return "\n".join(self._problem(problem) for problem in check.get("problems", ()))

    def costs(self, check: Mapping[str, Any]) -> str:
        """What it takes, in one line that breaks between two entries only."""
        entries = (f"{label}: {value}" for label, value in check.get("costs", ()))
        return "   ".join(entry.replace(" ", NO_BREAK) for entry in entries)

    def progress(self, check: Mapping[str, Any], state: Mapping[str, Any]) -> str:
        """How far it is."""
        if not state.get("begun"):
            return self.tr("Not begun yet") if check else ""
        words = self.tr("{status}, {done} of {all} items done").format(
            status=self.tr("paused") if state["paused"] else self._status(str(state["status"])),
            done=state["done"],
            all=state["all"],
        )
        if state["running"] is not None:
            percent = round(100 * state["fraction"])
            now = self.tr("; now {item}, {percent} %")
            words += now.format(item=state["running"], percent=percent)
        if state["remaining"] is not None and state["pid"] is not None:
            words += self.tr("; about {time} to go").format(time=state["remaining"])
        return f"{words}: {state['reason']}" if state["reason"] else words

    def _problem(self, problem: Mapping[str, Any]) -> str:
        items = problem["items"]
        what = f"{items[0]}: " if items else ""
        if len(items) > 1:
            what = self.tr("{item} and {count} more: ").format(item=items[0], count=len(items) - 1)
        return f"{problem['place']}: {what}{problem['message']}"

    def _status(self, status: str) -> str:
        return {
            "running": self.tr("running"),
            "finished": self.tr("finished"),
            "failed": self.tr("failed"),
            "aborted": self.tr("stopped"),
            "incomplete": self.tr("interrupted"),
        }.get(status, status)
