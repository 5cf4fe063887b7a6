"""Lines that make the 2636B play a program, and the readings it sends back, as data."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from drivers import keithley2636b_program as programs
from drivers.roles import Flag, FloatArray, Sensing, Waveform

COLUMNS = 4
"""Current, voltage, time stamp, and status of each reading, as the resident script sends them."""
_MESSAGE_LENGTH = 8000
"""Longest line sent; longer lists go in several (instruments.md §2)."""
_INLINE_LENGTH = 2000
"""Longest list that stays in the starting line of a program that does not fit one line."""
_TAG = re.compile(r"[A-Za-z0-9_./-]*")
_COMPLIANCE_STATUS = 64
_OVERFLOW = 9.9e37
"""A reading that does not fit its range comes as 9.91e37."""


def start_messages(
    waveform: Waveform, program: programs.Program, sensing: Sensing, tag: str
) -> list[str]:
    """Lines that load and start the program, with `{smu}` in the channel's place.

    A single one when that is short enough.
    """
    lists = {
        "levels": [f"{level:.9g}" for level in program.levels_v],
        "holds": [f"{hold:.12g}" for hold in program.hold_s],
    }
    if isinstance(program, programs.SparseStaircase):
        lists["intervals"] = [f"{interval:.12g}" for interval in program.intervals_s]
    run = _run_table(waveform, program, sensing, tag)
    inline = {name: f"{{{','.join(values)}}}" for name, values in lists.items()}
    line = _start_line(inline, run)
    if len(line) <= _MESSAGE_LENGTH:
        return [line]
    long = [name for name in lists if len(inline[name]) > _INLINE_LENGTH]
    uploads = [message for name in long for message in _uploads(name, lists[name])]
    return [*uploads, _start_line(inline | {name: f"ag2s.{name}" for name in long}, run)]


def _start_line(lists: dict[str, str], run: str) -> str:
    intervals = lists.get("intervals", "nil")
    return f"ag2s.start({{smu}}, {lists['levels']}, {lists['holds']}, {run}, {intervals})"


def _run_table(waveform: Waveform, program: programs.Program, sensing: Sensing, tag: str) -> str:
    """Everything the resident script needs beside the lists, as a Lua table."""
    fields = {
        "levels": program.levels_v.size,
        "holds": program.hold_s.size,
        "count": program.levels_v.size * program.repeats,
        "gap": program.gap_s,
        "lead": programs.lead_s(sensing),
        "readings": program.readings_per_level,
        "rangev": programs.voltage_range_v(waveform),
        "rangei": programs.current_range_a(sensing),
        "limiti": sensing.limit_a,
        "aperture": sensing.aperture_s,
    }
    if isinstance(program, programs.SparseStaircase):
        fields["first"] = program.first_end_s
        fields["intervals"] = program.intervals_s.size
        fields["total"] = waveform.recorded_points
    numbers = [f"{name}={value:.12g}" for name, value in fields.items()]
    return f"{{{','.join([*numbers, f'tag={quoted(tag)}'])}}}"


def quoted(tag: str) -> str:
    """A text that Lua reads as it stands; raises `ValueError` for a tag that would need escapes."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"tag {tag!r} must be of letters, digits, '_', '.', '/', and '-'")
    return f'"{tag}"'


def _uploads(name: str, values: Sequence[str]) -> list[str]:
    """Lines that build the list `ag2s.<name>` in the instrument, none too long for a message."""
    longest = max(len(value) for value in values) + len(",")
    step = (_MESSAGE_LENGTH - len(f"ag2s.extend(ag2s.{name}, {{}})")) // longest
    first, *more = (",".join(values[at : at + step]) for at in range(0, len(values), step))
    extends = (f"ag2s.extend(ag2s.{name}, {{{chunk}}})" for chunk in more)
    return [f"ag2s.{name} = {{{first}}}", *extends]


def decode(
    rows: FloatArray, unsettled: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.uint8]]:
    """Time stamps (s), voltages (V), currents (A), and bits of `Flag`; nan is what overflowed.

    `rows`: shape (n, COLUMNS); `unsettled` and all that is returned: shape (n,).
    """
    values, stamp_s, status = rows[:, :2], rows[:, 2], rows[:, 3]
    beyond = np.abs(values) >= _OVERFLOW
    current_a, voltage_v = np.where(beyond, np.nan, values).T
    in_compliance = (status.astype(np.int64) & _COMPLIANCE_STATUS) != 0
    flags = (
        int(Flag.COMPLIANCE) * in_compliance
        + int(Flag.OVERFLOW) * beyond.any(axis=1)
        + int(Flag.UNSETTLED) * unsettled
    )
    return stamp_s, voltage_v, current_a, flags.astype(np.uint8)
