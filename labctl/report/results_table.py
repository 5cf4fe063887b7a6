"""Results as rows for people: name, value with its unit, and what the number means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from labctl.report.quantities import with_unit


class Meaning(NamedTuple):
    """Unit and sense of one result; the unit "%" is for fractions, shown times 100."""

    unit: str
    text: str


MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    "kernel_encoding": {
        "unit_energy_j": Meaning("J", "mean energy to program a device of weight 1, retries apart"),
        "energy_j": Meaning("J", "set pulses since each device's last erase, all devices together"),
        "retry_energy_j": Meaning("J", "set pulses whose effect was erased again"),
        "erase_energy_j": Meaning("J", "erase pulses"),
        "pulses": Meaning("", "set pulses, retries included"),
        "erases": Meaning("", "erase pulses"),
        "worst_deviation": Meaning("%", "largest deviation of a conductance from its target"),
        "highest_off_s": Meaning("S", "largest conductance among the devices of weight 0"),
        "within_tolerance": Meaning("", "whether every device is where it should be"),
        "array": Meaning("", "how the devices hold weights"),
        "unit_s": Meaning("S", "conductance that stands for weight 1"),
        "tolerance": Meaning("%", "deviation that was accepted"),
    },
    "convolution": {
        "pulses": Meaning("", "read pulses recorded"),
        "array": Meaning("", "how the devices hold weights, as found by reading them"),
        "unit_s": Meaning("S", "conductance that stands for weight 1"),
        "psnr_db": Meaning("dB", "peak signal to noise of the picture as shown, against software"),
        "psnr_raw_db": Meaning("dB", "the same before rounding and clipping"),
        "correlation": Meaning("", "of the measured with the software picture"),
        "error_mean": Meaning("gray levels", "mean of measured minus software"),
        "error_sd": Meaning("gray levels", "standard deviation of measured minus software"),
        "error_max": Meaning("gray levels", "largest magnitude of measured minus software"),
        "energy_j": Meaning("J", "all read pulses: sum of V times I times width"),
        "mean_power_w": Meaning("W", "of all devices together, as if read at once"),
        "time_per_pixel_s": Meaning("s", "recorded time divided by the number of output pixels"),
        "drift": Meaning("%", "change of conductance from the first to the last tenth of reads"),
        "read_deviation": Meaning("%", "mean deviation of weight-1 currents from V × conductance"),
    },
}  # fmt: skip
"""By procedure; the names are those of the procedure's own analysis."""


def result_rows(procedure: str, results: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Name, value, and meaning of every single-valued result; lists have tables of their own."""
    meanings = MEANINGS.get(procedure, {})
    nothing = Meaning("", "")
    return [
        (
            name,
            value_text(value, meanings.get(name, nothing).unit),
            meanings.get(name, nothing).text,
        )
        for name, value in results.items()
        if not isinstance(value, (list, tuple, Mapping))
    ]


def value_text(value: object, unit: str) -> str:
    """One value as people read it."""
    if value is None:
        return "not defined"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,} {unit}".strip()
    if isinstance(value, float):
        return f"{100 * value:.3g} %" if unit == "%" else with_unit(value, unit, 4 if unit else 6)
    return str(value)
