"""All rows of a run with their units and the run's record: Parquet and HDF5."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from labctl.errors import BadInput
from labctl.runs.run import Run

RECORD_KEY = "labctl.run"
"""Metadata of a Parquet file, and attribute of an HDF5 group, that hold `run.json`."""
_HEADER = re.compile(r"(.+?)\s*\(([^()]+)\)")


def write_parquet(runs: Sequence[Run], path: Path) -> list[str]:
    """One run a file: `unit` stands in each field's metadata, the record in the schema's.

    Raises `BadInput` for several runs, `OSError`.
    """
    if len(runs) != 1:
        raise BadInput("a Parquet file holds one run; export them one by one, or to hdf5")
    table = pa.Table.from_pandas(runs[0].frame, preserve_index=False)
    fields = [field.with_metadata({"unit": name_and_unit(field.name)[1]}) for field in table.schema]
    metadata = {**(table.schema.metadata or {}), RECORD_KEY.encode(): _record(runs[0]).encode()}
    with path.open("xb") as file:
        pq.write_table(table.cast(pa.schema(fields, metadata)), file)
    return []


def write_hdf5(runs: Sequence[Run], path: Path) -> list[str]:
    """One group a run, named as its folder: a dataset a column, with `unit` and `header`.

    Raises `OSError`.
    """
    # HDF5 before 2.0 takes attributes beyond 64 KiB, as records may be, only from this format on.
    with h5py.File(path, "x", libver=("v108", "latest")) as file:
        for run in runs:
            group = file.create_group(run.folder.resolve().name)
            group.attrs[RECORD_KEY] = _record(run)
            for header, column in run.frame.items():
                _write_column(group, str(header), column)
    return []


def name_and_unit(header: str) -> tuple[str, str]:
    """A column's name and its unit: "Voltage (V)" gives "Voltage" and "V"."""
    match = _HEADER.fullmatch(header)
    return (match[1], match[2]) if match else (header, "")


def _write_column(group: h5py.Group, header: str, column: pd.Series) -> None:
    name, unit = name_and_unit(header)
    # A slash would make a group of it.
    plain = name.replace("/", " per ")
    if plain in group:
        plain = header.replace("/", " per ")
    numeric = pd.api.types.is_numeric_dtype(column)
    values = column.to_numpy() if numeric else column.astype(str).to_numpy(dtype=object)
    dtype = values.dtype if numeric else h5py.string_dtype()
    compression = "gzip" if values.size else None
    dataset = group.create_dataset(plain, data=values, dtype=dtype, compression=compression)
    dataset.attrs["unit"] = unit
    dataset.attrs["header"] = header


def _record(run: Run) -> str:
    return json.dumps(run.record, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else str(value)
