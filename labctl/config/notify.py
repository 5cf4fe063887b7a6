"""Whom to tell when a run or a campaign ends or stops."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from labctl.strict_toml import Section


@dataclass(frozen=True, kw_only=True)
class NotifyConfig:
    """A station's `[notify]`."""

    command: tuple[str, ...] = ()
    """A program and its arguments; empty for none."""
    webhook: str | None = None
    """Address of an HTTP server that is told; None for none."""


def notify_config(section: Section) -> NotifyConfig:
    """A station's `[notify]`, which may be missing; raises `ConfigError`."""
    section.allow("command", "webhook")
    command = section.texts("command")
    if "command" in section and not (command and command[0].strip()):
        raise section.error("command", 'must name a program: ["program", "argument"]')
    return NotifyConfig(command=command, webhook=_webhook(section))


def _webhook(section: Section) -> str | None:
    if "webhook" not in section:
        return None
    address = section.text("webhook")
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise section.error("webhook", f"{address!r} is no address of the form http://host/path")
    return address
