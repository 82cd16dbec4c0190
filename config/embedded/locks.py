"""Two file locks: one held by whoever starts or stops the server, one by the server while it lives.

The life lock answers "does it run?" without trusting a process number: the postmaster and all its children
inherit the locked descriptor, so the kernel frees the lock exactly when the last of them is gone. A reused
number, a zombie, and a pid file left by a crash cannot deceive it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.errors import EmbeddedRefused

POLL_SECONDS = 0.05


def try_lock(path: Path) -> int | None:
    """Return a descriptor that holds the lock, or None when somebody else holds it; the caller closes it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock; a file that does not exist is held by nobody, and is not made."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def wait_until_free(path: Path, seconds: float) -> bool:
    """Return whether the lock is free before the time is over."""
    deadline = time.monotonic() + seconds
    while is_locked(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


@contextmanager
def one_at_a_time(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock while the block runs; refuse when another command keeps it for so many seconds."""
    deadline = time.monotonic() + seconds
    while (descriptor := try_lock(path)) is None:
        if time.monotonic() > deadline:
            raise EmbeddedRefused(
                f"another command has been starting or stopping the embedded PostgreSQL for {seconds:.0f} s "
                f"(lock {path}); wait for it, or end it, and try again."
            )
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        os.close(descriptor)
