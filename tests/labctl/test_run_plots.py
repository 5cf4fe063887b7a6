"""Plots in the report of a run: of whatever was recorded, and never at the cost of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from labctl.report import run_procedure
from labctl.report.run_procedure import ProcedureNotHere, procedure_of
from labctl.report.run_report import PlotsMissing, write_report
from labctl.runs.run import Run
from labctl.runs.runner import run
from procedures.columns import CURRENT, TIME
from procedures.errors import ParameterError
from procedures.findings import Finding, Findings
from procedures.plots import Axis, Plot, Series
from tests.labctl.fakes import Rig
from tests.labctl.staircase import Staircase


class Drawn(Staircase):
    """A staircase with plots, one of which may be impossible."""

    name = "drawn"
    findings: ClassVar[Findings] = {
        "conductance_s": Finding("S", "slope of current against voltage")
    }
    impossible = False

    def plots(self, frame: pd.DataFrame) -> Sequence[Plot]:
        current = Series("measured", frame[TIME.header], frame[CURRENT.header])
        no_series: Any = None
        return [
            Plot(name=name, caption=f"Seen: {name}", x=Axis(label="Time", unit="s"),
                 y=Axis(label="Current", unit="A"), series=series)
            for name, series in (
                ("first", (current,)), ("second", no_series if self.impossible else (current,)),
            )
        ]  # fmt: skip


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Staircase]], None]:
    """Makes a class the one procedure that the registry has."""

    def know(owner: type[Staircase]) -> None:
        def load(name: str) -> type[Staircase]:
            if name != owner.name:
                raise ParameterError(f"there is no procedure {name!r}")
            return owner

        monkeypatch.setattr(run_procedure, "load", load)

    return know


def text_of(done: Run) -> str:
    return (done.folder / "report.html").read_text(encoding="utf-8")


def test_a_run_has_its_plots_in_page_and_files(rig: Rig, known: Any) -> None:
    known(Drawn)
    done = run(Drawn(peak=0.2), rig.station, derive=[write_report])
    assert done.record["warnings"] == []
    assert done.findings == Drawn.findings
    for name in ("first", "second"):
        assert f"Seen: {name}" in text_of(done)
        for ending in ("png", "svg"):
            assert (done.folder / "figures" / f"{name}.{ending}").is_file()
    assert "slope of current against voltage" in text_of(done)
    assert procedure_of(done).parameter_values()["peak"] == 0.2


def test_a_plot_that_fails_is_a_warning_and_the_others_are_drawn(
    rig: Rig, known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(Drawn)
    monkeypatch.setattr(Drawn, "impossible", True)
    done = run(Drawn(), rig.station, derive=[write_report])
    assert done.status == "finished"
    (warning,) = done.record["warnings"]
    assert "plot second: could not be drawn" in warning
    assert "plot second: could not be drawn" in text_of(done)
    assert "Seen: first" in text_of(done)


def test_plots_that_cannot_be_made_at_all_leave_the_report(
    rig: Rig, known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(Drawn)
    monkeypatch.setattr(Drawn, "plots", lambda *_: 1 / 0)
    done = run(Drawn(), rig.station)
    with pytest.raises(PlotsMissing, match=r"plots of drawn: .*ZeroDivisionError"):
        write_report(done)
    assert "Recorded readings" in text_of(done)


def test_a_run_that_did_not_finish_shows_what_it_recorded(
    rig: Rig, known: Any, trouble: Callable[[Callable[..., None]], None]
) -> None:
    known(Drawn)
    trouble(lambda *_: 1 / 0)
    done = run(Drawn(), rig.station, derive=[write_report])
    assert done.status == "failed"
    assert "Seen: first" in text_of(done)


def test_a_procedure_that_is_not_there_is_said(rig: Rig, known: Any) -> None:
    done = run(Staircase(), rig.station)
    known(Drawn)
    write_report(done)
    assert "No plots: the procedure &#x27;staircase&#x27; is not there" in text_of(done)
    assert "conductance_s" in text_of(done)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"procedure": "./evil.py"}, "no name of a procedure"),
        ({"procedure": "../x/evil.py"}, "no name of a procedure"),
        ({"procedure_class": "elsewhere.Drawn"}, "another than the 'drawn' that is there"),
        ({"parameters": {"peak": 1e9}}, "does not take this run's parameters: peak"),
        ({"parameters": {"pek": 1.0}}, "does not take this run's parameters: drawn has no"),
    ],
)
def test_a_folder_cannot_choose_what_is_run(
    rig: Rig, known: Any, changes: dict[str, Any], words: str
) -> None:
    known(Drawn)
    done = run(Drawn(), rig.station)
    with pytest.raises(ProcedureNotHere, match=words):
        procedure_of(Run(done.folder, {**done.record, **changes}))


def test_no_file_is_run_because_a_record_names_it(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap.py"
    trap.write_text("raise SystemExit('the file was run')\n", encoding="utf-8")
    done = run(Staircase(), rig.station)
    monkeypatch.chdir(tmp_path)
    for name in ("trap.py", "./trap.py", str(trap)):
        with pytest.raises(ProcedureNotHere):
            procedure_of(Run(done.folder, {**done.record, "procedure": name}))
