"""The proofs at the size that the promises name, one after the other, on a server of their own.

    python -m tests.bench.nightly [NAME …] [--list]

What a proof says goes to the terminal as it says it; the last line is JSON: name -> seconds, and `failed`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from config import embedded
from config.connections import database_url


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof: the words after `python`, and what its environment has beside ours."""

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


PROVE = ("manage.py", "prove")
TEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")

PROOFS = {
    "order-free": Proof((*PROVE, "order-free")),
    "undo": Proof((*PROVE, "undo", "--histories", "200")),
    "undo-dense": Proof((*TEST, "tests/flows/test_undo.py"), {"AURUM_UNDO": "500"}),
    "history": Proof((*PROVE, "history", "--steps", "300")),
    "growth": Proof((*PROVE, "stable-under-growth")),
    "races": Proof(("-m", "tests.bench.race")),
    "twins": Proof((*TEST, "tests/flows/test_race.py"), {"AURUM_TWINS": "200"}),
    "stateful": Proof(
        (*TEST, "tests/flows/test_stateful.py"), {"AURUM_STATEFUL": "500", "AURUM_STATEFUL_STEPS": "30"}
    ),
    "crashes": Proof(("-m", "tests.bench.crashes")),
    "corruptions": Proof(("-m", "tests.bench.verify_teeth")),
}


def main() -> int:
    """Prove, and return the exit code: 1 when a proof failed."""
    parser = argparse.ArgumentParser(description="Run the proofs at full size.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(PROOFS)}; none: all")
    parser.add_argument("--list", action="store_true", help="say what would run")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - PROOFS.keys()):
        parser.error(f"There is no proof {', '.join(unknown)}; there are {', '.join(PROOFS)}.")
    chosen = {name: PROOFS[name] for name in given.names or PROOFS}
    if given.list:
        for name, proof in chosen.items():
            print(name, *(f"{key}={value}" for key, value in proof.environment.items()), *proof.words)
        return 0
    home = Path(tempfile.mkdtemp(prefix="aurum-nightly-"))
    home.chmod(0o711)
    try:
        url = database_url(embedded.ensure_running(home, durable=False).parameters)
        taken, failed = {}, []
        for name, proof in chosen.items():
            print(f"== {name}", flush=True)
            started = time.monotonic()
            environment = os.environ | {"DATABASE_URL": url} | proof.environment
            if subprocess.run([sys.executable, *proof.words], env=environment, check=False).returncode:
                failed.append(name)
            taken[name] = round(time.monotonic() - started)
        print(json.dumps({**taken, "failed": failed}))
        return int(bool(failed))
    finally:
        embedded.remove(home)


if __name__ == "__main__":
    sys.exit(main())
