"""Keithley 2636B source-measure unit: plays waveforms against its own timers."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from pymeasure.adapters import Adapter
from pymeasure.instruments import Instrument
from pymeasure.instruments.validators import strict_discrete_set, strict_range

from drivers import keithley2636b_messages as messages
from drivers import keithley2636b_program as programs
from drivers.errors import InstrumentError
from drivers.roles import FloatArray, Sensing, SmuCapabilities, Trace, Waveform
from drivers.tsp import TspInstrument

_READ_CHUNK = 1 << 20
"""Bytes asked for at once: a whole application is rarely more."""
_TRANSFER_S = 5.0
"""Time granted to the readings of one application on the slowest bus."""
_ON_OFF = {True: 1, False: 0}
_RAMP_STEP_V = 0.01
"""Far less than what switches a memristor."""


@dataclass
class _Run:
    """An application that was started: what was asked for, and how much of it has come back."""

    waveform: Waveform
    first_reading_s: float
    """From the start of the waveform to the first reading, whose stamp is 0."""
    unsettled: NDArray[np.bool_]
    points_sent: int = 0


def _run(waveform: Waveform, program: programs.Program, sensing: Sensing) -> _Run:
    return _Run(
        waveform=waveform,
        first_reading_s=program.first_end_s - programs.lead_s(sensing),
        unsettled=programs.unsettled(waveform, sensing),
    )


class Keithley2636B(TspInstrument):
    """One channel of a 2636B; fills the role `SourceMeasureUnit`.

    :param channel: "a" or "b"
    """

    model = "2636B"

    def __init__(
        self,
        adapter: Adapter | int | str,
        name: str = "Keithley 2636B",
        *,
        channel: str = "a",
        **kwargs: object,
    ) -> None:
        self._smu = f"smu{strict_discrete_set(channel, ('a', 'b'))}"
        self._script_is_resident = False
        self._run: _Run | None = None
        super().__init__(adapter, name, **kwargs)

    source_function = Instrument.control(
        "print({smu}.source.func)",
        "{smu}.source.func = %d",
        """Control what the channel sources (str, strictly "voltage" or "current").""",
        validator=strict_discrete_set,
        values={"voltage": 1, "current": 0},
        map_values=True,
        check_set_errors=True,
    )

    level_v = Instrument.control(
        "print({smu}.source.levelv)",
        "{smu}.source.levelv = %.9g",
        """Control the programmed voltage (float, V, strictly -20 to 20).""",
        validator=strict_range,
        values=(-20.0, 20.0),
        check_set_errors=True,
    )

    range_v = Instrument.control(
        "print({smu}.source.rangev)",
        "{smu}.source.rangev = %.9g",
        """Control the fixed voltage range (float, V, strictly 0.2, 2, or 20).""",
        validator=strict_discrete_set,
        values=programs.VOLTAGE_RANGES_V,
        check_set_errors=True,
    )

    limit_a = Instrument.control(
        "print({smu}.source.limiti)",
        "{smu}.source.limiti = %.9g",
        """Control the current limit (float, A, strictly 1e-10 to 1.5).""",
        validator=strict_range,
        values=(1e-10, 1.5),
        check_set_errors=True,
    )

    range_a = Instrument.control(
        "print({smu}.measure.rangei)",
        "{smu}.measure.rangei = %.9g",
        """Control the fixed measuring range (float, A, strictly one of the decades 1e-10 to 1,
        or 1.5).""",
        validator=strict_discrete_set,
        values=programs.CAPABILITIES.current_ranges_a,
        check_set_errors=True,
    )

    nplc = Instrument.control(
        "print({smu}.measure.nplc)",
        "{smu}.measure.nplc = %.9g",
        """Control the aperture of a reading (float, power line cycles, strictly 0.001 to 25).""",
        validator=strict_range,
        values=(0.001, 25.0),
        check_set_errors=True,
    )

    output_enabled = Instrument.control(
        "print({smu}.source.output)",
        "{smu}.source.output = %d",
        """Control whether the output is on (bool).""",
        validator=strict_discrete_set,
        values=_ON_OFF,
        map_values=True,
        check_set_errors=True,
    )

    sense_mode = Instrument.control(
        "print({smu}.sense)",
        "{smu}.sense = %d",
        """Control where the voltage is sensed (str, strictly "local" or "remote").""",
        validator=strict_discrete_set,
        values={"local": 0, "remote": 1},
        map_values=True,
        check_set_errors=True,
    )

    in_compliance = Instrument.measurement(
        "print({smu}.source.compliance)",
        """Get whether the source is limited now (bool).""",
        cast=str,
        values={True: "true", False: "false"},
        map_values=True,
    )

    line_frequency_hz = Instrument.measurement(
        "print(localnode.linefreq)",
        """Get the power line frequency the aperture refers to (float, Hz, 50 or 60).""",
    )

    def write(self, command: str, **kwargs: object) -> None:
        """Send a command with this channel in the place kept for it."""
        super().write(command.replace("{smu}", self._smu), **kwargs)

    def capabilities(self) -> SmuCapabilities:
        """Limits of the model; no message is sent."""
        return programs.CAPABILITIES

    def settings(self) -> dict[str, object]:
        """Settings of the channel as the instrument reports them now, in SI units."""
        queries = {
            "level_v": "{smu}.source.levelv",
            "range_v": "{smu}.source.rangev",
            "limit_a": "{smu}.source.limiti",
            "range_a": "{smu}.measure.rangei",
            "nplc": "{smu}.measure.nplc",
            "output": "{smu}.source.output",
            "source_function": "{smu}.source.func",
            "sense": "{smu}.sense",
            "line_frequency_hz": "localnode.linefreq",
        }
        self.write(f"print({', '.join(queries.values())})")
        values = (float(field) for field in self._fields())
        return {"channel": self._smu, **dict(zip(queries, values, strict=True))}

    def start(self, waveform: Waveform, sensing: Sensing, tag: str = "") -> None:
        """Load the waveform, switch the output on at 0 V if it is off, begin to play, and return.

        The tag is kept in the instrument (see `held_tag`). The resident script compares ranges,
        limits, aperture, and list length with what was asked for before it begins. Raises
        `WaveformRefused` before anything is sent; `InstrumentError` with the instrument's own
        words, and nothing is played.
        """
        program = programs.compile_waveform(waveform)
        programs.refuse_unplayable(waveform, program, sensing)
        self._make_script_resident()
        self._run = None
        # Until it plays, the instrument may have been switched off and have lost the script.
        self._script_is_resident = False
        for message in messages.start_messages(waveform, program, sensing, tag):
            self.write(message)
        errors, outcome = self._fields()
        if outcome != "playing":
            raise InstrumentError(
                f"{self.name}: {'; '.join([outcome, *self._take_errors(int(float(errors)))])}"
            )
        self._raise_errors(int(float(errors)))
        self._script_is_resident = True
        self._run = _run(waveform, program, sensing)

    def fetch(self) -> Trace:
        """Recorded points that have come in since the last fetch; does not wait.

        Empty before the first `start`.
        """
        if self._run is None:
            return Trace.empty()
        _, trace = self._collect(self._run, "fetch", patience_s=_TRANSFER_S)
        return trace

    def finish(self) -> Trace:
        """Wait for the end of the waveform; return the recorded points not fetched yet.

        On return the source stands at 0 V, which was read back. Raises `InstrumentError` when it
        does not, or when readings are missing. Empty before the first `start`.
        """
        if self._run is None:
            return Trace.empty()
        patience_s = 1.5 * self._run.waveform.duration_s + _TRANSFER_S
        level_v, trace = self._collect(self._run, "finish", patience_s)
        self._refuse_unfinished(self._run, level_v)
        return trace

    def output_on(self) -> bool:
        """Whether the output is on, as the instrument says."""
        return bool(self.output_enabled)

    def remember(self, tag: str) -> None:
        """Have `held_tag` tell this tag; raises `InstrumentError` when the script does not load."""
        self._make_script_resident()
        self.write(f"ag2s.tag = {messages.quoted(tag)}\nprint(errorqueue.count)")
        (errors,) = self._fields()
        self._raise_errors(int(float(errors)))
        self._script_is_resident = True

    def held_tag(self) -> str | None:
        """Tag of the last waveform that began; None when the resident script knows of none."""
        self.write('print(ag2s and ag2s.tag or "nil")')
        (tag,) = self._fields()
        return None if tag == "nil" else tag

    def recover(self, waveform: Waveform, sensing: Sensing) -> Trace:
        """All readings so far of the waveform of `held_tag`, which another connection started.

        `waveform` and `sensing` are what it was started with. Raises `InstrumentError` when the
        instrument holds no such readings any more.
        """
        run = _run(waveform, programs.compile_waveform(waveform), sensing)
        _, trace = self._collect(run, "fetch", patience_s=_TRANSFER_S)
        return trace

    def ramp_to_zero(self) -> float:
        """Stop what plays, and bring the level to 0 V in small steps; the level found (V)."""
        self._interrupt()
        self.write("{smu}.abort()\nprint({smu}.source.output, {smu}.source.levelv)")
        output, found_v = (float(field) for field in self._fields())
        if output != 0:
            steps = math.ceil(abs(found_v) / _RAMP_STEP_V)
            for level_v in np.linspace(found_v, 0.0, steps + 1)[1:]:
                self.write(f"{{smu}}.source.levelv = {level_v:.9g}")
            self.check_errors()
        return found_v

    def at_zero(self) -> bool:
        """Whether the source is programmed to 0 V and plays nothing, or its output is off."""
        self.write(
            "print({smu}.source.output, {smu}.source.levelv, status.operation.sweeping.condition)"
        )
        output, level_v, sweeping = (float(field) for field in self._fields())
        return output == 0 or (level_v == 0 and not int(sweeping) & self._sweeping_bit)

    def make_safe(self) -> dict[str, object]:
        """Stop what plays, bring the source to 0 V, switch the output off, and read back.

        Returns `level_v`, `output`, and `errors`, what the error queue held. Readings taken so far
        stay in the instrument for `fetch`. Raises `InstrumentError` when the output is not off at
        0 V.
        """
        self._interrupt()
        self.write(
            "{smu}.abort()\n"
            "{smu}.source.levelv = 0\n"
            "{smu}.source.output = 0\n"
            "format.data = format.ASCII\n"
            "print(errorqueue.count, {smu}.source.output, {smu}.source.levelv)"
        )
        count, output, level_v = (float(field) for field in self._fields())
        errors = self._take_errors(int(count))
        if output != 0 or level_v != 0:
            raise InstrumentError(
                f"{self.name}: output reads back {output:g} (0 is off) at {level_v:g} V after it "
                "was switched off at 0 V; switch it off at the instrument"
            )
        return {"level_v": level_v, "output": "off", "errors": errors}

    @property
    def _sweeping_bit(self) -> int:
        """This channel's bit of `status.operation.sweeping` (instruments.md §2)."""
        return 2 if self._smu == "smua" else 4

    def _make_script_resident(self) -> None:
        if self._script_is_resident:
            return
        script = resources.files("drivers").joinpath("keithley2636b.tsp").read_text("utf-8")
        self.write(f"loadscript AG2S\n{script}endscript\nAG2S()\nprint(errorqueue.count, ag2s)")
        errors, loaded = self._fields()
        self._raise_errors(int(float(errors)))
        if loaded == "nil":
            raise InstrumentError(f"{self.name}: the resident script AG2S did not load")

    def _collect(self, run: _Run, function: str, patience_s: float) -> tuple[float, Trace]:
        """Programmed level, and recorded points that a function of the resident script returns."""
        with self._patience(patience_s):
            self.write(f"ag2s.{function}({{smu}}, {run.points_sent + 1})")
            errors, seen, level_v, _ = (float(field) for field in self._fields())
            count = int(seen) - run.points_sent
            rows = self._read_block(count * messages.COLUMNS).reshape(count, messages.COLUMNS)
        self._raise_errors(int(errors))
        points = slice(run.points_sent, run.points_sent + count)
        run.points_sent = points.stop
        stamp_s, voltage_v, current_a, flags = messages.decode(rows, run.unsettled[points])
        set_v = run.waveform.recorded_levels_v()[points]
        return level_v, Trace(run.first_reading_s + stamp_s, set_v, voltage_v, current_a, flags)

    @contextlib.contextmanager
    def _patience(self, duration_s: float) -> Iterator[None]:
        """Let replies take this long, instead of what is usual for the connection."""
        connection = self._connection
        usual_ms = connection.timeout
        connection.timeout = 1e3 * duration_s
        try:
            yield
        finally:
            connection.timeout = usual_ms

    def _read_block(self, values: int) -> FloatArray:
        """A block of doubles with the header `#0`, which does not tell its length."""
        if not values:
            return np.empty(0)
        connection = self._connection
        usual = connection.read_termination
        # A double may hold the byte of the terminator; the length alone ends the reading.
        connection.read_termination = None
        try:
            block = self.read_bytes(len("#0") + 8 * values + len("\n"), chunk_size=_READ_CHUNK)
        finally:
            connection.read_termination = usual
        if block[:2] != b"#0":
            raise InstrumentError(f"{self.name}: readings begin with {block[:2]!r}, not with #0")
        return np.frombuffer(block, "<f8", values, offset=2)

    def _refuse_unfinished(self, run: _Run, level_v: float) -> None:
        expected = run.waveform.recorded_points
        if run.points_sent != expected:
            raise InstrumentError(
                f"{self.name}: {run.points_sent} of {expected} readings were taken; "
                "the waveform was interrupted"
            )
        if level_v != 0:
            raise InstrumentError(
                f"{self.name}: source reads back {level_v:g} V instead of 0 V after the waveform"
            )
