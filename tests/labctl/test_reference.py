"""The reference in docs/: what procedures say of themselves, and no other page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labctl.cli.answer import ExitCode
from labctl.cli.main import main
from labctl.report.procedure_description import default_text, describe, limits_text
from labctl.report.procedure_pages import COMMAND, reference_pages
from procedures.registry import NAMES, load

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_pages_in_docs_are_those_of_the_procedures() -> None:
    pages = reference_pages()
    assert sorted(path.name for path in REFERENCE.iterdir()) == sorted(pages)
    stale = [
        name
        for name, text in pages.items()
        if (REFERENCE / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], f"write them with: {COMMAND}"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_everything(name: str) -> None:
    page, procedure = reference_pages()[f"{name}.md"], load(name)
    for parameter in procedure().parameter_values():
        assert f"| `{parameter}` |" in page
    for column in procedure.DATA_COLUMNS:
        assert f"| {column} |" in page
    for result, finding in procedure.findings.items():
        assert f"| `{result}` | {finding.unit} |" in page


def test_tables_stay_tables() -> None:
    for page in reference_pages().values():
        rows = [line for line in page.splitlines() if line.startswith("| ")]
        heads = [number for number, row in enumerate(rows) if set(row) <= set("| -")]
        for number in heads:
            bars = rows[number].count("|")
            assert rows[number - 1].replace("\\|", "").count("|") == bars
        for row in rows:
            assert row.endswith(" |")


def test_pages_are_written_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["procedures", "pages", str(tmp_path / "a" / "b"), "--json"]) == ExitCode.FINISHED
    told = json.loads(capsys.readouterr().out)
    assert sorted(told["pages"]) == sorted(path.name for path in (tmp_path / "a" / "b").iterdir())
    (tmp_path / "file").touch()
    assert main(["procedures", "pages", str(tmp_path / "file")]) == ExitCode.BAD_INPUT
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("entry", "default", "limits"),
    [
        ({"default": 5e-3, "unit": "V", "minimum": 1e-3, "maximum": 0.1}, "5 mV", "1 mV to 100 mV"),
        ({"default": (1.0, 2.0), "unit": "s", "minimum": 0, "maximum": 9},
         "1 s, 2 s", "0 s to 9 s"),
        ({"default": tuple(map(float, range(1, 31))), "unit": ""},
         "1, 2, 3, ..., 30 (30 values)", ""),
        ({"default": True, "unit": ""}, "yes", ""),
        ({"default": "a", "unit": "", "choices": ("a", "b")}, "a", "a, b"),
    ],
)  # fmt: skip
def test_defaults_and_limits_are_said_with_units(
    entry: dict[str, object], default: str, limits: str
) -> None:
    whole = {"minimum": None, "maximum": None, "choices": None, **entry}
    assert default_text(whole) == default
    assert limits_text(whole) == limits


def test_show_lists_what_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedures", "show", "kernel_encoding"]) == ExitCode.FINISHED
    shown = capsys.readouterr().out
    for name in load("kernel_encoding").findings:
        assert f"\n{name} " in shown
    assert [entry["name"] for entry in describe(load("convolution"))["findings"]] == list(
        load("convolution").findings
    )
