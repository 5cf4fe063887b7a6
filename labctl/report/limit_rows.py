"""Limits in force as rows of a table: what, how much, and who set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labctl.quantities import with_unit

LIMIT_HEAD = ("Limit", "Value", "Set by")


def limit_rows(limits: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """One row a limit, as `Limits.as_record` gives them."""
    return [(name, limit_text(limit), limit["set_by"]) for name, limit in limits.items()]


def limit_text(limit: Mapping[str, Any]) -> str:
    """The value with its unit, and whether it is itself allowed."""
    value = with_unit(limit["value"], limit["unit"])
    return value if limit["allowed"] else f"{value}, itself not allowed"
