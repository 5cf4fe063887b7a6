"""From recorded currents to a picture, and how far it is from the one computed in software."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.signal import correlate2d

from procedures.analysis.block_drift import block_ratios
from procedures.analysis.conductance import last_verified_conductance
from procedures.columns import (
    COLUMN,
    CURRENT,
    DEVICE,
    DWELL,
    GRAY,
    PHASE,
    ROW,
    SET_VOLTAGE,
    TAP,
    TIME,
    VOLTAGE,
)
from procedures.findings import Finding, Findings
from procedures.techniques.kernels import (
    ARRAYS,
    HIGH_RESISTANCE_LIMIT_S,
    DeviceArray,
    holds_target,
    pair_weights,
)
from procedures.techniques.pictures import SIDE

VOLTS_PER_GRAY = 1e-4
"""Paper Fig 4a: gray 0-255 is 0-25.5 mV."""
FULL_SCALE_V = 255 * VOLTS_PER_GRAY
OUTPUT_SIDE = SIDE - 2
"""Valid positions of a 3x3 kernel: no padding."""
PEAK_GRAY = 255.0
PULSES_A_PIXEL = 18
"""Each of the nine taps at the device of its positive and the one of its negative part."""

FloatArray = NDArray[np.float64]

FINDINGS: Findings = {
    "pulses": Finding("", "read pulses recorded"),
    "array": Finding("", "how the devices hold weights, as found by reading them"),
    "unit_s": Finding("S", "conductance that stands for weight 1"),
    "psnr_db": Finding("dB", "peak signal to noise of the picture as shown, against software"),
    "psnr_raw_db": Finding("dB", "the same before rounding and clipping"),
    "correlation": Finding("", "of the measured with the software picture"),
    "error_mean": Finding("gray levels", "mean of measured minus software"),
    "error_sd": Finding("gray levels", "standard deviation of measured minus software"),
    "error_max": Finding("gray levels", "largest magnitude of measured minus software"),
    "energy_j": Finding("J", "all read pulses: sum of V times I times width"),
    "mean_power_w": Finding("W", "of all devices together, as if read at once"),
    "time_per_pixel_s": Finding("s", "recorded time divided by the number of output pixels"),
    "drift": Finding("%", "change of conductance from the first to the last tenth of reads"),
    "read_deviation": Finding("%", "mean deviation of weight-1 currents from V × conductance"),
    "conductances.device": Finding("", "name in the wiring"),
    "conductances.weight": Finding("", "multiple of the unit conductance that it stands for"),
    "conductances.measured_s": Finding("S", "conductance verified before the pulses, at 5 mV"),
}


@dataclass(frozen=True, eq=False)
class Decoded:
    """The pictures of one run; every array has shape (30, 30)."""

    raw: FloatArray
    """Measured weighted sums in gray levels, neither divided by the norm nor clipped."""
    raw_software: FloatArray
    """The same as integers, computed."""
    measured: FloatArray
    """Divided by the norm, rounded, clipped to 0-255."""
    software: FloatArray
    """The same, computed."""
    is_whole: NDArray[np.bool_]
    """Where all pulses of a pixel came."""

    @property
    def error(self) -> FloatArray:
        """Measured minus software, in gray levels as shown."""
        return self.measured - self.software


def array_that_holds(weights: NDArray[np.int64], conductances_s: Sequence[float]) -> DeviceArray:
    """The array (ITM or FTM) whose unit fits the conductances of the weighted devices best."""
    units = np.array(pair_weights(weights))
    on = np.maximum(np.asarray(conductances_s)[units > 0], 1e-12) / units[units > 0]
    return min(ARRAYS.values(), key=lambda array: abs(np.log(np.median(on) / array.unit_s)))


def kernel_faults(
    devices: Sequence[str],
    weights: NDArray[np.int64],
    conductances_s: Sequence[float],
    array: DeviceArray,
    tolerance: float,
) -> list[str]:
    """What is wrong with each device that does not hold its weight; empty when all do."""
    faults = []
    for device, weight, measured_s in zip(
        devices, pair_weights(weights), conductances_s, strict=True
    ):
        target_s = weight * array.unit_s if weight else None
        if not holds_target(measured_s, target_s, tolerance):
            wanted = f"{target_s:.3g} S" if weight else f"below {HIGH_RESISTANCE_LIMIT_S:g} S"
            faults.append(f"{device} is at {measured_s:.3g} S instead of {wanted}")
    return faults


def convolution_results(frame: pd.DataFrame, weights: NDArray[np.int64]) -> dict[str, object]:
    """Results of `convolution`.

    - `pulses`: read pulses recorded; `array`, `unit_s`: the array found in the conductances
    - `psnr_db`, `correlation`: of the pictures as shown, against software; null where undefined
    - `psnr_raw_db`: before rounding and clipping, in units of the shown gray levels
    - `error_mean`, `error_sd`, `error_max`: of the shown picture, in gray levels
    - `energy_j`: sum of V times I times width over all pulses; `mean_power_w`: of the 18 devices
      together, as if read at once; `time_per_pixel_s`: recorded time divided by 900
    - `drift`: relative change of the weighted devices' conductance from the first tenth of the
      pulses to the last, mean; null where a tenth holds no signal
    - `read_deviation`: mean relative deviation of the weight-1 devices' current from requested V
      times the conductance read before, offset left in, averaged over the gray levels of the
      picture (0 left out); null without such a device
    - `conductances`: list of `device`, `weight`, `measured_s` as read before the pulses
    """
    decoded = decode(frame, weights)
    table = conductance_table(frame, weights)
    array = array_that_holds(weights, table["measured_s"].tolist())
    pulses = frame[frame[PHASE.header] == "pulse"]
    width_s = pulses[DWELL.header]
    energy_j = float((pulses[VOLTAGE.header] * pulses[CURRENT.header] * width_s).sum())
    reads = frame[frame[PHASE.header] != "verify"][TIME.header]
    difference = decoded.raw / _norm(weights) - decoded.raw_software / _norm(weights)
    return {
        "pulses": len(pulses),
        "array": array.name,
        "unit_s": array.unit_s,
        "psnr_db": _psnr_db(decoded.error),
        "psnr_raw_db": _psnr_db(difference),
        "correlation": _correlation(decoded.measured, decoded.software),
        "error_mean": float(decoded.error.mean()),
        "error_sd": float(decoded.error.std()),
        "error_max": float(np.abs(decoded.error).max()),
        "energy_j": energy_j,
        "mean_power_w": energy_j / (decoded.raw.size * float(width_s.mean())),
        "time_per_pixel_s": float(reads.max() - reads.min()) / decoded.raw.size,
        "drift": _drift(frame, table),
        "read_deviation": _read_deviation(frame, table),
        "conductances": table.to_dict("records"),
    }


def decode(frame: pd.DataFrame, weights: NDArray[np.int64]) -> Decoded:
    """The measured picture from the currents alone, beside the one computed from the gray levels.

    Each device's offset is the mean of its readings at 0 V. Raises `ValueError` when a pulse is
    missing or its reading overflowed.
    """
    valid = _valid_pulses(frame)
    if len(valid) != PULSES_A_PIXEL * OUTPUT_SIDE**2:
        raise ValueError(f"{len(valid)} valid read pulses; a whole picture has 16,200")
    whole = decode_so_far(frame, weights)
    raw_software = correlate2d(input_gray(frame), weights, mode="valid").astype(np.float64)
    return replace(whole, raw_software=raw_software, software=_shown(raw_software, _norm(weights)))


def decode_so_far(frame: pd.DataFrame, weights: NDArray[np.int64]) -> Decoded:
    """The same of a picture that is being read: nan where a pixel has no reading yet.

    A pixel of which some pulses are missing is the sum of those that came, in the measured picture
    and in the computed one alike, and neither rounded nor clipped. Raises `ValueError` unless every
    device was verified before the pulses.
    """
    pulses = _valid_pulses(frame)
    table = conductance_table(frame, weights)
    unit_a = array_that_holds(weights, table["measured_s"].tolist()).unit_s * VOLTS_PER_GRAY
    signed = [w if place % 2 == 0 else -w for place, w in enumerate(table["weight"])]
    weight = pulses[DEVICE.header].map(dict(zip(table["device"], signed, strict=True)))
    current_a = pulses[CURRENT.header] - pulses[DEVICE.header].map(_offsets(frame))
    pixel = (pulses[ROW.header].to_numpy(), pulses[COLUMN.header].to_numpy())
    came = _summed(pixel, np.ones(len(pulses)))
    known = np.where(came > 0, 1.0, np.nan)
    raw = known * _summed(pixel, current_a) / unit_a
    raw_software = known * _summed(pixel, weight * pulses[GRAY.header])
    is_whole, norm = came == PULSES_A_PIXEL, _norm(weights)
    measured, software = (
        np.where(is_whole, _shown(part, norm), part / norm) for part in (raw, raw_software)
    )
    return Decoded(raw, raw_software, measured, software, is_whole)


def _valid_pulses(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame[PHASE.header] == "pulse") & frame[CURRENT.header].notna()]


def _summed(pixel: tuple[NDArray[np.int64], NDArray[np.int64]], values: ArrayLike) -> FloatArray:
    """Sum of the values, shape (n,), that belong to each output pixel (row, column)."""
    sums = np.zeros((OUTPUT_SIDE, OUTPUT_SIDE))
    np.add.at(sums, pixel, np.asarray(values, np.float64))
    return sums


def input_gray(frame: pd.DataFrame) -> NDArray[np.int64]:
    """The picture that was fed in, shape (32, 32), put together from the recorded gray levels."""
    return np.nan_to_num(input_so_far(frame)).astype(np.int64)


def input_so_far(frame: pd.DataFrame) -> FloatArray:
    """The same of a picture that is being read: nan where a pixel was not fed in yet."""
    pulses = frame[frame[PHASE.header] == "pulse"]
    tap = pulses[TAP.header].to_numpy()
    picture = np.full((SIDE, SIDE), np.nan)
    picture[pulses[ROW.header] + tap // 3, pulses[COLUMN.header] + tap % 3] = pulses[GRAY.header]
    return picture


def conductance_table(frame: pd.DataFrame, weights: NDArray[np.int64]) -> pd.DataFrame:
    """`device`, `weight`, `measured_s` as read before the picture, in the wiring's order."""
    verify = frame[frame[PHASE.header] == "verify"].groupby(DEVICE.header, sort=False)
    rows = [
        {"device": device, "weight": weight, "measured_s": last_verified_conductance(mine)}
        for (device, mine), weight in zip(verify, pair_weights(weights), strict=True)
    ]
    return pd.DataFrame(rows)


def _offsets(frame: pd.DataFrame) -> pd.Series:
    gaps = frame[frame[PHASE.header] == "offset"]
    return gaps.groupby(DEVICE.header, sort=False)[CURRENT.header].mean()


def _norm(weights: NDArray[np.int64]) -> int:
    return max(int(weights.sum()), 1)


def _shown(raw: FloatArray, norm: int) -> FloatArray:
    return np.clip(np.round(raw / norm), 0, PEAK_GRAY)


def _psnr_db(error: FloatArray) -> float | None:
    mean_square = float(np.mean(error**2))
    return float(10 * np.log10(PEAK_GRAY**2 / mean_square)) if mean_square > 0 else None


def _correlation(measured: FloatArray, software: FloatArray) -> float | None:
    if measured.std() == 0 or software.std() == 0:
        return None
    return float(np.corrcoef(measured.ravel(), software.ravel())[0, 1])


def _drift(frame: pd.DataFrame, table: pd.DataFrame) -> float | None:
    pulses = frame[frame[PHASE.header] == "pulse"]
    offsets_a = _offsets(frame)
    changes = []
    for device in table.loc[table["weight"] > 0, "device"]:
        mine = pulses[pulses[DEVICE.header] == device]
        volts = mine[SET_VOLTAGE.header]
        first, *_, last = block_ratios(volts, mine[CURRENT.header] - offsets_a[device])
        changes.append(last / first - 1)
    mean = float(np.mean(changes))
    return mean if np.isfinite(mean) else None


def _read_deviation(frame: pd.DataFrame, table: pd.DataFrame) -> float | None:
    ones = table[table["weight"] == 1].set_index("device")["measured_s"]
    pulses = frame[frame[PHASE.header] == "pulse"]
    mine = pulses[pulses[DEVICE.header].isin(ones.index) & (pulses[GRAY.header] > 0)]
    if mine.empty:
        return None
    arithmetic_a = mine[SET_VOLTAGE.header] * mine[DEVICE.header].map(ones)
    deviation = (mine[CURRENT.header] / arithmetic_a - 1).abs()
    return float(deviation.groupby(mine[GRAY.header]).mean().mean())
