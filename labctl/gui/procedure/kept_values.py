"""Values of parameters that are remembered, as the texts they were typed as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PyQt5.QtCore import QSettings

Texts = dict[str, str]


def last_procedure(station: str) -> str:
    """The procedure that was looked at last at a station; empty when there was none."""
    return QSettings().value(f"station/{station}/procedure/last", "", str)


def keep_procedure(station: str, procedure: str) -> None:
    """Remember which procedure was looked at."""
    QSettings().setValue(f"station/{station}/procedure/last", procedure)


def last_values(station: str, procedure: str) -> Texts:
    """Values a procedure last had at a station; empty when there were none."""
    return _texts(_read(f"station/{station}/procedure/{procedure}/values"))


def keep_values(station: str, procedure: str, values: Mapping[str, str]) -> None:
    """Remember the values of a procedure at a station."""
    _write(f"station/{station}/procedure/{procedure}/values", values)


def last_scope(station: str, procedure: str) -> str:
    """Which devices a procedure was last applied to at a station, as a word; empty for none."""
    return QSettings().value(f"station/{station}/procedure/{procedure}/apply_to", "", str)


def keep_scope(station: str, procedure: str, scope: str) -> None:
    """Remember which devices a procedure is applied to at a station."""
    QSettings().setValue(f"station/{station}/procedure/{procedure}/apply_to", scope)


def presets(procedure: str) -> dict[str, Texts]:
    """Presets of a procedure by their names, sorted; the same at every station."""
    kept = _read(f"presets/{procedure}")
    return {name: _texts(values) for name, values in sorted(kept.items())}


def save_preset(procedure: str, name: str, values: Mapping[str, str]) -> None:
    """Keep values under a name, in the place of others of that name."""
    _write(f"presets/{procedure}", presets(procedure) | {name: dict(values)})


def delete_preset(procedure: str, name: str) -> None:
    """Forget a preset."""
    _write(
        f"presets/{procedure}",
        {kept: values for kept, values in presets(procedure).items() if kept != name},
    )


def _read(key: str) -> dict[str, Any]:
    """What is kept; nothing when somebody has spoilt the file of settings."""
    try:
        kept = json.loads(QSettings().value(key, "{}", str))
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(key: str, values: Mapping[str, Any]) -> None:
    QSettings().setValue(key, json.dumps(values))


def _texts(values: Any) -> Texts:
    if not isinstance(values, dict):
        return {}
    return {str(name): text for name, text in values.items() if isinstance(text, str)}
