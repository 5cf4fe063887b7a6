"""What the results of I-V loops mean."""

from __future__ import annotations

from procedures.findings import Finding, Findings

_SCALARS: Findings = {
    "on_off_ratio": Finding("", "ON over OFF of a cycle, both read at small bias; mean of cycles"),
    "on_s": Finding("S", "read after the half loop that sets; mean of cycles"),
    "off_s": Finding("S", "read after the half loop that resets; mean of cycles"),
    "threshold_v": Finding(
        "V", "magnitude at which a filament is born: the largest step of its set; mean of cycles"
    ),
    "set_v": Finding(
        "V",
        "magnitude at which the way out of the setting half comes within a factor of two of the "
        "way back; mean of cycles",
    ),
    "reset_v": Finding(
        "V",
        "magnitude at which the current of the resetting half is largest before it falls below "
        "half; mean of cycles",
    ),
    "largest_step_decades": Finding(
        "", "largest change of conductance from one reading to the next while setting, log10"
    ),
    "largest_step_v": Finding("V", "voltage of the reading after that step"),
    "other_steps_decades": Finding("", "next largest change in the same half loop, log10"),
    "interface_rise_decades": Finding(
        "",
        "from the reading before the setting half to the last one before the filament (which is "
        "taken at bias, but in the mode pulse-and-read), log10; mean of cycles",
    ),
    "nonlinearity": Finding(
        "", "conductance at high bias over that at small bias, after the set; mean of cycles"
    ),
    "regime": Finding(
        "",
        "what carries the current after the set: a filament is ohmic (nonlinearity up to 1.5) and "
        "conducts more than 2e²/h; at the interface it doubles with bias (nonlinearity from 2), "
        "and the half loop at least doubled the conductance; unknown otherwise, as with a thin "
        "filament beside the interface; mixed when cycles differ",
    ),
    "max_current_a": Finding("A", "largest magnitude of the current in a half loop"),
    "compliance_points": Finding("", "readings in compliance"),
    "overflow_points": Finding("", "readings that did not fit their range"),
    "cycles_done": Finding("", "complete cycles, all devices together"),
    "stopped": Finding("", "whether an abrupt step ended a loop before its end"),
    "stopped_at_v": Finding("V", "voltage of the reading after the step that ended it"),
    "stopped_in": Finding("", "device, cycle, and half loop in which that was"),
    "contact": Finding(
        "", "good, or which devices are open (below 1e-9 S) or shorted (above 1.2e-2 S) at first"
    ),
}
_CYCLE: Findings = {
    "device": Finding("", "name in the wiring"),
    "cycle": Finding("", "from 1"),
}
_HALF: Findings = {
    **_CYCLE,
    "half": Finding("", "within the cycle, from 1"),
    "peak_v": Finding("V", "the level of largest magnitude that was played"),
    "sets": Finding("", "whether its voltage has the sign that sets"),
    "before_s": Finding("S", "read at small bias before the half loop"),
    "after_s": Finding("S", "read at small bias after the half loop"),
}
_OF_A_CYCLE = (
    *("on_s", "off_s", "on_off_ratio", "threshold_v", "set_v", "reset_v"),
    *("regime", "nonlinearity", "interface_rise_decades"),
)
_OF_A_HALF = (
    *("largest_step_decades", "largest_step_v", "other_steps_decades", "nonlinearity", "regime"),
    *("threshold_v", "interface_rise_decades", "set_v", "reset_v", "max_current_a"),
    *("compliance_points", "overflow_points", "stopped", "stopped_at_v"),
)

FINDINGS: Findings = {
    **_SCALARS,
    **{f"cycles.{name}": finding for name, finding in _CYCLE.items()},
    **{f"cycles.{name}": _SCALARS[name] for name in _OF_A_CYCLE},
    **{f"halves.{name}": finding for name, finding in _HALF.items()},
    **{f"halves.{name}": _SCALARS[name] for name in _OF_A_HALF},
}
