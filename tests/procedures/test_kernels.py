"""Kernels are named or written out, and only what an array can hold is taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.errors import ParameterError
from procedures.techniques.kernels import (
    FTM,
    ITM,
    KERNELS,
    Kernel,
    kernel_weights,
    pair_weights,
    refuse_weights_beyond,
)

NINE = st.lists(st.integers(-9, 9), min_size=9, max_size=9).filter(any)


def test_sharpen_is_the_four_neighbour_kernel() -> None:
    assert kernel_weights("sharpen").tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]


@given(NINE, st.sampled_from([" ", ",", ", ", ";"]))
def test_nine_integers_are_read_row_by_row(numbers: list[int], separator: str) -> None:
    assert kernel_weights(separator.join(map(str, numbers))).ravel().tolist() == numbers


@given(NINE)
def test_pairs_of_non_negative_parts_hold_the_weights(numbers: list[int]) -> None:
    parts = np.array(pair_weights(np.array(numbers))).reshape(9, 2)
    assert (parts >= 0).all()
    assert (parts.min(axis=1) == 0).all()
    assert (parts[:, 0] - parts[:, 1]).tolist() == numbers


@pytest.mark.parametrize(
    "text", ["", "sharp", "1 2 3", "1.5 0 0 0 0 0 0 0 0", "0 " * 9, "1 " * 10, "99999 " + "0 " * 8]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="nine"):
        kernel_weights(text)


def test_the_nearest_kernel_is_named() -> None:
    with pytest.raises(ParameterError, match="did you mean 'sharpen'"):
        kernel_weights("sharpn")


@pytest.mark.parametrize("array", [ITM, FTM])
def test_a_weight_beyond_the_array_is_refused_with_its_limit(array) -> None:
    weights = np.zeros((3, 3), dtype=np.int64)
    weights[1, 1] = -array.largest_weight
    refuse_weights_beyond(array, weights)
    weights[1, 1] -= 1
    with pytest.raises(ParameterError, match=f"{array.largest_weight * array.unit_s:g} S"):
        refuse_weights_beyond(array, weights)


@pytest.mark.parametrize("value", [*KERNELS, "0,-1,0,-1,5,-1,0,-1,0", np.eye(3, dtype=int)])
def test_the_parameter_keeps_text_that_means_the_same(value: object) -> None:
    parameter = Kernel("Kernel", default="sharpen")
    parameter.value = value
    once = parameter.value
    parameter.value = once
    assert parameter.value == once
    assert kernel_weights(once).shape == (3, 3)
