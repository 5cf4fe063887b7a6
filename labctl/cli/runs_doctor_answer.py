"""What the doctor found and did, as an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from labctl.catalogue.doctor import Diagnosis, Verdict
from labctl.cli.answer import Answer, ExitCode


def doctor_answer(diagnoses: Sequence[Diagnosis], *, every: bool) -> Answer:
    """Every run that was not well, and a count; fails when one could not be mended.

    `every`: all runs were looked at, so that a folder of something else is nobody's mistake.
    """
    bad = {Verdict.NOT_MENDED} if every else {Verdict.NOT_MENDED, Verdict.NO_RUN}
    counts = Counter(diagnosis.verdict for diagnosis in diagnoses)
    told = [_text(one) for one in diagnoses if not every or one.verdict is not Verdict.WELL]
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "no runs"
    failed = [one for one in diagnoses if one.verdict in bad]
    return Answer(
        code=ExitCode.FAILED if failed else ExitCode.FINISHED,
        data={"runs": [_data(one) for one in diagnoses], "counts": dict(counts)},
        text="\n\n".join([*told, f"Looked at {len(diagnoses)}: {summary}."]),
        complaint="; ".join(f"{one.folder}: {_failure(one)}" for one in failed),
    )


def _data(one: Diagnosis) -> dict[str, object]:
    return {
        "run_folder": str(one.folder),
        "verdict": one.verdict,
        "status": one.status,
        "rows": one.rows,
        "bytes_cut": one.bytes_cut,
        "done": one.done,
        "wrong": one.wrong,
        "in_flight": [asdict(flying) for flying in one.aftermath.in_flight],
        "guardian": one.aftermath.guardian,
        "rescued_rows": one.aftermath.rescued_rows,
        "complaints": one.aftermath.complaints,
        "go_on": _go_on(one),
    }


def _text(one: Diagnosis) -> str:
    state = f" ({one.status}, {one.rows:,} rows)" if one.status else ""
    lines = [f"{one.folder}: {one.verdict}{state}"]
    lines += [f"  {line}" for line in (*one.done, *one.wrong, *one.aftermath.lines())]
    if go_on := _go_on(one):
        lines.append(f"  to go on: {go_on}")
    return "\n".join(lines)


def _go_on(one: Diagnosis) -> str | None:
    return f"labctl run --resume {one.folder}" if one.resumable else None


def _failure(one: Diagnosis) -> str:
    return "; ".join(one.wrong) or "holds no run"
