"""The words after `labctl` that start an item; nothing goes through a shell."""

from __future__ import annotations

from pathlib import Path

from labctl.gui.queue.item import Item, Kind


def command_words(item: Item, *, station: str, runs: Path, folder_file: Path) -> list[str]:
    """How an item begins, or goes on when it has a folder already; `station` is its file."""
    told = ["--out", str(runs), "--json"]
    if item.kind is Kind.CAMPAIGN:
        return ["campaign", "run" if item.folder is None else "resume", item.file, *told]
    told += ["--folder-file", str(folder_file)]
    if item.folder is not None:
        return ["run", "--resume", item.folder, *told]
    words = ["run", item.procedure, "--station", station, *told]
    if item.devices:
        words += ["--device", ",".join(item.devices)]
    for option, given in (("--set", item.values), ("--limit", item.limits)):
        for name, text in given.items():
            words += [option, f"{name}={text}"]
    return words
