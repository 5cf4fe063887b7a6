"""`labctl runs`: list, show, compare, mend, and hand on what was measured."""

from __future__ import annotations

import argparse
from pathlib import Path

from labctl.catalogue import index
from labctl.catalogue.difference import differences
from labctl.catalogue.doctor import examine
from labctl.catalogue.export import FORMATS, export
from labctl.catalogue.filters import FIRST_ONES, Filters, condition, end_of, start_of
from labctl.catalogue.find import find_run, load_run
from labctl.catalogue.query import COLUMNS
from labctl.catalogue.run_folders import run_folders
from labctl.cli.answer import Answer
from labctl.cli.arguments import add_out
from labctl.cli.runs_doctor_answer import doctor_answer
from labctl.cli.runs_list_answer import indexed_answer, list_answer
from labctl.runs.status import Status
from procedures.errors import ParameterError
from procedures.parameters import to_si

EVERY_RUN = "all"
_RUN = "path of a run, name of its folder, or the end of that name (k7f2)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `show`, `diff`, `doctor`, `export`, or `reindex`."""
    actions = parser.add_subparsers(
        dest="action", metavar="list|show|diff|doctor|export|reindex", required=True
    )
    _add_filters(actions.add_parser("list", help="runs, the newest first, and those that fit"))
    show = actions.add_parser("show", help="everything about one run")
    show.add_argument("run", metavar="RUN", help=_RUN)
    diff = actions.add_parser("diff", help="what differs between two runs")
    diff.add_argument("run", metavar="A", help=_RUN)
    diff.add_argument("other", metavar="B", help="the other one")
    doctor = actions.add_parser("doctor", help="mend runs whose process is gone")
    doctor.add_argument(
        "runs", metavar="RUN", nargs="*", help=f"{_RUN}; {EVERY_RUN}, or none: every run"
    )
    _add_export(actions.add_parser("export", help="runs as files for other programs"))
    actions.add_parser("reindex", help="rebuild the index from the run folders")
    for action in actions.choices.values():
        add_out(action)


def execute(arguments: argparse.Namespace) -> Answer:
    """Answer from the run folders; raises `BadInput` for a run or a filter that makes no sense."""
    out: Path = arguments.out
    match arguments.action:
        case "list":
            return list_answer(out, index.search(out, _filters(arguments)))
        case "show" | "diff":
            return _shown(arguments)
        case "doctor":
            named = [called for called in arguments.runs if called != EVERY_RUN]
            every = not named or len(named) < len(arguments.runs)
            folders = run_folders(out) if every else [find_run(out, called) for called in named]
            return doctor_answer([examine(folder) for folder in folders], every=every)
        case "export":
            return _export(arguments)
        case _:
            return indexed_answer(out, index.reindex(out))


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sample", metavar="ID", help="identity or name of the sample")
    parser.add_argument("--device", metavar="D01", help="runs that measured this device")
    parser.add_argument("--procedure", metavar="NAME", help="runs of this procedure")
    parser.add_argument("--status", choices=[status.value for status in Status])
    parser.add_argument("--since", metavar="DATE", help="started then or later: 2026-11-01")
    parser.add_argument("--until", metavar="DATE", help="started then or earlier; all of that day")
    parser.add_argument("--text", metavar="TEXT", help="somewhere in the folder's name")
    parser.add_argument(
        "--where", metavar="CONDITION", action="append", default=[],
        help='a finding compared: "on_off_ratio > 1e5", "slope_s_per_s >= 1 mS/s"; may be repeated',
    )  # fmt: skip
    parser.add_argument(
        "--sort", metavar="KEY", default="started",
        help=f"{', '.join(COLUMNS)}, or a finding; runs without it are left out (default: started)",
    )  # fmt: skip
    parser.add_argument("--ascending", action="store_true", help="smallest or oldest first")
    parser.add_argument(
        "--limit", metavar="N", type=_limit, default=FIRST_ONES,
        help=f"most runs to list, or all (default: {FIRST_ONES})",
    )  # fmt: skip


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="+", help=_RUN)
    meanings = "; ".join(f"{name}: {kind.meaning}" for name, kind in FORMATS.items())
    parser.add_argument(
        "--to", metavar="FORMAT", choices=list(FORMATS), required=True, help=meanings
    )
    parser.add_argument(
        "--output", metavar="FILE", type=Path,
        help="file to write, which must not be there yet (default: named as the run, here)",
    )  # fmt: skip
    parser.add_argument(
        "--pulse-width", metavar="TIME", action="append", default=[], type=_duration_s,
        help='take pulses of this duration only, such as "1 ms"; may be repeated',
    )  # fmt: skip


def _filters(arguments: argparse.Namespace) -> Filters:
    return Filters(
        sample=arguments.sample,
        device=arguments.device,
        procedure=arguments.procedure,
        status=arguments.status,
        since_s=None if arguments.since is None else start_of(arguments.since),
        before_s=None if arguments.until is None else end_of(arguments.until),
        text=arguments.text,
        where=tuple(condition(text) for text in arguments.where),
        sort=arguments.sort,
        descending=not arguments.ascending,
        limit=arguments.limit,
    )


def _shown(arguments: argparse.Namespace) -> Answer:
    # They speak as the reports do, and what draws reports takes a second to import.
    from labctl.cli.runs_show_answer import difference_answer, show_answer  # noqa: PLC0415

    one = load_run(arguments.out, arguments.run)
    if arguments.action == "show":
        return show_answer(one)
    other = load_run(arguments.out, arguments.other)
    return difference_answer(one, other, differences(one, other))


def _export(arguments: argparse.Namespace) -> Answer:
    runs = [load_run(arguments.out, called) for called in arguments.runs]
    done = export(runs, arguments.to, arguments.output, arguments.pulse_width)
    return Answer(
        data={
            "written": str(done.path),
            "format": arguments.to,
            "runs": [str(run.folder) for run in runs],
            "notes": done.notes,
        },
        text="\n".join([f"Written: {done.path}", *done.notes]),
    )


def _limit(text: str) -> int | None:
    if text == EVERY_RUN:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a whole number from 1 nor 'all'")
    return int(text)


def _duration_s(text: str) -> float:
    try:
        return to_si(text, "s")
    except ParameterError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
