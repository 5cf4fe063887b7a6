"""What a script sees: three names, loaded when they are first used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import labctl
from tests.labctl.fakes import make_rig
from tests.labctl.staircase import Staircase

HEAVY = ("numpy", "pandas", "pint", "pymeasure", "pyvisa", "matplotlib", "pyarrow", "scipy")


def test_the_public_names_are_there() -> None:
    assert set(labctl.__all__) <= set(dir(labctl))
    assert all(callable(getattr(labctl, name)) for name in labctl.__all__)
    assert labctl.Run.__module__ == "labctl.runs.run"


def test_a_script_gets_the_report_as_well(tmp_path: Path) -> None:
    done = labctl.run(Staircase(), make_rig(tmp_path).station)
    assert (done.status, done.record["warnings"]) == ("finished", [])
    assert (done.folder / "report.html").is_file()


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'opne_station'"):
        labctl.opne_station  # noqa: B018


@pytest.mark.parametrize("module", ["labctl", "labctl.errors", "labctl.strict_toml"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
