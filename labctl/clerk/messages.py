"""Messages between the window and its clerk: a line of JSON, then the arrays it refers to.

Nothing is pickled: an array is its type, its shape, and its bytes, of a few plain types only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

ARRAY = "$array"
"""Key that stands in the place of an array, with its number."""
_PLAIN_TYPES = frozenset({"float64", "float32", "int64", "int32", "uint8", "bool"})


def pack(body: Mapping[str, Any]) -> bytes:
    """A message as bytes; nan and the infinities outside arrays become null.

    Raises `TypeError` for an array of another than the plain types, or a value JSON has not.
    """
    arrays: list[NDArray[Any]] = []
    plain = _without_arrays(body, arrays)
    head = {
        "body": plain,
        "arrays": [{"dtype": array.dtype.name, "shape": array.shape} for array in arrays],
    }
    line = json.dumps(head, allow_nan=False).encode("ascii")
    return b"".join([line, b"\n", *(array.tobytes() for array in arrays)])


def read(stream: IO[bytes]) -> dict[str, Any] | None:
    """The next message, its arrays read-only; None at the end of the stream.

    Raises `ValueError` for what is no message, `EOFError` for one that is cut off.
    """
    line = stream.readline()
    if not line:
        return None
    head = json.loads(line)
    arrays = [_array(stream, about) for about in head["arrays"]]
    return _with_arrays(head["body"], arrays)


def _without_arrays(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.name not in _PLAIN_TYPES:
            raise TypeError(f"an array of {value.dtype} cannot be sent")
        arrays.append(value)
        return {ARRAY: len(arrays) - 1}
    if isinstance(value, Mapping):
        return {str(key): _without_arrays(item, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_arrays(item, arrays) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _array(stream: IO[bytes], about: Mapping[str, Any]) -> NDArray[Any]:
    if about["dtype"] not in _PLAIN_TYPES:
        raise ValueError(f"an array of {about['dtype']!r} is not taken")
    dtype, shape = np.dtype(about["dtype"]), tuple(map(int, about["shape"]))
    size = dtype.itemsize * math.prod(shape)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError(f"a message was cut off: {len(content)} of {size} bytes of an array")
    return np.frombuffer(content, dtype).reshape(shape)


def _with_arrays(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {ARRAY}:
            return arrays[value[ARRAY]]
        return {key: _with_arrays(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_arrays(item, arrays) for item in value]
    return value
