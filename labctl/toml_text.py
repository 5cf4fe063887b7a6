"""Values written as TOML: what `tomllib` reads back as the same values."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any


def toml_text(values: Mapping[str, Any]) -> str:
    """A document of texts, numbers, true and false, lists, and tables.

    Raises `TypeError` for a value that TOML has no form for.
    """
    return "\n".join(_lines(values, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[str]:
    for key, value in table.items():
        if not _is_table(value) and not _are_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        inner = (*way, key)
        if _is_table(value):
            yield f"\n[{'.'.join(map(_key, inner))}]"
            yield from _lines(value, inner)
        elif _are_tables(value):
            for item in value:
                yield f"\n[[{'.'.join(map(_key, inner))}]]"
                yield from _lines(item, inner)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_table, value))


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare else _text(key)


def _text(text: str) -> str:
    # JSON's escapes are TOML's, which also wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case int():
            return str(value)
        case float():
            return repr(value) if math.isfinite(value) else str(value)
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())} }}"
        case _:
            raise TypeError(f"{value!r} of type {type(value).__name__} has no form in TOML")
