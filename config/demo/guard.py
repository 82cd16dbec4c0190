"""The demo's last will: a small program that ends all others when the demo is gone without ending them.

It reads "+N" and "-N" lines (process groups that began and ended) from the demo. The end of that pipe without
the word "done" before it means that the demo was killed: every group still open is ended, and PostgreSQL
stopped. It holds the demo's lock meanwhile, so that the next demo waits for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

PATIENCE = 8.0


def main() -> int:
    """Wait for the end of the demo; do what it could not do any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        word = line.strip()
        if word == "done":
            return 0
        (groups.add if word[0] == "+" else groups.discard)(int(word[1:]))
    end(groups)
    subprocess.run([sys.executable, "manage.py", "services", "stop"], stdin=subprocess.DEVNULL)
    return 0


def end(groups: set[int]) -> None:
    """Leave none of these process groups alive: asked first, killed after a while."""
    deadline = time.monotonic() + PATIENCE
    sent = signal.SIGTERM
    alive = {group for group in groups if send(group, sent)}
    while alive and time.monotonic() < deadline + PATIENCE:
        if sent == signal.SIGTERM and time.monotonic() > deadline:
            sent = signal.SIGKILL
            alive = {group for group in alive if send(group, sent)}
        time.sleep(0.1)
        alive = {group for group in alive if send(group, 0)}


def send(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there is one."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
