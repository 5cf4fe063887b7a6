"""The front door: picks the command, loads only that one, and turns every end into an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

if TYPE_CHECKING:
    from labctl.cli.answer import Answer

COMMANDS = {
    "gui": "the window at the probe station: pick devices, measure, watch, stop",
    "demo": "encode a kernel into 18 devices and convolve a picture, on the simulated bench",
    "run": "run one procedure on a station",
    "plan": "what a run will take: time, pulses, dose, closures, disk; touches no instrument",
    "campaign": "many runs from one file: check, run, status, pause, resume, stop",
    "reproduce": "the paper's figures, measured on a station, beside the paper's numbers",
    "sim": "serve a simulated bench to other processes, over sockets of this computer",
    "ledger": "what a device has seen so far, and whether it is put aside",
    "runs": "list, show, compare, mend, and export what was measured",
    "off": "everything safe, now: stop what runs, source off, relays open",
    "station": "list, check, or show stations",
    "check": "whether a procedure, yours or one of ours, is fit for the bench",
    "procedures": "list procedures, or show one's parameters and columns",
}
"""Every command and its line in the help; the module `labctl.cli.command_<name>` does the work."""

EVERYWHERE = {
    "--json": "answer with one JSON object on standard output",
    "--debug": "show the traceback of an error",
}
"""Options of every command, at whatever place: an error in the others must not hide them."""


class Command(Protocol):
    """What a command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def execute(self, arguments: argparse.Namespace) -> Answer:
        """Do it."""
        ...


class UsageError(Exception):
    """The words on the command line make no command."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say and return the exit code; `--debug` lets exceptions through."""
    words = list(sys.argv[1:] if argv is None else argv)
    asked = [word for word in words if word not in EVERYWHERE]
    answer = _answer(asked, debug="--debug" in words, as_json="--json" in words)
    if answer.complaint:
        sys.stderr.write(f"labctl: {answer.complaint}\n")
    shown = answer.json_line() if "--json" in words else answer.text
    if shown and not answer.printed:
        sys.stdout.write(shown + "\n")
    return int(answer.code)


def _parser_for(words: Sequence[str]) -> tuple[_Parser, Command | None]:
    """The parser of all commands, filled in only for the one chosen: imports are what costs."""
    parser = _Parser(
        prog="labctl", description="Control and measure a memristor array.", allow_abbrev=False
    )
    choices = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    chosen = None
    for name, summary in COMMANDS.items():
        sub = choices.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        if words and words[0] == name:
            chosen = cast(Command, import_module(f"labctl.cli.command_{name}"))
            chosen.add_arguments(sub)
            for option, meaning in EVERYWHERE.items():
                sub.add_argument(option, action="store_true", help=meaning)
    return parser, chosen


def _answer(words: Sequence[str], *, debug: bool, as_json: bool) -> Answer:
    try:
        # Imports take seconds, so that an interrupt is likely to come while they go on.
        parser, command = _parser_for(words)
        arguments = parser.parse_args(words)
        if command is None:
            raise UsageError("the command comes first (see labctl --help)")
        arguments.json = as_json
        return command.execute(arguments)
    except (Exception, KeyboardInterrupt) as error:
        if debug and not isinstance(error, UsageError):
            raise
        # Imported only now: --help, which ends inside parse_args, has no use for them.
        from labctl.cli.answer import Answer, ExitCode  # noqa: PLC0415
        from labctl.cli.failures import answer_to  # noqa: PLC0415

        if isinstance(error, UsageError):
            return Answer.refusal(ExitCode.BAD_INPUT, _usage_message(words, str(error)))
        return answer_to(error)


def _usage_message(words: Sequence[str], message: str) -> str:
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        from labctl.strict_toml import nearest  # noqa: PLC0415

        return f"there is no command {words[0]!r}; {nearest(words[0], COMMANDS)}"
    return message
