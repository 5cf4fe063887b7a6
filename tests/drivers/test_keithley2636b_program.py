"""The compiler of the 2636B: what it makes of any waveform, and what it refuses."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import keithley2636b_program as programs
from drivers.errors import WaveformRefused
from drivers.roles import Sensing, Waveform

SENSING = Sensing(range_a=1e-4, limit_a=1e-3)
levels = st.floats(-2.0, 2.0).map(lambda level_v: round(level_v, 6))
dwells = st.integers(200, 10_000_000).map(lambda microseconds: microseconds * 1e-6)


@st.composite
def waveforms(draw: st.DrawFn) -> Waveform:
    size = draw(st.integers(1, 12))
    return Waveform(
        draw(st.lists(levels, min_size=size, max_size=size)),
        draw(st.lists(dwells, min_size=size, max_size=size)),
        draw(st.lists(st.booleans(), min_size=size, max_size=size)),
        draw(st.integers(1, 5)),
    )


@st.composite
def pulse_trains(draw: st.DrawFn) -> Waveform:
    tops = draw(st.lists(levels, min_size=1, max_size=8))
    width, gap, with_gaps = draw(dwells), draw(dwells), draw(st.booleans())
    return Waveform(
        np.column_stack([tops, np.zeros(len(tops))]).ravel(),
        np.tile([width, gap], len(tops)),
        np.tile([True, with_gaps], len(tops)),
        draw(st.integers(1, 5)),
    )


def played(program: programs.Program) -> tuple[np.ndarray, np.ndarray]:
    """Level and dwell of everything the program plays in one pass, 0 V gaps included."""
    holds = np.broadcast_to(program.hold_s, program.levels_v.shape)
    if not program.gap_s:
        return program.levels_v, holds
    gaps = np.full_like(holds, program.gap_s)
    zeros = np.zeros_like(program.levels_v)
    return np.column_stack([program.levels_v, zeros]).ravel(), np.column_stack(
        [holds, gaps]
    ).ravel()


@given(st.one_of(waveforms(), pulse_trains()))
def test_a_program_plays_the_waveform_and_nothing_else(waveform: Waveform) -> None:
    program = programs.compile_waveform(waveform)
    levels_v, dwell_s = played(program)
    np.testing.assert_array_equal(levels_v, waveform.levels_v)
    np.testing.assert_array_equal(dwell_s, waveform.dwell_s)
    assert program.repeats == waveform.repeats


def reading_ends_s(program: programs.Program, waveform: Waveform) -> np.ndarray:
    """When the levels that a sparse program reads end, by its timers."""
    assert isinstance(program, programs.SparseStaircase)
    steps_s = np.resize(program.intervals_s, max(0, waveform.recorded_points - 1))
    return program.first_end_s + np.concatenate([[0.0], np.cumsum(steps_s)])


@given(waveforms())
def test_the_timers_of_a_sparse_staircase_meet_the_recorded_levels(waveform: Waveform) -> None:
    program = programs.compile_waveform(waveform)
    is_sparse = isinstance(program, programs.SparseStaircase)
    assert is_sparse == (isinstance(program, programs.Staircase) and not waveform.record.all())
    if is_sparse and waveform.recorded_points:
        ends_s = np.cumsum(np.tile(waveform.dwell_s, waveform.repeats))
        expected_s = ends_s[np.tile(waveform.record, waveform.repeats)]
        np.testing.assert_allclose(reading_ends_s(program, waveform), expected_s, rtol=1e-12)


def test_equal_intervals_are_one() -> None:
    mask = [False, True, False, True]
    program = programs.compile_waveform(Waveform([0.1, 0.2, 0.3, 0.4], 1e-3, mask, 5))
    assert isinstance(program, programs.SparseStaircase)
    np.testing.assert_array_equal(program.intervals_s, [2e-3])


def test_a_staircase_that_is_not_read_has_no_intervals() -> None:
    program = programs.compile_waveform(Waveform([0.1, 0.2, 0.3], 1e-3, False, 5))
    assert isinstance(program, programs.SparseStaircase)
    assert program.first_end_s == 0.0
    assert program.intervals_s.size == 0


@given(pulse_trains())
def test_equal_pulses_from_zero_are_a_pulse_train(waveform: Waveform) -> None:
    program = programs.compile_waveform(waveform)
    too_far_apart = waveform.record[1] and waveform.dwell_s[1] > 1.0
    assert isinstance(program, programs.Staircase if too_far_apart else programs.PulseTrain)


@pytest.mark.parametrize(
    "waveform",
    [
        Waveform([0.1, 0.0, 0.1, 0.1], 1e-3),
        Waveform([0.1, 0.0, 0.1, 0.0], [1e-3, 1e-3, 2e-3, 1e-3]),
        Waveform([0.1, 0.0, 0.1, 0.0], [1e-3, 1e-3, 1e-3, 2e-3]),
        Waveform([0.1, 0.0, 0.1, 0.0], 1e-3, [True, False, True, True]),
        Waveform([0.1, 0.0, 0.1, 0.0], 1e-3, [True, False, False, False]),
        Waveform([0.1, 0.0, 0.1], 1e-3),
    ],
    ids=["gap not 0 V", "widths", "gaps", "gap records", "top records", "odd"],
)
def test_anything_else_is_a_staircase(waveform: Waveform) -> None:
    assert isinstance(programs.compile_waveform(waveform), programs.Staircase)


@pytest.mark.parametrize(
    ("gap_s", "kind"), [(1.0, programs.PulseTrain), (1.000001, programs.Staircase)]
)
def test_gaps_read_too_long_after_their_pulses_make_a_staircase(gap_s: float, kind: type) -> None:
    assert isinstance(programs.compile_waveform(Waveform([0.1, 0.0], [1e-3, gap_s])), kind)


REFUSALS = {
    "peak of 20.5 V": (Waveform([20.5], 1e-3), SENSING),
    "dwell of 8.9e-05 s is shorter": (Waveform([0.1, 0.2, 0.1], 89e-6), SENSING),
    "at this aperture": (Waveform([0.1], 1e-3), Sensing(range_a=1, limit_a=1, aperture_s=1e-3)),
    "pulse of 9.9e-05 s": (Waveform([0.1, 0.0], [99e-6, 1e-3], [True, False]), SENSING),
    "gap of 4.9e-05 s": (Waveform([0.1, 0.0], [1e-3, 49e-6], [True, False]), SENSING),
    "gap of 8.9e-05 s": (Waveform([0.1, 0.0], [1e-3, 89e-6]), SENSING),
    "no multiple of the timer's 1e-06 s": (Waveform([0.1], 1.0005e-3), SENSING),
    "longer than the timer's": (Waveform([0.1], 2e5), SENSING),
    "on average before a reading": (Waveform([0.1, 0.2], [100e-6, 101e-6]), SENSING),
    "60001 readings do not fit": (Waveform([0.1], 1e-3, repeats=60_001), SENSING),
    "range of 2 A": (Waveform([0.1], 1e-3), Sensing(range_a=2.0, limit_a=1.0)),
    "limit of 1.6 A": (Waveform([0.1], 1e-3), Sensing(range_a=1.0, limit_a=1.6)),
    "1048578 steps are more than the 1048576 that the timer counts": (
        Waveform([0.1, 0.2], 1e-3, [True, False], 524_289),
        SENSING,
    ),
    "60001 readings": (Waveform([0.1, 0.2, 0.3], 1e-3, [True, False, False], 60_001), SENSING),
    "dwell of 8.9e-05 s is": (Waveform([0.1, 0.2, 0.1], [1e-3, 89e-6, 1e-3], [1, 0, 1]), SENSING),
    "dwell of 0.001 s is shorter than the 0.00107 s": (
        Waveform([0.1, 0.2, 0.1], [1e-3, 1e-3, 2e-3], [True, False, True]),
        Sensing(range_a=1, limit_a=1, aperture_s=1e-3),
    ),
    "180000 s from one reading to the next": (Waveform([0.1] * 3, 9e4, [1, 0, 1]), SENSING),
    "limit of nan A": (Waveform([0.1], 1e-3), Sensing(range_a=1.0, limit_a=float("nan"))),
    "aperture of 1e-05 s": (Waveform([0.1], 1), Sensing(range_a=1, limit_a=1, aperture_s=1e-5)),
}


@pytest.mark.parametrize("words", REFUSALS)
def test_what_cannot_be_played_exactly_is_refused_in_words(words: str) -> None:
    waveform, sensing = REFUSALS[words]
    program = programs.compile_waveform(waveform)
    with pytest.raises(WaveformRefused, match=words):
        programs.refuse_unplayable(waveform, program, sensing)


def test_the_limits_themselves_are_played() -> None:
    shortest = programs.CAPABILITIES.min_dwell_s
    for waveform in (
        Waveform([20.0, -20.0, 20.0], shortest, repeats=20_000),
        Waveform([0.1, 0.0], [100e-6, 50e-6], [True, False]),
        Waveform([0.1, 0.2, 0.3, 0.4], shortest, [True, False, True, False], 30_000),
        Waveform([0.1, 0.2], shortest, [False, False], 2**19),
    ):
        programs.refuse_unplayable(waveform, programs.compile_waveform(waveform), SENSING)


@pytest.mark.parametrize(
    ("peak_v", "range_v"), [(0.2, 0.2), (0.2001, 2.0), (2.0, 2.0), (-2.5, 20.0)]
)
def test_the_smallest_voltage_range_that_holds_the_peak(peak_v: float, range_v: float) -> None:
    assert programs.voltage_range_v(Waveform([0.0, peak_v], 1e-3)) == range_v


@pytest.mark.parametrize(("wanted_a", "range_a"), [(1e-10, 1e-10), (2e-6, 10e-6), (1.2, 1.5)])
def test_the_next_current_range_up(wanted_a: float, range_a: float) -> None:
    assert programs.current_range_a(Sensing(range_a=wanted_a, limit_a=1.0)) == range_a


def test_unsettled_counts_from_the_last_step_across_repeats() -> None:
    # Range of 1 uA settles in 500 us; a reading begins 80 us before its dwell ends.
    sensing = Sensing(range_a=1e-6, limit_a=1e-3)
    waveform = Waveform([0.1, 0.1, 0.2], 300e-6, repeats=2)
    np.testing.assert_array_equal(programs.unsettled(waveform, sensing), [1, 0, 1, 1, 0, 1])
    held = Waveform([0.1], 300e-6, repeats=3)
    np.testing.assert_array_equal(programs.unsettled(held, sensing), [True, False, False])
    at_rest = Waveform([0.0], 300e-6, repeats=3)
    assert not programs.unsettled(at_rest, sensing).any()


def unsettled_pass_by_pass(waveform: Waveform, sensing: Sensing) -> list[bool]:
    """As the definition says: each recorded reading against the last step before it."""
    found, now_s, last_step_s, level_v = [], 0.0, -np.inf, 0.0
    for _ in range(waveform.repeats):
        for next_v, dwell_s, recorded in zip(
            waveform.levels_v, waveform.dwell_s, waveform.record, strict=True
        ):
            last_step_s = now_s if next_v != level_v else last_step_s
            level_v, now_s = next_v, now_s + dwell_s
            if recorded:
                since_s = now_s - programs.lead_s(sensing) - last_step_s
                needed_s = programs.CAPABILITIES.settling_s[programs.current_range_a(sensing)]
                found.append(since_s < needed_s - 1e-9)
    return found


@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.2]), min_size=1, max_size=6),
    st.integers(100, 4000),
    st.integers(1, 40),
    st.data(),
)
def test_unsettled_readings_of_all_repeats(
    levels_v: list[float], dwell_us: int, repeats: int, data: st.DataObject
) -> None:
    mask = st.lists(st.booleans(), min_size=len(levels_v), max_size=len(levels_v))
    waveform = Waveform(levels_v, dwell_us * 1e-6, data.draw(mask), repeats)
    sensing = Sensing(range_a=1e-7, limit_a=1e-3)
    np.testing.assert_array_equal(
        programs.unsettled(waveform, sensing), unsettled_pass_by_pass(waveform, sensing)
    )


def test_a_million_levels_take_no_more_memory_than_their_readings() -> None:
    waveform = Waveform(np.tile([0.1, -0.1], 160), 1e-3, np.arange(320) < 2, 3250)
    tracemalloc.start()
    programs.refuse_unplayable(waveform, programs.compile_waveform(waveform), SENSING)
    assert programs.unsettled(waveform, SENSING).shape == (6500,)
    assert tracemalloc.get_traced_memory()[1] < 200_000
    tracemalloc.stop()
