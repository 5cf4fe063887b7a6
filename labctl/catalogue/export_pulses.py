"""Conductance against pulses, as simulators of analog computing read it: aihwkit and CrossSim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np

from labctl.catalogue.pulse_trains import FloatArray, Train
from labctl.errors import BadInput


def write_aihwkit(trains: Sequence[Train], path: Path) -> list[str]:
    """Pulses and responses as `aihwkit.utils.fitting.fit_measurements` takes them, as one CSV.

    Each `measurement` is one train. `pulse` (+1 up, -1 down) is played after the state in its row
    was read; that of the last row, which the fit does not use, is 0. `weight` is the conductance
    with the lowest of the file at -1 and the highest at 1.
    """
    everything = np.concatenate([train.conductances_s for train in trains])
    low, high = float(everything.min()), float(everything.max())
    if low == high:
        raise BadInput("the pulses changed nothing: all conductances are equal")
    lines = ["measurement,pulse,weight,conductance_s,device,run"]
    for number, train in enumerate(trains, start=1):
        weights = 2 * (train.conductances_s - low) / (high - low) - 1
        lines += [
            f"{number},{sign},{weight!r},{conductance_s!r},{train.device},{train.run}"
            for sign, weight, conductance_s in zip(
                [*train.signs.tolist(), 0],
                weights.tolist(),
                train.conductances_s.tolist(),
                strict=True,
            )
        ]
    _write(path, lines)
    return [f"weight -1 is {low:g} S, weight 1 is {high:g} S"]


def write_aihwkit_steps(trains: Sequence[Train], path: Path) -> list[str]:
    """Columns `up_pulse` and `down_pulse` of conductances (S), as aihwkit's example of a
    PiecewiseStepDevice reads them: equally many of both.
    """
    up, down = (np.concatenate(_ramps(trains, up=up)) for up in (True, False))
    rows = min(up.size, down.size)
    lines = [f"{one!r},{other!r}" for one, other in zip(up.tolist(), down.tolist(), strict=False)]
    _write(path, ["up_pulse,down_pulse", *lines])
    left_out = max(up.size, down.size) - rows
    which = "up" if up.size > down.size else "down"
    return [f"the last {left_out} readings going {which} were left out"] if left_out else []


def write_crosssim(trains: Sequence[Train], path: Path) -> list[str]:
    """A folder with `set.csv` and `reset.csv`: a column a ramp, its first row the start (S).

    Ramps shorter than the longest end in empty cells, which CrossSim leaves out.
    """
    tables = {"set": _ramps(trains, up=True), "reset": _ramps(trains, up=False)}
    path.mkdir(parents=True)
    for name, ramps in tables.items():
        header = ",".join(f"rmp{number}" for number in range(1, len(ramps) + 1))
        rows = zip_longest(*(map(repr, ramp.tolist()) for ramp in ramps), fillvalue="")
        _write(path / f"{name}.csv", [header, *(",".join(row) for row in rows)])
    return ["values are conductances: read them with read_voltage = 1"]


def _ramps(trains: Sequence[Train], *, up: bool) -> list[FloatArray]:
    ramps = [ramp for train in trains for ramp in train.ramps(up=up)]
    if not ramps:
        what, other = ("set", "negative") if up else ("reset", "positive")
        raise BadInput(
            f"there are no {what} pulses (at {other} voltage) between readings, and both "
            "directions are needed; name a second run that has them"
        )
    return ramps


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\n" for line in lines)
