"""What the demo finds and keeps in its home: one demo at a time, one sample, the ports of the last run."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.locks import try_lock

WAIT_SECONDS = 30.0


class DemoRefused(Exception):
    """The demo cannot run here as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DemoHome:
    """The directory of one demo."""

    path: Path

    @property
    def sample(self) -> Path:
        """Where the sample lies."""
        return self.path / "sample"

    @property
    def logs(self) -> Path:
        """Where every program writes."""
        return self.path / "logs"

    @property
    def log(self) -> Path:
        """Where the demo itself writes."""
        return self.logs / "demo.log"

    @property
    def report(self) -> Path:
        """The report of the last run that came to its end."""
        return self.path / "demo-report.json"

    def prepare(self) -> None:
        """Leave the directories in place, or refuse with a sentence."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            self.log.touch()
        except OSError as error:
            raise DemoRefused(
                f"{self.path} cannot be written ({error.strerror}). Set AURUM_HOME to a directory that can."
            ) from error

    def refuse_little_disk(self, needed_mb: int) -> None:
        """Refuse early what would otherwise end half-way in a full disk."""
        there = next(folder for folder in (self.path, *self.path.parents) if folder.exists())
        free = shutil.disk_usage(there).free // 2**20
        if free < needed_mb:
            raise DemoRefused(
                f"Only {free} MB are free for {self.path}, and {needed_mb} MB are needed. Free some space, or"
                " set AURUM_HOME to a directory on another disk."
            )

    @contextmanager
    def one_demo(self) -> Iterator[int]:
        """Hold the demo's lock and give its descriptor; the programs of a killed demo are waited for."""
        file = self.path / "demo.lock"
        deadline = time.monotonic() + WAIT_SECONDS
        while (descriptor := try_lock(file)) is None:
            owner = file.read_text(encoding="ascii").strip()
            if _alive(owner) or time.monotonic() > deadline:
                raise DemoRefused(
                    f"A demo runs here already (process {owner or 'unknown'}). Use it, or end it first; for"
                    " a second one beside it set AURUM_HOME to another directory."
                )
            time.sleep(0.1)
        try:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield descriptor
        finally:
            os.close(descriptor)

    def refuse_another_sample(self, seed: int, scale: float) -> None:
        """A sample of another seed or size beside the old one would be a second company in one database."""
        marker, wanted = self.sample / "chosen.json", {"seed": seed, "scale": scale}
        chosen = _read(marker)
        if chosen not in (None, wanted):
            raise DemoRefused(
                f"{self.path} holds the sample with seed {chosen['seed']} and scale {chosen['scale']}, not"
                f" seed {seed} and scale {scale}. Run `make clean` first, or set AURUM_HOME to another"
                " directory."
            )

    @property
    def has_sample(self) -> bool:
        """Whether the sample was written to its end."""
        return (self.sample / "chosen.json").exists()

    def keep_sample(self, seed: int, scale: float) -> None:
        """Note that the sample is complete."""
        _write(self.sample / "chosen.json", {"seed": seed, "scale": scale})

    def last_ports(self, wanted: int) -> list[int]:
        """Return the ports of the last run that asked for the same one, so that bookmarks stay true."""
        last = _read(self.path / "demo-ports.json")
        if last and last["wanted"] == wanted:
            return list(last["ports"])
        return [wanted, wanted + 1, wanted + 2]

    def keep_ports(self, wanted: int, ports: list[int]) -> None:
        """Note the ports of this run."""
        _write(self.path / "demo-ports.json", {"wanted": wanted, "ports": ports})


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def _write(file: Path, document: Any) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(document), encoding="utf-8")
    draft.replace(file)


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
