"""The figures of the paper that are measured, and the curves that stand for them."""

from __future__ import annotations

from labctl.reproduce.figures import Curve, PaperFigure
from labctl.reproduce.recipe_table import ENCODINGS


def _alone(recipe: str, *plots: str) -> tuple[Curve, ...]:
    return tuple(Curve(plot=plot, runs={recipe: ""}) for plot in plots)


def _laid_over(plot: str, **runs: str) -> Curve:
    """Labels by recipe."""
    return Curve(plot=plot, runs=runs)


FIGURES = (
    PaperFigure(
        name="1b",
        title="Loop to ±0.5 V",
        text="Filament switching: a loop to +0.5 V and -0.5 V in steps of 5 mV, each held for 20 "
        "ms, the state read at 5 mV after each half.",
        curves=_alone("loop_filament", "iv_log", "rv"),
    ),
    PaperFigure(
        name="1c",
        title="Loop to ±0.2 V",
        text="Interface switching: the same loop below the threshold.",
        curves=_alone("loop_interface", "iv_linear", "iv_log"),
    ),
    PaperFigure(
        name="1d",
        title="Resistance against temperature",
        text="One device after -0.2 V and after -0.5 V, cooled in steps, each reading taken when "
        "the stage has settled.",
        curves=(
            _laid_over("resistance", rt_interface="after -0.2 V", rt_filament="after -0.5 V"),
            *_alone("rt_interface", "thermionic"),
        ),
    ),
    PaperFigure(
        name="ranges",
        title="What the two ways of switching hold",
        text="Conductances programmed closed loop, and where pulses of -0.2 V end.",
        curves=_alone("saturation", "sddp"),
    ),
    PaperFigure(
        name="2a",
        title="Waveform of the endurance test",
        text="Triangle of ±0.2 V in steps of 2.5 mV; the reads at 5 mV are points of it.",
        curves=_alone("endurance_one", "waveform_voltage", "waveform_current"),
    ),
    PaperFigure(
        name="2b",
        title="10⁵ cycles of one device",
        text="Every cycle is recorded; conductance is the current over the requested 5 mV.",
        curves=_alone("endurance_one", "on_off"),
    ),
    PaperFigure(
        name="2c",
        title="Distributions over the cycles",
        text="ON and OFF of all cycles of that device.",
        curves=_alone("endurance_one", "cumulative_on", "cumulative_off", "probit"),
    ),
    PaperFigure(
        name="2d",
        title="Ten devices",
        text="Every tenth of the cycles of ten devices; all are recorded.",
        curves=_alone("endurance_ten", "all_devices"),
    ),
    PaperFigure(
        name="2e",
        title="Means and ratios of the ten devices",
        text="Mean over all cycles of each device.",
        curves=_alone("endurance_ten", "device_means", "device_ratios"),
    ),
    PaperFigure(
        name="2f",
        title="Retention while bent",
        text="ON and OFF of one device, bent to 3 mm, read at 5 mV now and then for 10⁴ s.",
        curves=_alone("retention_bent", "retention"),
    ),
    PaperFigure(
        name="3a",
        title="Conductance against pulse duration",
        text="Single pulses of -0.2 V from the OFF state, read a second later.",
        curves=_alone("sddp", "sddp"),
    ),
    PaperFigure(
        name="3b",
        title="Twenty levels",
        text="Programmed closed loop with pulses of -0.2 V, verified after a minute, then held.",
        curves=_alone("levels_20", "levels", "staircase"),
    ),
    PaperFigure(
        name="3c",
        title="Energy of switching",
        text="Integral of V times I over single pulses of -0.2 V that reach a wanted ratio. "
        "Nothing is scaled to another width or ratio.",
        curves=_alone("energy", "switching_energy", "implied_width"),
    ),
    PaperFigure(
        name="4a",
        title="Pictures into voltages",
        text="A gray level is 0.1 mV; every output pixel takes 18 read pulses.",
    ),
    PaperFigure(
        name="4b",
        title="Convolution by the array",
        text="Two kernels, each held by interface (ITM) and by filament (FTM) devices, beside "
        "software.",
        pictures={f"convolution_{name}": names for name, names in ENCODINGS.items()},
    ),
    PaperFigure(
        name="4c",
        title="Decay of programmed weights",
        text="A weight of 1 held by each kind of device for 10⁴ s.",
        curves=_alone("retention_arrays", "decay"),
    ),
    PaperFigure(
        name="4d",
        title="Deviation of reads against voltage",
        text="Measured current against requested voltage times the verified conductance, the "
        "source's offset left in; voltages of 0.1 mV to 25.5 mV in both polarities.",
        curves=(_laid_over("read_accuracy", accuracy_FTM1="FTM-1", accuracy_ITM1="ITM-1"),),
    ),
    PaperFigure(
        name="4e",
        title="Distribution of the deviation",
        text="The same readings.",
        curves=(_laid_over("deviation_histogram", accuracy_FTM1="FTM-1", accuracy_ITM1="ITM-1"),),
    ),
    PaperFigure(
        name="4f",
        title="Energy of encoding, FTM against ITM",
        text="Set pulses since the last erase of devices of weight 1, of both kernels.",
        energies={f"encoding_{name}": names for name, names in ENCODINGS.items()},
    ),
    PaperFigure(
        name="4g",
        title="Energy of encoding in ITM",
        text="The same, of the interface devices.",
        energies={f"encoding_{name}": names for name, names in ENCODINGS.items() if "ITM" in names},
    ),
    PaperFigure(
        name="S1",
        title="Bending",
        text="Ten devices, bent 1000 times to 3 mm, measured flat.",
        curves=_alone("bending", "bending", "change"),
    ),
    PaperFigure(
        name="S2",
        title="Eight intermediate states",
        text="Eight devices, each at a conductance of its own, for 5000 s.",
        curves=_alone("levels_8", "retention"),
    ),
    PaperFigure(
        name="S6",
        title="Deviation of reads at five times the weight",
        text="As Fig 4d, for devices of weight 5.",
        curves=(_laid_over("read_accuracy", accuracy_FTM5="FTM-5", accuracy_ITM5="ITM-5"),),
    ),
)
"""In the order of the page. Figure "ranges" stands for what the text says of both ranges."""
