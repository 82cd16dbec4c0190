"""The programs the demo runs beside itself: started in groups of their own, watched, ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

ENDING_SECONDS = 8.0
START_SECONDS = 90.0
MOST_RESTARTS = 20


class ChildEnded(Exception):
    """A program the demo needs has ended; the message says which, and where its log lies."""


@dataclass
class Child:
    """One program. `restarts`: it is started again when it dies; `ends`: it ends by itself when done."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    restarts: bool = False
    ends: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started: int = 0
    said_before: int = 0
    """Bytes of the log that earlier programs of this name wrote."""

    def start(self) -> int:
        """Start the program and return its process number; its output goes to the end of its log."""
        self.said_before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=settings.BASE_DIR,
                env=dict(self.environment),
                start_new_session=True,
            )
        self.started += 1
        return self.process.pid

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return None if self.process is None else self.process.poll()

    @property
    def failed(self) -> bool:
        """Whether it ended and should not have."""
        if self.restarts:
            return self.started > MOST_RESTARTS
        return self.status is not None and not (self.ends and self.status == 0)

    def said(self) -> str:
        """Return what it wrote since it was started."""
        with self.log.open("rb") as log:
            log.seek(self.said_before)
            return log.read().decode(errors="replace")

    def ask_to_end(self) -> None:
        """Ask the program to end; it ends its own children."""
        if self.process is not None and self.status is None:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group at once, as a crash would; what outlived its leader is ended as well."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Children:
    """All programs of one demo. Use it as a context: they are ended on the way out, whatever happened.

    `lock` is the descriptor of the demo's lock, which the guard shares.
    """

    logs: Path
    environment: Mapping[str, str]
    lock: int
    running: list[Child] = field(default_factory=list)
    _guard: subprocess.Popen[str] | None = None
    _ending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Children:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / "guard.log").open("ab") as log:
            self._guard = subprocess.Popen(
                [sys.executable, "-m", "config.demo.guard"], stdin=subprocess.PIPE, stdout=log, stderr=log,
                cwd=settings.BASE_DIR, env=dict(self.environment), start_new_session=True,
                pass_fds=(self.lock,), text=True,
            )  # fmt: skip
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(
        self, name: str, arguments: Sequence[str], *, restarts: bool = False, ends: bool = False
    ) -> Child:
        """Start a program under a name; the name is also its log's."""
        child = Child(name, arguments, self.logs / f"{name}.log", self.environment, restarts, ends)
        with self._lock:
            self._tell_guard(f"+{child.start()}")
            self.running.append(child)
        return child

    def named(self, name: str) -> Child:
        """Return the program of that name."""
        return next(child for child in self.running if child.name == name)

    def check(self) -> None:
        """Raise ChildEnded when a program that is needed is gone."""
        for child in self.running:
            if child.failed:
                raise ChildEnded(
                    f"{child.name} ended with status {child.status}. The end of its log, {child.log}:\n"
                    + last_lines(child.log)
                )

    def wait_for(self, child: Child, words: Sequence[str]) -> str:
        """Return the first of these words that the program writes; "" when it ended without any of them.

        Raises ChildEnded when it says nothing of the kind in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            over = child.status is not None
            said = child.said()
            for word in words:
                if word in said:
                    return word
            if over:
                return ""
            time.sleep(0.05)
        raise ChildEnded(
            f"{child.name} did not come up within {START_SECONDS:.0f} s. The end of its log, {child.log}:\n"
            + last_lines(child.log)
        )

    def forget(self, child: Child) -> None:
        """End one program and expect it no more."""
        child.kill()
        with self._lock:
            self.running.remove(child)
            if child.process is not None:
                child.process.wait()
                self._tell_guard(f"-{child.process.pid}")

    def _watch(self) -> None:
        """Start again what may be started again; a worker killed in the middle is back within a second."""
        while not self._ending.wait(0.5):
            with self._lock:
                for child in self.running:
                    if child.restarts and child.status is not None and not child.failed:
                        self._tell_guard(f"+{child.start()}")

    def end(self) -> None:
        """End every program: asked first, killed after a while; a second call does nothing."""
        if self._ending.is_set():
            return
        self._ending.set()
        with self._lock:
            for child in self.running:
                child.ask_to_end()
            deadline = time.monotonic() + ENDING_SECONDS
            for child in self.running:
                while child.status is None and time.monotonic() < deadline:
                    time.sleep(0.05)
                child.kill()

    def dismiss_guard(self) -> None:
        """Let the guard go: everything has ended that it would have ended."""
        self._tell_guard("done")
        if self._guard is not None:
            self._guard.wait()

    def _tell_guard(self, word: str) -> None:
        if self._guard is not None and self._guard.stdin is not None and self._guard.poll() is None:
            self._guard.stdin.write(f"{word}\n")
            self._guard.stdin.flush()


def last_lines(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
