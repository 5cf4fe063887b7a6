"""The ledger as people read it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from labctl.cli.console import table, table_of_texts
from labctl.config import RelayLife
from labctl.ledger.history import DeviceHistory, State
from labctl.ledger.life import Seen, run_of
from labctl.ledger.odometer import Wear
from labctl.ledger.requirements import Crossing, clearest
from labctl.quantities import between, duration, with_unit

_SHOWN = 3
"""Names at most of a long list."""


def device_text(
    history: DeviceHistory,
    asked: Crossing | None,
    crossed: Sequence[Seen] | None,
    last: Sequence[Seen],
) -> str:
    """Totals of one device, the answer to what was asked, and its last applications."""
    parts = [_head(history)]
    if asked is not None and crossed is not None:
        parts.append(_answer(history, asked, crossed))
    parts.append(table_of_texts(_rows(history), ("Device", history.device)))
    if last:
        parts.append(table([_entry(one) for one in last], _ENTRY_HEAD))
    return "\n\n".join(parts)


def all_text(
    sample: str, histories: Sequence[DeviceHistory], asked: Crossing | None, ever: Container[str]
) -> str:
    """A line for every device; `ever` are those that saw what was `asked`."""
    if not histories:
        return f"sample {sample!r}: nothing was applied so far"
    head = ["Device", "Lowest", "Highest", "Cycles", "Reads", "Under voltage", "State", ""]
    rows = [
        [
            one.device,
            with_unit(one.min_v, "V"),
            with_unit(one.max_v, "V"),
            f"{one.cycles:,}",
            f"{one.reads:,}",
            duration(one.under_voltage_s),
            _conductance(one.state),
            "quarantine" if one.quarantine else "uncertain" if one.uncertain else "",
        ]
        for one in histories
    ]
    if asked is not None:
        head.append(_question(asked))
        for row, one in zip(rows, histories, strict=True):
            row.append("yes" if one.device in ever else "no")
    return f"sample {sample!r}\n\n{table(rows, head)}"


def relays_text(worn: Mapping[str, Mapping[str, Wear]], rated: RelayLife) -> str:
    """Every relay that has closed, the most worn first."""
    if not worn:
        return "no relay has closed so far"
    head = ("Crosspoint", "Closures", "Under voltage", "Of its life")
    return "\n\n".join(
        f"{matrix}\n\n"
        + table(
            [
                (name, f"{wear.closures:,}", f"{wear.hot:,}", _share(wear.used(rated)))
                for name, wear in sorted(relays.items(), key=lambda one: -one[1].used(rated))
            ],
            head,
        )
        for matrix, relays in worn.items()
    )


def _share(used: float) -> str:
    return "below 0.01 %" if used < 1e-4 else f"{100 * used:.3g} %"


def _head(history: DeviceHistory) -> str:
    new = ""
    if history.since is not None:
        seed = "" if history.seed is None else f", seed {history.seed}"
        new = f", made new {history.since}{seed}"
    return f"{history.device} of sample {history.sample!r}{new}"


def _answer(history: DeviceHistory, asked: Crossing, crossed: Sequence[Seen]) -> str:
    first = clearest(crossed)
    if first is None:
        reached_v = history.min_v if asked.below else history.max_v
        extreme = "lowest" if asked.below else "highest"
        return f"{_question(asked)} No; {extreme} so far: {with_unit(reached_v, 'V')}"
    return (
        f"{_question(asked)} {'Perhaps' if first['uncertain'] else 'Yes'}: "
        f"{with_unit(asked.extreme_v(first), 'V')} at {first['time']} in run {run_of(first)} "
        f"(in {len(crossed):,} of {history.applications:,} applications)"
    )


def _question(asked: Crossing) -> str:
    return f"Ever {'below' if asked.below else 'above'} {with_unit(asked.threshold_v, 'V')}?"


def _latest(names: Sequence[str]) -> str:
    earlier = f"{len(names) - _SHOWN:,} earlier, " if len(names) > _SHOWN else ""
    return f"{earlier}{', '.join(names[-_SHOWN:])}" or "none"


def _rows(history: DeviceHistory) -> list[tuple[str, str]]:
    lowest, highest = with_unit(history.min_v, "V"), with_unit(history.max_v, "V")
    charge, energy = with_unit(history.charge_c, "C"), with_unit(history.energy_j, "J")
    rows = [
        ("Lowest, highest voltage", f"{lowest}, {highest}"),
        ("Cycles", f"{history.cycles:,} with {history.stress_pulses:,} pulses"),
        ("Reads", f"{history.reads:,} pulses"),
        ("Under voltage", duration(history.under_voltage_s)),
        (
            "Charge, energy",
            f"{charge}, {energy}, read in {100 * history.recorded:.3g} % of that time",
        ),
        ("State", _state(history.state)),
        ("Temperature", _temperature(history)),
        ("Applications", f"{history.applications:,}, {len(history.uncertain):,} of them uncertain"),
        ("Runs", _latest(history.runs)),
    ]
    if history.uncertain:
        rows.append(("Uncertain", _latest(history.uncertain)))
    if (put_aside := history.quarantine) is not None:
        run = f", run {put_aside.run}" if put_aside.run else ""
        rows.append(("Quarantine", f"{put_aside.reason} ({put_aside.time}{run})"))
    return rows


def _state(state: State | None) -> str:
    if state is None:
        return "not known"
    stale = "; stress came after it" if state.stale else ""
    known = "" if state.conductance_s is None else f"{with_unit(state.conductance_s, 'S')}, "
    return (
        f"{known}{with_unit(state.current_a, 'A')} at {with_unit(state.voltage_v, 'V')} at "
        f"{state.time}, run {state.run}{stale}"
    )


def _conductance(state: State | None) -> str:
    if state is None or state.conductance_s is None:
        return "not read"
    return with_unit(state.conductance_s, "S")


def _temperature(history: DeviceHistory) -> str:
    if history.temperature_min_k is None or history.temperature_max_k is None:
        return "not known"
    return between(history.temperature_min_k, history.temperature_max_k, "K")


_ENTRY_HEAD = ("Began", "Run", "Purpose", "Lowest", "Highest", "Repeats", "Charge", "State", "")


def _entry(seen: Seen) -> tuple[str, ...]:
    state_s = seen["state_s"]
    return (
        seen["time"],
        run_of(seen),
        seen["purpose"],
        with_unit(seen["min_v"], "V"),
        with_unit(seen["max_v"], "V"),
        f"{seen['repeats']:,}",
        with_unit(seen["charge_c"], "C"),
        "" if state_s is None else with_unit(state_s, "S"),
        "uncertain" if seen["uncertain"] else "cut short" if seen["cut_short"] else "",
    )
