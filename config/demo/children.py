"""The programs the demo runs beside itself: started in groups of their own, watched, ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ENDING_SECONDS = 8.0


class ChildEnded(Exception):
    """A program the demo needs has ended; the message says which, and where its log lies."""


@dataclass
class Child:
    """One program; `restarts` says whether it is started again when it dies."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    restarts: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the program; its output goes to the end of its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the whole group at once, as a crash would."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Children:
    """All programs of one demo. Use it as a context: they are ended on the way out, whatever happened."""

    logs: Path
    environment: Mapping[str, str]
    running: list[Child] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Children:
        self.logs.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, name: str, arguments: Sequence[str], *, restarts: bool = False) -> Child:
        """Start a program under a name; the name is also its log's."""
        child = Child(name, arguments, self.logs / f"{name}.log", self.environment, restarts)
        with self._lock:
            child.start()
            self.running.append(child)
        return child

    def named(self, name: str) -> Child:
        """Return the program of that name."""
        return next(child for child in self.running if child.name == name)

    def check(self) -> None:
        """Raise ChildEnded when a program that is needed is gone."""
        for child in self.running:
            if not child.restarts and child.process is not None and child.process.poll() is not None:
                raise ChildEnded(
                    f"{child.name} ended with status {child.process.returncode};"
                    f" the last lines of {child.log} say why:\n" + tail(child.log)
                )

    def _watch(self) -> None:
        """Start again what may be started again; a worker killed in the middle is back within a second."""
        while not self._ending.wait(0.5):
            with self._lock:
                for child in self.running:
                    if child.restarts and child.process is not None and child.process.poll() is not None:
                        child.start()

    def end(self) -> None:
        """End every program: asked first, killed after a while."""
        self._ending.set()
        with self._lock:
            alive = [
                child for child in self.running if child.process is not None and child.process.poll() is None
            ]
            for child in alive:
                os.killpg(child.process.pid, signal.SIGTERM)  # type: ignore[union-attr]
            deadline = time.monotonic() + ENDING_SECONDS
            for child in alive:
                try:
                    child.process.wait(max(0.1, deadline - time.monotonic()))  # type: ignore[union-attr]
                except subprocess.TimeoutExpired:
                    child.kill()


def tail(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
