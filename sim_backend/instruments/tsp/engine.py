"""Real Lua under a sandbox: runs one chunk at a time, which may wait for simulated time."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple

from lupa import lua51

from sim_backend.instruments.tsp.errors import ErrorQueue, TspFault
from sim_backend.instruments.tsp.namespace import Namespace
from sim_backend.instruments.tsp.pace import PASSES_PER_PAUSE, paced

BOOTSTRAP = Path(__file__).with_name("bootstrap.lua")

Wait = Generator[float | None, None, Any]
"""A command that takes time: yields when (s) it wants to go on, or None to be woken."""

INSTRUCTION_BUDGET = 20_000_000
"""Lua instructions a chunk may execute without a command that waits; some 0.3 s of the host."""

INSTRUCTIONS_PER_TICK = 1_000
MEMORY_LIMIT_KB = 128 << 10
"""What scripts may keep; the runtime itself gives up at a gibibyte."""
HARD_MEMORY_LIMIT_BYTES = 1 << 30

_POSITION = re.compile(r"[^:\n]*:(\d+): (.*)", re.DOTALL)


class HostRefusal(AttributeError):
    """A script reached for something of the host."""


class Suspended(NamedTuple):
    """The command a chunk waits for, and until when (s); None: until it is woken."""

    command: Wait
    until_s: float | None


class LuaEngine:
    """One instrument's Lua state; errors of scripts end up in the instrument's error queue."""

    def __init__(
        self,
        respond: Callable[[str], None],
        pause: Callable[[int], Wait],
        errors: ErrorQueue,
    ) -> None:
        self._errors = errors
        self._suspended: Suspended | None = None
        runtime: Any = lua51.LuaRuntime  # its stubs lack the keywords
        self._lua = runtime(
            encoding="latin-1",
            unpack_returned_tuples=True,
            register_eval=False,
            register_builtins=False,
            attribute_filter=_refuse_attribute,
            max_memory=HARD_MEMORY_LIMIT_BYTES,
        )
        (
            self._start,
            self._proceed,
            self._define,
            self._native_table,
            self._command,
            self._waiting_command,
            self._set_number_format,
            set_pause,
        ) = self._lua.execute(
            BOOTSTRAP.read_text(encoding="utf-8"),
            respond,
            INSTRUCTION_BUDGET,
            INSTRUCTIONS_PER_TICK,
            MEMORY_LIMIT_KB,
            paced,
            PASSES_PER_PAUSE,
        )
        set_pause(self._exported(pause))

    def install(self, namespace: Namespace) -> None:
        """Make everything in `namespace` a global of the scripts."""
        names = self._lua.globals()
        for name, item in namespace.objects.items():
            names[name] = self._exported(item)

    def set_precision(self, digits: int) -> None:
        """Print numbers with this many significant digits."""
        self._set_number_format(f"%.{digits - 1}e")

    def define(self, name: str, source: str) -> bool:
        """Compile a script and make it known by its name ("" is the anonymous one)."""
        problem = self._define(source, name)
        if problem is not None:
            self._report(-285, "Syntax", problem)
        return problem is None

    def run(self, chunk: str) -> Suspended | None:
        """Execute a chunk up to its end or to the first command that takes time."""
        return self._concluded(self._start(chunk))

    def go_on(self, *values: Any) -> Suspended | None:
        """Continue the suspended chunk with what its command returned."""
        return self._concluded(self._proceed(*values))

    def _concluded(self, outcome: str | tuple[str, Any]) -> Suspended | None:
        state, problem = (outcome, None) if isinstance(outcome, str) else outcome
        if state == "suspended":
            suspended, self._suspended = self._suspended, None
            return suspended
        if isinstance(problem, BaseException) and not isinstance(problem, HostRefusal):
            raise problem
        if state == "syntax":
            self._report(-285, "Syntax", problem)
        elif state == "failed":
            self._report(-286, "Runtime", problem)
        return None

    def _report(self, code: int, kind: str, problem: Any) -> None:
        found = _POSITION.match(str(problem))
        line, words = found.groups() if found else ("1", str(problem))
        self._errors.add(code, f"TSP {kind} Error at line {line}: {words}")

    def _exported(self, item: Any) -> Any:
        if isinstance(item, Namespace):
            return self._table(item)
        if not callable(item):
            return item
        if inspect.isgeneratorfunction(item):
            return self._waiting_command(self._checked(item, self._begun))
        return self._command(self._checked(item, self._returned))

    def _table(self, namespace: Namespace) -> Any:
        table = self._lua.table_from
        element = namespace.element
        return self._native_table(
            table({name: self._accessor(get) for name, get in namespace.getters.items()}),
            table({name: self._accessor(put) for name, put in namespace.setters.items()}),
            table({name: self._exported(item) for name, item in namespace.objects.items()}),
            None if element is None else self._guarded(element),
            namespace.lua_type,
            namespace.owner,
        )

    def _accessor(self, function: Callable[..., Any]) -> Any:
        return self._command(self._guarded(function))

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except TspFault as fault:
                self._errors.add(fault.code, fault.message)
                return None

        return call

    def _checked(
        self, function: Callable[..., Any], conclude: Callable[[Any], Any]
    ) -> Callable[..., Any]:
        fewest, most = _arity(function)

        def call(*arguments: Any) -> Any:
            try:
                if len(arguments) > most:
                    raise TspFault(-108, f"Parameter not allowed: at most {most} expected")
                if len(arguments) < fewest:
                    raise TspFault(-109, f"Missing parameter: at least {fewest} expected")
                return conclude(function(*arguments))
            except TspFault as fault:
                self._errors.add(fault.code, fault.message)
                return conclude(None)

        return call

    def _returned(self, result: Any) -> Any:
        if result is None:
            return ()
        return self._table(result) if isinstance(result, Namespace) else result

    def _begun(self, command: Wait | None) -> tuple[Any, ...]:
        if command is None:
            return (True,)
        try:
            until_s = next(command)
        except StopIteration as stop:
            return (True, *values_of(stop.value))
        self._suspended = Suspended(command, until_s)
        return (False,)


def values_of(result: Any) -> tuple[Any, ...]:
    """What a command returned as the list of values a script gets: none, one, or several."""
    if result is None:
        return ()
    return tuple(result) if isinstance(result, tuple) else (result,)


def _arity(function: Callable[..., Any]) -> tuple[int, float]:
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return 0, float("inf")
    required = sum(parameter.default is parameter.empty for parameter in parameters)
    return required, len(parameters)


def _refuse_attribute(target: object, name: object, setting: bool) -> str:
    raise HostRefusal("scripts have no access to the host")
