"""The queue by itself: whatever is done to it, nothing is lost, doubled, or begun unasked."""

from __future__ import annotations

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from labctl.gui.queue.item import OPEN, Item, Kind, State
from labctl.gui.queue.queue_model import Hold, OnFailure, Queue, QueueRefused

OVER = [State.FINISHED, State.FAILED, State.ABORTED, State.INTERRUPTED]


def queue_of(*names: str, going: bool = False) -> Queue:
    queue = Queue()
    for name in names:
        queue.add(Item(id=name, procedure=name))
    if going:
        queue.go_on()
    return queue


def order(queue: Queue) -> list[str]:
    return [item.procedure for item in queue.items]


def run_next(queue: Queue, state: State, **about: bool) -> None:
    item = queue.next
    assert item is not None
    queue.begin(item.id)
    queue.end(item.id, state, "because", **about)


def test_one_follows_the_other_until_nothing_waits() -> None:
    queue = queue_of("a", "b", going=True)
    run_next(queue, State.FINISHED)
    run_next(queue, State.FINISHED)
    assert queue.next is None
    assert queue.hold is Hold.IDLE
    queue.add(Item(procedure="c"))
    assert queue.next is None, "nobody has started it"


def test_nothing_begins_before_somebody_starts_it() -> None:
    queue = queue_of("a")
    assert queue.next is None
    queue.go_on()
    assert queue.next == queue.item("a")


@pytest.mark.parametrize(
    ("state", "hold"),
    [
        (State.FAILED, Hold.FAILED),
        (State.ABORTED, Hold.ABORTED),
        (State.INTERRUPTED, Hold.INTERRUPTED),
    ],
)
def test_what_ends_badly_holds_the_queue(state: State, hold: Hold) -> None:
    queue = queue_of("a", "b", going=True)
    run_next(queue, state)
    assert queue.hold is hold
    assert queue.next is None
    assert queue.item("a").why == "because"


def test_a_failure_may_be_gone_over_but_not_an_unsafe_end_nor_a_stop() -> None:
    queue = queue_of("a", "b", "c", "d", going=True)
    queue.decide(OnFailure.GO_ON)
    run_next(queue, State.FAILED)
    assert queue.next == queue.item("b")
    run_next(queue, State.FAILED, unsafe=True)
    assert queue.hold is Hold.UNSAFE
    queue.go_on()
    run_next(queue, State.ABORTED)
    assert queue.hold is Hold.ABORTED


def test_an_unsafe_end_is_told_though_nothing_waits() -> None:
    queue = queue_of("a", going=True)
    run_next(queue, State.FAILED, unsafe=True)
    assert queue.hold is Hold.UNSAFE


def test_items_move_among_those_that_have_not_begun() -> None:
    queue = queue_of("a", "b", "c", "d", going=True)
    queue.begin("a")
    queue.move(["d"], up=True)
    assert order(queue) == ["a", "b", "d", "c"]
    queue.move(["b", "d"], up=True)
    assert order(queue) == ["a", "b", "d", "c"], "they stand at the top already"
    queue.move(["b", "d"], up=False)
    assert order(queue) == ["a", "c", "b", "d"]
    with pytest.raises(QueueRefused, match="not begun"):
        queue.move(["a"], up=False)


def test_what_is_held_or_skipped_is_passed_over() -> None:
    queue = queue_of("a", "b", "c", going=True)
    queue.hold_item("a")
    queue.skip("b")
    assert queue.next == queue.item("c")
    queue.let_go("a")
    assert queue.next == queue.item("a")


def test_a_repeated_item_leaves_its_rest_behind_it() -> None:
    queue = queue_of("a", "b", going=True)
    queue.edit("a", repeat=3)
    queue.begin("a")
    assert [(item.procedure, item.repeat, item.state) for item in queue.items] == [
        ("a", 1, State.RUNNING),
        ("a", 2, State.WAITING),
        ("b", 1, State.WAITING),
    ]


def test_only_what_has_not_begun_is_edited() -> None:
    queue = queue_of("a", going=True)
    queue.edit("a", devices=("D07",))
    assert queue.item("a").devices == ("D07",)
    queue.begin("a")
    with pytest.raises(QueueRefused, match="has begun"):
        queue.edit("a", devices=("D08",))
    with pytest.raises(QueueRefused, match="stop it first"):
        queue.remove("a")


def test_what_stopped_goes_on_in_its_folder_before_all_others() -> None:
    queue = queue_of("a", "b", going=True)
    queue.begin("a")
    queue.found_folder("a", "/runs/a")
    queue.end("a", State.INTERRUPTED)
    queue.resume("a")
    assert [(item.id, item.folder) for item in queue.waiting] == [("a", "/runs/a"), ("b", None)]
    assert not queue.item("a").editable
    with pytest.raises(QueueRefused, match="cannot go on"):
        queue.resume("b")


def test_again_is_a_new_run() -> None:
    queue = queue_of("a", going=True)
    queue.begin("a")
    queue.end("a", State.FINISHED, folder="/runs/a")
    copy = queue.again("a")
    assert (copy.state, copy.folder, copy.id != "a") == (State.WAITING, None, True)


def test_after_a_restart_it_is_on_hold() -> None:
    queue = queue_of("a", "b", going=True)
    run_next(queue, State.FINISHED)
    again = Queue.from_data(json.loads(json.dumps(queue.as_data())))
    assert again.hold is Hold.RESTART
    assert again.next is None
    assert again.items == queue.items


@pytest.mark.parametrize(
    "damage",
    [
        {"schema": 2},
        {"items": [{"id": "a"}]},
        {"items": [{"id": "a", "procedure": "a", "state": "walking"}]},
        {"items": [{"id": "a", "procedure": "a", "state": "waiting", "repeat": 0}]},
        {"items": [{"id": "a", "procedure": "a", "state": "waiting", "colour": "red"}]},
        {"items": [{"id": "a", "procedure": "a", "state": "waiting", "values": ["x"]}]},
        {"items": [{"id": "a", "procedure": "a", "state": "running"}] * 2},
        {"on_failure": "panic"},
    ],
)
def test_what_is_no_queue_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Queue.from_data(Queue().as_data() | damage)


class AnyQueue(RuleBasedStateMachine):
    """Does anything to a queue, in any order; keeps count of what must not change."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.runs_to_come = 0
        self.begun: set[str] = set()

    @rule(target=ids, first=st.booleans(), repeat=st.integers(1, 3))
    def add(self, first: bool, repeat: int) -> str:
        item = Item(procedure="p", repeat=repeat, kind=Kind.RUN)
        self.queue.add(item, first=first)
        return item.id

    @rule(id_=ids, up=st.booleans())
    def move(self, id_: str, up: bool) -> None:
        before = sorted(item.id for item in self.queue.items)
        over = [(row, i.id) for row, i in enumerate(self.queue.items) if i.state not in OPEN]
        self._try(lambda: self.queue.move([id_], up=up))
        assert sorted(item.id for item in self.queue.items) == before
        assert over == [
            (row, i.id) for row, i in enumerate(self.queue.items) if i.state not in OPEN
        ]

    @rule(id_=ids, what=st.sampled_from(["skip", "hold_item", "let_go", "resume", "again"]))
    def do(self, id_: str, what: str) -> None:
        self._try(lambda: getattr(self.queue, what)(id_))

    @rule(id_=consumes(ids))
    def remove(self, id_: str) -> None:
        self._try(lambda: self.queue.remove(id_))

    @rule(repeat=st.integers(1, 3), id_=ids)
    def edit(self, id_: str, repeat: int) -> None:
        self._try(lambda: self.queue.edit(id_, repeat=repeat))

    @rule()
    def go_on(self) -> None:
        self._try(self.queue.go_on)

    @rule()
    def hold_all(self) -> None:
        self.queue.hold_all()
        assert self.queue.next is None

    @rule()
    def begin_next(self) -> None:
        item = self.queue.next
        if item is not None:
            left = sum(one.repeat for one in self.queue.waiting)
            self.queue.begin(item.id)
            assert sum(one.repeat for one in self.queue.waiting) == left - 1

    @rule(state=st.sampled_from(OVER), folder=st.sampled_from([None, "/f"]), unsafe=st.booleans())
    def end(self, state: State, folder: str | None, unsafe: bool) -> None:
        item = self.queue.running
        if item is None:
            return
        self.queue.end(item.id, state, folder=folder, unsafe=unsafe)
        if unsafe or state is not State.FINISHED:
            assert self.queue.next is None, "only a person lets it go on"

    @rule()
    def clear(self) -> None:
        kept = [item for item in self.queue.items if item.state in (*OPEN, State.RUNNING)]
        self.queue.clear()
        assert set(map(id, kept)) <= set(map(id, self.queue.items))

    @invariant()
    def one_runs_at_most(self) -> None:
        assert sum(item.state is State.RUNNING for item in self.queue.items) <= 1

    @invariant()
    def every_item_is_one(self) -> None:
        assert len({item.id for item in self.queue.items}) == len(self.queue.items)

    @invariant()
    def it_survives_a_restart(self) -> None:
        again = Queue.from_data(json.loads(json.dumps(self.queue.as_data())))
        assert again.items == self.queue.items
        assert again.next is None

    def _try(self, do: object) -> None:
        before = self.queue.items
        try:
            do()  # type: ignore[operator]
        except QueueRefused:
            assert self.queue.items == before, "what is refused changes nothing"


TestAnyQueue = AnyQueue.TestCase
TestAnyQueue.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
