from __future__ import annotations

import subprocess
import sys

import pytest

from labctl.clerk.duties import DUTIES, FOLLOWINGS


@pytest.mark.parametrize("name", [*DUTIES, *FOLLOWINGS])
def test_everything_that_can_be_asked_for_is_there(name: str) -> None:
    table = DUTIES if name in DUTIES else FOLLOWINGS
    assert callable(table[name])


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys; from labctl.clerk.duties import FOLLOWINGS; FOLLOWINGS['bench']; "
        "FOLLOWINGS['run']; sys.exit('labctl.campaigns' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
