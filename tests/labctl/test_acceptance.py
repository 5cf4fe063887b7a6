"""What speaks against a procedure is found, and nothing is said against one that is sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from labctl.acceptance.conduct import conduct_objections
from labctl.acceptance.declarations import declaration_objections
from labctl.acceptance.objections import Objection, Weight, accepted
from procedures import registry
from procedures.base import LabProcedure

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "your-own-procedure.md"
EXAMPLE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., object]]:
    """The procedure of the how-to page, with a change."""
    monkeypatch.setattr(registry, "_from_files", {})

    def changed(old: str = "", new: str = "") -> type[LabProcedure]:
        assert old in EXAMPLE, "the page's example has changed: change this test as well"
        path = tmp_path / "nudge.py"
        path.write_text(EXAMPLE.replace(old, new), encoding="utf-8")
        return registry.load(str(path))

    return changed


def conduct(procedure: type[LabProcedure], **values: object) -> list[Objection]:
    return conduct_objections(procedure(**values), "simulated", None)


def about(objections: list[Objection]) -> set[str]:
    return {objection.about for objection in objections}


def test_nothing_is_said_against_the_example(example: Callable) -> None:
    procedure = example()
    assert declaration_objections(procedure) == []
    assert conduct(procedure) == []


@pytest.mark.parametrize("name", registry.NAMES)
def test_our_own_procedures_declare_what_we_ask_of_others(name: str) -> None:
    found = declaration_objections(registry.load(name))
    assert accepted(found), found


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('name = "nudge"', 'name = "Nudge 1"', "name"),
        ('"""Read a device, play', 'spoken = """Read a device, play', "class"),
        ("minimum=-0.3, maximum=0.3", "minimum=-0.3, maximum=float('inf')", "parameter amplitude"),
        ('"level of the pulse; below 0 V it sets"', '""', "parameter amplitude"),
        ('Column("Pulse (V)", "float64"', 'Column("Pulse", "float64"', "column Pulse"),
        ('"Pulse (V)", "float64"', '"Pulse, V (V)", "float64"', "column Pulse, V (V)"),
        ('"Pulse (V)", "float64"', '"Pulse (V)", "float32"', "column Pulse (V)"),
        ('"amplitude of the pulse between the two readings"', '" "', "column Pulse (V)"),
        ('Column("Pulse (V)"', 'Column("Target (S)"', "column Target (S)"),
        ('Column("Pulse (V)"', 'Column("Voltage (V)"', "column Voltage (V)"),
        ('"conductance after the pulse"', '""', "finding after_s"),
        ('"change": Finding', '"change_u95": Finding', "finding change_u95"),
        ('"change": Finding', '"Change of it": Finding', "finding Change of it"),
        ("def plan(self", "def planned(self", "method plan"),
        ("device_count = 1", 'needs = frozenset({"magnet"})', "needs"),
    ],
)
def test_a_bad_declaration_is_found(example: Callable, old: str, new: str, where: str) -> None:
    found = declaration_objections(example(old, new))
    assert where in about(found)
    assert not accepted(found)
    assert all(objection.what and objection.remedy for objection in found)


def test_a_parameter_without_limits_or_units_is_found(example: Callable) -> None:
    loose = (
        "width = __import__('pymeasure.experiment').experiment.FloatParameter('W', default=0.01)"
    )
    old = EXAMPLE[EXAMPLE.index("width = Quantity") : EXAMPLE.index("    def steps")]
    found = declaration_objections(example(old, f"{loose}\n\n"))
    assert about(found) == {"parameter width"}
    assert "FloatParameter takes values without units" in found[0].what


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("in self.steps(devices[0])]", "in list(self.steps(devices[0]))[:1]]", "plan", "-0.15 V"),
        ("Purpose.STRESS, 1e-4", "Purpose.READ, 1e-4", "purpose", "0.15 V is applied as a read"),
        ('"change": after / before - 1', '"drift": 1.0', "result drift", "neither unit"),
        ("bench.apply(application)", "bench.apply(1 / 0)", "run", "ZeroDivisionError"),
        (
            "bench.apply(application)",
            "bench.apply(application); bench.apply(application)",
            "plan",
            "4 applications to read, but the plan says 2",
        ),
        (
            '"before_s": before,',
            '"before_s": before * __import__("time").perf_counter(),',
            "results",
            "other results",
        ),
        (
            "PULSE.header: self.amplitude}",
            "}",
            "run",
            "RecordError",
        ),
    ],
)
def test_bad_conduct_is_found(
    example: Callable, old: str, new: str, where: str, words: str
) -> None:
    found = conduct(example(old, new))
    assert not accepted(found)
    assert any(words in one.what for one in found if one.about == where), found


def test_a_promise_that_is_not_kept_is_a_warning(example: Callable) -> None:
    found = conduct(example(', "change": after / before - 1', ""))
    assert about(found) == {"finding change"}
    assert found[0].weight is Weight.WARNING
    assert accepted(found)


def test_waits_that_the_plan_does_not_know_are_a_warning(example: Callable) -> None:
    waiting = "bench.apply(application); bench.clock.wait(100.0)"
    found = conduct(example("bench.apply(application)", waiting))
    assert about(found) == {"plan"}
    assert "it took 300 s" in found[0].what
    assert accepted(found)


def test_a_figure_that_fails_is_found(example: Callable) -> None:
    plots = dedent("""\
        def plots(self, frame):
            '''None that work.'''
            raise ValueError("no figure")

        def analyse""").replace("\n", "\n    ")
    found = conduct(example("def analyse", plots))
    assert about(found) == {"plots"}


def test_a_table_without_units_is_a_warning(example: Callable) -> None:
    table = '"table": [{"change": 1.0, "length": 2.0}], "change"'
    found = conduct(example('"change": after', f"{table}: after"))
    assert about(found) == {"table table"}
    assert "columns without unit and meaning: length" in found[0].what
    assert accepted(found)
