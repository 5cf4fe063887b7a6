"""What a whole campaign will take, or all that is wrong with it, as an answer."""

from __future__ import annotations

from labctl.campaigns.planning.checking import CheckedCampaign
from labctl.campaigns.planning.problems import CampaignRefused
from labctl.cli.answer import Answer, ExitCode
from labctl.cli.console import table
from labctl.cli.plan_rows import cost_rows, dose_table
from labctl.quantities import duration

SHOWN_ITEMS = 30
"""More are left out of the text; `--json` has them all."""


def plan_answer(checked: CheckedCampaign) -> Answer:
    """The plan of a campaign whose items are all in order; else what is wrong."""
    try:
        checked.refuse()
    except CampaignRefused as refused:
        return Answer(code=refusal_code(refused), data=checked.as_data(), complaint=str(refused))
    return Answer(data=checked.as_data(), text=_text(checked))


def refused_answer(refused: CampaignRefused) -> Answer:
    """The answer of a campaign that was not begun."""
    return Answer.refusal(refusal_code(refused), str(refused))


def refusal_code(refused: CampaignRefused) -> ExitCode:
    """Bad input, unless a limit refuses some of it."""
    return ExitCode.LIMIT if refused.by_limit else ExitCode.BAD_INPUT


def _text(checked: CheckedCampaign) -> str:
    totals = checked.totals
    rows = [("Items", f"{len(checked.planned):,}"), *cost_rows(totals)]
    return (
        f"campaign {checked.definition.name!r} on {checked.station.name}, every item in order; "
        f"no instrument was touched\n\n{table(rows)}\n\n{dose_table(totals.dose)}\n\n"
        f"{_items(checked)}"
    )


def _items(checked: CheckedCampaign) -> str:
    rows = [
        (str(one.item.index), one.item.key, duration(one.duration_s), f"{one.plan.rows:,}")
        for one in checked.planned[:SHOWN_ITEMS]
    ]
    more = len(checked.planned) - len(rows)
    end = f"\nand {more:,} more (--json has all)" if more else ""
    return table(rows, ("", "Item", "Duration", "Rows")) + end
