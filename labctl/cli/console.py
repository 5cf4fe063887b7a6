"""Tables in plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Rows in aligned columns two spaces apart, under an underlined `head` if there is one."""
    every = [list(head), *map(list, rows)] if head else [list(row) for row in rows]
    if not every:
        return ""
    widths = [max(len(row[place]) for row in every) for place in range(len(every[0]))]
    if head:
        every.insert(1, ["-" * width for width in widths])
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in every
    )
    return "\n".join(line.rstrip() for line in lines)
