"""The loopback interface, by which the demo's programs speak with each other.

A network namespace of one's own (`unshare -n`) begins with it down, so that 127.0.0.1 leads nowhere.
"""

from __future__ import annotations

import fcntl
import socket
import struct

SET_FLAGS = 0x8914  # SIOCSIFFLAGS of Linux's netdevice(7)
UP_AND_RUNNING = 0x1 | 0x40  # IFF_UP, IFF_RUNNING


class NoLoopback(Exception):
    """127.0.0.1 cannot be reached, and this account may not change that."""


def ensure_loopback() -> None:
    """Leave 127.0.0.1 reachable: bring the interface up where it is down, or raise NoLoopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("127.0.0.1", 9))  # sends nothing: only a way there is looked for
        except OSError:
            try:
                fcntl.ioctl(probe, SET_FLAGS, struct.pack("16sh", b"lo", UP_AND_RUNNING))
            except OSError as refused:
                raise NoLoopback(
                    f"127.0.0.1 leads nowhere, and its interface cannot be brought up ({refused.strerror}): "
                    "run `ip link set lo up` as root."
                ) from refused
