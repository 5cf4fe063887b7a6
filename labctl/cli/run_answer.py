"""A finished run as an answer: its exit code, its JSON object, and a short table."""

from __future__ import annotations

from labctl.cli.answer import Answer, ExitCode
from labctl.cli.console import table_of_texts
from labctl.report.results_table import result_rows
from labctl.runs.run import Run
from labctl.runs.run_folder import LOG
from labctl.runs.status import Status

CODES = {Status.FINISHED: ExitCode.FINISHED, Status.ABORTED: ExitCode.ABORTED}
"""Exit codes by status; every other status is a failure."""
STOPPED_BY_A_LIMIT = frozenset({"LimitRefused", "GuardTripped"})
"""Errors of a run that mean that a limit or the guard stopped it."""


def run_answer(run: Run) -> Answer:
    """The answer of one run, whatever became of it."""
    return Answer(
        code=run_code(run), data=run_data(run), text=run_text(run), complaint=complaint(run)
    )


def run_code(run: Run) -> ExitCode:
    """Exit code of a run's status and of what ended it."""
    if run.error in STOPPED_BY_A_LIMIT:
        return ExitCode.LIMIT
    return CODES.get(run.status, ExitCode.FAILED)


def run_data(run: Run) -> dict[str, object]:
    """The object that other programs read; nothing in it is rounded."""
    return {
        "run_folder": str(run.folder),
        "procedure": run.record["procedure"],
        "status": run.status,
        "reason": run.reason,
        "results": run.results,
        "bench": run.bench,
    }


def run_text(run: Run) -> str:
    """Results with their units, and where the run lies."""
    procedure = run.record["procedure"]
    rows = [(name, value) for name, value, _ in result_rows(run.results, run.findings)]
    results = [table_of_texts(rows, ("Result", "Value"))] if rows else []
    return "\n".join([f"{procedure}: {run.status}", *results, f"Run folder: {run.folder}"])


def complaint(run: Run) -> str:
    """One line for a run that did not finish, or whose report failed; else empty."""
    if run.status is Status.FINISHED:
        return "; ".join(run.record["warnings"])
    return f"{run.record['procedure']} {run.status}: {run.reason} (log: {run.folder / LOG})"
