"""What loops of scripts cost in simulated time: one that waits for something gets there."""

from __future__ import annotations

import re

PASSES_PER_PAUSE = 100
PASS_S = 10e-6
"""One pass of a loop [choice]; charged in pauses, so that short loops cost nothing."""

PATIENT_PAUSES = 100
PATIENCE = 1.01
LONGEST_PAUSE_S = 10.0
"""A loop that goes on looking at attributes looks ever more rarely: after a tenth of a second every
percent of the time it has waited, so that polling for minutes does not keep the host for hours."""

_CALL = " __pass() "
_TOKEN = re.compile(
    r"""--\[(?P<note>=*)\[.*?\](?P=note)\] | --[^\n]*
    | \[(?P<long>=*)\[.*?\](?P=long)\]
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | \b(?P<loop>do|repeat)\b""",
    re.DOTALL | re.VERBOSE,
)


def paced(source: str) -> str:
    """Lua code whose loops (and blocks) call `__pass` first; its lines keep their numbers.

    Lua 5.1 cannot leave a running chunk from outside, so the chunk has to offer it.
    """
    if "do" not in source and "repeat" not in source:
        return source  # long lists of numbers need no reading word by word
    return _TOKEN.sub(_with_pass, source)


def _with_pass(token: re.Match[str]) -> str:
    return token[0] + _CALL if token["loop"] else token[0]


def pause_s(polls: int) -> float:
    """How long (s) the next pause lasts after so many pauses spent on polling alone."""
    growth = PATIENCE ** max(polls - PATIENT_PAUSES, 0)
    return min(PASSES_PER_PAUSE * PASS_S * growth, LONGEST_PAUSE_S)
