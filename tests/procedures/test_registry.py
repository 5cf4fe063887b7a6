"""Procedures by name, from files, and from installed packages."""

import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from procedures import registry
from procedures.errors import ParameterError

SOURCE = '''
"""A procedure of a laboratory."""
from procedures.base import LabProcedure


class {name}(LabProcedure):
    """What {name} measures.

    And how.
    """
    name = "{name}"
'''


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_from_files", {})
    monkeypatch.setattr(registry, "_installed", dict)


def written(folder: Path, *names: str, file: str = "mine.py", also: str = "") -> Path:
    path = folder / file
    text = "\n".join(SOURCE.format(name=name) for name in names)
    path.write_text(text + also, encoding="utf-8")
    return path


def offered(monkeypatch: pytest.MonkeyPatch, **entries: str) -> None:
    found = {
        name: EntryPoint(name, value, registry.ENTRY_POINTS) for name, value in entries.items()
    }
    monkeypatch.setattr(registry, "_installed", lambda: found)


@pytest.mark.parametrize("name", registry.NAMES)
def test_every_name_is_the_name_of_its_class(name: str) -> None:
    assert registry.load(name).name == name


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ParameterError, match="did you mean 'rt_sweep'"):
        registry.load("rt_swep")


def test_a_file_is_a_procedure_and_is_run_once(tmp_path: Path) -> None:
    path = written(tmp_path, "alpha")
    assert registry.load(str(path)) is registry.load(str(path)) is registry.load("alpha")
    assert ("alpha", "What alpha measures.") in list(registry.summaries())


def test_a_file_that_changed_is_run_again(tmp_path: Path) -> None:
    first = registry.load(str(written(tmp_path, "alpha")))
    path = written(tmp_path, "alpha", also="\n    answer = 42\n")
    os.utime(path, ns=(1, 1))
    second = registry.load(str(path))
    assert second is not first
    assert second.answer == 42
    assert registry.load("alpha") is second


def test_a_file_of_several_is_asked_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, "alpha", "beta")
    with pytest.raises(ParameterError, match=r"2 procedures \(alpha, beta\)"):
        registry.load(str(path))
    assert registry.load("beta").name == "beta"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (", r"mine\.py, line 1: SyntaxError"),
        ("\n\nimport nothing_of_that_name", r"mine\.py, line 3: ModuleNotFoundError"),
        ("import json\njson.loads('{')", r"mine\.py, line 2: JSONDecodeError"),
        ("x = 1", "defines no procedure"),
        ("from procedures.rt_sweep import RtSweep", "defines no procedure"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=words):
        registry.load(str(path))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"there is no file '.*nowhere\.py'"):
        registry.load(str(tmp_path / "nowhere.py"))


def test_a_name_belongs_to_one_procedure(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="'rt_sweep' belongs to another procedure"):
        registry.load(str(written(tmp_path, "rt_sweep", file="ours.py")))
    registry.load(str(written(tmp_path, "alpha")))
    with pytest.raises(ParameterError, match="'alpha' belongs to another procedure"):
        registry.load(str(written(tmp_path, "alpha", file="other.py")))


def test_a_package_offers_a_procedure(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, staircase="tests.labctl.staircase:Staircase")
    assert registry.load("staircase").name == "staircase"
    assert "staircase" in dict(registry.summaries())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("nothing_of_that_name:Nothing", "cannot be loaded"),
        ("pathlib:Path", "is no LabProcedure"),
        ("tests.labctl.staircase:Staircase", "calls itself 'staircase'"),
    ],
)
def test_a_bad_entry_point_harms_only_itself(
    monkeypatch: pytest.MonkeyPatch, value: str, words: str
) -> None:
    offered(monkeypatch, broken=value)
    with pytest.raises(ParameterError, match=words):
        registry.load("broken")
    assert words in dict(registry.summaries())["broken"]
    assert registry.load("rt_sweep").name == "rt_sweep"
