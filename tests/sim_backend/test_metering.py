"""What a meter feels of a sequence: only that, and it reads as if it were shown everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_backend.instruments.keithley2636b.metering import felt
from sim_backend.physics.front_end import FrontEnd, FrontEndParameters, memory_s
from sim_backend.sequence import Series, Steps

APERTURE_S = 0.2e-3
SILENT = FrontEndParameters(**dict.fromkeys(vars(FrontEndParameters()), 0.0) | {"full_scale": 1.02})


def block(durations_s: list[float], reads: list[bool], repeats: int) -> Steps:
    nothing = np.zeros(len(durations_s))
    marks = np.array(reads[: len(durations_s)])
    return Steps(nothing, np.array(durations_s), nothing != 0.0, marks, repeats)


def read_a(
    current_a: np.ndarray, durations_s: np.ndarray, reads: np.ndarray, range_a: float
) -> np.ndarray:
    volts = np.full(current_a.shape, 0.1)
    readings = FrontEnd(1, SILENT).readings(
        current_a, volts, durations_s, reads, range_a, 2.0, APERTURE_S
    )
    return readings.current_a


@settings(max_examples=100, deadline=None)
@given(
    blocks=st.lists(
        st.tuples(
            st.lists(st.sampled_from([1e-4, 1e-3, 20e-3]), min_size=1, max_size=5),
            st.lists(st.booleans(), min_size=5, max_size=5),
            st.integers(1, 6),
        ),
        min_size=1,
        max_size=4,
    ),
    range_a=st.sampled_from([1e-7, 1e-6, 1e-3]),
)
def test_only_what_is_felt_counts(
    blocks: list[tuple[list[float], list[bool], int]], range_a: float
) -> None:
    course = [block(*values) for values in blocks]
    everything = felt(course, APERTURE_S, np.inf)
    reads = Series.of(course, "reads").flat()
    if not reads.any():
        return
    assert everything.places.tolist() == list(range(reads.size))
    assert everything.reads.tolist() == reads.tolist()
    current_a = range_a * (0.3 + 0.2 * np.sin(np.arange(reads.size)))
    some = felt(course, APERTURE_S, memory_s(range_a))
    seen_a = read_a(current_a[some.places], some.durations_s, some.reads, range_a)
    expected_a = read_a(current_a, everything.durations_s, everything.reads, range_a)
    np.testing.assert_allclose(seen_a, expected_a, rtol=1e-12)


def test_a_fast_range_feels_little_of_a_long_cycle() -> None:
    cycle = block([1e-3] * 100, [False] * 99 + [True], 50)
    fast, slow = (felt([cycle], APERTURE_S, memory_s(range_a)).places for range_a in (1e-3, 1e-7))
    assert fast.size == 49 * 2 + 100, "two a cycle, and the last one for what may follow"
    assert slow.size > 1000


def test_a_meter_that_has_read_integrates_into_the_next_step() -> None:
    course = [block([1e-3, 1e-3], [False, True], 2), block([0.5e-3, 1e-3], [False, False], 1)]
    seen_s = felt(course, APERTURE_S, np.inf).durations_s
    assert seen_s == pytest.approx([0.9e-3, 1.1e-3, 0.9e-3, 1.1e-3, 0.4e-3, 1e-3])
