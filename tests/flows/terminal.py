"""A program on a terminal of its own, 80 columns wide, whose Ctrl-C is the kernel's."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTROL_C = b"\x03"
TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def start_on_terminal(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], screen: Path
) -> tuple[subprocess.Popen[bytes], int]:
    """Return the program, started in a session of its own, and the descriptor of its keyboard.

    Everything it shows is appended to the file `screen`, with colours and moves of the cursor.
    """
    keyboard, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, *command], cwd=cwd, env=dict(environment),
        stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    threading.Thread(target=_copy, args=(keyboard, screen), daemon=True).start()
    return process, keyboard


def _copy(keyboard: int, screen: Path) -> None:
    with screen.open("ab", buffering=0) as file:
        while True:
            try:
                shown = os.read(keyboard, 65536)
            except OSError:  # how Linux says that nobody has the terminal open any more
                return
            if not shown:
                return
            file.write(shown)
