"""`report.html` and `figures/` of one run, with the runs before it that belong to the same work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from labctl.atomic_file import replace_bytes, replace_text
from labctl.report.appearance import png_bytes
from labctl.report.convolution_section import convolution_section
from labctl.report.encoding_figures import energy_comparison
from labctl.report.encoding_section import encoding_section
from labctl.report.page import Notice, Page, Picture, Section, to_html
from labctl.report.record_sections import (
    notices,
    readings_section,
    record_sections,
    results_section,
    safe_state_section,
)
from labctl.runs.run import Run
from procedures.kernels import kernel_weights

REPORT = "report.html"
"""Name of the page in the run's folder."""


def write_report(run: Run, context: Sequence[Run] = ()) -> Path:
    """Write the report of `run` into its folder and return the path of the page.

    `context`: runs before it that belong to the same work (the encoding before its convolution);
    their panels come into the same page. A report that is there is replaced.
    """
    page = report_page(run, context)
    figures = run.folder / "figures"
    figures.mkdir(exist_ok=True)
    for picture in page.pictures():
        replace_bytes(figures / f"{picture.name}.png", picture.png)
    path = run.folder / REPORT
    replace_text(path, to_html(page))
    return path


def report_page(run: Run, context: Sequence[Run] = ()) -> Page:
    """The report of `run` before it is written; arguments as for `write_report`."""
    runs = [*context, run]
    return Page(
        title=_title(run),
        subtitle=f"Run folder: {run.folder}",
        notices=_notices(runs),
        sections=[
            *(_sections_of(run)),
            *(_energy_sections(runs)),
            *(section for one in context for section in _sections_of(one)),
            readings_section(run.frame),
            safe_state_section(run.record),
            *record_sections(run.record),
        ],
    )


def _title(run: Run) -> str:
    return f"{run.record['procedure'].replace('_', ' ').capitalize()}, {run.folder.name}"


def _notices(runs: Sequence[Run]) -> list[Notice]:
    by_kind = zip(*(notices(one.record) for one in runs), strict=True)
    return list(dict.fromkeys(notice for kind in by_kind for notice in kind))


def _sections_of(run: Run) -> list[Section]:
    if not run.results:
        return []
    build = _BUILDERS.get(run.record["procedure"], _plain)
    return [build(run)]


def _encoding(run: Run) -> Section:
    wired = list(run.record["station"]["wiring"]["devices"])
    kernel = kernel_weights(str(run.parameters["kernel"]))
    return encoding_section(run.frame, run.results, kernel, wired)


def _convolution(run: Run) -> Section:
    return convolution_section(
        run.frame, run.results, kernel_weights(str(run.parameters["kernel"]))
    )


def _plain(run: Run) -> Section:
    return results_section(run.record["procedure"], run.results)


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
    picture = Picture(
        name="energies",
        png=png_bytes(energy_comparison(arrays, energies_j)),
        caption="Energy to encode the kernel (set pulses that made the final state, all devices) "
        "and to read the whole picture through it.",
    )
    return [Section("Energy", [picture])]
