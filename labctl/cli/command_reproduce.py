"""`labctl reproduce`: the paper's figures, measured on the station, beside the paper's numbers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from labctl.cli.answer import Answer, ExitCode
from labctl.cli.arguments import add_out, seed_number
from labctl.cli.console import table
from labctl.cli.progress import Progress, warnings_on_stderr
from labctl.errors import BadInput
from labctl.reproduce.figure_table import FIGURES
from labctl.reproduce.page import measured_text
from labctl.reproduce.recipe_table import RECIPES
from labctl.reproduce.recipes import needed
from labctl.reproduce.reproduction import Reproduction, reproduce
from labctl.reproduce.verdicts import Judgement
from labctl.reproduce.writing import write_reproduction
from labctl.strict_toml import nearest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Figures, station, size, and where the runs go; nothing is needed."""
    names = ", ".join(figure.name for figure in FIGURES)
    parser.add_argument(
        "figures", metavar="FIGURE", nargs="*", help=f"figures of the paper (default: all): {names}"
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller measurements; rows that need more say so"
    )
    parser.add_argument(
        "--station", metavar="S",
        help="measure everything on this station (default: a simulated one for each sample)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", metavar="N", type=seed_number, help="seed of the simulated samples"
    )
    add_out(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Measure, judge, and write the page; raises `BadInput` for a figure that is not there."""
    figures = tuple(dict.fromkeys(_figure(name) for name in arguments.figures))
    recipes = needed(RECIPES, figures)
    reproduction = Reproduction(quick=arguments.quick, figures=figures)
    with warnings_on_stderr():
        reproduce(
            recipes,
            reproduction,
            out=arguments.out,
            station=arguments.station,
            seed=arguments.seed,
            watching=Progress,
        )
        judgements = reproduction.judgements()
        page = write_reproduction(reproduction, judgements, recipes, arguments.out)
    return _answer(reproduction, judgements, page)


def _figure(name: str) -> str:
    known = [figure.name for figure in FIGURES]
    plain = name.lower().removeprefix("fig").lstrip(" .")
    for one in known:
        if one.lower() == plain:
            return one
    raise BadInput(f"there is no figure {name!r}; {nearest(name, known)}")


def _answer(reproduction: Reproduction, judgements: Sequence[Judgement], page: Path) -> Answer:
    failures = "; ".join(
        f"{key} {run.status}: {run.reason}" for key, run in reproduction.unfinished.items()
    )
    code = ExitCode.FAILED if reproduction.unfinished else ExitCode.FINISHED
    return Answer(
        code=ExitCode.ABORTED if reproduction.aborted else code,
        data={
            "quick": reproduction.quick,
            "rows": [_row(one) for one in judgements],
            "left_out": reproduction.left_out,
            "runs": {key: str(run.folder) for key, run in reproduction.runs.items()},
            "report": str(page),
        },
        text=f"{table([_line(one) for one in judgements], _HEAD)}\nReport: {page}",
        complaint=failures,
    )


def _row(judgement: Judgement) -> dict[str, object]:
    criterion = judgement.criterion
    return {
        "row": criterion.number,
        "figure": criterion.figure,
        "what": criterion.what,
        "paper": criterion.paper,
        "tolerance": criterion.tolerance,
        "measured": [
            {
                "label": one.check.label,
                "unit": one.check.unit,
                "value": one.value,
                "low": one.check.low,
                "high": one.check.high,
            }
            for one in judgement.measured
        ],
        "verdict": judgement.verdict,
        "why": judgement.why,
    }


_HEAD = ("Row", "Figure", "What", "Verdict", "Measured")


def _line(judgement: Judgement) -> tuple[str, ...]:
    criterion = judgement.criterion
    return (
        str(criterion.number),
        criterion.figure,
        criterion.what,
        judgement.verdict,
        "; ".join(measured_text(one) for one in judgement.measured) or judgement.why,
    )
