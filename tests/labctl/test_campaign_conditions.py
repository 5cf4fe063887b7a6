"""The grammar of conditions, and what they are true of."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.campaigns.planning.conditions import (
    Comparison,
    Condition,
    ConditionError,
    Found,
    Joined,
    parse_condition,
)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
NUMBERS = st.floats(-1e6, 1e6).map(repr)
VALUES = st.one_of(
    NUMBERS, st.text(st.characters(codec="ascii", exclude_characters="\"'"), min_size=1)
)
COMPARISONS = st.builds(
    Comparison,
    NAMES,
    st.one_of(NAMES, st.tuples(NAMES, NAMES).map(".".join)),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    VALUES,
)


def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    lists = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Joined, st.sampled_from(["and", "or"]), lists)


CONDITIONS = st.recursive(COMPARISONS, joined, max_leaves=8)


@given(CONDITIONS)
def test_a_condition_reads_back_what_it_prints(condition: Condition) -> None:
    again = parse_condition(str(condition))
    assert str(again) == str(condition)
    assert list(again.comparisons()) == list(condition.comparisons())


@given(st.text(max_size=80))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    with contextlib.suppress(ConditionError):
        parse_condition(text)


@given(
    st.recursive(st.booleans(), lambda part: st.tuples(st.sampled_from(["and", "or"]), part, part))
)
def test_a_condition_is_true_when_python_says_so(tree: object) -> None:
    def written(node: object) -> str:
        if isinstance(node, bool):
            return f"step.{'yes' if node else 'no'} == 1"
        joint, one, other = node  # pyright: ignore[reportGeneralTypeIssues]
        return f"({written(one)} {joint} {written(other)})"

    def truth(node: object) -> bool:
        if isinstance(node, bool):
            return node
        joint, one, other = node  # pyright: ignore[reportGeneralTypeIssues]
        return truth(one) and truth(other) if joint == "and" else truth(one) or truth(other)

    found = {"yes": Found([1.0], ""), "no": Found([0.0], "")}
    assert parse_condition(written(tree)).holds(lambda c: found[c.finding], all) is truth(tree)


def test_and_binds_closer_than_or() -> None:
    assert parse_condition("a.b > 1 or a.c > 2 and a.d > 3") == parse_condition(
        "a.b > 1 or (a.c > 2 and a.d > 3)"
    )


@pytest.mark.parametrize(
    ("text", "value", "unit", "true"),
    [
        ("a.b > 1e4", 2e4, "", True),
        ("a.b > 1e4", 1e4, "", False),
        ("a.b >= 200 mV", 0.2, "V", True),
        ("a.b < -200 mV", -0.3, "V", True),
        ("a.b < 5 %", 0.04, "%", True),
        ("a.b > 0.05", 0.06, "%", True),
        ("a.b == good", "good", "", True),
        ("a.b = good", "good", "", True),
        ("a.b != 'not so good'", "good", "", True),
        ("a.b == yes", True, "", True),
        ("a.b == no", True, "", False),
        ("a.b > 1", None, "", False),
        ("a.b < 1", float("nan"), "", False),
        ("a.b != 1", float("nan"), "", False),
        ("a.b != good", None, "", False),
        ("a.b > 1", "good", "", False),
    ],
)
def test_comparisons(text: str, value: object, unit: str, true: bool) -> None:
    assert parse_condition(text).holds(lambda _: Found([value], unit), all) is true


@pytest.mark.parametrize("quantifier", [all, any])
def test_nothing_is_true_of_what_was_not_found(quantifier: object) -> None:
    condition = parse_condition("a.b != 1")
    assert condition.holds(lambda _: Found([], ""), quantifier) is False  # pyright: ignore[reportArgumentType]


def test_a_requirement_is_for_all_and_a_veto_for_one() -> None:
    condition, found = parse_condition("a.b > 5"), Found([4.0, 6.0], "")
    assert not condition.holds(lambda _: found, all)
    assert condition.holds(lambda _: found, any)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("a.b > 3 V", "A"), ("a.b > much", ""), ("a.b == good", "S"), ("a.b < 3 V", "")],
)
def test_a_value_of_another_kind_is_refused(text: str, unit: str) -> None:
    (comparison,) = parse_condition(text).comparisons()
    with pytest.raises(ConditionError, match=r"a\.b is a"):
        comparison.check_unit(unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "but it ends"),
        ("loops > 3", "not 'loops > 3'"),
        ("(a.b > 3", "a closing bracket"),
        ("a.b > 3)", "expected and, or, or the end, not ')'"),
        ("a.b > 3 and", "but it ends"),
        ("a.b => 3", "a sign such as >"),
        ("(" * 60 + "a.b > 1" + ")" * 60, "more than 50 brackets"),
    ],
)
def test_what_goes_wrong_is_named(text: str, expected: str) -> None:
    with pytest.raises(ConditionError) as refused:
        parse_condition(text)
    assert expected in str(refused.value)
