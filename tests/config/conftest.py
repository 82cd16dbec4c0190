"""Homes for embedded servers, removed with whatever runs in them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import embedded
from config.embedded.binaries import find_binaries
from config.embedded.cluster import recorded_process
from config.embedded.places import Place, recorded_place

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def grounds() -> Iterator[Path]:
    """Give an empty directory that every account can traverse; servers below it are stopped and removed."""
    folder = Path(tempfile.mkdtemp(prefix="aurum-grounds-"))
    folder.chmod(0o711)
    yield folder
    for record in folder.rglob("postgres.json"):
        embedded.remove(record.parent)
    shutil.rmtree(folder)


@pytest.fixture
def home(grounds: Path) -> Path:
    """Give a home in which nothing was started yet."""
    return grounds / "home"


@pytest.fixture
def starter(home: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a function that runs Python statements on `embedded` and `home` in a process group of its own."""
    running: list[subprocess.Popen[str]] = []

    def run(statements: str, **variables: str) -> subprocess.Popen[str]:
        code = (
            f"from pathlib import Path; from config import embedded; home = Path({str(home)!r})\n{statements}"
        )
        started = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=CHECKOUT,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(started)
        return started

    yield run
    for started in running:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.communicate()


@pytest.fixture
def slow_binaries(grounds: Path) -> Callable[[str, float], str]:
    """Give a function that makes a directory for AURUM_PG_BIN in which one program sleeps before it works."""
    real = find_binaries()

    def make(slow: str, seconds: float) -> str:
        folder = grounds / f"slow-{slow}"
        folder.mkdir()
        for name in ("postgres", "initdb"):
            # Telling the version must stay quick; initdb looks for a postgres beside itself.
            pause = f'case "$1" in -V|--version) ;; *) sleep {seconds};; esac\n' if name == slow else ""
            (folder / name).write_text(f'#!/bin/sh\n{pause}exec "{real.bin / name}" "$@"\n', encoding="utf-8")
            (folder / name).chmod(0o755)
        folder.chmod(0o755)
        return str(folder)

    return make


def place_of(home: Path) -> Place:
    """Return where the home's server keeps its things."""
    place = recorded_place(home)
    assert place is not None
    return place


def postmaster(home: Path) -> int:
    """Return the process number of the home's server."""
    number = recorded_process(place_of(home))
    assert number is not None
    return number
