"""`kill -9` of the measuring process, of its guardian, of both: nothing is lost, nothing is played
twice, the bench is safe, and the run tells the truth and goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.soak.benches import InProcess, ServedBench, SoakBench, serving
from tests.soak.kills import Kill, Kind, drawn
from tests.soak.measured import Measured
from tests.soak.ordeal import Ordeal

SEED = int(os.environ.get("LABCTL_SOAK_SEED", "1"))
SHORT, FULL = 8, 200

Benches = Callable[[Kind], SoakBench]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[float], ServedBench]]:
    """Served benches, by their pace; each is started when it is first asked for."""
    there: dict[float, ServedBench] = {}
    with ExitStack() as stack:

        def ask(pace: float) -> ServedBench:
            if pace not in there:
                folder = tmp_path_factory.mktemp("served")
                there[pace] = stack.enter_context(serving(folder, pace))
            return there[pace]

        yield ask


@pytest.fixture
def benches(tmp_path: Path, served: Callable[[float], ServedBench]) -> Benches:
    def bench(kind: Kind) -> SoakBench:
        if kind is Kind.IN_PROCESS:
            return InProcess(tmp_path)
        return served(1.0 if kind is Kind.PACED else 0.0)

    return bench


def endure(kill: Kill, benches: Benches, measured: Measured) -> None:
    ordeal = Ordeal(kill, benches(kill.kind), measured)
    ordeal.endure()
    assert not ordeal.wrong, "\n".join(ordeal.wrong)


@pytest.mark.parametrize("kill", drawn(SEED, SHORT), ids=str)
def test_kills(kill: Kill, benches: Benches, measured: Measured) -> None:
    endure(kill, benches, measured)


@pytest.mark.soak
@pytest.mark.parametrize("kill", drawn(SEED + 1, FULL), ids=str)
def test_all_kills(kill: Kill, benches: Benches, measured: Measured) -> None:
    endure(kill, benches, measured)
