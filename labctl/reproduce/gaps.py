"""What the paper leaves open, and what was chosen for it (physics.md §5, §6)."""

from __future__ import annotations

CHOSEN = (
    ("Period of the endurance triangle (Fig 2a)", "0.245 s: 320 steps of 2.5 mV, 0.766 ms each"),
    ("Sweep rate of the I-V loops (Fig 1b, 1c)", "5 mV steps held for 20 ms"),
    ("Compliance of the loops", "10 mA"),
    ("Durations of the SDDP pulses (Fig 3a)", "0.5 to 5 ms"),
    ("Width of the read pulses (Fig 4a)", "1 ms"),
    ("Temperatures of the R-T curves (Fig 1d)", "150 to 300 K"),
    ("Kernel that softens (Fig 4b)", "3x3 box of ones, shown divided by 9"),
    ("High-resistance state of kernel devices", "erased at +0.5 V, below 5e-8 S"),
    ("The picture (Fig 4b)", "a drawn 32x32 test picture; the paper's is not available"),
    ("Size of the decay (Fig 4c), times of the 20 levels (Fig 3b)", "0.5 to 10 %; 5000 s"),
    ("Means of the ten devices (Fig 2e)", "none"),
)
"""Quantity, and what stands for it here."""

NOTES = (
    "Switching energy (Fig 3c): a current at -0.2 V through a state of 8e-7 S is at least V times "
    "G, so the energy is at least V² G t. For 0.2 fJ the pulse would have to be shorter than 6.3 "
    "ns, or the mean conductance during a millisecond 5e-12 S. The paper's own encoding energy, "
    "9.95e-10 J for 1e-5 S, implies 1.5e-10 J for a ratio of 5 from 8e-7 S.",
    "The ± values of Fig 2b (2 of 7, 3 of 8) are no standard deviations beside C_v of 5.4 % and "
    "21.4 %: they are read as the spread of the cluster.",
    "The ratio of Fig 2b, 87.5, lies outside the 50 to 70 of the ten devices: two samples stand "
    "for it here, one device and a set of ten.",
    "A ratio of 1e6 with at most 1e-2 S needs an OFF state near 1e-8 S, two decades below that of "
    "the ±0.2 V cycles.",
    "The abstract says endurance under bending; the text supports retention while bent and 1000 "
    "bends measured flat.",
)
