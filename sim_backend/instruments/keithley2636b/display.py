"""Front panel of the 2636B as scripts see it: settings are kept, and nobody sees or hears them."""

from __future__ import annotations

from dataclasses import dataclass

from sim_backend.instruments.tsp.namespace import SWITCH, Namespace, one_of

DISPLAY_EVENT = 40
"""The TRIG key, which nobody presses; the number is a [choice]."""

CONSTANTS = {
    "SMUA": 0, "SMUB": 1, "SMUA_SMUB": 2, "USER": 3,
    "MEASURE_DCAMPS": 0, "MEASURE_DCVOLTS": 1, "MEASURE_OHMS": 2, "MEASURE_WATTS": 3,
    "DIGITS_4_5": 4, "DIGITS_5_5": 5, "DIGITS_6_5": 6,
    "KEY_NONE": 0,
}  # fmt: skip
"""2600BS-901-01 section 7, `display.*`."""


@dataclass
class Screen:
    """What the front panel shows."""

    shown: int = 2


@dataclass
class ChannelView:
    """How one channel is shown."""

    function: int = 0
    digits: int = 5


@dataclass
class Beeper:
    """Whether the beeper would sound."""

    enable: int = 1


def add_front_panel(root: Namespace, channels: tuple[str, ...]) -> None:
    """Add the `display` and `beeper` tables."""
    display = root.table("display")
    display.constants(**CONSTANTS)
    display.setting("screen", Screen(), "shown", one_of((0, 1, 2, 3)))
    for name in ("clear", "settext", "setcursor", "sendkey"):
        display.command(name, lambda *arguments: None)
    for name in channels:
        view, space = ChannelView(), display.table(name)
        space.setting("digits", view, "digits", one_of((4, 5, 6)))
        space.table("measure").setting("func", view, "function", one_of((0, 1, 2, 3)))
    trigger = display.table("trigger")
    trigger.constants(EVENT_ID=DISPLAY_EVENT)
    trigger.command("clear", lambda: None)
    beeper = root.table("beeper")
    beeper.command("beep", lambda duration, frequency: None)
    beeper.setting("enable", Beeper(), "enable", SWITCH)
