from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from labctl.clerk.messages import pack, read

ARRAYS = npst.arrays(
    dtype=st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_]),
    shape=npst.array_shapes(min_dims=0, max_dims=3, min_side=0),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | ARRAYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        return one.dtype == other.dtype and np.array_equal(
            one, other, equal_nan=one.dtype.kind == "f"
        )
    if isinstance(one, dict):
        assert isinstance(other, dict)
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        assert isinstance(other, list)
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@given(st.lists(st.dictionaries(st.text().filter(lambda key: key != "$array"), JSON), max_size=3))
def test_messages_come_back_as_they_were_sent(bodies: list[dict[str, object]]) -> None:
    stream = io.BytesIO(b"".join(map(pack, bodies)))
    for body in bodies:
        came = read(stream)
        assert came is not None
        assert same(body, came)
    assert read(stream) is None


def test_no_number_becomes_null() -> None:
    assert read(io.BytesIO(pack({"a": float("nan"), "b": [np.float64("inf")]}))) == {
        "a": None,
        "b": [None],
    }


def test_a_message_that_is_cut_off_is_told() -> None:
    with pytest.raises(EOFError, match="39 of 40 bytes"):
        read(io.BytesIO(pack({"a": np.zeros(5)})[:-1]))


def test_objects_are_neither_sent_nor_taken() -> None:
    with pytest.raises(TypeError, match="object"):
        pack({"a": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="object"):
        read(io.BytesIO(b'{"body": {}, "arrays": [{"dtype": "object", "shape": [1]}]}\n12345678'))
