"""Seconds of the clock and of processors by stage: ours with our children, and the database's.

The clock tells what a user waits for; processor seconds say the same on a machine that has other work too.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: of the clock, of our processors, of the database's processors."""

    wall: float
    ours: float
    database: float

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.ours - other.ours, self.database - other.database)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.ours + other.ours, self.database + other.database)

    @property
    def processors(self) -> float:
        """Processor seconds of all processes together."""
        return self.ours + self.database

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.ours:.1f} + {self.database:.1f} cpu)"


@dataclass
class Stages:
    """What each named stage took so far; a name that comes again adds to its stage."""

    database: Callable[[], float]
    server: int = 0
    """Process id of the database server."""
    spent: dict[str, Spent] = field(default_factory=dict)
    _name: str = ""
    _since: Spent = field(default_factory=lambda: Spent(0, 0, 0))

    def begin(self, name: str) -> None:
        """End the stage that runs, and begin another; the empty name only ends it."""
        now = self.now()
        if self._name:
            self.spent[self._name] = self.spent.get(self._name, Spent(0, 0, 0)) + (now - self._since)
        self._name, self._since = name, now

    def now(self) -> Spent:
        """Return what was spent since the processes began."""
        return Spent(perf_counter(), own_seconds(), self.database())

    @property
    def total(self) -> Spent:
        """All stages together."""
        return sum(self.spent.values(), Spent(0, 0, 0))


def own_seconds() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def server_seconds(postmaster: int) -> float:
    """Return the processor seconds of a PostgreSQL server: its processes of now and those it outlived."""
    total = 0
    for process in [postmaster, *_children(postmaster)]:
        try:
            fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue  # it ended meanwhile: the postmaster counts it from now on
        total += int(fields[11]) + int(fields[12])
        if process == postmaster:
            total += int(fields[13]) + int(fields[14])
    return total / TICKS


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


class Memory:
    """The most memory that these processes and all they started held together, looked at twice a second.

    What several share (forked memory, the server's buffers) counts once: proportional set sizes.
    """

    def __init__(self, *roots: int) -> None:
        self._roots = roots
        self._over = Event()
        self.megabytes = 0

    def __enter__(self) -> Memory:
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            found, waiting = 0, list(self._roots)
            while waiting:
                process = waiting.pop()
                waiting += _children(process)
                found += _proportional_kilobytes(process)
            self.megabytes = max(self.megabytes, found // 1024)


def _proportional_kilobytes(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0  # it ended meanwhile, or is somebody else's
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
