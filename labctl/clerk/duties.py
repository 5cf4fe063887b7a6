"""Everything the window can ask for, by name; its module is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

_DUTIES = {
    "stations": "stations:stations",
    "station": "stations:station",
    "procedure": "procedures:procedure",
    "parameters_of": "procedures:parameters_of",
    "preview": "preview:preview",
    "search": "searching:search",
    "find": "searching:find",
    "export_list": "searching:export_list",
    "run_details": "comparing:run_details",
    "compare": "comparing:compare",
    "array": "array:array",
    "device": "devices:device",
    "put_aside_device": "devices:put_aside",
    "release_device": "devices:release",
    "curves": "curves:curves",
    "campaign_check": "campaigns:campaign_check",
    "campaign_state": "campaigns:campaign_state",
    "campaign_ask": "campaigns:campaign_ask",
}
"""What is answered once: module of this package, and function."""
_FOLLOWINGS = {
    "bench": "watching:bench",
    "run": "following:run",
    "log": "log_tail:log",
}
"""What is told on until something else of the kind is asked for."""


class Lazily(Mapping[str, Any]):
    """Functions by name, each imported when it is looked up: no clerk needs all of them.

    What one of two clerks never does, such as checking campaigns, costs it no memory.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:
        """The function; raises `KeyError` for a name that is not known."""
        module, _, function = self._places[name].partition(":")
        return getattr(import_module(f"labctl.clerk.{module}"), function)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places


DUTIES = Lazily(_DUTIES)
FOLLOWINGS = Lazily(_FOLLOWINGS)
