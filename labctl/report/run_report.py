"""`report.html` and `figures/` of one run, with the runs before it that belong to the same work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.errors import LabError
from labctl.report.convolution_section import convolution_section
from labctl.report.encoding_figures import energy_comparison
from labctl.report.encoding_section import encoding_section
from labctl.report.page import Notice, Page, Picture, Section
from labctl.report.page_files import write_page
from labctl.report.record_sections import (
    notices,
    readings_section,
    record_sections,
    safe_state_section,
)
from labctl.report.results_table import result_tables, results_table
from labctl.report.run_plots import run_plots
from labctl.runs.run import Run
from procedures.techniques.kernels import kernel_weights


class PlotsMissing(LabError):
    """A report is written, but some of the procedure's plots could not be drawn."""


def write_report(run: Run, context: Sequence[Run] = ()) -> Path:
    """Write the report of `run` into its folder and return the path of the page.

    `context`: runs before it that belong to the same work (the encoding before its convolution);
    their panels come into the same page. A report that is there is replaced. Raises
    `PlotsMissing` when all is written but plots that the procedure could not make.
    """
    parts = [_Part.of(one) for one in (run, *context)]
    page = _page(run, context, parts)
    path = write_page(page, run.folder)
    if failures := [failure for part in parts for failure in part.failures]:
        raise PlotsMissing(f"{path} is without some of its plots: {'; '.join(failures)}")
    return path


def report_page(run: Run, context: Sequence[Run] = ()) -> Page:
    """The report of `run` before it is written; arguments as for `write_report`."""
    return _page(run, context, [_Part.of(one) for one in (run, *context)])


@dataclass(frozen=True)
class _Part:
    """What one run brings to the page."""

    sections: Sequence[Section]
    failures: Sequence[str] = ()
    """Plots that could not be drawn, and why."""

    @staticmethod
    def of(run: Run) -> _Part:
        build = _BUILDERS.get(run.record["procedure"])
        if build is not None and run.results:
            return _Part([build(run)])
        return _plain(run)


def _page(run: Run, context: Sequence[Run], parts: Sequence[_Part]) -> Page:
    """`parts`: of the run, then of each of its context."""
    runs = [*context, run]
    first, *others = parts
    return Page(
        title=_title(run),
        subtitle=f"Run folder: {run.folder}",
        notices=_notices(runs),
        sections=[
            *first.sections,
            *_energy_sections(runs),
            *(section for part in others for section in part.sections),
            readings_section(run.frame),
            safe_state_section(run.record),
            *record_sections(run.record),
        ],
    )


def _title(run: Run) -> str:
    return f"{run.record['procedure']}, {run.folder.name}"


def _notices(runs: Sequence[Run]) -> list[Notice]:
    by_kind = zip(*(notices(one.record) for one in runs), strict=True)
    return list(dict.fromkeys(notice for kind in by_kind for notice in kind))


def _encoding(run: Run) -> Section:
    wired = list(run.record["station"]["wiring"]["devices"])
    kernel = kernel_weights(str(run.parameters["kernel"]))
    return encoding_section(run.frame, run.results, run.findings, kernel, wired)


def _convolution(run: Run) -> Section:
    kernel = kernel_weights(str(run.parameters["kernel"]))
    return convolution_section(run.frame, run.results, run.findings, kernel)


def _plain(run: Run) -> _Part:
    """For a procedure without a section of its own, and for whatever did not finish."""
    plots = run_plots(run)
    numbers = [results_table(run.results, run.findings)] if run.results else []
    blocks = [*numbers, *plots.blocks, *result_tables(run.results, run.findings)]
    return _Part([Section(run.record["procedure"], blocks)] if blocks else [], plots.failures)


_BUILDERS: Mapping[str, Callable[[Run], Section]] = {
    "kernel_encoding": _encoding,
    "convolution": _convolution,
}


def _energy_sections(runs: Sequence[Run]) -> list[Section]:
    """Energies side by side, where both an encoding and a convolution have been done."""
    by_name: dict[str, dict[str, float]] = {"kernel_encoding": {}, "convolution": {}}
    for run in runs:
        if run.results and (energies := by_name.get(run.record["procedure"])) is not None:
            energies[str(run.results["array"])] = float(run.results["energy_j"])
    encoding, convolution = by_name["kernel_encoding"], by_name["convolution"]
    arrays = [array for array in encoding if array in convolution]
    if not arrays:
        return []
    energies_j = {
        "encoding": [encoding[array] for array in arrays],
        "convolution": [convolution[array] for array in arrays],
    }
    picture = Picture.drawn(
        "energies",
        energy_comparison(arrays, energies_j),
        "Energy to encode the kernel (set pulses that made the final state, all devices) "
        "and to read the whole picture through it.",
    )
    return [Section("Energy", [picture])]
