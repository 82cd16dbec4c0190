"""A network namespace of one's own, whose loopback interface is down."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.contracts.tree import CHECKOUT
from tests.flows.demos import without_network

CONNECT = """
import socket
from config.loopback import ensure_loopback
ensure_loopback()
listening = socket.create_server(("127.0.0.1", 0))
socket.create_connection(listening.getsockname()).close()
"""


def run(*prefix: str, program: str = CONNECT) -> subprocess.CompletedProcess[str]:
    command = [*without_network(), *prefix, sys.executable, "-c", program]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)


def test_programs_reach_each_other_where_no_network_is():
    assert run().returncode == 0
    assert "unreachable" in run(program=CONNECT.replace("ensure_loopback()\n", "", 1)).stderr


def test_who_may_not_bring_it_up_is_told_what_to_do():
    assert shutil.which("setpriv")
    refused = run("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin").stderr
    assert "run `ip link set lo up` as root" in refused
