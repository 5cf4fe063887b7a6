"""Locks on one address, exclusive or shared by key (VPP-4.3, section 3.6)."""

from __future__ import annotations

from collections import Counter

from pyvisa.constants import AccessModes


class ResourceLock:
    """Which sessions may use an address while somebody holds a lock on it; locks nest."""

    def __init__(self) -> None:
        self._exclusive: Counter[int] = Counter()
        self._shared: Counter[int] = Counter()
        self._key = ""

    def refuses(self, session: int) -> bool:
        """Whether another session's lock keeps this session from using the address."""
        if self._exclusive:
            return session not in self._exclusive
        return bool(self._shared) and session not in self._shared

    def acquire_exclusive(self, session: int) -> bool:
        """Lock for one session alone; False when another session holds any lock."""
        others = (self._exclusive | self._shared).keys() - {session}
        if others:
            return False
        self._exclusive[session] += 1
        return True

    def acquire_shared(self, session: int, key: str) -> bool:
        """Lock together with all who know the key; False when a lock stands against it."""
        if self._exclusive.keys() - {session}:
            return False
        if self._shared and key != self._key:
            return False
        self._key = key
        self._shared[session] += 1
        return True

    def release(self, session: int) -> bool:
        """Undo the session's last lock, exclusive ones first; False when it holds none."""
        for held in (self._exclusive, self._shared):
            if session in held:
                held[session] -= 1
                if not held[session]:
                    del held[session]
                return True
        return False

    def release_all(self, session: int) -> None:
        """Undo every lock of a session that closes."""
        self._exclusive.pop(session, None)
        self._shared.pop(session, None)

    def state(self) -> AccessModes:
        """What VI_ATTR_RSRC_LOCK_STATE tells."""
        if self._exclusive:
            return AccessModes.exclusive_lock
        return AccessModes.shared_lock if self._shared else AccessModes.no_lock
