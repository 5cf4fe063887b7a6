"""Locks that die with the process that holds them, and say who holds them and since when."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from labctl.errors import BadInput, Busy

logger = logging.getLogger(__name__)

LOCKS_VARIABLE = "LABCTL_LOCKS"
"""Environment variable that names another directory for the machine's locks."""
_PAUSE_S = 0.002
_AT_ONCE_S = 0.03
"""A look at a lock takes it for an instant: as long must one be refused to be refused."""
_NAMELESS_S = 0.5
"""A holder says who it is as soon as it has the lock; one who looks says nothing."""

if sys.platform == "win32":
    import msvcrt

    # Beyond the end of the file: what Windows locks nobody can read.
    _LOCKED_BYTE = 1 << 30

    def _lock(descriptor: int, *, shared: bool) -> None:  # it knows no shared ones
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


class Lock:
    """A lock that this process holds; its file says who, as JSON."""

    def __init__(self, path: Path, descriptor: int, facts: Mapping[str, Any]) -> None:
        self.path = path
        self._descriptor = descriptor
        self._facts = dict(facts)
        self.tell()

    def tell(self, **facts: Any) -> None:
        """Add to what others read about the holder; None takes an entry out."""
        self._facts |= facts
        known = {name: fact for name, fact in self._facts.items() if fact is not None}
        content = json.dumps(known).encode("ascii")
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, content)
        os.ftruncate(self._descriptor, len(content))

    def release(self) -> None:
        """Remove the file and let go."""
        # Emptied first: in a directory shared by many users, only its owner may remove a file.
        os.ftruncate(self._descriptor, 0)
        if sys.platform == "win32":
            os.close(self._descriptor)
            _remove(self.path)
        else:
            _remove(self.path)
            os.close(self._descriptor)


@contextmanager
def hold(path: Path, who: Mapping[str, Any]) -> Iterator[Lock]:
    """Hold the lock file while the block runs; see `take`."""
    lock = take(path, who)
    try:
        yield lock
    finally:
        lock.release()


def take(path: Path, who: Mapping[str, Any]) -> Lock:
    """Take a lock, to be released later; raises `Busy` at once when somebody else holds it.

    Threads of one process exclude each other as processes do. `who` says what is held (`what`)
    and by which `run`; process, host, command, and time are added. A file that a dead process
    left behind is taken over.
    """
    facts = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": " ".join([_program(Path(sys.argv[0])), *sys.argv[1:]]),
        **who,
    }
    began_s = time.monotonic()
    while True:
        descriptor = _open(path)
        said = _read(descriptor)
        if _locked(descriptor, shared=False) and _is_at(path, descriptor):
            if said:
                logger.info("%s: taken over from a dead process, %s", path, in_words(said))
            return Lock(path, descriptor, facts)
        os.close(descriptor)
        if time.monotonic() - began_s > (_AT_ONCE_S if said else _NAMELESS_S):
            raise _busy(path, facts)
        threading.Event().wait(_PAUSE_S)


def holder(path: Path) -> dict[str, Any] | None:
    """What the living process that holds the lock says about itself; None when there is none."""
    began_s = time.monotonic()
    while time.monotonic() - began_s <= _NAMELESS_S:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            if _locked(descriptor, shared=True):
                return None
            facts = _read(descriptor)
        finally:
            os.close(descriptor)
        if facts:
            return facts
        threading.Event().wait(_PAUSE_S)
    return {"command": "a process that does not say who it is"}


def locks_directory() -> Path:
    """Where the locks of this machine's instruments lie, made when it is not there.

    Raises `BadInput` when it cannot be made.
    """
    directory = machine_locks()
    try:
        directory.mkdir(parents=True)
        # Whoever uses the machine takes locks here, whatever the mask of the first who came.
        directory.chmod(0o1777)
    except FileExistsError:
        pass
    except OSError as error:
        raise BadInput(
            f"the directory of locks {directory} cannot be made ({error.strerror}); "
            f"name another in the environment variable {LOCKS_VARIABLE}"
        ) from error
    return directory


def machine_locks() -> Path:
    """Where the locks of this machine's instruments lie, whether or not it is there."""
    if named := os.environ.get(LOCKS_VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", tempfile.gettempdir())) / "labctl" / "locks"
    # Not tempfile's: that may differ from user to user.
    return Path("/tmp/labctl-locks")  # noqa: S108 - shared by all, with the sticky bit


def in_words(facts: Mapping[str, Any]) -> str:
    """Who holds a lock, for people."""
    where = f"process {facts.get('pid', '?')} on {facts.get('host', 'this computer')}"
    since = f", since {facts['since']}" if "since" in facts else ""
    what = [f", {name} {facts[name]}" for name in ("station", "run") if name in facts]
    return f"{facts.get('command', 'somebody')} ({where}{since}{''.join(what)})"


def _program(path: Path) -> str:
    """Its name for people, also when Python was given the package to run."""
    return path.parent.name if path.name == "__main__.py" else path.name


def _busy(path: Path, facts: Mapping[str, Any]) -> Busy:
    theirs = holder(path) or {}
    what = theirs.get("what", facts.get("what", path))
    return Busy(
        f"{what} is in use by {in_words(theirs)}; wait until that is over, or stop it with "
        "'labctl off'",
        theirs,
    )


def _open(path: Path) -> int:
    """Open for reading and writing, made when it is not there."""
    mine = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        # O_CREAT alone may be refused for a file of somebody else in a sticky directory.
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, mine)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, mine | os.O_CREAT | os.O_EXCL, 0o644)
            if path.parent.stat().st_mode & stat.S_ISVTX:
                path.chmod(0o666)
            return descriptor


def _locked(descriptor: int, *, shared: bool) -> bool:
    try:
        _lock(descriptor, shared=shared)
    except OSError:
        return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether it is still this file: its holder may have removed it before we got the lock."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _read(descriptor: int) -> dict[str, Any]:
    """What the file says; empty when that is nothing, or half written."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        facts = json.loads(os.read(descriptor, 1 << 16))
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _remove(path: Path) -> None:
    # The next to come may have it open already; then it is theirs.
    with contextlib.suppress(OSError):
        path.unlink()
