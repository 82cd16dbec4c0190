"""Simulators as the demo runs them: processes of their own, spoken to over HTTP."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass
class Simulator:
    """One running simulator process and the file of its store."""

    process: subprocess.Popen[str]
    url: str
    store: Path

    def stop(self) -> int:
        """End it with SIGTERM and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def plan(self, **faults) -> dict:
        """Change the fault plan and return it."""
        answer = httpx.post(f"{self.url}/_sandbox/faults", json=faults)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stats(self) -> dict:
        """Return the counters."""
        return httpx.get(f"{self.url}/_sandbox/stats").json()


Start = Callable[..., Simulator]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Start simulators by module name; all of them end with the test module."""
    processes: list[subprocess.Popen[str]] = []

    def _start(module: str, store: Path, *options: str) -> Simulator:
        command = [
            sys.executable,
            "-m",
            f"mdm.sandbox.{module}",
            "--store",
            str(store),
            "--port",
            "0",
            *options,
        ]
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert line["ready"] is True
        return Simulator(process, f"http://127.0.0.1:{line['port']}", store)

    yield _start
    for process in processes:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
