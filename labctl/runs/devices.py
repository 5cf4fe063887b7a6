"""Which devices a run takes, known from the station file alone."""

from __future__ import annotations

from collections.abc import Sequence

from labctl.config import StationConfig
from labctl.errors import BadInput, missing_role
from procedures.base import LabProcedure


def choose_devices(
    procedure: LabProcedure, station: StationConfig, devices: Sequence[str] | None
) -> tuple[str, ...]:
    """Devices of a run, in order; None takes as many as the procedure needs from the wiring.

    A procedure for the whole array takes all of them. Raises `BadInput` for a station that lacks
    what the procedure needs, for a device that is not wired or named twice, for a number of
    devices the procedure cannot work with, for more than one on a station without a switch matrix,
    and for a single name where a list of names belongs;
    `ParameterError` for devices that do not go with the parameters.
    """
    if isinstance(devices, str):
        raise BadInput(f"devices is a list of names: [{devices!r}], not {devices!r}")
    for role in sorted(procedure.required_roles()):
        if role not in station.instruments:
            raise missing_role(station.name, role)
    wired, needed = station.wiring.devices, procedure.device_count
    usual = len(wired) if procedure.whole_array else needed or 1
    chosen = tuple(wired)[:usual] if devices is None else tuple(devices)
    for device in chosen:
        station.wiring.crosspoint_of(device)
    if len(set(chosen)) < len(chosen):
        raise BadInput(f"a device is named twice: {', '.join(chosen)}")
    if not chosen or needed not in (None, len(chosen)):
        raise BadInput(
            f"{procedure.name} needs {needed or 'one or more'} devices, not {len(chosen)}; "
            f"station {station.name!r} has {len(wired)}: {', '.join(wired)}"
        )
    if len(chosen) > 1 and "matrix" not in station.instruments:
        raise BadInput(f"station {station.name!r} has no switch matrix; ask for one device")
    procedure.check_devices(chosen)
    return chosen
