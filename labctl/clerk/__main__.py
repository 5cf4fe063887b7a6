"""`python -m labctl.clerk`: requests on standard input, answers on standard output."""

from __future__ import annotations

import logging
import os
import sys

from labctl.clerk.desk import Desk
from labctl.clerk.duties import DUTIES, FOLLOWINGS

LESS_URGENT = 5
"""Niceness: what is measured comes first."""


def main() -> None:
    """Work until the window is gone."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a lab's procedure prints is no answer
    try:
        Desk(answers, DUTIES, FOLLOWINGS).work(sys.stdin.buffer)
    except BrokenPipeError:
        os._exit(0)  # the window is gone; nothing is left to flush


if __name__ == "__main__":
    main()
