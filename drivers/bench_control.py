"""Control port of the simulated bench: its time, its counters, and its sample, as instruments."""

from __future__ import annotations

import json
import math
from typing import cast

import pyvisa
from pymeasure.adapters import Adapter
from pymeasure.instruments import Instrument

from drivers.errors import InstrumentError


class ControlPort(Instrument):
    """What everything behind the control port shares: who answers, and what went wrong."""

    def __init__(self, adapter: Adapter | int | str, name: str, **kwargs: object) -> None:
        kwargs.setdefault("read_termination", "\n")
        kwargs.setdefault("write_termination", "\n")
        super().__init__(adapter, name, includeSCPI=False, **kwargs)

    error = Instrument.measurement(
        "ERROR?",
        """Get the oldest error and take it out of the queue (list of int code and str message;
        code 0 for none).""",
        get_process_list=lambda fields: [int(fields[0]), str(fields[1]).strip('"')],
        maxsplit=1,
    )

    def identify(self) -> str:
        """The reply to `*IDN?`; raises `InstrumentError` when no simulated bench answers."""
        identity = self.ask("*IDN?").strip()
        if not identity.startswith("AG2S,Simulated bench"):
            raise InstrumentError(
                f"{self.name}: {identity!r} answers instead of a simulated bench; "
                "check the address in the station file"
            )
        return identity

    def check_errors(self) -> list[str]:
        """Nothing when no command failed; else raise `InstrumentError` with the bench's words."""
        code, message = cast(tuple[int, str], self.error)
        if code:
            raise InstrumentError(f"{self.name}: error {code}, {message}")
        return []


class BenchControl(ControlPort):
    """Lets simulated time pass and tells what happened on the bench; fills the role `Clock`."""

    def __init__(
        self, adapter: Adapter | int | str, name: str = "Simulated bench", **kwargs: object
    ) -> None:
        super().__init__(adapter, name, **kwargs)

    elapsed = Instrument.measurement(
        "TIME?",
        """Get the simulated time since the bench was new (float, s, 0 or more).""",
    )

    def now(self) -> float:
        """Simulated time in seconds since the bench was new."""
        return cast(float, self.elapsed)

    def wait(self, duration_s: float) -> None:
        """Let simulated time pass; raises `ValueError` for a negative or not finite time."""
        if not 0 <= duration_s < float("inf"):
            raise ValueError(f"cannot wait {duration_s!r} s; a wait is 0 s or longer, and finite")
        if duration_s:
            # Answered, so that what is sent to another instrument next cannot overtake it.
            self.ask(f"WAIT {duration_s:.17g}\n*OPC?")

    def counts(self) -> dict[str, int]:
        """Closures, hot switches, pulses, readings, and transactions since the bench was new."""
        return self._ask_object("COUNT?")

    def device_record(self, name: str) -> dict[str, object]:
        """What one device of the sample has received so far.

        Raises `InstrumentError` with the bench's words when it has no such device.
        """
        return self._ask_object(f"COUNT? {name}")

    def fault(self, kind: str, where: str, **options: float) -> None:
        """Have something go wrong, such as `fault("timeout", "smu", after=3, count=1)`.

        sim_backend/README.md lists kinds, places, and options. Raises `InstrumentError` with the
        bench's words for a fault it does not know.
        """
        self.write(f"FAULT {json.dumps({'kind': kind, 'where': where, **options})}")
        self.check_errors()

    def faults(self) -> list[dict[str, object]]:
        """Every fault that was asked for, with its `state`: armed, acting, or over."""
        return json.loads(self.ask("FAULT?"))

    def clear_faults(self) -> None:
        """End all faults and forget them."""
        self.write("FAULT:CLEAR")
        self.check_errors()

    def seed(self) -> int:
        """Seed that the sample was made from."""
        return int(self.ask("SEED?"))

    def new_array(self, seed: int | None = None) -> None:
        """Put a new sample in, made from `seed` or, without one, from a seed of the bench's own.

        Raises `InstrumentError` when the bench objects.
        """
        self.write("NEW" if seed is None else f"NEW {seed}")
        self.check_errors()

    def _ask_object(self, query: str) -> dict:
        try:
            reply = self.ask(query).strip()
        except pyvisa.VisaIOError:
            self.check_errors()
            raise
        try:
            found = json.loads(reply)
        except json.JSONDecodeError as error:
            raise InstrumentError(f"{self.name}: {reply!r} is no answer to {query}") from error
        if not isinstance(found, dict):
            raise InstrumentError(f"{self.name}: {reply!r} is no answer to {query}")
        return found


class BendingControl(ControlPort):
    """Bends the simulated sample; fills the role `BendingStage`."""

    def __init__(
        self, adapter: Adapter | int | str, name: str = "Simulated bending stage", **kwargs: object
    ) -> None:
        super().__init__(adapter, name, **kwargs)

    radius = Instrument.measurement(
        "BEND?",
        """Get the radius the sample is bent to (float, m, above 0; inf when it is flat).""",
    )

    def settings(self) -> dict[str, object]:
        """The radius the sample is bent to (m); None when it is flat."""
        radius_m = self.radius_m()
        return {"radius_m": None if math.isinf(radius_m) else radius_m}

    def bend(self, radius_m: float) -> None:
        """Bend to a radius and stay there, inf for flat; read back.

        Raises `ValueError` for a radius that is not above 0 m; `InstrumentError` with the bench's
        words, or when the sample is not bent to this radius afterwards.
        """
        if not radius_m > 0:
            raise ValueError(f"cannot bend to {radius_m!r} m; a radius is above 0 m, inf for flat")
        self._command(f"BEND {_wire(radius_m)}", radius_m)

    def cycle(self, radius_m: float, cycles: int) -> None:
        """Bend to a radius and flatten, `cycles` times; ends flat, which is read back.

        Raises `ValueError` for a radius that is not above 0 m and finite or fewer than one cycle;
        `InstrumentError` as `bend` does.
        """
        if not 0 < radius_m < math.inf:
            raise ValueError(f"cannot bend to {radius_m!r} m; a radius is above 0 m, and finite")
        if cycles < 1 or int(cycles) != cycles:
            raise ValueError(f"cannot bend for {cycles!r} cycles; it is one or more")
        self._command(f"BEND:CYCLE {_wire(radius_m)},{int(cycles)}", math.inf)

    def radius_m(self) -> float:
        """The radius the sample is bent to, inf for flat."""
        return cast(float, self.radius)

    def make_safe(self) -> dict[str, object]:
        """Nothing moves by itself: the sample stays as it is; returns `radius_m` as `settings`."""
        return self.settings()

    def _command(self, command: str, ends_at_m: float) -> None:
        self.write(command)
        self.check_errors()
        found_m = self.radius_m()
        if not math.isclose(found_m, ends_at_m):
            raise InstrumentError(
                f"{self.name}: radius reads back {found_m:g} m instead of {ends_at_m:g} m "
                f"after {command}"
            )


def _wire(radius_m: float) -> str:
    return f"{radius_m:.17g}".upper()
