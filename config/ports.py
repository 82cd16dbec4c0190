"""Ports on this machine: the wanted one when it is free, else the next free one."""

from __future__ import annotations

import errno
import socket

LAST_PORT = 65535
TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL})


class NoFreePort(Exception):
    """Every port that was tried is taken."""


def free_port(
    wanted: int, *, host: str = "127.0.0.1", tries: int = 100, avoid: frozenset[int] = frozenset()
) -> int:
    """Return the first port from `wanted` on that nobody listens on and that is not in `avoid`.

    Another program can take it before its caller does, so the caller that binds it tries again on failure.
    """
    for port in range(wanted, min(wanted + tries, LAST_PORT + 1)):
        if port not in avoid and is_free(port, host=host):
            return port
    raise NoFreePort(
        f"ports {wanted} to {min(wanted + tries - 1, LAST_PORT)} of {host} are all taken; end one of the "
        "programs that listen there, or name another first port."
    )


def free_ports(wanted: list[int], *, host: str = "127.0.0.1") -> list[int]:
    """Return one free port per wanted one, all different."""
    chosen: list[int] = []
    for port in wanted:
        chosen.append(free_port(port, host=host, avoid=frozenset(chosen)))
    return chosen


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now; a port in TIME_WAIT counts as free, as servers reuse it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in TAKEN:
                return False
            raise
    return True
