"""Every procedure with parameters that take a second or some, so that hundreds can be killed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One way to run one procedure."""

    procedure: str
    settings: tuple[str, ...] = ()
    devices: str | None = "D01,D02"
    """None for those the procedure takes by itself."""
    before: tuple[str, ...] = field(default=())
    """Words of a run that has to come first on the same array."""
    lines: int = 100
    """Lines of the journal of a whole run, about: instants are drawn over them."""

    @property
    def words(self) -> list[str]:
        """For the command line, behind `labctl`."""
        device = [] if self.devices is None else ["--device", self.devices]
        settings = ["--set", *self.settings] if self.settings else []
        return ["run", self.procedure, *device, *settings]


ENCODE = ("run", "kernel_encoding", "--set", "tolerance=0.1")

CASES = (
    Case("kernel_encoding", ("tolerance=0.2",), None, lines=300),
    Case("convolution", (), None, ENCODE, lines=125),
    Case("sddp", ("durations=1 ms, 3 ms", "repeats=2"), lines=140),
    Case("switching_energy", ("ratios=5, 10", "repeats=1"), lines=110),
    Case("read_accuracy", ("voltages=1 mV, 5 mV", "runs=2", "tolerance=0.1"), lines=125),
    Case("rt_sweep", ("temperatures=lin(280, 300, 5)", "dwell=10 s", "interval=5 s"), lines=1290),
    Case("retention", ("times=1, 3, 10, 20, 30", "tolerance=0.1"), lines=80),
    Case("iv_loop", ("cycles=3",), lines=100),
    Case("forming", ("step=20 mV",), lines=160),
    Case("array_read", (), "D01,D02,D03,D04", lines=16),
    Case("characterise", ("cycles=2",), lines=70),
    Case("program_verify", (), lines=360),
    Case("endurance", ("cycles=40",), "D01,D02", lines=16),
    Case("multilevel", ("levels=10 uS, 40 uS", "times=10, 20, 30, 40"), lines=240),
    Case("bending", ("checkpoints=1, 3",), lines=37),
)
"""All fifteen, where time is simulated."""

PACED = (
    Case("iv_loop", ("peaks=-200 mV, 200 mV", "dwell=20 ms"), "D01", lines=16),
    Case("endurance", ("cycles=12",), "D01", lines=8),
    Case("array_read", (), "D01,D02,D03,D04", lines=16),
    Case("characterise", ("cycles=1",), "D01", lines=30),
    Case("sddp", ("durations=1 ms, 3 ms", "repeats=1", "delay=0.1 s"), "D01", lines=60),
    Case("forming", ("step=50 mV",), "D01", lines=60),
)
"""Where simulated time is the wall's: those that are soon over."""
