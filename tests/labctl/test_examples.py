"""The examples are in order, and those for the paper measure all that its figures need."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from labctl import Campaign
from labctl.campaigns.campaign_file import read_definition
from labctl.reproduce.recipe_table import RECIPES, SINGLE, TEN
from labctl.reproduce.recipes import Sample

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*.toml"))


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / "paper.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_item_of_an_example_is_in_order(file: Path, tmp_path: Path) -> None:
    checked = Campaign.load(file).check(out=tmp_path)
    assert [str(problem) for problem in checked.problems] == []
    assert checked.planned


def test_the_files_measure_on_the_samples_of_the_paper() -> None:
    measured = {
        (definition.station, step.procedure)
        for definition in map(read_definition, FILES)
        for step in definition.steps
    }
    assert measured >= {(one.sample.value, one.procedure) for one in RECIPES}


def test_the_script_has_a_step_for_every_recipe(script: dict[str, Any], tmp_path: Path) -> None:
    for sample, recipes in ((Sample.SINGLE, SINGLE), (Sample.TEN, TEN)):
        campaign: Campaign = script["campaign_of"]("paper", sample.value, recipes, quick=True)
        checked = campaign.check(out=tmp_path)
        assert [str(problem) for problem in checked.problems] == []
        assert [one.item.step for one in checked.planned] == [one.key for one in recipes]
