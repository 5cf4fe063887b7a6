"""The one registry of data columns: header with unit, type, meaning; ours are all here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of `data.csv`."""

    header: str
    """As written in the file, the unit in brackets."""
    dtype: str
    """NumPy type of its values; "str" for names, which never hold a comma."""
    meaning: str
    absent: float | int | str | None = None
    """What stands in rows of applications that say nothing of it; None when each must say it."""


TIME = Column(
    "Time (s)",
    "float64",
    "the run's clock at the start of the application plus the instrument's stamp",
)
DEVICE = Column("Device", "str", "name of the device in the station's wiring")
SET_VOLTAGE = Column("Set voltage (V)", "float64", "requested voltage on the top electrode")
VOLTAGE = Column("Voltage (V)", "float64", "measured voltage")
CURRENT = Column("Current (A)", "float64", "measured current; nan on overflow")
TEMPERATURE = Column("Temperature (K)", "float64", "stage temperature; nan without a controller")
FLAGS = Column("Flags", "uint8", "bits: 1 compliance, 2 overflow, 4 not settled")
BASE_COLUMNS = (TIME, DEVICE, SET_VOLTAGE, VOLTAGE, CURRENT, TEMPERATURE, FLAGS)

PHASE = Column("Phase", "str", "part of the procedure the reading belongs to")
APPLICATION = Column("Application", "int64", "running number of the application within the run")
ATTEMPT = Column("Attempt", "int64", "number of erasures of the device so far in this run", 0)
TARGET = Column(
    "Target (S)", "float64", "conductance aimed at; nan for the high-resistance state", float("nan")
)
ROW = Column("Row", "int64", "row of the output pixel, from 0; -1 where there is none")
COLUMN = Column("Column", "int64", "column of the output pixel, from 0; -1 where there is none")
TAP = Column("Tap", "int64", "place in the 3x3 kernel, row by row from 0; -1 where there is none")
GRAY = Column("Gray", "int64", "gray level 0-255 of the input pixel; -1 where there is none")
DWELL = Column("Dwell (s)", "float64", "how long the level of this reading was held", float("nan"))
ELAPSED = Column("Elapsed (s)", "float64", "the instrument's stamp from the start of the waveform")
CYCLE = Column("Cycle", "int64", "cycle of the device, from 1; 0 where there is none", 0)
HALF = Column(
    "Half", "int64", "excursion to one peak within the cycle, from 1; 0 where there is none", 0
)
REPEAT = Column("Repeat", "int64", "repetition of the same measurement, from 1; 0 for none", 0)
STATE = Column("State", "str", "state the device was brought to before the reading", "-")
PULSE_WIDTH = Column(
    "Pulse width (s)", "float64", "width of the pulse the reading belongs to", float("nan")
)
DUE = Column(
    "Due (s)", "float64", "when the reading was to be taken, after the state was made", float("nan")
)
SETPOINT = Column("Set-point (K)", "float64", "set-point of the stage at the reading", float("nan"))
BEND_RADIUS = Column(
    "Bend radius (m)", "float64", "radius to which the sample is bent; inf when flat", float("inf")
)
BENDS = Column("Bends", "int64", "bending cycles the sample has seen in this run", 0)

FILLED_BY_BENCH = (APPLICATION, ELAPSED)
"""Known only while measuring: the Bench fills them in for a procedure that lists them."""
