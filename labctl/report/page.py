"""One self-contained HTML page from sections of text, tables, and pictures; all text is escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from urllib.parse import quote

from matplotlib.figure import Figure

from labctl.report.appearance import DPI, png_bytes, svg_bytes

CSS_DPI = 96
"""Pixels per inch of style sheets; pictures have more and stay sharp when printed."""

LONGEST_NUMBER = 40
"""A longer text among numbers is a sentence, which may be broken into lines."""
LONG_TABLE = 40
"""A table of more rows scrolls in a frame of its own; on paper it is whole."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure with its caption; `name` is its file name without the ending."""

    name: str
    png: bytes
    svg: bytes
    caption: str

    @classmethod
    def drawn(cls, name: str, figure: Figure, caption: str) -> Picture:
        """The picture of a figure."""
        return cls(name=name, png=png_bytes(figure), svg=svg_bytes(figure), caption=caption)


@dataclass(frozen=True)
class Link:
    """A cell that leads to another page beside this one."""

    text: str
    target: str
    """Relative path, with slashes."""


Cell = str | Link


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells, all text already."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    numeric: Sequence[bool] = ()
    """For each column, whether it holds numbers; empty: none does."""


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A line that must be seen; `tone` is "good", "bad", "simulated", or "" for neither."""

    text: str
    tone: str = ""


Block = Picture | Table | Text | Notice


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A report before it is written."""

    title: str
    subtitle: str
    notices: Sequence[Notice]
    sections: Sequence[Section]

    def pictures(self) -> list[Picture]:
        """Every picture, in the order of the page."""
        blocks = [block for section in self.sections for block in section.blocks]
        return [block for block in blocks if isinstance(block, Picture)]


def to_html(page: Page) -> str:
    """The page as one HTML document that refers to nothing outside itself."""
    css = files("labctl.report").joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join(
        [
            f"<h1>{escape(page.title)}</h1>",
            f'<p class="subtitle">{escape(page.subtitle)}</p>',
            *(_block_html(notice) for notice in page.notices),
            *(_section_html(section) for section in page.sections),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(page.title)}</title>\n<style>\n{css}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _section_html(section: Section) -> str:
    blocks = "\n".join(_block_html(block) for block in section.blocks)
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>"


def _block_html(block: Block) -> str:
    match block:
        case Picture():
            return _picture_html(block)
        case Table():
            return _table_html(block)
        case Notice():
            return f'<p class="notice {escape(block.tone)}">{escape(block.text)}</p>'
        case Text():
            return f"<p>{escape(block.text)}</p>"


def _picture_html(picture: Picture) -> str:
    source = "data:image/png;base64," + b64encode(picture.png).decode("ascii")
    caption = escape(picture.caption)
    width = round(_width_px(picture.png) * CSS_DPI / DPI)
    return (
        f'<figure style="width: {width}px"><img src="{source}" alt="{caption}">\n'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _width_px(png: bytes) -> int:
    # PNG specification 11.2.1: IHDR is the first chunk, and its first field is the width.
    return int.from_bytes(png[16:20], "big")


def _table_html(table: Table) -> str:
    # Above the frame: a caption within would be as wide as the table, and scroll with it.
    caption = f'<p class="caption">{escape(table.caption)}</p>\n' if table.caption else ""
    head = _cells_html("th", table.head, table.numeric)
    rows = "\n".join(f"<tr>{_cells_html('td', row, table.numeric)}</tr>" for row in table.rows)
    thead = f"<thead><tr>{head}</tr></thead>" if table.head else ""
    kind = "scroll long" if len(table.rows) > LONG_TABLE else "scroll"
    body = f"<tbody>\n{rows}\n</tbody>"
    return f'{caption}<div class="{kind}"><table>{thead}\n{body}</table></div>'


def _cells_html(tag: str, row: Sequence[Cell], numeric: Sequence[bool]) -> str:
    marks = [*numeric, *[False] * (len(row) - len(numeric))]
    return "".join(
        _cell_html(tag, cell, " class=number" if mark else "")
        for cell, mark in zip(row, marks, strict=False)
    )


def _cell_html(tag: str, cell: Cell, number: str) -> str:
    kept = number if len(_text(cell)) <= LONGEST_NUMBER else ""
    return f"<{tag}{kept}>{_inner(tag, cell)}</{tag}>"


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Link) else cell


def _inner(tag: str, cell: Cell) -> str:
    if isinstance(cell, Link):
        return f'<a href="{escape(quote(cell.target))}">{escape(cell.text)}</a>'
    # Names of results are long words; a heading may break at their underscores.
    pause = "_<wbr>" if tag == "th" else "_"
    return escape(cell).replace("_", pause)
