"""Criteria of the kernel in the array and its pictures (Fig 4, S6)."""

from __future__ import annotations

from labctl.reproduce.numbers import (
    CONVOLUTIONS,
    less,
    of_table,
    over,
    pulses_played,
    ratio,
    result,
    unit_energy_j,
    volts_per_gray_error,
)
from labctl.reproduce.recipe_table import ENCODINGS
from labctl.reproduce.verdicts import Check, Criterion

_ENCODED = tuple(f"encoding_{name}" for name in ENCODINGS)

ARRAY = (
    Criterion(
        number=23,
        figure="4g",
        what="Energy to encode a weight of 1 in ITM",
        paper="9.95 × 10⁻¹⁰ J",
        tolerance="± 15 %",
        needs=_ENCODED,
        checks=(
            Check(
                label="",
                unit="J",
                value=unit_energy_j("ITM"),
                low=0.85 * 9.95e-10,
                high=1.15 * 9.95e-10,
            ),
        ),
    ),
    Criterion(
        number=24,
        figure="4f",
        what="FTM over ITM",
        paper="about 300 times",
        tolerance="240 to 360",
        needs=_ENCODED,
        checks=(
            Check(
                label="",
                unit="",
                value=ratio(unit_energy_j("FTM"), unit_energy_j("ITM")),
                low=240.0,
                high=360.0,
            ),
        ),
    ),
    Criterion(
        number=25,
        figure="4a",
        what="Reading voltage per gray level",
        paper="0.1 mV",
        tolerance="exact",
        needs=CONVOLUTIONS[:1],
        checks=(Check(label="error", unit="V", value=volts_per_gray_error, high=1e-9),),
    ),
    Criterion(
        number=26,
        figure="4a",
        what="Read pulses of a picture",
        paper="16200 (30 × 30 × 18)",
        tolerance="exact",
        needs=CONVOLUTIONS,
        checks=(Check(label="", unit="", value=pulses_played, low=16_200, high=16_200),),
    ),
    Criterion(
        number=27,
        figure="4b",
        what="Pictures against software",
        paper="comparable",
        tolerance="correlation above 0.99; PSNR above 27 dB (sharpen) and 40 dB (soften)",
        needs=CONVOLUTIONS,
        checks=(
            Check(
                label="correlation", unit="", value=over(CONVOLUTIONS, "correlation", min), low=0.99
            ),
            *(
                Check(
                    label=kernel,
                    unit="dB",
                    low=low,
                    value=over(
                        tuple(f"convolution_{n}" for n, (k, _) in ENCODINGS.items() if k == kernel),
                        "psnr_db",
                        min,
                    ),
                )
                for kernel, low in (("sharpen", 27.0), ("soften", 40.0))
            ),
        ),
    ),
    Criterion(
        number=28,
        figure="4c",
        what="Decay of ITM and FTM",
        paper="slight conductance decay",
        tolerance="0.5 to 10 % lost in 10⁴ s",
        needs=("retention_arrays",),
        full_size=True,
        checks=(
            Check(
                label="kept, least",
                unit="%",
                low=0.9,
                value=of_table("retention_arrays", "retention.kept", min),
            ),
            Check(
                label="most",
                unit="%",
                high=0.995,
                value=of_table("retention_arrays", "retention.kept", max),
            ),
        ),
    ),
    Criterion(
        number=29,
        figure="4e",
        what="Mean deviation of reads, FTM-1 and ITM-1",
        paper="2.7 and 3.0 %",
        tolerance="± 0.3 points; ITM-1 above FTM-1",
        needs=("accuracy_FTM1", "accuracy_ITM1"),
        full_size=True,
        checks=(
            Check(
                label="FTM-1",
                unit="%",
                value=result("accuracy_FTM1", "deviation"),
                low=0.024,
                high=0.030,
            ),
            Check(
                label="ITM-1",
                unit="%",
                value=result("accuracy_ITM1", "deviation"),
                low=0.027,
                high=0.033,
            ),
            Check(
                label="difference",
                unit="%",
                low=0.0,
                value=less(
                    result("accuracy_ITM1", "deviation"), result("accuracy_FTM1", "deviation")
                ),
            ),
        ),
    ),
    Criterion(
        number=30,
        figure="S6",
        what="ITM-5 deviates more than FTM-5",
        paper="slightly larger",
        tolerance="difference above 0",
        needs=("accuracy_ITM5", "accuracy_FTM5"),
        full_size=True,
        checks=(
            Check(
                label="difference",
                unit="%",
                low=0.0,
                value=less(
                    result("accuracy_ITM5", "deviation"), result("accuracy_FTM5", "deviation")
                ),
            ),
        ),
    ),
    Criterion(
        number=31,
        figure="4d",
        what="Deviation near the noise",
        paper="below a gray level of 4",
        tolerance="above 10 % at 0.4 mV and 8 times that above 5 mV; over 20 % up to 0.4 mV only",
        needs=("accuracy_FTM1",),
        full_size=True,
        checks=(
            Check(
                label="at 0.4 mV",
                unit="%",
                value=result("accuracy_FTM1", "noise_edge_deviation"),
                low=0.1,
            ),
            Check(
                label="over that above 5 mV",
                unit="",
                low=8.0,
                value=ratio(
                    result("accuracy_FTM1", "noise_edge_deviation"),
                    result("accuracy_FTM1", "well_above_deviation"),
                ),
            ),
            Check(
                label="over 20 % up to",
                unit="V",
                high=0.4e-3 + 1e-9,
                value=result("accuracy_FTM1", "over_20_percent_v"),
            ),
        ),
    ),
    Criterion(
        number=32,
        figure="4b",
        what="Power of the convolution, FTM over ITM",
        paper="2 orders of magnitude",
        tolerance="80 to 120",
        needs=CONVOLUTIONS,
        checks=(
            Check(
                label="",
                unit="",
                low=80.0,
                high=120.0,
                value=ratio(
                    result("convolution_FTM_sharpen", "mean_power_w"),
                    result("convolution_ITM_sharpen", "mean_power_w"),
                ),
            ),
        ),
    ),
    Criterion(
        number=33,
        figure="4d",
        what="What 16200 reads of 25.5 mV do to a device",
        paper="slight Ag⁺ migration in ITM",
        tolerance="ITM 0.1 to 3 % up; FTM at most drift",
        needs=("accuracy_ITM1", "accuracy_FTM1"),
        checks=(
            Check(
                label="ITM, set polarity",
                unit="%",
                low=0.001,
                high=0.03,
                value=of_table("accuracy_ITM1", "disturb.change", max),
            ),
            Check(
                label="FTM",
                unit="%",
                low=-0.005,
                high=0.001,
                value=of_table("accuracy_FTM1", "disturb.change", max),
            ),
        ),
    ),
)
