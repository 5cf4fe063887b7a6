"""Instruments whose errors say which instrument it was, and where."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from drivers.errors import InstrumentError
from labctl.bench.visa_library import CONNECTION_ERRORS, in_one_line

_FROM_BELOW = (*CONNECTION_ERRORS, LookupError, TypeError)
"""The last two: PyMeasure's, for an answer that is none of those it expects."""


class NamedErrors:
    """An instrument that is itself in all but its errors.

    A driver's own errors name it already. A broken connection, a time-out, or an answer that is
    no number come from below as VISA's or Python's words, which name nothing.
    """

    def __init__(self, instrument: Any, place: str) -> None:
        """`place`: role and address, for people."""
        self._instrument = instrument
        self._place = place

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._instrument, name)
        return self._named(attribute) if callable(attribute) else attribute

    def _named(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(*values: Any, **options: Any) -> Any:
            try:
                return method(*values, **options)
            except InstrumentError:
                raise
            except _FROM_BELOW as error:
                what = in_one_line(error) or type(error).__name__
                raise InstrumentError(
                    f"{self._place} did not answer as it should: {what}; check its cable and power"
                ) from error

        return call
