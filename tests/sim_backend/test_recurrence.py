"""A sweep that repeats itself: noted once, it is what going through all of it gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_backend.instruments.keithley2636b import trigger_model
from sim_backend.instruments.keithley2636b.course import course_of
from sim_backend.instruments.keithley2636b.trigger_model import TriggerModel
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    ARM,
    ASYNCHRONOUS,
    ENDPULSE,
    MEASURE,
    SOURCE,
    SYNCHRONOUS,
    SweepEvents,
    SweepRecord,
    SweepSetup,
    TimerSetup,
    ticks,
)
from sim_backend.sequence import Series, duration_s

EVENTS = SweepEvents(
    sweeping=1, armed=2, source_complete=3, measure_complete=4, pulse_complete=5,
    sweep_complete=6, idle=7,
)  # fmt: skip
OTHER = SweepEvents(11, 12, 13, 14, 15, 16, 17)
PACE, WIDTH, READS, START = 30, 31, 32, 20
ENOUGH = 10_000_000


def sweep(stimuli: dict[int, int], **changes: Any) -> SweepSetup:
    values: dict[str, Any] = {
        "events": EVENTS,
        "stimuli": {ARM: 0, SOURCE: 0, MEASURE: 0, ENDPULSE: 0} | stimuli,
        "levels": (1.0, 2.0, -1.0),
        "idle_level": 0.0,
        "arm_count": 1,
        "trigger_count": 300,
        "source_delay_s": 0.0,
        "measure_action": 0,
        "measure_delay_s": 0.0,
        "reading_s": 0.1e-3,
        "readings_per_trigger": 1,
        "reading_interval_s": 0.0,
        "pulsed": False,
        "ends_idle": True,
        "autoclear": False,
    }
    return SweepSetup(**(values | changes))


def pace(count: int, *delays_s: float) -> TimerSetup:
    return TimerSetup(PACE, EVENTS.armed, delays_s or (1e-3,), count, True)


def width(delay_s: float) -> TimerSetup:
    return TimerSetup(WIDTH, PACE, (delay_s,), 1, False)


def reads(count: int, *delays_s: float) -> TimerSetup:
    return TimerSetup(READS, EVENTS.armed, delays_s, count, False)


def worked_out(
    timers: tuple[TimerSetup, ...], *setups: SweepSetup, until_s: float | None = None
) -> TriggerModel:
    model = TriggerModel(timers, ())
    for number, setup in enumerate(setups):
        model.initiate(f"{number}", setup)
    if until_s is None:
        model.run(ENOUGH, ENOUGH)
    else:
        model.advance_to(ticks(until_s))
        for number in range(len(setups)):
            model.abort(f"{number}")
    return model


def gone_through(*arguments: Any, **options: Any) -> TriggerModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trigger_model, "LEAST_PERIODS", 1 << 60)
        return worked_out(*arguments, **options)


def flat(record: SweepRecord, half_aperture: int) -> list[np.ndarray]:
    """Levels, durations, pulses begun, and readings, with levels that go on joined."""
    assert record.finished is not None
    course = course_of(record, start_level=0.5, half_aperture=half_aperture, until=record.finished)
    levels, durations_s, begins, reads = (
        Series.of(course, name).flat()
        for name in ("programmed_v", "durations_s", "begins", "reads")
    )
    assert duration_s(course) == pytest.approx(durations_s.sum(), rel=1e-12)
    new = (np.diff(levels, prepend=np.nan) != 0.0) | begins
    new[1:] |= reads[:-1]
    starts = np.flatnonzero(new)
    joined_s = np.add.reduceat(durations_s, starts)
    return [
        levels[starts],
        joined_s.round(13),
        begins[starts],
        np.logical_or.reduceat(reads, starts),
    ]


def assert_the_same(
    timers: tuple[TimerSetup, ...], *setups: SweepSetup, until_s: float | None = None
) -> list[SweepRecord]:
    model = worked_out(timers, *setups, until_s=until_s)
    expected = gone_through(timers, *setups, until_s=until_s)
    assert model.now == expected.now
    assert model.timer_overruns == expected.timer_overruns
    records = []
    for number in range(len(setups)):
        record, reference = (m.channel(f"{number}").record for m in (model, expected))
        assert (record.finished, record.aborted) == (reference.finished, reference.aborted)
        assert record.overruns == reference.overruns
        assert not reference.repetitions
        for seen, wanted in zip(flat(record, 20), flat(reference, 20), strict=True):
            np.testing.assert_array_equal(seen, wanted)
        records.append(record)
    return records


STAIRCASE = {SOURCE: PACE, ENDPULSE: WIDTH}


def test_a_staircase_is_noted_once() -> None:
    (record,) = assert_the_same((pace(899), width(0.9e-3)), sweep(STAIRCASE, trigger_count=900))
    (repetition,) = record.repetitions
    assert repetition.times > 290
    assert len(record.step_ticks) < 15


def test_readings_where_their_own_timer_has_them() -> None:
    setup = sweep(STAIRCASE | {MEASURE: READS}, measure_action=ASYNCHRONOUS, trigger_count=900)
    for count in (0, 600, 599, 100):
        (record,) = assert_the_same((pace(899), width(0.9e-3), reads(count, 0.5e-3, 2.5e-3)), setup)
        assert record.repetitions


def test_an_endless_pace_and_an_endless_list() -> None:
    for until_s in (0.5, 0.9001, 2.0):
        (record,) = assert_the_same(
            (pace(0), width(0.9e-3)), sweep(STAIRCASE, trigger_count=0), until_s=until_s
        )
        assert record.repetitions


def test_lists_of_delays_repeat_after_all_of_them_have_come() -> None:
    (record,) = assert_the_same(
        (pace(2999, 1e-3, 2e-3), width(0.9e-3)), sweep(STAIRCASE, trigger_count=3000)
    )
    assert record.repetitions[0].period == ticks(9e-3)


def test_the_arm_layer_repeats_whole_sweeps() -> None:
    timers = (pace(6, 1e-3), width(0.5e-3))
    (record,) = assert_the_same(
        timers, sweep(STAIRCASE, trigger_count=7, arm_count=200, pulsed=True)
    )
    assert record.repetitions[0].times > 190
    assert_the_same((pace(89), width(0.5e-3)), sweep(STAIRCASE, trigger_count=90, arm_count=3))


def test_a_timer_that_is_started_anew_does_not_count_down_over_its_starts() -> None:
    """100 readings, a pass without, 100 readings: each list begins 2 readings further on."""
    readings = TimerSetup(READS, PACE, (1e-3,), 100, False)
    setup = sweep(
        STAIRCASE | {MEASURE: READS},
        levels=(*range(103),),
        trigger_count=103 * 30,
        measure_action=ASYNCHRONOUS,
    )
    assert_the_same((pace(0), width(0.9e-3), readings), setup)


def test_synchronous_readings_set_the_pace() -> None:
    for count in (1, 3):
        (record,) = assert_the_same(
            (), sweep({}, measure_action=SYNCHRONOUS, readings_per_trigger=count, trigger_count=200)
        )
        assert record.repetitions


def test_readings_that_reach_into_the_next_period() -> None:
    setup = sweep(
        STAIRCASE | {MEASURE: READS},
        measure_action=ASYNCHRONOUS,
        readings_per_trigger=2,
        reading_interval_s=4e-3,
        measure_delay_s=1e-3,
        trigger_count=300,
    )
    (record,) = assert_the_same((pace(299), width(0.9e-3), reads(0, 6e-3)), setup)
    assert record.repetitions
    (repetition,) = record.repetitions
    assert record.reading_ticks[-1] > repetition.begun + repetition.period


def test_overruns_do_not_end_a_recurrence() -> None:
    setup = sweep(STAIRCASE | {MEASURE: READS}, measure_action=ASYNCHRONOUS, reading_s=0.8e-3)
    (record,) = assert_the_same((pace(299), width(0.9e-3), reads(0, 0.5e-3)), setup)
    assert record.overruns
    assert record.repetitions


def test_two_channels_that_drive_each_other() -> None:
    for cause in (EVENTS.source_complete, WIDTH):
        follower = sweep({SOURCE: cause}, events=OTHER, levels=(5.0, 6.0))
        records = assert_the_same((pace(299), width(0.4e-3)), follower, sweep(STAIRCASE))
        assert all(record.repetitions for record in records)


def test_what_comes_from_outside_changes_what_follows() -> None:
    """A trigger by hand in mid-sweep shifts all passes after it by one."""
    models = []
    for least in (trigger_model.LEAST_PERIODS, 1 << 60):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trigger_model, "LEAST_PERIODS", least)
            model = TriggerModel((pace(899), width(0.4e-3)), ())
            model.initiate("0", sweep({SOURCE: PACE, ENDPULSE: WIDTH}, trigger_count=890))
            model.advance_to(ticks(0.4507))
            model.channel("0").detect(SOURCE)
            model.advance_to(ticks(0.7))
            model.run(ENOUGH, ENOUGH)
            models.append(model.channel("0").record)
    assert len(models[0].repetitions) == 2
    for seen, wanted in zip(flat(models[0], 0), flat(models[1], 0), strict=True):
        np.testing.assert_array_equal(seen, wanted)


def test_looking_again_does_not_change_the_record() -> None:
    timers, setup = (pace(899), width(0.9e-3)), sweep(STAIRCASE, trigger_count=900)
    often = TriggerModel(timers, ())
    often.initiate("0", setup)
    for time_s in (0.1003, 0.3, 0.3001, 0.8):
        often.advance_to(ticks(time_s))
    often.run(ENOUGH, ENOUGH)
    once = worked_out(timers, setup)
    assert often.channel("0").record == once.channel("0").record


def test_it_looks_ahead_no_further_than_it_is_told() -> None:
    model = TriggerModel((pace(0), width(0.9e-3)), ())
    model.initiate("0", sweep(STAIRCASE, trigger_count=0))
    model.run(1_000, 30_000)
    assert not model.determined
    assert ticks(10.0) < model.now < ticks(20.0), "two events a pass of 1 ms"


@settings(max_examples=60, deadline=None)
@given(
    delays_s=st.lists(st.sampled_from([0.3e-3, 1e-3, 1.7e-3]), min_size=1, max_size=3),
    reading_delays_s=st.lists(st.sampled_from([0.45e-3, 1e-3, 2.2e-3]), min_size=1, max_size=3),
    levels=st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=4),
    counts=st.tuples(st.integers(0, 300), st.integers(1, 300), st.integers(0, 200)),
    pulsed=st.booleans(),
    measure=st.sampled_from([0, SYNCHRONOUS, ASYNCHRONOUS]),
    arms=st.sampled_from([1, 2, 30]),
    until_s=st.floats(0.01, 0.4),
)
def test_any_sweep_is_what_going_through_it_gives(
    *,
    delays_s: list[float],
    reading_delays_s: list[float],
    levels: list[float],
    counts: tuple[int, int, int],
    pulsed: bool,
    measure: int,
    arms: int,
    until_s: float,
) -> None:
    paces, passes, readings = counts
    setup = sweep(
        {SOURCE: PACE, ENDPULSE: WIDTH, MEASURE: READS},
        levels=tuple(levels),
        trigger_count=passes,
        arm_count=arms,
        measure_action=measure,
        pulsed=pulsed,
    )
    timers = (pace(paces, *delays_s), width(0.25e-3), reads(readings, *reading_delays_s))
    assert_the_same(timers, setup, until_s=until_s)
