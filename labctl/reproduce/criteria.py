"""The acceptance figures of physics.md §4 as criteria over runs; row numbers are those there."""

from __future__ import annotations

from labctl.reproduce.criteria_array import ARRAY
from labctl.reproduce.criteria_endurance import ENDURANCE
from labctl.reproduce.criteria_holding import HOLDING
from labctl.reproduce.criteria_loops import LOOPS

CRITERIA = (*LOOPS, *ENDURANCE, *HOLDING, *ARRAY)
"""All rows, in their order."""
