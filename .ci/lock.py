"""Resolve pyproject.toml into requirements/*.lock, hashed and for every Python and platform at once.

The resolver (uv) lives in an environment of its own under build/, because nothing else needs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

UV = "uv==0.13.9"
HOME = Path("build/lock")
COMPILE = [
    "uv",
    "pip",
    "compile",
    "pyproject.toml",
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--quiet",
]
INDEX = ["--python-version", "3.11", "--no-emit-index-url", "--system-certs", "--no-emit-package", "aurum"]


def main(upgrade: list[str]) -> None:
    """Leave the lock files agreeing with pyproject.toml; without --upgrade, versions that still fit stay."""
    if not (HOME / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    python = str(HOME / "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], check=True)
    demo = ["--extra", "embedded", "-o", "requirements/demo.lock"]
    same = ["-c", "requirements/demo.lock"]
    production = [*same, "--extra", "redis", "--extra", "parquet", "-o", "requirements/production.lock"]
    dev = [*same, "--extra", "dev", "-o", "requirements/dev.lock"]
    for target in (demo, production, dev):
        print("Resolving", target[-1], flush=True)
        subprocess.run([python, "-m", *COMPILE, *INDEX, *target, *upgrade], check=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    main(sys.argv[1:])
