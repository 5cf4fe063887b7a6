"""Numbers that the criteria ask for, each computed from the results or rows of runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from labctl.reproduce.recipe_table import ENCODINGS
from labctl.reproduce.verdicts import Runs
from procedures.analysis.conduction_laws import K_EV_PER_K
from procedures.analysis.convolution import VOLTS_PER_GRAY
from procedures.analysis.endurance_statistics import device_cycles, share_within
from procedures.analysis.rt_points import point_table
from procedures.columns import GRAY, PHASE, SET_VOLTAGE

Value = Callable[[Runs], float | None]
HOLE_DIAMETER_M = 100e-9
"""Contact hole of the paper's devices."""
RICHARDSON_A_M2_K2 = 1.2e6
"""Of the free electron."""
CONVOLUTIONS = tuple(f"convolution_{name}" for name in ENCODINGS)


def result(key: str, name: str) -> Value:
    """A single-valued result of a recipe's run."""
    return lambda runs: runs[key].results[name]


def of_table(key: str, name: str, pick: Callable[[Sequence[float]], float]) -> Value:
    """One number of a column of a table; `name` is "table.column"."""
    table, column = name.split(".")

    def value(runs: Runs) -> float | None:
        entries = [row[column] for row in runs[key].results[table] if row[column] is not None]
        return pick(entries) if entries else None

    return value


def over(keys: Sequence[str], name: str, pick: Callable[[Sequence[float]], float]) -> Value:
    """One number of the same result of several runs."""
    return lambda runs: pick([runs[key].results[name] for key in keys])


def ratio(above: Value, below: Value) -> Value:
    """The quotient of two values."""

    def value(runs: Runs) -> float | None:
        upper, lower = above(runs), below(runs)
        return None if upper is None or not lower else upper / lower

    return value


def less(above: Value, below: Value) -> Value:
    """The difference of two values."""

    def value(runs: Runs) -> float | None:
        upper, lower = above(runs), below(runs)
        return None if upper is None or lower is None else upper - lower

    return value


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean."""
    return sum(values) / len(values)


def worst(values: Sequence[float]) -> float:
    """Largest magnitude."""
    return max(map(abs, values))


def unit_energy_j(array: str) -> Value:
    """Mean energy of all devices of weight 1 of both kernels."""
    keys = [f"encoding_{name}" for name, (_, held) in ENCODINGS.items() if held == array]

    def value(runs: Runs) -> float | None:
        energies = [
            device["energy_j"]
            for key in keys
            for device in runs[key].results["encoding"]
            if device["weight"] == 1
        ]
        return mean(energies) if energies else None

    return value


def share_of_cycles(state: str, centre_s: float, half_width_s: float) -> Value:
    """Share of the cycles of the one device whose conductance lies in the paper's cluster."""

    def value(runs: Runs) -> float:
        (cycles,) = device_cycles(runs["endurance_one"].frame)
        values_s = cycles.on_s if state == "on" else cycles.off_s
        return share_within(values_s, centre_s, half_width_s)

    return value


def barrier_over_conductance(runs: Runs) -> float | None:
    """Measured barrier over the one that the state's conductance near 300 K stands for.

    The latter is kT ln(A·A*·T·(q/k)/G) of the contact hole's area A and the free electron's
    Richardson constant A* (physics.md §1.1), the resistance in series taken off.
    """
    run = runs["rt_interface"]
    points = point_table(run.frame)
    warmest = points[points["counts"]].nlargest(1, "kelvin").iloc[0]
    kelvin = float(warmest["kelvin"])
    junction_ohm = float(warmest["ohm"]) - (run.results["series_ohm"] or 0.0)
    emission_s = math.pi * (HOLE_DIAMETER_M / 2) ** 2 * RICHARDSON_A_M2_K2 * kelvin / K_EV_PER_K
    barrier_ev = run.results["junction_barrier_ev"] or run.results["barrier_ev"]
    return barrier_ev / (K_EV_PER_K * kelvin * math.log(emission_s * junction_ohm))


def rows_per_cycle(runs: Runs) -> float:
    """Recorded reads for each cycle of the one device."""
    run = runs["endurance_one"]
    reads = run.frame[PHASE.header].isin(("on", "off")).sum()
    return float(reads) / float(run.results["cycles"])


def largest_read_v(runs: Runs) -> float:
    """Largest requested magnitude among the reads of the one device's cycles."""
    frame = runs["endurance_one"].frame
    return float(frame.loc[frame[PHASE.header].isin(("on", "off")), SET_VOLTAGE.header].abs().max())


def volts_per_gray_error(runs: Runs) -> float:
    """Largest difference of a pulse's requested voltage from its gray level times 0.1 mV."""
    frame = runs[CONVOLUTIONS[0]].frame
    pulses = frame[frame[PHASE.header] == "pulse"]
    expected_v = pulses[GRAY.header] * VOLTS_PER_GRAY
    return float((pulses[SET_VOLTAGE.header].abs() - expected_v).abs().max())


def pulses_played(runs: Runs) -> float:
    """Read pulses of each convolution; the lowest number."""
    return float(min(runs[key].results["pulses"] for key in CONVOLUTIONS))
