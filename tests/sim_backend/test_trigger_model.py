"""The trigger model by itself: events in, steps and reading instants out."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sim_backend.instruments.keithley2636b.trigger_layers import SHORTEST_PASS
from sim_backend.instruments.keithley2636b.trigger_model import TriggerModel
from sim_backend.instruments.keithley2636b.trigger_model_setup import (
    ARM,
    ASYNCHRONOUS,
    ENDPULSE,
    MEASURE,
    SOURCE,
    SYNCHRONOUS,
    TICKS_PER_S,
    BlenderSetup,
    SweepEvents,
    SweepRecord,
    SweepSetup,
    TimerSetup,
    ticks,
)

EVENTS = SweepEvents(
    sweeping=1, armed=2, source_complete=3, measure_complete=4, pulse_complete=5,
    sweep_complete=6, idle=7,
)  # fmt: skip
START, TIMER_A, TIMER_B, BLENDED = 20, 30, 31, 57


def setup(stimuli: dict[int, int] | None = None, **changes: Any) -> SweepSetup:
    values: dict[str, Any] = {
        "events": EVENTS,
        "stimuli": {ARM: 0, SOURCE: 0, MEASURE: 0, ENDPULSE: 0} | (stimuli or {}),
        "levels": (1.0, 2.0),
        "idle_level": 0.0,
        "arm_count": 1,
        "trigger_count": 2,
        "source_delay_s": 0.0,
        "measure_action": SYNCHRONOUS,
        "measure_delay_s": 0.0,
        "reading_s": 0.1,
        "readings_per_trigger": 1,
        "reading_interval_s": 0.0,
        "pulsed": False,
        "ends_idle": True,
        "autoclear": False,
    }
    return SweepSetup(**(values | changes))


def timer(event_id: int, stimulus: int, *delays_s: float, **changes: Any) -> TimerSetup:
    values: dict[str, Any] = {"count": 1, "passthrough": False}
    return TimerSetup(event_id, stimulus, delays_s, **(values | changes))


class Seen(NamedTuple):
    """A record in seconds."""

    step_s: list[float]
    step_level: list[float]
    step_starts_pulse: list[bool]
    reading_start_s: list[float]
    finished_s: float | None
    overruns: dict[int, float]


def in_seconds(record: SweepRecord) -> Seen:
    return Seen(
        [tick / TICKS_PER_S for tick in record.step_ticks],
        record.step_level,
        record.step_starts_pulse,
        [tick / TICKS_PER_S for tick in record.reading_ticks],
        None if record.finished is None else record.finished / TICKS_PER_S,
        {detector: tick / TICKS_PER_S for detector, tick in record.overruns.items()},
    )


def run(sweep: SweepSetup, *timers: TimerSetup, blenders: tuple[BlenderSetup, ...] = ()) -> Seen:
    model = TriggerModel(timers, blenders)
    model.initiate("smua", sweep)
    model.run(10_000, 10_000)
    return in_seconds(model.channel("smua").record)


def test_without_stimuli_the_readings_set_the_pace() -> None:
    record = run(setup())
    assert record.step_s == pytest.approx([0.0, 0.1, 0.2])
    assert record.step_level == [1.0, 2.0, 0.0]
    assert record.reading_start_s == pytest.approx([0.0, 0.1])
    assert record.finished_s == pytest.approx(0.2)


def test_delays_before_and_between_readings() -> None:
    record = run(
        setup(
            source_delay_s=1.0,
            measure_delay_s=0.5,
            readings_per_trigger=2,
            reading_interval_s=0.3,
            trigger_count=1,
        )
    )
    assert record.reading_start_s == pytest.approx([1.5, 1.8])
    assert record.finished_s == pytest.approx(1.9)


def test_a_pass_that_waits_for_nothing_still_takes_time() -> None:
    record = run(setup(measure_action=0, trigger_count=3, pulsed=True))
    assert record.finished_s == pytest.approx(3 * SHORTEST_PASS / TICKS_PER_S)
    assert record.step_starts_pulse == [True, False, True, False, True, False, False]


def test_a_pulse_returns_to_the_idle_level() -> None:
    record = run(
        setup({ENDPULSE: TIMER_A}, pulsed=True, idle_level=0.5, trigger_count=1),
        timer(TIMER_A, EVENTS.source_complete, 0.4),
    )
    assert record.step_s == pytest.approx([0.0, 0.4, 0.4])
    assert record.step_level == [1.0, 0.5, 0.5]


def test_a_sweep_may_hold_its_last_level() -> None:
    assert run(setup(ends_idle=False)).step_level == [1.0, 2.0]


def test_the_arm_layer_repeats_and_waits() -> None:
    record = run(
        setup({ARM: TIMER_A}, arm_count=2, trigger_count=1, ends_idle=False),
        timer(TIMER_A, EVENTS.sweeping, 1.0, 3.0, count=2),
    )
    assert record.step_s == pytest.approx([1.0, 4.0])


@pytest.mark.parametrize(
    ("changes", "steps_s"),
    [
        ({"count": 3}, [1.0, 2.0, 3.0]),
        ({"count": 2, "passthrough": True}, [0.0, 1.0, 2.0]),
        ({"count": 0}, [1.0, 2.0, 3.0]),
    ],
)
def test_timers_count_and_pass_through(changes: dict[str, Any], steps_s: list[float]) -> None:
    record = run(
        setup({SOURCE: TIMER_A}, trigger_count=3, ends_idle=False),
        timer(TIMER_A, EVENTS.armed, 1.0, **changes),
    )
    assert record.step_s == pytest.approx(steps_s)


def test_a_delay_list_goes_on_from_trigger_to_trigger() -> None:
    record = run(
        setup({ENDPULSE: TIMER_A}, pulsed=True, trigger_count=3, ends_idle=False),
        timer(TIMER_A, EVENTS.source_complete, 0.2, 0.3),
    )
    assert record.step_s == pytest.approx([0.0, 0.2, 0.2, 0.5, 0.5, 0.7])


def test_a_running_timer_ignores_triggers_and_says_so() -> None:
    model = TriggerModel((timer(TIMER_A, START, 1.0),), ())
    model.initiate("smua", setup({SOURCE: TIMER_A}, trigger_count=2))
    model.emit(START)
    model.advance_to(ticks(0.5))
    model.emit(START)
    model.run(100, 100)
    assert model.timer_overruns == {1: ticks(0.5)}
    assert model.channel("smua").record.step_ticks == [ticks(1.0)]


def test_a_detector_remembers_one_trigger_and_overruns_at_the_next() -> None:
    record = run(
        setup({SOURCE: TIMER_A}, reading_s=2.5, trigger_count=3, ends_idle=False),
        timer(TIMER_A, EVENTS.armed, 1.0, count=4),
    )
    assert record.step_s == pytest.approx([1.0, 3.5, 6.0])
    assert record.overruns == {SOURCE: pytest.approx(3.0)}


def test_a_sweep_that_misses_triggers_does_not_end() -> None:
    record = run(
        setup({SOURCE: TIMER_A}, reading_s=2.5, trigger_count=4),
        timer(TIMER_A, EVENTS.armed, 1.0, count=4),
    )
    assert record.finished_s is None


def test_asynchronous_readings_run_beside_the_steps() -> None:
    record = run(
        setup(
            {MEASURE: EVENTS.armed, ENDPULSE: TIMER_A},
            measure_action=ASYNCHRONOUS,
            readings_per_trigger=4,
            reading_interval_s=0.25,
            ends_idle=False,
        ),
        timer(TIMER_A, EVENTS.armed, 0.5, count=2),
    )
    assert record.step_s == pytest.approx([0.0, 0.5])
    assert record.reading_start_s == pytest.approx([0.0, 0.25, 0.5, 0.75])
    assert record.finished_s == pytest.approx(1.0)


def test_an_asynchronous_reading_still_running_overruns() -> None:
    record = run(
        setup({ENDPULSE: TIMER_A}, measure_action=ASYNCHRONOUS, reading_s=0.7, trigger_count=2),
        timer(TIMER_A, EVENTS.armed, 0.5, count=2),
    )
    assert record.overruns == {MEASURE: 0.5}
    assert record.finished_s == pytest.approx(1.0)


@pytest.mark.parametrize(("any_of", "step_s"), [(True, 1.0), (False, 2.0)])
def test_blenders_join_events(any_of: bool, step_s: float) -> None:
    record = run(
        setup({SOURCE: BLENDED}, trigger_count=1),
        timer(TIMER_A, EVENTS.armed, 1.0),
        timer(TIMER_B, EVENTS.armed, 2.0),
        blenders=(BlenderSetup(BLENDED, (TIMER_A, TIMER_B), any_of),),
    )
    assert record.step_s[0] == pytest.approx(step_s)


def test_autoclear_forgets_what_came_before_arming() -> None:
    for autoclear, steps in ((False, 1), (True, 0)):
        model = TriggerModel((), ())
        model.initiate(
            "smua",
            setup({ARM: START, SOURCE: 21}, trigger_count=1, ends_idle=False, autoclear=autoclear),
        )
        model.emit(21)
        model.emit(START)
        model.run(100, 100)
        assert len(model.channel("smua").record.step_ticks) == steps


def test_an_abort_ends_the_record() -> None:
    model = TriggerModel((), ())
    model.initiate("smua", setup(trigger_count=0))
    model.advance_to(ticks(0.25))
    model.abort("smua")
    model.run(100, 100)
    record = model.channel("smua").record
    assert (record.finished, record.aborted) == (ticks(0.25), True)
    assert in_seconds(record).step_s == pytest.approx([0.0, 0.1, 0.2])
