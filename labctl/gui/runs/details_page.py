"""What is known of one run as pages of rich text; whatever a folder says is shown as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from labctl.gui import theme

Section = Mapping[str, Any]


def lines_page(title: str, lines: Sequence[str], note: str = "") -> str:
    """Lines of text under a title."""
    paragraphs = "".join(f"<p style='margin:2px 0'>{escape(line)}</p>" for line in lines)
    return f"{_heading(title)}{paragraphs}{_note(note)}"


def table_page(
    title: str, head: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> str:
    """A table under a title; the first column names what stands beside it."""
    shown = [f"<tr>{_cells(head, 'th')}</tr>"] if head else []
    shown += [f"<tr>{_cells(row, 'td')}</tr>" for row in rows]
    table = f"<table cellspacing='0' cellpadding='2'>{''.join(shown)}</table>"
    return f"{_heading(title)}{table}{_note(note)}"


def facts_page(facts: Sequence[tuple[str, str, str]]) -> str:
    """Names and values, each value in one of the theme's states or ""."""
    rows = "".join(
        f"<tr><td style='color:{theme.active().muted}; padding-right:1em'>{escape(name)}</td>"
        f"<td style='{_colour(state)}'>{escape(value)}</td></tr>"
        for name, value, state in facts
    )
    return f"<table cellspacing='0' cellpadding='2'>{rows}</table>"


def _heading(title: str) -> str:
    return f"<p style='margin:6px 0 3px 0'><b>{escape(title)}</b></p>" if title else ""


def _note(note: str) -> str:
    return f"<p style='color:{theme.active().muted}'>{escape(note)}</p>" if note else ""


def _cells(texts: Sequence[str], tag: str) -> str:
    muted = theme.active().muted
    style = f" align='left' style='color:{muted}; font-weight:normal; padding-right:1em'"
    kind = style if tag == "th" else " style='padding-right:1em'"
    return "".join(f"<{tag}{kind}>{escape(text)}</{tag}>" for text in texts)


def _colour(state: str) -> str:
    return f"color:{getattr(theme.active(), state)}; font-weight:bold" if state else ""
