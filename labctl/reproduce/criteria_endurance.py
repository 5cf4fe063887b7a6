"""Criteria of the endurance tests (Fig 2a-e)."""

from __future__ import annotations

from labctl.reproduce.numbers import (
    largest_read_v,
    mean,
    of_table,
    result,
    rows_per_cycle,
    share_of_cycles,
)
from labctl.reproduce.verdicts import Check, Criterion

ENDURANCE = (
    Criterion(
        number=10,
        figure="2a",
        what="Reads lie on the triangle",
        paper="reading voltage ±5 mV",
        tolerance="two recorded reads a cycle, at 5 mV",
        needs=("endurance_one",),
        checks=(
            Check(label="reads a cycle", unit="", value=rows_per_cycle, low=2.0, high=2.0),
            Check(label="at", unit="V", value=largest_read_v, low=5e-3, high=5e-3),
        ),
    ),
    Criterion(
        number=11,
        figure="2b",
        what="Stable over 10⁵ cycles",
        paper="stably operated over 10⁵ cycles",
        tolerance="last against first 1000 cycles within 3 %",
        needs=("endurance_one",),
        full_size=True,
        checks=tuple(
            Check(
                label=state.upper(),
                unit="%",
                low=-0.03,
                high=0.03,
                value=of_table("endurance_one", f"{state}_cycles.drift", mean),
            )
            for state in ("on", "off")
        ),
    ),
    Criterion(
        number=12,
        figure="2b",
        what="Clusters of ON and OFF",
        paper="(7 ± 2) × 10⁻⁵ and (8 ± 3) × 10⁻⁷ S",
        tolerance="means ± 3 %; at least 99.9 % and 90 % of the cycles inside",
        needs=("endurance_one",),
        full_size=True,
        checks=(
            Check(
                label="ON",
                unit="S",
                value=result("endurance_one", "on_mean_s"),
                low=0.97 * 7e-5,
                high=1.03 * 7e-5,
            ),
            Check(
                label="OFF",
                unit="S",
                value=result("endurance_one", "off_mean_s"),
                low=0.97 * 8e-7,
                high=1.03 * 8e-7,
            ),
            Check(label="inside", unit="%", value=share_of_cycles("on", 7e-5, 2e-5), low=0.999),
            Check(label="and", unit="%", value=share_of_cycles("off", 8e-7, 3e-7), low=0.9),
        ),
    ),
    Criterion(
        number=13,
        figure="2c",
        what="C_v from cycle to cycle",
        paper="5.4 and 21.4 %",
        tolerance="± 0.4 and ± 1 points",
        needs=("endurance_one",),
        full_size=True,
        checks=(
            Check(
                label="ON", unit="%", value=result("endurance_one", "on_cv"), low=0.05, high=0.058
            ),
            Check(
                label="OFF",
                unit="%",
                value=result("endurance_one", "off_cv"),
                low=0.204,
                high=0.224,
            ),
        ),
    ),
    Criterion(
        number=14,
        figure="2e",
        what="C_v from device to device",
        paper="9.8 and 20.4 %",
        tolerance="± 0.5 and ± 1 points",
        needs=("endurance_ten",),
        checks=(
            Check(
                label="ON",
                unit="%",
                value=result("endurance_ten", "on_device_cv"),
                low=0.093,
                high=0.103,
            ),
            Check(
                label="OFF",
                unit="%",
                value=result("endurance_ten", "off_device_cv"),
                low=0.194,
                high=0.214,
            ),
        ),
    ),
    Criterion(
        number=15,
        figure="2e",
        what="ON/OFF ratios of ten devices",
        paper="between 50 and 70",
        tolerance="all ten",
        needs=("endurance_ten",),
        checks=(
            Check(label="lowest", unit="", value=result("endurance_ten", "lowest_ratio"), low=50.0),
            Check(
                label="highest", unit="", value=result("endurance_ten", "highest_ratio"), high=70.0
            ),
        ),
    ),
    Criterion(
        number=16,
        figure="2d",
        what="Recorded cycles of each device",
        paper="every 10 of 10⁵ cycles",
        tolerance="at least 10⁴ a device",
        needs=("endurance_ten",),
        full_size=True,
        checks=(
            Check(
                label="fewest",
                unit="",
                low=1e4,
                value=of_table("endurance_ten", "endurance.stored_cycles", min),
            ),
        ),
    ),
)
