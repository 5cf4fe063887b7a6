"""Criteria of the loops and of resistance against temperature (Fig 1)."""

from __future__ import annotations

from labctl.reproduce.numbers import (
    barrier_over_conductance,
    of_table,
    over,
    result,
    worst,
)
from labctl.reproduce.verdicts import Check, Criterion

LOOPS = (
    Criterion(
        number=1,
        figure="1b",
        what="ON/OFF ratio of the loop to ±0.5 V",
        paper="~10⁶",
        tolerance="5e5 to 2e6, read at 5 mV",
        needs=("loop_filament",),
        checks=(
            Check(
                label="", unit="", value=result("loop_filament", "on_off_ratio"), low=5e5, high=2e6
            ),
        ),
    ),
    Criterion(
        number=2,
        figure="1b",
        what="Threshold of the filament",
        paper="~0.4 V",
        tolerance="0.40 ± 0.03 V",
        needs=("loop_filament",),
        checks=(
            Check(
                label="",
                unit="V",
                value=result("loop_filament", "threshold_v"),
                low=0.37,
                high=0.43,
            ),
        ),
    ),
    Criterion(
        number=3,
        figure="1b",
        what="Abrupt set",
        paper="an abrupt resistance reduction",
        tolerance="one step of 5 mV in 20 ms of at least 1 decade, all others at most 0.3",
        needs=("loop_filament",),
        checks=(
            Check(
                label="largest",
                unit="",
                value=result("loop_filament", "largest_step_decades"),
                low=1.0,
            ),
            Check(
                label="next",
                unit="",
                value=result("loop_filament", "other_steps_decades"),
                high=0.3,
            ),
        ),
    ),
    Criterion(
        number=4,
        figure="1b",
        what="Interface switching before the filament",
        paper="interface RS is observed before filament formation",
        tolerance="at least 2 decades below the threshold",
        needs=("loop_filament",),
        checks=(
            Check(
                label="decades",
                unit="",
                value=result("loop_filament", "interface_rise_decades"),
                low=2.0,
            ),
        ),
    ),
    Criterion(
        number=5,
        figure="ranges",
        what="Conductances held by a filament",
        paper="10⁻⁴ to 10⁻² S",
        tolerance="1 and 5 mS programmed to ±2 %",
        needs=("program_1mS", "program_5mS"),
        checks=(
            Check(
                label="worst",
                unit="%",
                high=0.02,
                value=over(("program_1mS", "program_5mS"), "worst_deviation", worst),
            ),
        ),
    ),
    Criterion(
        number=6,
        figure="ranges",
        what="Conductances held at the interface",
        paper="about 10⁻⁶ to 10⁻⁴ S",
        tolerance="10, 20, 50 µS programmed to ±2 %; saturation at 1e-4 S ± 10 %",
        needs=("program_10uS", "program_20uS", "program_50uS", "saturation"),
        checks=(
            Check(
                label="worst",
                unit="%",
                high=0.02,
                value=over(
                    ("program_10uS", "program_20uS", "program_50uS"), "worst_deviation", worst
                ),
            ),
            Check(
                label="highest",
                unit="S",
                low=0.9e-4,
                high=1.1e-4,
                value=of_table("saturation", "durations.change_s", max),
            ),
        ),
    ),
    Criterion(
        number=7,
        figure="1c",
        what="No jump within ±0.2 V",
        paper="no abrupt current increase is observed",
        tolerance="largest step below 0.3 decade per 5 mV",
        needs=("loop_interface",),
        checks=(
            Check(
                label="largest",
                unit="",
                high=0.3,
                value=result("loop_interface", "largest_step_decades"),
            ),
        ),
    ),
    Criterion(
        number=8,
        figure="1d",
        what="R(T) after -0.2 V",
        paper="exponential resistance-temperature relationship",
        tolerance="R² of ln(RT) against 1/T above 0.995; barrier as the state's conductance ± 5 %",
        needs=("rt_interface",),
        checks=(
            Check(
                label="R²", unit="", value=result("rt_interface", "thermionic_r_squared"), low=0.995
            ),
            Check(
                label="barrier over expected",
                unit="",
                value=barrier_over_conductance,
                low=0.95,
                high=1.05,
            ),
        ),
    ),
    Criterion(
        number=9,
        figure="1d",
        what="R(T) after -0.5 V",
        paper="weak linear dependence",
        tolerance="R² above 0.99, TCR 1e-3 to 4e-3 /K",
        needs=("rt_filament",),
        checks=(
            Check(label="R²", unit="", value=result("rt_filament", "metallic_r_squared"), low=0.99),
            Check(
                label="TCR",
                unit="1/K",
                value=result("rt_filament", "tcr_per_k"),
                low=1e-3,
                high=4e-3,
            ),
        ),
    ),
)
