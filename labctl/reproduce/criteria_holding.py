"""Criteria of states that are programmed and held (Fig 2f, 3, S1, S2)."""

from __future__ import annotations

from labctl.reproduce.numbers import (
    result,
)
from labctl.reproduce.verdicts import Check, Criterion

HOLDING = (
    Criterion(
        number=17,
        figure="2f",
        what="Retention for 10⁴ s, bent to 3 mm",
        paper="stable over 10⁴ s",
        tolerance="each state keeps more than 90 %; ON/OFF above 50 throughout",
        needs=("retention_bent",),
        full_size=True,
        checks=(
            Check(label="kept", unit="%", value=result("retention_bent", "smallest_kept"), low=0.9),
            Check(
                label="ratio", unit="", value=result("retention_bent", "smallest_ratio"), low=50.0
            ),
        ),
    ),
    Criterion(
        number=18,
        figure="S1",
        what="1000 bends to 3 mm, measured flat",
        paper="ten devices",
        tolerance="every device within ± 15 %",
        needs=("bending",),
        checks=(
            Check(
                label="worst",
                unit="%",
                value=result("bending", "worst_change"),
                low=-0.15,
                high=0.15,
            ),
        ),
    ),
    Criterion(
        number=19,
        figure="S2",
        what="Eight states for 5000 s",
        paper="5000 s retention",
        tolerance="order kept, change below 5 %",
        needs=("levels_8",),
        full_size=True,
        checks=(
            Check(label="order kept", unit="", value=result("levels_8", "order_kept"), low=1.0),
            Check(
                label="largest change",
                unit="%",
                value=result("levels_8", "largest_change"),
                low=-0.05,
                high=0.05,
            ),
        ),
    ),
    Criterion(
        number=20,
        figure="3a",
        what="Conductance linear in duration (SDDP)",
        paper="linear dependence to the pulse duration",
        tolerance="R² above 0.96; worst deviation below 3 % of the span",
        needs=("sddp",),
        full_size=True,
        checks=(
            Check(label="R²", unit="", value=result("sddp", "r_squared"), low=0.96),
            Check(label="worst", unit="%", value=result("sddp", "worst_deviation"), high=0.03),
        ),
    ),
    Criterion(
        number=21,
        figure="3b",
        what="Twenty levels",
        paper="20 multiple-level states",
        tolerance="each within 2 % of its target; smallest gap above the largest drift in 5000 s",
        needs=("levels_20",),
        full_size=True,
        checks=(
            Check(label="levels", unit="", value=result("levels_20", "levels_programmed"), low=20),
            Check(
                label="worst",
                unit="%",
                value=result("levels_20", "worst_deviation"),
                low=-0.02,
                high=0.02,
            ),
            Check(
                label="gap over drift",
                unit="",
                value=result("levels_20", "gap_over_drift"),
                low=1.0,
            ),
        ),
    ),
    Criterion(
        number=22,
        figure="3c",
        what="Switching energy at a ratio of 5",
        paper="~0.2 fJ",
        tolerance="none: reported, not judged",
        needs=("energy",),
        undecidable="at -0.2 V from these states 0.2 fJ means pulses of nanoseconds, which no "
        "instrument here plays",
        checks=(
            Check(label="lowest", unit="J", value=result("energy", "lowest_energy_j")),
            Check(
                label="0.2 fJ would need a pulse of",
                unit="s",
                value=result("energy", "implied_width_s"),
            ),
        ),
    ),
)
