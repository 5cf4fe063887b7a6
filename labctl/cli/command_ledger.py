"""`labctl ledger`: what a device has seen, whether it is put aside, and how worn the relays are."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from labctl.bench.station import read_station
from labctl.cli.answer import Answer
from labctl.cli.arguments import add_out, add_station
from labctl.cli.ledger_text import all_text, device_text, relays_text
from labctl.errors import BadInput
from labctl.ledger.history import DeviceHistory
from labctl.ledger.ledger import Ledger, samples
from labctl.ledger.life import Life, Seen, run_of
from labctl.ledger.odometer import every_odometer
from labctl.ledger.requirements import Crossing, clearest
from labctl.strict_toml import nearest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A device, all of them, or the relays; and what is asked about it or done to it."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("device", metavar="DEVICE", nargs="?", help="such as D07")
    what.add_argument("--all", action="store_true", help="a line for every device of the sample")
    what.add_argument("--relays", action="store_true", help="closures of every relay so far")
    add_station(parser)
    parser.add_argument("--sample", metavar="ID", help="a sample's id (default: the station's)")
    add_out(parser)
    parser.add_argument(
        "--ever", metavar="WHAT", type=_crossing,
        help='whether it ever saw so much: --ever "below -0.4 V", --ever "above 0.3 V"',
    )  # fmt: skip
    parser.add_argument("--before", metavar="RUN", help="as it was before a run")
    parser.add_argument(
        "--since",
        metavar="TIME",
        type=_time,
        help="only what began then or later: 2026-11-22",
    )
    parser.add_argument(
        "--entries", metavar="N", type=_count, default=0, help="list the last N applications"
    )
    mark = parser.add_mutually_exclusive_group()
    mark.add_argument("--quarantine", metavar="WHY", help="put it aside: runs refuse it")
    mark.add_argument("--release", metavar="WHY", help="end its quarantine")


def execute(arguments: argparse.Namespace) -> Answer:
    """Do it; raises `BadInput` for what the ledger does not know."""
    device: str | None = arguments.device
    if device is None:
        _refuse_for_many(arguments)
        return _relays(arguments) if arguments.relays else _all(arguments, _ledger(arguments))
    ledger = _ledger(arguments)
    _refuse_unknown(arguments, ledger, device)
    if arguments.quarantine is not None:
        ledger.quarantine(device, arguments.quarantine)
    if arguments.release is not None:
        ledger.release(device, getpass.getuser(), arguments.release)
    return _device(arguments, ledger, device)


def _device(arguments: argparse.Namespace, ledger: Ledger, device: str) -> Answer:
    life, history = _life(arguments, ledger, device)
    data: dict[str, object] = asdict(history)
    crossed = None
    if arguments.ever is not None:
        crossed = arguments.ever.by(life.applications)
        data |= _ever(arguments.ever, crossed)
    last = list(life.applications[-arguments.entries :]) if arguments.entries else []
    if arguments.entries:
        data["entries"] = last
    return Answer(data=data, text=device_text(history, arguments.ever, crossed, last))


def _ever(asked: Crossing, crossed: Sequence[Seen]) -> dict[str, object]:
    first = clearest(crossed)
    if first is None:
        return {"ever": False, "evidence": None}
    evidence = {
        "time": first["time"],
        "run": run_of(first),
        "application": first["planned"],
        "voltage_v": asked.extreme_v(first),
        "uncertain": first["uncertain"],
        "applications": len(crossed),
    }
    return {"ever": True, "evidence": evidence}


def _all(arguments: argparse.Namespace, ledger: Ledger) -> Answer:
    devices: dict[str, dict[str, object]] = {}
    histories = []
    for name in ledger.devices():
        life, history = _life(arguments, ledger, name)
        histories.append(history)
        devices[name] = asdict(history)
        if arguments.ever is not None:
            devices[name] |= _ever(arguments.ever, arguments.ever.by(life.applications))
    ever = {name for name, data in devices.items() if data.get("ever")}
    return Answer(
        data={"sample": ledger.sample, "devices": devices},
        text=all_text(ledger.sample, histories, arguments.ever, ever),
    )


def _life(arguments: argparse.Namespace, ledger: Ledger, device: str) -> tuple[Life, DeviceHistory]:
    life = ledger.device(device).life(before=arguments.before, since=arguments.since)
    return life, DeviceHistory.of(ledger.sample, device, life)


def _relays(arguments: argparse.Namespace) -> Answer:
    rated = read_station(arguments.station).wiring.relay_life
    worn = every_odometer(arguments.out)
    data = {
        matrix: {name: {**asdict(wear), "used": wear.used(rated)} for name, wear in relays.items()}
        for matrix, relays in worn.items()
    }
    return Answer(data={"relays": data, "rated": asdict(rated)}, text=relays_text(worn, rated))


def _ledger(arguments: argparse.Namespace) -> Ledger:
    if arguments.sample is None:
        return Ledger(arguments.out, read_station(arguments.station).sample.id)
    known = list(samples(arguments.out))
    if arguments.sample not in known:
        hint = nearest(arguments.sample, known)
        raise BadInput(f"{arguments.out} has no ledger of a sample {arguments.sample!r}; {hint}")
    return Ledger(arguments.out, arguments.sample)


def _refuse_for_many(arguments: argparse.Namespace) -> None:
    """What is asked of one device, or done to it, needs its name."""
    for option in ("entries", "quarantine", "release"):
        if getattr(arguments, option):
            raise BadInput(f"--{option} is for one device; write: labctl ledger DEVICE --{option}")


def _refuse_unknown(arguments: argparse.Namespace, ledger: Ledger, device: str) -> None:
    """A device that has seen nothing is one that the station's wiring names, or a mistake."""
    if ledger.device(device).exists:
        return
    if arguments.sample is None:
        read_station(arguments.station).wiring.crosspoint_of(device)
        return
    raise BadInput(
        f"the ledger of sample {ledger.sample!r} knows no device {device!r}; "
        f"{nearest(device, ledger.devices())}"
    )


def _crossing(text: str) -> Crossing:
    try:
        return Crossing.parse(text)
    except BadInput as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write it as 2026-11-22 or 2026-11-22T15:30"
        ) from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
