"""The paper's measurements as a script: campaigns of steps, and one that decides as it goes.

    python examples/paper.py            all of it
    python examples/paper.py --quick    the same, small

Whatever ended it: started again, it goes on where it was. Nothing is measured twice.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from labctl import Campaign, Step
from labctl.campaigns.running.session import CampaignSession
from labctl.reproduce.recipe_table import SINGLE, TEN
from labctl.reproduce.recipes import Recipe
from labctl.runs.status import Status
from procedures.array_read import ArrayRead
from procedures.convolution import Convolution
from procedures.kernel_encoding import KernelEncoding
from procedures.read_accuracy import ReadAccuracy

GOOD_ENOUGH = 0.10
"""Largest deviation of an encoded conductance from its target."""
ATTEMPTS = 2


def campaign_of(name: str, station: str, recipes: Sequence[Recipe], *, quick: bool) -> Campaign:
    """One step a recipe, on as many devices as it wants."""
    return Campaign(
        name=name,
        station=station,
        steps=[
            Step(
                recipe.key,
                recipe.procedure,
                devices=None if recipe.devices is None else ["all"],
                together=True,
                parameters={**recipe.parameters, **(recipe.quick if quick else {})},
            )
            for recipe in recipes
        ],
    )


def measure_array(session: CampaignSession, *, quick: bool) -> None:
    """Fig 4: each kernel is encoded until it fits, and the picture goes through it."""
    overview = session.run(ArrayRead())
    if overview.results.get("good", 0) < 18:
        return
    for state in ("10 uS", "1 mS"):
        session.run(ReadAccuracy(state=state, runs=4 if quick else 60), ["D01"])
    for array in ("ITM", "FTM"):
        for kernel in ("sharpen", "soften"):
            for _ in range(ATTEMPTS):
                encoded = session.run(KernelEncoding(kernel=kernel, array=array))
                if encoded.results.get("worst_deviation", 1.0) < GOOD_ENOUGH:
                    session.run(Convolution(kernel=kernel))
                    break


def carry_out(campaign: Campaign, out: str) -> None:
    """Run a campaign, or go on with it where it ended."""
    state = campaign.state(out=out)
    if state is None:
        state = campaign.run(out=out)
    elif state.resumable:
        state = campaign.resume(out=out)
    print(f"{campaign.name}: {state.status} {state.reason}")
    if state.status is Status.ABORTED:
        raise SystemExit(130)


def main() -> None:
    """One sample after the other."""
    parser = argparse.ArgumentParser(description="the paper's measurements, as a script")
    parser.add_argument("--quick", action="store_true", help="smaller measurements")
    parser.add_argument("--out", default="runs", help="runs directory")
    chosen = parser.parse_args()
    quick, out = chosen.quick, chosen.out
    carry_out(campaign_of("script_single", "simulated_single", SINGLE, quick=quick), out)
    carry_out(campaign_of("script_ten", "simulated_ten", TEN, quick=quick), out)
    with Campaign(name="script_array", station="simulated").session(out=out) as session:
        measure_array(session, quick=quick)


if __name__ == "__main__":
    main()
