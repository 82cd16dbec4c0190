"""A taken port is stepped over."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from config.ports import NoFreePort, free_port, free_ports, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_followed_by_the_next_free_one(taken):
    assert not is_free(taken)
    chosen = free_port(taken)
    assert taken < chosen < taken + 100
    assert is_free(chosen)


def test_a_free_port_is_taken_as_it_is(taken):
    free = free_port(taken + 1)
    assert free_port(free) == free


def test_several_ports_are_all_different(taken):
    ports = free_ports([taken, taken, taken])
    assert len(set(ports)) == 3
    assert taken not in ports


def test_a_range_without_a_free_port_is_named(taken):
    with pytest.raises(NoFreePort, match=f"ports {taken} to {taken} of 127.0.0.1 are all taken"):
        free_port(taken, tries=1)
