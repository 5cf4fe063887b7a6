"""Devices as a person types them: "D01-D09, D12"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches


class UnknownName(ValueError):
    """A word that names no device; `nearest` may be the one that was meant."""

    def __init__(self, word: str, nearest: str | None) -> None:
        super().__init__(word)
        self.word = word
        self.nearest = nearest


def parse_names(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The devices that are named, in the order of `known`; a range runs in that order too.

    Names may be written in lower case. Raises `UnknownName`.
    """
    places = {name.casefold(): place for place, name in enumerate(known)}
    chosen: set[int] = set()
    for word in re.split(r"[,;\s]+", re.sub(r"\s*(?:[-–:]|\.\.)\s*", "-", text.strip())):
        if word:
            chosen.update(_places(word, places, known))
    return tuple(known[place] for place in sorted(chosen))


def names_text(chosen: Sequence[str], known: Sequence[str]) -> str:
    """The same the other way round: three or more in a row become a range."""
    wanted = frozenset(chosen)
    parts: list[str] = []
    run: list[str] = []
    for name in (*known, ""):
        if name in wanted:
            run.append(name)
        elif run:
            parts += run if len(run) < 3 else [f"{run[0]}-{run[-1]}"]
            run = []
    return ", ".join(parts)


def _places(word: str, places: dict[str, int], known: Sequence[str]) -> range:
    """Of one name or one range; a name may have hyphens of its own."""
    if (place := places.get(word.casefold())) is not None:
        return range(place, place + 1)
    for hyphen in re.finditer("-", word):
        ends = [
            places.get(end.casefold()) for end in (word[: hyphen.start()], word[hyphen.end() :])
        ]
        if ends[0] is not None and ends[1] is not None:
            return range(min(ends[0], ends[1]), max(ends[0], ends[1]) + 1)
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    raise UnknownName(word, close[0] if close else None)
