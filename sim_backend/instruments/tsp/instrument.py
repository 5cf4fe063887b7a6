"""What all TSP instruments do alike: messages and scripts one after the other, waiting, status."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from sim_backend.clock import VirtualClock
from sim_backend.instruments.instrument import MESSAGE_AVAILABLE, SimulatedInstrument
from sim_backend.instruments.tsp.common_commands import CommonCommands
from sim_backend.instruments.tsp.engine import LuaEngine, Suspended, Wait, values_of
from sim_backend.instruments.tsp.errors import ErrorQueue, TspFault
from sim_backend.instruments.tsp.format import OutputFormat
from sim_backend.instruments.tsp.namespace import SWITCH, Namespace, number, within
from sim_backend.instruments.tsp.pace import pause_s
from sim_backend.instruments.tsp.status import StatusModel

LONGEST_DELAY_S = 100_000.0


@dataclass
class LocalNode:
    """Settings of the message interface, accepted without effect: no prompts are sent."""

    prompts: int = 0
    prompts4882: int = 1
    showerrors: int = 0


class TspInstrument(SimulatedInstrument):
    """Executes Lua line by line; while a script waits, further messages wait their turn.

    A subclass fills the scripts' globals in `populate` and calls `publish` when it is complete.
    """

    model: str
    firmware: str
    ascii_precision: int
    line_frequency_hz = 50.0

    def __init__(self, clock: VirtualClock, serial: str) -> None:
        super().__init__(clock)
        self.serial = serial
        self.errors = ErrorQueue(node=1)
        self.status = StatusModel()
        self.errors.on_error = self.status.note_error
        self.engine = LuaEngine(
            lambda line: self.respond(line.encode("latin-1") + b"\n"), self._pause, self.errors
        )
        self.format = OutputFormat(
            self.ascii_precision,
            lambda answer: self.respond(answer + b"\n"),
            self.engine.set_precision,
        )
        self._common = CommonCommands(self)
        self._messages: deque[str] = deque()
        self._script: tuple[str, bool, list[str]] | None = None
        self._waiting: Suspended | None = None
        self._continue: Callable[..., Suspended | None] = self.engine.go_on
        self._ticket: int | None = None
        self._timer_start_s = clock.now_s
        self._nodes = Namespace()
        self._local_node = LocalNode()

    @abstractmethod
    def populate(self, root: Namespace) -> None:
        """Add the model's own tables to the globals."""

    @abstractmethod
    def reset(self) -> None:
        """Everything back to the state after power-up (`reset()`, *RST)."""

    def busy(self) -> bool:
        """Whether an overlapped operation is still running; models without any never are."""
        return False

    def publish(self) -> None:
        """Make the instrument's tables visible to scripts."""
        root = self.root()
        self._nodes.objects[1] = self.root()
        root.objects["node"] = self._nodes
        self.engine.install(root)

    def attach_node(self, node_number: int, instrument: TspInstrument) -> None:
        """Put another instrument on this one's TSP-Link, as `node[node_number]`."""
        self._nodes.objects[node_number] = instrument.root()
        nodes = Namespace()
        nodes.objects["node"] = self._nodes
        self.engine.install(nodes)

    def root(self) -> Namespace:
        """All tables and functions of this instrument, wherever its scripts may run."""
        root = Namespace()
        self._add_functions(root)
        root.objects["format"] = self.format.namespace()
        root.objects["status"] = self.status.namespace(self.status_byte)
        queue = root.table("errorqueue")
        queue.reading("count", lambda: self.errors.count)
        queue.command("next", lambda: tuple(self.errors.next()))
        queue.command("clear", self.errors.clear)
        self._add_local_node(root.table("localnode"))
        root.table("tsplink").command("reset", lambda nodes=1: len(self._nodes.objects))
        root.objects["tsplink"].reading("state", lambda: "online")
        self.populate(root)
        return root

    # Messages -----------------------------------------------------------------------------------

    @property
    def working(self) -> bool:
        """Whether a script or a common command waits for something."""
        return self._waiting is not None

    @property
    def collecting(self) -> bool:
        """Whether the lines belong to a script that is being loaded."""
        return self._script is not None

    def urgent(self, message: bytes) -> bool:
        """`abort` and bus triggers."""
        return message.strip() == b"abort" or message.strip().lower() == b"*trg"

    def handle(self, message: bytes) -> None:
        """Queue one line; `abort` and bus triggers do not wait their turn."""
        line = message.decode("latin-1").strip()
        if line == "abort":
            # Nor does it end up in a script whose sender died before its end [choice].
            self._script = None
            self._stop()
        elif line.lower() == "*trg":
            self.trigger()
        elif line:
            self._messages.append(line)
        self._work()

    def device_clear(self) -> None:
        """Stop the running script and forget all messages, both ways."""
        super().device_clear()
        self._messages.clear()
        self._script = None
        self._stop()

    def power_off(self) -> None:
        """Stop everything, and be as after a reset."""
        super().power_off()
        self.reset()

    def note_unterminated(self) -> None:
        """An error, unless a script runs that may still answer."""
        if self._waiting is None:
            self.errors.add(-420, "Query UNTERMINATED")

    def status_byte(self) -> int:
        """The status byte with message-available and the summaries."""
        waiting = MESSAGE_AVAILABLE if self.output else 0
        return self.status.byte(errors=self.errors.count > 0, message=waiting)

    def await_command(self, command: Wait) -> None:
        """Hold back further messages until `command` has ended."""
        self._continue = lambda *values: None
        self._step(command)

    def operation_ended(self) -> None:
        """An overlapped operation has ended: what waited for that goes on."""
        self._common.operation_ended()
        if self._waiting is not None and self._waiting.until_s is None:
            self._step(self._waiting.command)

    def wait_complete(self, group: Any = None) -> Wait:
        """`waitcomplete()`: wait until no overlapped operation is running."""
        while self.busy():
            yield None

    def _work(self) -> None:
        while self._messages and self._waiting is None:
            self._take(self._messages.popleft())

    def _take(self, line: str) -> None:
        if self._script is not None:
            self._collect(line, *self._script)
        elif line.startswith(("loadscript", "loadandrunscript")):
            word, _, name = line.partition(" ")
            self._script = (name.strip(), word == "loadandrunscript", [])
        elif line.lstrip(":").startswith("*"):
            self._common.execute(line.lstrip(":"))
        else:
            self._run(line)

    def _collect(self, line: str, name: str, at_once: bool, lines: list[str]) -> None:
        if line != "endscript":
            lines.append(line)
            return
        self._script = None
        if self.engine.define(name, "\n".join(lines)) and at_once:
            self._run(f"{name}.run()" if name else "script.run()")

    def _run(self, chunk: str) -> None:
        self._continue = self.engine.go_on
        self._suspend(self.engine.run(chunk))

    # Waiting ------------------------------------------------------------------------------------

    def _pause(self, polls: int) -> Wait:
        """A loop takes its time, but does not sleep through what it may be waiting for."""
        now_s = self.clock.now_s
        until_s = now_s + pause_s(int(polls))
        due_s = self.clock.next_due_s()
        yield until_s if due_s is None else min(until_s, max(due_s, now_s + pause_s(0)))

    def _suspend(self, suspended: Suspended | None) -> None:
        self._waiting = suspended
        if suspended is not None and suspended.until_s is not None:
            self._ticket = self.clock.call_at(
                suspended.until_s, lambda: self._step(suspended.command)
            )

    def _step(self, command: Wait) -> None:
        try:
            self._suspend(Suspended(command, next(command)))
            return
        except StopIteration as stop:
            values = values_of(stop.value)
        except TspFault as fault:
            self.errors.add(fault.code, fault.message)
            values = ()
        self._suspend(self._continue(*values))
        self._work()

    def _stop(self) -> None:
        if self._waiting is None:
            return
        if self._ticket is not None:
            self.clock.cancel(self._ticket)
        self._waiting.command.close()
        self._waiting = None
        self.errors.add(-286, "TSP Runtime Error at line 1: User Abort")

    # Tables -------------------------------------------------------------------------------------

    def _add_functions(self, root: Namespace) -> None:
        root.command("reset", lambda system=True: self.reset())
        root.command("delay", self._delay)
        root.command("waitcomplete", self.wait_complete)
        root.command("opc", self._common.complete_later)
        root.command("printbuffer", self.format.print_buffer)
        root.command("printnumber", self.format.print_numbers)
        stopwatch = root.table("timer")
        stopwatch.command("reset", self._restart_timer)
        stopwatch.table("measure").command("t", lambda: self.clock.now_s - self._timer_start_s)

    def _add_local_node(self, node: Namespace) -> None:
        node.reading("model", lambda: self.model)
        node.reading("serialno", lambda: self.serial)
        node.reading("revision", lambda: self.firmware)
        node.reading("linefreq", lambda: self.line_frequency_hz)
        node.command("reset", self.reset)
        for name in ("prompts", "prompts4882", "showerrors"):
            node.setting(name, self._local_node, name, SWITCH)

    def _delay(self, seconds: Any) -> Generator[float, None, None]:
        yield self.clock.now_s + within(0.0, LONGEST_DELAY_S, " s")(number(seconds))

    def _restart_timer(self) -> None:
        self._timer_start_s = self.clock.now_s
