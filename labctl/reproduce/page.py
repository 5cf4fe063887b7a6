"""One self-contained page: every row beside the paper's number, and the measured curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from labctl.report.page import Block, Notice, Page, Section, Table, Text
from labctl.report.results_table import value_text
from labctl.reproduce.figure_table import FIGURES
from labctl.reproduce.figures import PaperFigure, pictures_of
from labctl.reproduce.gaps import CHOSEN, NOTES
from labctl.reproduce.recipes import Recipe
from labctl.reproduce.reproduction import Reproduction
from labctl.reproduce.verdicts import Judgement, Measured, Verdict

PAPER = "Zhu, Liang, Shi, Zhang, ACS Appl. Mater. Interfaces 14 (2022) 43482"


def reproduction_page(
    reproduction: Reproduction, judgements: Sequence[Judgement], recipes: Sequence[Recipe]
) -> Page:
    """The page of a reproduction; rows that could not be measured stand in it as such."""
    figures = [
        one for one in FIGURES if not reproduction.figures or one.name in reproduction.figures
    ]
    return Page(
        title="The paper's figures, measured",
        subtitle=PAPER,
        notices=list(_notices(reproduction, judgements)),
        sections=[
            Section("At a glance", [_table(judgements)]),
            *(_figure_section(one, judgements, reproduction, recipes) for one in figures),
            _not_stated(),
            Section("Of the paper's own numbers", [Text(note) for note in NOTES]),
        ],
    )


def _notices(reproduction: Reproduction, judgements: Sequence[Judgement]) -> Iterator[Notice]:
    simulated = {bool(run.record["station"]["simulated"]) for run in reproduction.runs.values()}
    if simulated == {True}:
        yield Notice(
            "Simulated bench: the numbers come from a model that was fitted to some of the paper's "
            "figures, not from a sample. They show that the measurements find what is there.",
            "simulated",
        )
    if reproduction.quick:
        yield Notice("Reduced size (--quick): rows that need the full size are not decided.", "bad")
    for key, run in reproduction.unfinished.items():
        yield Notice(f"{key}: {run.status}. {run.reason}", "bad")
    for key, why in reproduction.left_out.items():
        yield Notice(f"{key}: left out. {why}", "bad")
    counts = Counter(one.verdict for one in judgements)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    yield Notice(f"Rows: {told}.", "bad" if counts[Verdict.NOT_MET] else "good")


def _table(judgements: Sequence[Judgement]) -> Table:
    return Table(
        head=("Row", "Figure", "What", "The paper", "Tolerance", "Measured", "Verdict"),
        rows=[
            (
                str(one.criterion.number),
                one.criterion.figure,
                one.criterion.what,
                one.criterion.paper,
                one.criterion.tolerance,
                "; ".join(measured_text(value) for value in one.measured) or "–",
                f"{one.verdict}{f': {one.why}' if one.why else ''}",
            )
            for one in judgements
        ],
        numeric=(True,),
    )


def measured_text(measured: Measured) -> str:
    """One number as people read it, with what it is."""
    value = value_text(measured.value, measured.check.unit)
    return f"{measured.check.label} {value}".strip()


def _figure_section(
    figure: PaperFigure,
    judgements: Sequence[Judgement],
    reproduction: Reproduction,
    recipes: Sequence[Recipe],
) -> Section:
    mine = [one for one in judgements if one.criterion.figure == figure.name]
    blocks: list[Block] = [Text(figure.text), *pictures_of(figure, reproduction.finished)]
    if mine:
        blocks.append(_table(mine))
    blocks.append(_runs_table(figure, reproduction, recipes))
    return Section(f"Fig {figure.name}: {figure.title}", blocks)


def _runs_table(
    figure: PaperFigure, reproduction: Reproduction, recipes: Sequence[Recipe]
) -> Table:
    rows = [
        (
            recipe.key,
            recipe.procedure,
            _told(recipe.settings(quick=reproduction.quick)),
            ", ".join(run.record["devices"]),
            f"{run.record['station']['name']}, {run.folder.name}",
        )
        for recipe in recipes
        if figure.name in recipe.figures and (run := reproduction.runs.get(recipe.key))
    ]
    return Table(
        head=("Run", "Procedure", "Parameters", "Devices", "Station and folder"),
        rows=rows,
        caption="The runs behind this figure; every parameter stands in their records.",
    )


def _told(settings: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items()) or "–"


def _not_stated() -> Section:
    return Section(
        "What the paper does not state",
        [
            Table(
                head=("Quantity", "Chosen here", "Verdict"),
                rows=[(what, chosen, Verdict.NOT_STATED) for what, chosen in CHOSEN],
            )
        ],
    )
