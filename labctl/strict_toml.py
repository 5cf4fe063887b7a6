"""TOML read strictly: an unknown, missing, or wrong key is an error with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
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
        line = self.line_of(keys)
        place = f", line {line}" if line else ""
        return ConfigError(f"{self.path}{place}: {'.'.join(keys)}: {message}")

    def line_of(self, keys: Keys) -> int | None:
        """The line of a key, or of the nearest table around it; None for the whole file.

        tomllib keeps no positions, so the text is searched table by table.
        """
        for depth in range(len(keys), 0, -1):
            found = self._line_of_header(keys[:depth]) or self._line_of_assignment(keys[:depth])
            if found:
                return found
        return None

    def _line_of_header(self, keys: Keys) -> int | None:
        for number, line in enumerate(self._text.splitlines(), start=1):
            if _header(line) == keys:
                return number
        return None

    def _line_of_assignment(self, keys: Keys) -> int | None:
        table: Keys = ()
        for number, line in enumerate(self._text.splitlines(), start=1):
            if (header := _header(line)) is not None:
                table = header
            elif (assigned := _assigned(line)) is not None and (*table, *assigned) == keys:
                return number
        return None


def _header(line: str) -> Keys | None:
    match = re.match(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$", line)
    return _split(match[1]) if match else None


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
        value, known = self.text(key), tuple(choices)
        if value not in known:
            raise self.error(key, f"{value!r} is not known; {nearest(value, known)}")
        return value

    def integer(self, key: str) -> int:
        """A whole number."""
        value = self._get(key, None)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(key, f"must be a whole number, not {value!r}")
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
