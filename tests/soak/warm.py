"""What a `labctl` process imports, imported once: children are forked from here in no time."""

from __future__ import annotations

from importlib import import_module

import matplotlib.backends.backend_agg
import matplotlib.backends.backend_svg  # noqa: F401
import pyvisa_py  # noqa: F401

import sim_backend.visa.visa_library  # noqa: F401
from labctl.cli.main import COMMANDS
from procedures.registry import NAMES

for module in (*(f"labctl.cli.command_{name}" for name in COMMANDS if name != "gui"),):
    import_module(module)
for module in NAMES:
    import_module(f"procedures.{module}")
