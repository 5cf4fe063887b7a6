"""Verdicts rest on numbers alone, recipes are valid beforehand, and pages hold all rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labctl.cli.main import main
from labctl.report.page import to_html
from labctl.reproduce.comparison import energy_plot
from labctl.reproduce.criteria import CRITERIA
from labctl.reproduce.figure_table import FIGURES
from labctl.reproduce.figures import overlaid
from labctl.reproduce.numbers import less, of_table, ratio, result
from labctl.reproduce.page import reproduction_page
from labctl.reproduce.recipe_table import RECIPES
from labctl.reproduce.recipes import Recipe, Sample, needed
from labctl.reproduce.reproduction import Reproduction, reproduce
from labctl.reproduce.verdicts import Check, Criterion, Verdict, judge
from labctl.runs.run import Run
from procedures.errors import ParameterError
from procedures.plots import Axis, Plot, Series

ROWS_OF_PHYSICS = set(range(1, 34))


def run_with(results: Mapping[str, Any], key: str = "one") -> dict[str, Run]:
    return {key: Run(Path("nowhere"), {"results": results, "procedure": "iv_loop"})}


def criterion(**changes: Any) -> Criterion:
    values = {
        "number": 1,
        "figure": "1b",
        "what": "ratio",
        "paper": "~10",
        "tolerance": "5 to 20",
        "needs": ("one",),
        "checks": (Check(label="", unit="", value=result("one", "ratio"), low=5.0, high=20.0),),
    }
    return Criterion(**{**values, **changes})


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (5.0, Verdict.MET),
        (20.0, Verdict.MET),
        (4.999, Verdict.NOT_MET),
        (20.001, Verdict.NOT_MET),
        (None, Verdict.NOT_MET),
        (math.nan, Verdict.NOT_MET),
    ],
)
def test_a_number_is_met_within_its_tolerance_only(value: float, verdict: Verdict) -> None:
    assert judge(criterion(), run_with({"ratio": value}), quick=False).verdict is verdict


def test_what_was_not_measured_cannot_be_decided() -> None:
    judgement = judge(criterion(), {}, quick=False)
    assert judgement.verdict is Verdict.UNDECIDED
    assert "one" in judgement.why


def test_a_reduced_run_does_not_decide_what_needs_the_full_size() -> None:
    runs = run_with({"ratio": 10.0})
    assert judge(criterion(full_size=True), runs, quick=True).verdict is Verdict.UNDECIDED
    assert judge(criterion(full_size=True), runs, quick=False).verdict is Verdict.MET
    assert judge(criterion(), runs, quick=True).verdict is Verdict.MET


def test_the_switching_energy_is_reported_and_never_passed() -> None:
    (energy,) = (one for one in CRITERIA if one.number == 22)
    runs = run_with({"lowest_energy_j": 2e-16, "implied_width_s": 6e-9}, key="energy")
    judgement = judge(energy, runs, quick=False)
    assert judgement.verdict is Verdict.UNDECIDED
    assert [one.value for one in judgement.measured] == [2e-16, 6e-9]


def test_numbers_that_are_not_there_stay_undefined() -> None:
    runs = run_with({"a": None, "b": 2.0, "table": [{"x": None}, {"x": 3.0}, {"x": 1.0}]})
    assert ratio(result("one", "a"), result("one", "b"))(runs) is None
    assert ratio(result("one", "b"), result("one", "b"))(runs) == 1.0
    assert less(result("one", "a"), result("one", "b"))(runs) is None
    assert of_table("one", "table.x", min)(runs) == 1.0
    assert of_table("one", "table.x", max)(runs_without_values()) is None


def runs_without_values() -> dict[str, Run]:
    return run_with({"table": [{"x": None}]})


def test_every_row_of_the_acceptance_figures_is_there_once() -> None:
    numbers = [one.number for one in CRITERIA]
    assert sorted(numbers) == sorted(ROWS_OF_PHYSICS)


def test_criteria_and_figures_name_recipes_that_exist() -> None:
    keys = [recipe.key for recipe in RECIPES]
    assert len(set(keys)) == len(keys)
    names = {figure.name for figure in FIGURES}
    for one in CRITERIA:
        assert set(one.needs) <= set(keys)
        assert one.figure in names
        # What a row needs is measured when its figure is asked for.
        assert set(one.needs) <= {recipe.key for recipe in needed(RECIPES, [one.figure])}
    for figure in FIGURES:
        for curve in figure.curves:
            assert set(curve.runs) <= set(keys)
    assert {name for recipe in RECIPES for name in recipe.figures} <= names


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)
def test_every_recipe_can_be_run_as_it_stands(recipe: Recipe, quick: bool) -> None:
    procedure = recipe.prepared(quick=quick)
    assert procedure.name == recipe.procedure


def test_samples_are_not_mixed() -> None:
    samples = [recipe.sample for recipe in RECIPES]
    changes = sum(now != before for before, now in pairwise(samples))
    assert changes == len(Sample) - 1


def test_a_convolution_brings_its_encoding() -> None:
    keys = [recipe.key for recipe in needed(RECIPES, ["4b"])]
    assert keys.index("encoding_ITM_sharpen") < keys.index("convolution_ITM_sharpen")
    assert len(keys) == 8


def test_a_bad_recipe_is_refused_before_a_station_is_opened(tmp_path: Path) -> None:
    bad = Recipe(
        key="bad", figures=(), sample=Sample.SINGLE, procedure="iv_loop", parameters={"step": "1 A"}
    )
    with pytest.raises(ParameterError):
        reproduce(
            [bad],
            Reproduction(quick=True, figures=()),
            out=tmp_path,
            watching=lambda _: nullcontext(lambda __: None),
        )
    assert not list(tmp_path.iterdir())


def test_overlaid_plots_keep_every_series_under_its_run() -> None:
    axis = Axis(label="x")
    plots = {
        label: Plot(name="p", caption="c", x=axis, y=axis, series=(Series("ON", [1.0], [2.0]),) * 2)
        for label in ("first", "second")
    }
    assert [one.label for one in overlaid(plots).series] == ["first ON"] * 2 + ["second ON"] * 2
    np.testing.assert_array_equal(overlaid(plots).series[3].y, [2.0])


def test_energies_stand_side_by_side_by_kernel_and_array() -> None:
    energies = {("sharpen", "ITM"): 1e-9, ("soften", "ITM"): 2e-9, ("soften", "FTM"): 3e-7}
    runs = {key: run_with({"unit_energy_j": j})["one"] for key, j in energies.items()}
    plot = energy_plot(runs)
    assert plot.x.categories == ("sharpen", "soften")
    by_array = {one.label: (one.x.tolist(), one.y.tolist()) for one in plot.series}
    assert by_array == {"ITM": ([0.0, 1.0], [1e-9, 2e-9]), "FTM": ([1.0], [3e-7])}


def test_the_page_tells_what_is_missing() -> None:
    nothing = Reproduction(quick=True, figures=("1b",))
    page = reproduction_page(nothing, nothing.judgements(), RECIPES)
    text = to_html(page)
    assert "Reduced size" in text
    assert text.count("not measured: loop_filament") >= 4
    assert "not stated in the paper" in text
    assert "5.4 %" in text


def test_an_unknown_figure_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "fig1x"]) == 2
    assert "there is no figure 'fig1x'" in capsys.readouterr().err
