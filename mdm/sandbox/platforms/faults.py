"""What goes wrong on purpose: a fault plan that can change while the server runs, and the counters a person
watches."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FAULT_STATUSES = (500, 503)
PHASES = ("alternate", "before", "after")


class FaultPlanError(ValueError):
    """A fault plan names a thing that cannot be planned, or a value out of range."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that fails: its status, and whether the work is done (and committed) all the same."""

    status: int
    after_commit: bool


class FaultPlan:
    """The faults in force; safe to read and change from several threads.

    `fail_every` N > 0 fails every N-th API call, in turn 500 before the work, 500 after its commit, 503
    before, 503 after (`fail_phase` "before" or "after" keeps to one side). `latency_ms` delays every call.
    `rate_limit` N > 0 refuses calls beyond N in one second. `daily_limit` caps the calls of the process.
    `lock_keys` is a list of record keys that another user holds, or an object from key to the number of
    refusals. `expire_sessions` true ends every session and token at once.
    """

    def __init__(self, fail_every: int = 0) -> None:
        self._guard = threading.Lock()
        self.fail_every = fail_every
        self.fail_phase = "alternate"
        self.latency_ms = 0
        self.rate_limit = 0
        self.daily_limit = 5_000_000
        self.session_epoch = 0
        self._locks: dict[str, int | None] = {}
        self._calls = 0
        self._failed = 0
        self._second = 0
        self._in_second = 0

    def change(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Put the given parts of the plan in force and return the whole plan; nothing changes if a part is
        wrong."""
        wanted = dict(document)
        locks = _locks_of(wanted.pop("lock_keys")) if "lock_keys" in wanted else None
        phase = wanted.pop("fail_phase", self.fail_phase)
        expire = wanted.pop("expire_sessions", False)
        if phase not in PHASES:
            raise FaultPlanError(f"fail_phase is {phase!r}; it can be {', '.join(PHASES)}.")
        for name, value in wanted.items():
            if name not in ("fail_every", "latency_ms", "rate_limit", "daily_limit"):
                raise FaultPlanError(f"A fault plan has no part {name!r}.")
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise FaultPlanError(f"{name} is {value!r}; it must be a whole number from 0.")
        with self._guard:
            for name, value in wanted.items():
                setattr(self, name, value)
            self.fail_phase = phase
            if "fail_every" in wanted:
                self._calls = 0
                self._failed = 0
            if locks is not None:
                self._locks = locks
            if expire:
                self.session_epoch += 1
        return self.as_json()

    def as_json(self) -> dict[str, Any]:
        """Return the plan in the form that `change` takes."""
        with self._guard:
            return {
                "fail_every": self.fail_every,
                "fail_phase": self.fail_phase,
                "latency_ms": self.latency_ms,
                "rate_limit": self.rate_limit,
                "daily_limit": self.daily_limit,
                "lock_keys": dict(self._locks),
            }

    def next_fault(self) -> Fault | None:
        """Count one API call and return the fault it meets, if any."""
        with self._guard:
            self._calls += 1
            if not self.fail_every or self._calls % self.fail_every:
                return None
            turn = self._failed
            self._failed += 1
            after = self.fail_phase == "after" or (self.fail_phase == "alternate" and turn % 2 == 1)
            return Fault(FAULT_STATUSES[turn // 2 % 2], after)

    def over_rate(self) -> bool:
        """Count one API call in the present second; true when it is beyond the rate limit."""
        with self._guard:
            second = int(time.monotonic())
            if second != self._second:
                self._second, self._in_second = second, 0
            self._in_second += 1
            return 0 < self.rate_limit < self._in_second

    def is_locked(self, key: str) -> bool:
        """Say whether another user holds the record now; a counted lock is used up by one."""
        if not self._locks:
            return False
        with self._guard:
            if key not in self._locks:
                return False
            left = self._locks[key]
            if left is not None:
                if left <= 1:
                    del self._locks[key]
                else:
                    self._locks[key] = left - 1
            return True


def _locks_of(value: Any) -> dict[str, int | None]:
    if isinstance(value, list) and all(isinstance(key, str) for key in value):
        return dict.fromkeys(value)
    if isinstance(value, dict) and all(_is_lock_count(count) for count in value.values()):
        return dict(value)
    raise FaultPlanError(
        "lock_keys must be a list of record keys, or an object from key to a number of refusals."
    )


def _is_lock_count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0)


class Counters:
    """How often things happened since the process started; safe from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counts = {"requests": 0, "writes": 0, "rejected": 0, "faults": 0}

    def add(self, name: str, amount: int = 1) -> None:
        """Count one more (or `amount` more) of the named happening."""
        with self._guard:
            self._counts[name] += amount

    def as_json(self) -> dict[str, int]:
        """Return all counts at this moment."""
        with self._guard:
            return dict(self._counts)
