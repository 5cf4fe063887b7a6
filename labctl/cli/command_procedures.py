"""`labctl procedures`: which procedures there are, and what one of them takes and finds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from labctl.atomic_file import replace_text
from labctl.cli.answer import Answer
from labctl.cli.console import paragraphs, table, table_of_texts
from labctl.errors import BadInput
from labctl.report.procedure_description import (
    default_text,
    describe,
    devices_text,
    limits_text,
)
from labctl.report.procedure_pages import reference_pages
from procedures.registry import load, summaries


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `show NAME`, or `pages DIR`."""
    actions = parser.add_subparsers(dest="action", metavar="list|show|pages", required=True)
    actions.add_parser("list", help="every procedure and what it measures")
    show = actions.add_parser("show", help="parameters, columns, and results of one procedure")
    show.add_argument("name", metavar="NAME")
    pages = actions.add_parser("pages", help="write the same of all procedures as Markdown pages")
    pages.add_argument("folder", metavar="DIR", type=Path)


def execute(arguments: argparse.Namespace) -> Answer:
    """Answer from the procedures' own declarations; raises `ParameterError` for an unknown name."""
    match arguments.action:
        case "list":
            known = list(summaries())
            return Answer(data={"procedures": dict(known)}, text=table(known))
        case "show":
            data = describe(load(arguments.name))
            return Answer(data=data, text=_text(data))
        case _:
            return _write_pages(arguments.folder)


def _write_pages(folder: Path) -> Answer:
    pages = reference_pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            replace_text(folder / name, text)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written ({error.strerror}); choose another") from error
    return Answer(
        data={"folder": str(folder), "pages": list(pages)},
        text=f"{len(pages)} pages in {folder}",
    )


def _text(data: dict[str, Any]) -> str:
    columns = [(entry["name"], entry["type"], entry["meaning"]) for entry in data["columns"]]
    results = [(entry["name"], entry["unit"], entry["meaning"]) for entry in data["findings"]]
    return "\n\n".join(
        [
            paragraphs(f"{data['procedure']}: {data['meaning']}"),
            f"Devices: {devices_text(data)}",
            "\n".join(["Parameters, with their defaults:", *map(_parameter, data["parameters"])]),
            table_of_texts(columns, head=("Column", "Type", "Meaning")),
            table_of_texts(results, head=("Result", "Unit", "Meaning")),
        ]
    )


def _parameter(entry: dict[str, Any]) -> str:
    valid = limits_text(entry)
    first = f"{entry['name']} = {default_text(entry)}" + (f"  ({valid})" if valid else "")
    return f"{paragraphs(first, indent='  ')}\n{paragraphs(entry['help'], indent=' ' * 6)}"
