"""The folder of one run: made exclusively, its record replaced as a whole."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from labctl.atomic_file import replace_text
from labctl.errors import StorageError

DATA = "data.csv"
PARQUET = "data.parquet"
RECORD = "run.json"
LOG = "log.txt"
LIFE = "run.lock"
JOURNAL = "journal.jsonl"
UNSTORED = "unstored.bin"
RESCUED = "rescued.csv"
STATE_JOURNAL = "state.jsonl"


def create_run_folder(
    runs: Path, procedure: str, devices: Sequence[str], started: datetime
) -> Path:
    """Make `runs/YYYY-MM-DD/HHMMSS-procedure-DEVICE-xxxx`, which was not there before.

    Raises `OSError` when it cannot be made.
    """
    target = devices[0] if len(devices) == 1 else f"{len(devices)}-devices"
    day = runs / f"{started:%Y-%m-%d}"
    day.mkdir(parents=True, exist_ok=True)
    while True:
        folder = day / f"{started:%H%M%S}-{procedure}-{target}-{secrets.token_hex(2)}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder


@contextmanager
def storing_in(folder: Path) -> Iterator[None]:
    """Raise `StorageError` naming the folder when the disk does not take what is to be kept."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written ({error.strerror or error}): the run there is not "
            "complete, its rows are kept; make space, or choose another place with out (--out)"
        ) from error


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Replace `run.json`; a reader meets the old record or the new one, never a part."""
    text = json.dumps(jsonable(record), indent=2, ensure_ascii=False, allow_nan=False)
    replace_text(folder / RECORD, text + "\n")


def jsonable(value: Any) -> Any:
    """The same in what JSON has: nan becomes null, infinities the words "inf" and "-inf".

    Numbers keep full precision. Raises `TypeError` for what has no place in a record.
    """
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, np.generic | np.ndarray):
        return jsonable(value.tolist())
    return _scalar(value)


def _scalar(value: Any) -> str | int | float | bool | None:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be kept in a record")
