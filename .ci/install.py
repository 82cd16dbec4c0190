"""Make `.venv` hold what a lock file names, and do nothing when it already does; standard library only.

The stamp of a finished install is the digest of the lock and the version of Python: with it present there
is no look at the network. Plain pip is used, because it is on every machine that has venv and follows the
machine's own settings (mirror, proxy, certificates). Bytecode is left to the first import: measured on two
cores, the demo's packages take 15 s instead of 29 s (uv: 11 s, with 18 MB more to download).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
LOCKS = {"demo": Path("requirements/demo.lock"), "dev": Path("requirements/dev.lock")}
MEGABYTES = {"demo": 1500, "dev": 1000}
OLDEST, NEWEST = (3, 11), (3, 14)


class Refused(Exception):
    """The environment cannot be made here; the message says why and what to do."""


def main(name: str) -> None:
    """Leave `.venv` with every package of the named lock, each checked against its hash."""
    demand_python()
    with one_at_a_time():
        stamp = VENV / f"aurum-{name}.stamp"
        wanted = fingerprint(name)
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted and PYTHON.exists():
            return
        demand_space(name)
        make_environment()
        stamp.unlink(missing_ok=True)
        install(name)
        stamp.write_text(wanted, encoding="utf-8")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold off a second install into the same checkout until this one is done."""
    descriptor = os.open("requirements", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def fingerprint(name: str) -> str:
    """Return what a finished install of this lock by this Python looks like."""
    digest = hashlib.sha256(LOCKS[name].read_bytes()).hexdigest()
    return f"{digest} python {sys.version_info[0]}.{sys.version_info[1]}\n"


def demand_python() -> None:
    """Refuse a Python that no locked package was made for."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        raise Refused(
            f"This is Python {found}; Aurum needs 3.11 to 3.14. Install one, or name one that is here: "
            "make PYTHON=python3.12 …"
        )
    if sys.version_info[:2] > NEWEST:
        print("This Python is newer than 3.14, the newest one tried; packages may have no wheels for it yet.")


def demand_space(name: str) -> None:
    """Refuse early what would otherwise end half-way in a full disk."""
    needed = int(os.environ.get("AURUM_MIN_FREE_MB") or MEGABYTES[name])
    free = shutil.disk_usage(".").free // 1_000_000
    if free < needed:
        raise Refused(
            f"Only {free} MB are free on the disk of this checkout, and {needed} MB are needed for its "
            "packages and database. Free some space, or move the checkout to a disk that has it."
        )


def make_environment() -> None:
    """Leave a working `.venv` of this Python; one that is broken or of another Python is made anew."""
    if PYTHON.exists() and has_pip(PYTHON) and version_of(PYTHON) == version_of(Path(sys.executable)):
        return
    if VENV.exists():
        print("The environment in .venv is unfinished or of another Python; making it anew.", flush=True)
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode == 0 and has_pip(PYTHON):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise Refused(
        f"This Python {version} cannot make virtual environments. On Debian and Ubuntu that is a package of "
        f"its own: apt-get install python{version}-venv (or python3-venv), then run this again.\n"
        + (made.stderr.strip() or made.stdout.strip())
    )


def has_pip(python: Path) -> bool:
    """Tell whether this interpreter starts and has pip."""
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0


def version_of(python: Path) -> str:
    """Return "3.12" and the like; empty when it does not start."""
    line = "import sys; print(*sys.version_info[:2], sep='.')"
    return subprocess.run([str(python), "-c", line], capture_output=True, text=True).stdout.strip()


def install(name: str) -> None:
    """Bring every locked package in; the network is used here and nowhere else."""
    print(f"Installing the packages of {LOCKS[name]} into .venv (once; later runs skip this) …", flush=True)
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--progress-bar=off"]
    quiet = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
    command = [str(PYTHON), "-m", "pip", "install", *quiet, *options, "-r", str(LOCKS[name])]
    if subprocess.run(command).returncode != 0:
        raise Refused(
            "The packages could not be installed; the lines above are pip's. The first install needs a "
            "package index; behind a mirror or a proxy, set it as for any use of pip, then run this again."
        )


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    try:
        main(sys.argv[1])
    except Refused as refused:
        sys.exit(str(refused))
    except KeyboardInterrupt:
        sys.exit("Stopped; run the same command again to go on.")
