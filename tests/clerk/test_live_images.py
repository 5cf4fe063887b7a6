"""Images grow with the rows, say what is not measured yet, and end as the report has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from labctl.clerk.live_images import live_images
from labctl.clerk.messages import pack
from procedures.analysis.convolution import decode, decode_so_far, input_gray, input_so_far
from procedures.convolution import Convolution
from procedures.endurance import Endurance
from procedures.kernel_encoding import KernelEncoding
from procedures.techniques.kernels import HIGH_RESISTANCE_LIMIT_S, kernel_weights, pair_weights
from tests.labctl.synthetic_runs import (
    DEVICES,
    UNIT_S,
    convolution_frame,
    encoding_frame,
    held_conductances,
)

WEIGHTS = kernel_weights("sharpen")


def images_of(procedure: Any, frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    images = live_images(procedure, frame, DEVICES)
    pack({"images": images})
    return {image["name"]: image for image in images}


def by_rows(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """What is there after so many rows of the picture, read row by row instead of by device."""
    return frame[(frame["Phase"] == "verify") | (frame["Row"] < rows)]


def test_a_whole_picture_is_that_of_the_report() -> None:
    frame = convolution_frame()
    images, decoded = images_of(Convolution(), frame), decode(frame, WEIGHTS)
    for name, values in (
        ("input", input_gray(frame)), ("software", decoded.software),
        ("measured", decoded.measured), ("error", decoded.error),
    ):  # fmt: skip
        np.testing.assert_array_equal(images[name]["values"], values)
    assert (images["measured"]["low"], images["measured"]["high"]) == (0.0, 255.0)
    assert images["error"]["low"] == -images["error"]["high"]


def test_the_sums_of_the_pulses_so_far_come_out_as_the_whole_does() -> None:
    frame = convolution_frame()
    whole, so_far = decode(frame, WEIGHTS), decode_so_far(frame, WEIGHTS)
    np.testing.assert_array_equal(so_far.raw_software, whole.raw_software)
    np.testing.assert_array_equal(so_far.raw, whole.raw)
    assert so_far.is_whole.all()


def test_read_row_by_row_a_pixel_is_not_measured_or_as_it_will_be() -> None:
    frame = convolution_frame()
    images, whole = images_of(Convolution(), by_rows(frame, 12)), decode(frame, WEIGHTS)
    measured = images["measured"]["values"]
    assert np.isnan(measured[12:]).all()
    assert np.isnan(images["software"]["values"][12:]).all()
    np.testing.assert_array_equal(measured[:12], whole.measured[:12])
    assert np.isnan(images["input"]["values"][14:]).all()
    np.testing.assert_array_equal(input_so_far(frame), input_gray(frame))


def test_read_device_by_device_measured_and_software_are_of_the_same_pulses() -> None:
    frame = convolution_frame()
    done = DEVICES[:9]
    images = images_of(
        Convolution(), frame[(frame["Phase"] == "verify") | frame["Device"].isin(done)]
    )
    measured, software = images["measured"]["values"], images["software"]["values"]
    assert np.isfinite(measured).all()
    assert software.max() > 255, "sums without their negative parts are not cut off"
    assert images["software"]["high"] == images["measured"]["high"] == software.max()
    assert np.abs(measured - software).max() < 0.01 * software.max()


def test_before_the_first_pulse_there_is_no_picture() -> None:
    frame = convolution_frame()
    assert images_of(Convolution(), frame[frame["Phase"] == "verify"]) == {}


def test_the_kernel_is_shown_as_pairs() -> None:
    images = images_of(KernelEncoding(), encoding_frame())
    weights = np.array(pair_weights(WEIGHTS)).reshape(3, 6)
    target = np.where(weights > 0, weights * UNIT_S, HIGH_RESISTANCE_LIMIT_S)
    np.testing.assert_allclose(images["target"]["values"], target)
    held = held_conductances().reshape(3, 6)
    np.testing.assert_allclose(images["achieved"]["values"], held)
    expected = np.where(weights > 0, 100 * (held / target - 1), np.nan)
    np.testing.assert_allclose(images["deviation"]["values"], expected, atol=1e-9)
    assert images["target"]["low"] < held.min() < held.max() < images["target"]["high"]


def test_a_device_that_was_not_read_yet_is_nan() -> None:
    frame = encoding_frame()
    some = frame[frame["Device"].isin(DEVICES[:4])]
    achieved = images_of(KernelEncoding(), some)["achieved"]["values"].ravel()
    np.testing.assert_array_equal(np.isnan(achieved), [False] * 4 + [True] * 14)


@pytest.mark.parametrize("phase", ["erased", "check", "verify"])
def test_every_burst_that_reads_a_device_counts(phase: str) -> None:
    frame = encoding_frame().replace({"Phase": {"verify": phase}})
    achieved = images_of(KernelEncoding(), frame)["achieved"]["values"].ravel()
    np.testing.assert_allclose(achieved, held_conductances())


def test_other_procedures_have_no_images() -> None:
    assert live_images(Endurance(), encoding_frame(), DEVICES) == []
