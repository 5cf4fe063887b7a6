"""Quantities in a file: a bare number is refused, for nobody can see which unit was meant."""

from __future__ import annotations

import math
import re

from labctl.errors import BadInput
from labctl.strict_toml import Section
from procedures.errors import ParameterError
from procedures.parameters import to_si


def quantity_of(text: str, unit: str) -> float:
    """The number in `text` in SI; raises `BadInput` without a unit, of another unit, not finite."""
    try:
        value = to_si(text, unit)
    except ParameterError as error:
        raise BadInput(str(error)) from None
    if not re.search(r"[^\W\d]\s*$", text):
        raise BadInput(f"{text!r} has no unit; write '{text.strip()} {unit}'")
    if not math.isfinite(value):
        raise BadInput(f"{text!r} is not finite")
    return value


def quantity(section: Section, key: str, unit: str, default: float | None = None) -> float:
    """The quantity under a key, in SI; raises `ConfigError` with the file and line."""
    if default is not None and key not in section:
        return default
    text = section.text(key)
    try:
        return quantity_of(text, unit)
    except BadInput as error:
        raise section.error(key, str(error)) from None
