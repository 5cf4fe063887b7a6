"""The runs behind the paper's figures, grouped by what has to lie on the stage."""

from __future__ import annotations

from labctl.reproduce.recipes import Recipe, Sample

LEVELS = "10 uS, 14 uS, 18 uS, 24 uS, 30 uS, 38 uS, 46 uS, 56 uS"
"""Eight intermediate states (Fig S2); which ones the paper took is not stated."""

SINGLE = (
    Recipe(
        key="loop_interface",
        figures=("1c",),
        sample=Sample.SINGLE,
        procedure="iv_loop",
        parameters={"peaks": "-0.2 V, 0.2 V", "step": "5 mV", "dwell": "20 ms"},
    ),
    Recipe(
        key="endurance_one",
        figures=("2a", "2b", "2c"),
        sample=Sample.SINGLE,
        procedure="endurance",
        parameters={"cycles": 100_000, "full_cycles": "1-5"},
        quick={"cycles": 3000},
    ),
    Recipe(
        key="retention_bent",
        figures=("2f",),
        sample=Sample.SINGLE,
        procedure="retention",
        parameters={
            "states": "on, off",
            "assignment": "all",
            "bend": "yes",
            "bend_radius": "3 mm",
            "times": "log(1 s, 10000 s, 25)",
        },
        quick={"times": "log(1 s, 1000 s, 10)"},
    ),
    Recipe(
        key="sddp",
        figures=("3a",),
        sample=Sample.SINGLE,
        procedure="sddp",
        parameters={"durations": "lin(0.5 ms, 5 ms, 10)", "repeats": 60},
        quick={"repeats": 5},
    ),
    Recipe(
        key="saturation",
        figures=("ranges",),
        sample=Sample.SINGLE,
        procedure="sddp",
        parameters={"durations": "20 ms, 50 ms, 100 ms", "repeats": 3},
    ),
    Recipe(
        key="energy",
        figures=("3c",),
        sample=Sample.SINGLE,
        procedure="switching_energy",
        parameters={"ratios": "3, 5, 10, 20", "starts": "off, 2 uS"},
        quick={"repeats": 1},
    ),
    *(
        Recipe(
            key=f"program_{target.replace(' ', '')}",
            figures=("ranges",),
            sample=Sample.SINGLE,
            procedure="program_verify",
            parameters={"target": target},
        )
        for target in ("10 uS", "20 uS", "50 uS", "1 mS", "5 mS")
    ),
    Recipe(
        key="rt_interface",
        figures=("1d",),
        sample=Sample.SINGLE,
        procedure="rt_sweep",
        parameters={"state": "on", "direction": "cooling"},
        quick={"temperatures": "lin(180, 300, 6)"},
    ),
    Recipe(
        key="loop_filament",
        figures=("1b",),
        sample=Sample.SINGLE,
        procedure="iv_loop",
        parameters={
            "regime": "filament",
            "peaks": "0.5 V, -0.5 V",
            "step": "5 mV",
            "dwell": "20 ms",
            "cycles": 5,
        },
    ),
    Recipe(
        key="rt_filament",
        figures=("1d",),
        sample=Sample.SINGLE,
        procedure="rt_sweep",
        parameters={"state": "filament", "direction": "cooling"},
        quick={"temperatures": "lin(180, 300, 6)"},
    ),
)
"""What needs no filament comes first: cycles of 0.2 V do not take one away."""

TEN = (
    # First, because every bend leaves its trace.
    Recipe(
        key="endurance_ten",
        figures=("2d", "2e"),
        sample=Sample.TEN,
        procedure="endurance",
        devices=10,
        parameters={"cycles": 100_000, "full_cycles": "none"},
        quick={"cycles": 1000},
    ),
    Recipe(
        key="bending",
        figures=("S1",),
        sample=Sample.TEN,
        procedure="bending",
        devices=10,
        parameters={"radius": "3 mm"},
    ),
)

ENCODINGS = {
    f"{array}_{kernel}": (kernel, array)
    for array in ("ITM", "FTM")
    for kernel in ("sharpen", "soften")
}
"""Kernel and array by the second half of the recipes' names."""

ARRAY = (
    Recipe(
        key="levels_8",
        figures=("S2",),
        sample=Sample.ARRAY,
        procedure="retention",
        devices=8,
        parameters={"states": LEVELS, "times": "log(1 s, 5000 s, 20)", "loss": "5 %"},
        quick={"times": "log(1 s, 500 s, 8)"},
    ),
    Recipe(
        key="levels_20",
        figures=("3b",),
        sample=Sample.ARRAY,
        procedure="multilevel",
        devices=10,
        parameters={"times": "log(100 s, 5000 s, 12)"},
        quick={"times": "log(100 s, 500 s, 4)"},
    ),
    Recipe(
        key="retention_arrays",
        figures=("4c",),
        sample=Sample.ARRAY,
        procedure="retention",
        devices=2,
        parameters={"states": "10 uS, 1 mS", "times": "log(1 s, 10000 s, 25)"},
        quick={"times": "log(1 s, 1000 s, 10)"},
    ),
    *(
        Recipe(
            key=f"accuracy_{name}",
            figures=("4d", "4e") if unit else ("S6",),
            sample=Sample.ARRAY,
            procedure="read_accuracy",
            devices=1,
            parameters={"state": state, "runs": 60, "disturb_reads": 16_200 if unit else 0},
            quick={"runs": 4},
        )
        for name, state, unit in (
            ("ITM1", "10 uS", True),
            ("FTM1", "1 mS", True),
            ("ITM5", "50 uS", False),
            ("FTM5", "5 mS", False),
        )
    ),
    *(
        recipe
        for name, (kernel, array) in ENCODINGS.items()
        for recipe in (
            Recipe(
                key=f"encoding_{name}",
                figures=("4f", "4g"),
                sample=Sample.ARRAY,
                procedure="kernel_encoding",
                parameters={"kernel": kernel, "array": array},
            ),
            Recipe(
                key=f"convolution_{name}",
                figures=("4a", "4b"),
                sample=Sample.ARRAY,
                procedure="convolution",
                parameters={"kernel": kernel},
                after=(f"encoding_{name}",),
            ),
        )
    ),
)

RECIPES = (*SINGLE, *TEN, *ARRAY)
"""In the order in which they are measured."""
