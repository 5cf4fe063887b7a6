"""Names a person chose, as names of files that every platform takes and no two of them share."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

# Windows takes these for devices, whatever comes behind a dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def file_name(name: str) -> str:
    """`name` with what file systems do not take as `%XX`; `name_of` gives it back.

    Raises `ValueError` for an empty name.
    """
    if not name:
        raise ValueError("an empty name cannot be the name of a file")
    safe = quote(name, safe=" ,()+=")
    if _RESERVED.fullmatch(safe) or safe[0] in ". ":
        safe = _escaped(safe[0]) + safe[1:]
    if safe[-1] in ". ":
        safe = safe[:-1] + _escaped(safe[-1])
    return safe


def name_of(file_name: str) -> str:
    """The name that `file_name` was made of."""
    return unquote(file_name)


def _escaped(character: str) -> str:
    return f"%{ord(character):02X}"
