"""Everything the window can ask for, by name."""

from __future__ import annotations

from collections.abc import Mapping

from labctl.clerk.array import array
from labctl.clerk.campaigns import campaign_ask, campaign_check, campaign_state
from labctl.clerk.comparing import compare, run_details
from labctl.clerk.curves import curves
from labctl.clerk.desk import Duty, Following
from labctl.clerk.devices import device, put_aside, release
from labctl.clerk.following import run
from labctl.clerk.log_tail import log
from labctl.clerk.preview import preview
from labctl.clerk.procedures import parameters_of, procedure
from labctl.clerk.searching import export_list, find, search
from labctl.clerk.stations import station, stations
from labctl.clerk.watching import bench

DUTIES: Mapping[str, Duty] = {
    "stations": stations,
    "station": station,
    "procedure": procedure,
    "parameters_of": parameters_of,
    "preview": preview,
    "search": search,
    "find": find,
    "export_list": export_list,
    "run_details": run_details,
    "compare": compare,
    "array": array,
    "device": device,
    "put_aside_device": put_aside,
    "release_device": release,
    "curves": curves,
    "campaign_check": campaign_check,
    "campaign_state": campaign_state,
    "campaign_ask": campaign_ask,
}
"""What is answered once."""
FOLLOWINGS: Mapping[str, Following] = {
    "bench": bench,
    "run": run,
    "log": log,
}
"""What is told on until something else of the kind is asked for."""
