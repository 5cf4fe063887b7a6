"""How often every relay of a matrix has closed in its life, closures under voltage apart."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from labctl.config import RelayLife
from labctl.errors import BadInput
from labctl.ledger.file_names import file_name, name_of
from labctl.ledger.lines import locked, read_content, write_all

logger = logging.getLogger(__name__)

FOLDER = "relays"
"""Its place in the runs directory."""
USUAL_LIFE = RelayLife()
WARN_FROM = 0.9
"""Part of the rated life."""

_SUFFIX = ".jsonl"
_LINE = '{{"crosspoint": {:<14}, "closures": {:>12}, "hot": {:>12}}}\n'
_LENGTH = len(_LINE.format('""', 0, 0))
"""Of every line, its end included."""


@dataclass(frozen=True)
class Wear:
    """Closures of one relay so far."""

    closures: int = 0
    """All of them."""
    hot: int = 0
    """Those under voltage."""

    def used(self, rated: RelayLife) -> float:
        """Fraction of its life that is over, by the count that is nearer its end."""
        return max(self.closures / rated.closures, self.hot / rated.hot)


class RelayOdometer:
    """Counts of one matrix, kept in `<runs>/relays/<matrix>.jsonl` as they are made.

    The file has one line of fixed length for each crosspoint, and the numbers in it are written
    over in place: it does not grow, a count costs one small write, and no kill loses one. The 707B
    itself forgets the counts of such cards when it is switched off (manual p. 7-28).
    """

    def __init__(self, runs: str | Path, identity: str, rated: RelayLife = USUAL_LIFE) -> None:
        """`identity` is what the matrix says it is; nothing is read or written yet."""
        self.matrix = matrix_name(identity)
        self.rated = rated
        self._path = Path(runs) / FOLDER / f"{file_name(self.matrix)}{_SUFFIX}"
        self._places: dict[str, int] = {}
        self._warned = False

    def closed(self, crosspoints: Iterable[str], *, hot: bool = False) -> None:
        """Count crosspoints that went from open to closed, `hot` with a voltage between them.

        Warns in the log, once in the life of this object, when a relay nears its rated life.
        Raises `StorageError`.
        """
        with locked(self._path, "r+b") as file:
            worn = {name: self._count(file, name, hot=hot) for name in crosspoints}
        self._warn_of(worn)

    def totals(self) -> dict[str, Wear]:
        """Closures so far by crosspoint, sorted; those that never closed are left out."""
        return dict(sorted(_totals(read_content(self._path)).items()))

    def _count(self, file: FileIO, crosspoint: str, *, hot: bool) -> Wear:
        place = self._place(file, crosspoint)
        file.seek(place)
        # Nothing stands there, or half a line, when it never closed before.
        before = _totals(file.read(_LENGTH)).get(crosspoint, Wear())
        after = Wear(before.closures + 1, before.hot + hot)
        file.seek(place)
        write_all(file, _line(crosspoint, after))
        return after

    def _place(self, file: FileIO, crosspoint: str) -> int:
        if crosspoint not in self._places:
            file.seek(0)
            known = _totals(file.readall())
            self._places = {name: line * _LENGTH for line, name in enumerate(known)}
        return self._places.setdefault(crosspoint, len(self._places) * _LENGTH)

    def _warn_of(self, worn: Mapping[str, Wear]) -> None:
        near = {name: wear for name, wear in worn.items() if wear.used(self.rated) >= WARN_FROM}
        if self._warned or not near:
            return
        self._warned = True
        told = ", ".join(
            f"{name} has closed {wear.closures:,} times ({wear.hot:,} under voltage)"
            for name, wear in near.items()
        )
        logger.warning(
            "%s: %s, and is made for %s (%s under voltage); plan to exchange the card "
            "(labctl ledger --relays lists all)",
            self.matrix, told, f"{self.rated.closures:,}", f"{self.rated.hot:,}",
        )  # fmt: skip


def matrix_name(identity: str) -> str:
    """Maker, model, and serial number of what `*IDN?` answers; firmware may change."""
    return ", ".join(field.strip() for field in identity.split(",")[:3])


def every_odometer(runs: str | Path) -> Mapping[str, Mapping[str, Wear]]:
    """Closures by matrix and crosspoint of every matrix that a runs directory knows."""
    files = sorted((Path(runs) / FOLDER).glob(f"*{_SUFFIX}"))
    return {name_of(path.stem): dict(sorted(_totals(read_content(path)).items())) for path in files}


def _line(crosspoint: str, wear: Wear) -> bytes:
    """JSON of a length that depends on neither name nor counts."""
    line = _LINE.format(json.dumps(crosspoint), wear.closures, wear.hot).encode("ascii")
    if len(line) != _LENGTH:
        raise BadInput(f"{crosspoint!r} is too long for the name of a crosspoint")
    return line


def _totals(content: bytes) -> dict[str, Wear]:
    """Counts by crosspoint, in the order of the lines."""
    # The last line of a process that died while it wrote has not got its full length.
    whole = range(0, len(content) - _LENGTH + 1, _LENGTH)
    lines = (json.loads(content[start : start + _LENGTH]) for start in whole)
    return {line["crosspoint"]: Wear(line["closures"], line["hot"]) for line in lines}
