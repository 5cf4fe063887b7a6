"""What is written as TOML is read back as the same."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.toml_text import toml_text

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_every_document_survives(document: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(document)) == document


def test_nan_stays_nan() -> None:
    assert math.isnan(tomllib.loads(toml_text({"x": math.nan}))["x"])


def test_what_toml_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="Path"):
        toml_text({"path": Path("x")})
    with pytest.raises(TypeError, match="NoneType"):
        toml_text({"nothing": None})


def test_it_reads_well() -> None:
    document = {"a": {"b": 1, "c": {"d e": [1.5, True]}}, "x": "y", "t": [{"k": 1}, {"k": 2}]}
    assert toml_text(document) == (
        'x = "y"\n\n[a]\nb = 1\n\n[a.c]\n"d e" = [1.5, true]\n\n[[t]]\nk = 1\n\n[[t]]\nk = 2\n'
    )
