"""Text for a terminal: tables in aligned columns, paragraphs that fit in its width."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill, wrap

WIDTH = 80
"""Columns of a terminal that everybody has."""
_GAP = "  "


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Rows in aligned columns two spaces apart, under an underlined `head` if there is one."""
    every = [list(head), *map(list, rows)] if head else [list(row) for row in rows]
    if not every:
        return ""
    widths = [max(len(row[place]) for row in every) for place in range(len(every[0]))]
    if head:
        every.insert(1, ["-" * width for width in widths])
    lines = (
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in every
    )
    return "\n".join(line.rstrip() for line in lines)


def table_of_texts(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    """A `table` whose last column is text, wrapped so that the whole fits in `WIDTH`."""
    before = [max(map(len, column)) for column in list(zip(head, *rows, strict=True))[:-1]]
    room = WIDTH - sum(before) - len(_GAP) * len(before)
    return table([line for row in rows for line in _wrapped(row, room)], head)


def paragraphs(text: str, indent: str = "") -> str:
    """Text filled up to `WIDTH`, paragraph by paragraph."""
    return "\n\n".join(
        fill(part, WIDTH, initial_indent=indent, subsequent_indent=indent)
        for part in text.split("\n\n")
    )


def _wrapped(row: Sequence[str], room: int) -> list[list[str]]:
    *cells, text = row
    first, *others = wrap(text, room) or [""]
    return [[*cells, first], *([*("" for _ in cells), line] for line in others)]
