"""TOML read strictly: an unknown, missing, or wrong key is an error with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from math import isfinite
from pathlib import Path

from labctl.errors import ConfigError

Keys = tuple[str, ...]


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error message: the nearest known name, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are: {', '.join(names)}" if names else "there are none"


class Document:
    """One TOML file: its values, and where in the text each of them stands."""

    def __init__(self, path: Path) -> None:
        """Read `path`; raises `ConfigError` when it is missing or no TOML."""
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8")
            self.values = tomllib.loads(self._text)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 text ({error.reason})") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}") from error

    def error(self, keys: Keys, message: str) -> ConfigError:
        """An error about one key, with the line it stands in."""
        return ConfigError(f"{self.place(keys)}: {'.'.join(keys)}: {message}")

    def line_of(self, keys: Keys) -> int | None:
        """The line of a key, or of the nearest table around it; None for the whole file.

        tomllib keeps no positions, so the text is searched table by table.
        """
        for depth in range(len(keys), 0, -1):
            if keys[:depth] in self._lines:
                return self._lines[keys[:depth]]
        return None

    def place(self, keys: Keys) -> str:
        """The file, and the line of a key where it has one: "loops.toml, line 12"."""
        line = self.line_of(keys)
        return f"{self.path}, line {line}" if line else str(self.path)

    @cached_property
    def _lines(self) -> dict[Keys, int]:
        """Line of every header and assignment; the keys of the second [[step]] are "step[2]"."""
        lines: dict[Keys, int] = {}
        counts: Counter[Keys] = Counter()
        table: Keys = ()
        for number, line in enumerate(self._text.splitlines(), start=1):
            if (header := _header(line)) is not None:
                table = _numbered(*header, counts)
                lines.setdefault(table, number)
            elif (assigned := _assigned(line)) is not None:
                lines.setdefault((*table, *assigned), number)
        return lines


def _header(line: str) -> tuple[Keys, bool] | None:
    """The keys of a header, and whether it begins another table of an array."""
    match = re.match(r"\s*(\[{1,2})([^\[\]]+)\]{1,2}\s*(?:#.*)?$", line)
    return (_split(match[2]), match[1] == "[[") if match else None


def _numbered(keys: Keys, of_an_array: bool, counts: Counter[Keys]) -> Keys:
    if of_an_array:
        counts[keys] += 1
    parts: list[str] = []
    for depth, key in enumerate(keys, start=1):
        count = counts.get(keys[:depth])
        parts.append(key if count is None else element(key, count))
    return tuple(parts)


def element(key: str, number: int) -> str:
    """The key of one table of an array of tables, counted from 1."""
    return f"{key}[{number}]"


def _assigned(line: str) -> Keys | None:
    match = re.match(r"\s*([^\s=#\[][^=#]*?)\s*=", line)
    return _split(match[1]) if match else None


def _split(dotted: str) -> Keys:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


class Section:
    """One table of a document; every getter raises `ConfigError` with the file and line."""

    def __init__(self, document: Document, keys: Keys, values: Mapping[str, object]) -> None:
        self.document = document
        self.keys = keys
        self.values = values

    @classmethod
    def root(cls, document: Document) -> Section:
        """The document's outermost table."""
        return cls(document, (), document.values)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def error(self, key: str, message: str) -> ConfigError:
        """An error about one key of this table."""
        return self.document.error((*self.keys, key), message)

    def allow(self, *known: str) -> Section:
        """Refuse every key that is not known; returns the section itself."""
        for key in self.values:
            if key not in known:
                raise self.error(key, f"unknown key; {nearest(key, known)}")
        return self

    def section(self, key: str, *, required: bool = True) -> Section:
        """A table inside this one; an optional one that is missing is empty."""
        value = self._get(key, {} if not required else None)
        if not isinstance(value, Mapping):
            raise self.error(key, f"must be a table, [{'.'.join((*self.keys, key))}]")
        return Section(self.document, (*self.keys, key), value)

    def tables(self, key: str) -> list[Section]:
        """The tables of an array, `[[key]]`; there must be one or more."""
        value = self._get(key, None)
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.error(key, f"must be tables, [[{'.'.join((*self.keys, key))}]]")
        if not value:
            raise self.error(key, "has no table")
        return [
            Section(self.document, (*self.keys, element(key, number)), item)
            for number, item in enumerate(value, start=1)
        ]

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not blank, unless the default is."""
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.error(key, f"must be a string, not {value!r}")
        if not value.strip() and value != default:
            raise self.error(key, "must not be empty")
        return value

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """One of a few strings."""
        value, known = self.text(key), [str(choice) for choice in choices]
        if value not in known:
            raise self.error(key, f"{value!r} is not known; {nearest(value, known)}")
        return value

    def integer(self, key: str) -> int:
        """A whole number."""
        value = self._get(key, None)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(key, f"must be a whole number, not {value!r}")
        return value

    def number(self, key: str, default: float) -> float:
        """A finite number without a unit."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            raise self.error(key, f"must be a finite number, not {value!r}")
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty when the key is missing."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"must be a list of strings, not {value!r}")
        return tuple(value)

    def _get(self, key: str, default: object | None) -> object:
        value = self.values.get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        return value
