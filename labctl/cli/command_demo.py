"""`labctl demo`: encode a kernel, convolve a picture with it, and show what came out."""

from __future__ import annotations

import argparse
from functools import partial

from labctl.bench.station import Station, open_station
from labctl.catalogue.index import note
from labctl.cli.answer import Answer
from labctl.cli.arguments import add_out, seed_number
from labctl.cli.console import table
from labctl.cli.progress import Progress, warnings_on_stderr
from labctl.cli.run_answer import complaint, run_code, run_data
from labctl.report.page_files import REPORT
from labctl.report.results_table import value_text
from labctl.report.run_report import write_report
from labctl.runs.run import Run
from labctl.runs.run_control import RunControl
from labctl.runs.runner import run
from labctl.runs.status import Status
from procedures.base import LabProcedure
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding
from procedures.techniques.kernels import ARRAYS

STATION = "simulated"
SUMMARY = (
    ("kernel_encoding", "pulses", "Set pulses"),
    ("kernel_encoding", "energy_j", "Encoding energy"),
    ("kernel_encoding", "worst_deviation", "Worst device off target by"),
    ("convolution", "pulses", "Read pulses"),
    ("convolution", "energy_j", "Convolution energy"),
    ("convolution", "psnr_db", "PSNR against software"),
    ("convolution", "correlation", "Correlation with software"),
)
"""What the summary for people names: procedure, result, words."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing is needed; everything can be chosen."""
    kernel, picture = KernelEncoding(), Convolution()
    parser.add_argument(
        "--array", metavar="ITM|FTM", default=kernel.array,
        help=f"how devices hold weights (default: {kernel.array}); 'both' does one after the other",
    )  # fmt: skip
    parser.add_argument("--kernel", default=kernel.kernel, help="name, or nine integers")
    parser.add_argument("--image", default=picture.image, help="picture file to convolve")
    parser.add_argument("--seed", metavar="N", type=seed_number, help="seed of the simulated array")
    add_out(parser)


def execute(arguments: argparse.Namespace) -> Answer:
    """Run on a new simulated array; the report of all runs lies in the last one's folder."""
    procedures = _procedures(arguments)
    fresh = arguments.seed is None
    with (
        warnings_on_stderr(),
        open_station(STATION, out=arguments.out, seed=arguments.seed, fresh=fresh) as station,
    ):
        runs = _until_one_fails(procedures, station)
    page = runs[-1].folder / REPORT
    report = str(page) if page.is_file() else None
    return Answer(
        code=run_code(runs[-1]),
        data={
            **run_data(runs[-1]),
            "runs": [run_data(one) for one in runs],
            "report": report,
        },
        text=f"{_summary(runs)}Report: {report or 'none'}",
        complaint=complaint(runs[-1]),
    )


def _procedures(arguments: argparse.Namespace) -> list[LabProcedure]:
    arrays = tuple(ARRAYS) if arguments.array == "both" else (arguments.array,)
    kernel, image = arguments.kernel, arguments.image
    procedures: list[LabProcedure] = [
        procedure
        for array in arrays
        for procedure in (
            KernelEncoding(kernel=kernel, array=array),
            Convolution(kernel=kernel, image=image),
        )
    ]
    for procedure in procedures:
        procedure.check()
    return procedures


def _until_one_fails(procedures: list[LabProcedure], station: Station) -> list[Run]:
    runs: list[Run] = []
    # One for all: Ctrl-C while the first run's report is drawn must not start the second.
    control = RunControl()
    for procedure in procedures:
        report = partial(write_report, context=tuple(runs))
        with Progress(procedure.name) as progress:
            runs.append(
                run(procedure, station, progress=progress, control=control, derive=[report, note])
            )
        if runs[-1].status is not Status.FINISHED:
            break
    return runs


def _summary(runs: list[Run]) -> str:
    rows = [
        (
            str(one.results["array"]),
            words,
            value_text(one.results.get(name), one.findings[name].unit),
        )
        for one in runs
        for procedure, name, words in SUMMARY
        if procedure == one.record["procedure"] and one.results
    ]
    return f"{table(rows)}\n" if rows else ""
