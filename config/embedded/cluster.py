"""A data directory: made whole or not at all, of our major version, and free of what a crash left behind."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from config.embedded.account import Account, plain_environment
from config.embedded.binaries import Binaries
from config.embedded.errors import EmbeddedRefused
from config.embedded.places import Place

ADMIN = "aurum_admin"
USER = "aurum"
DRAFT_PREFIX = "draft-"
# Above every limit of a process number, so no process can ever have it; PostgreSQL then looks at its shared
# memory only.
NO_PROCESS = 2**31 - 1


def passwords(place: Place) -> dict[str, str]:
    """Return the password of each role, made once and kept in libpq's password file, mode 0600."""
    if not place.passwords.exists():
        if place.data.exists():
            raise EmbeddedRefused(
                f"{place.passwords} is gone, and without it nobody can log in to {place.data}; restore it, "
                f"or remove {place.data} to begin with an empty database."
            )
        lines = "".join(f"*:*:*:{role}:{secrets.token_hex(24)}\n" for role in (ADMIN, USER))
        draft = place.passwords.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(lines)
        draft.replace(place.passwords)
    rows = (line.split(":") for line in place.passwords.read_text(encoding="ascii").splitlines())
    return {row[3]: row[4] for row in rows}


def create_cluster(place: Place, binaries: Binaries, account: Account, *, life: int, durable: bool) -> None:
    """Leave a new data directory; when interrupted there is none, and the next call begins anew.

    `life` is the locked descriptor that initdb inherits: should we be killed, the next starter waits for
    initdb to end.
    """
    for leftover in place.room.glob(f"{DRAFT_PREFIX}*"):
        shutil.rmtree(leftover)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT_PREFIX, dir=place.room))
    account.own(draft)
    secret = draft / "password"
    secret.touch(mode=0o600)
    secret.write_text(passwords(place)[ADMIN] + "\n", encoding="ascii")
    account.own(secret)
    command = [
        str(binaries.initdb), "-D", str(draft / "data"), "-U", ADMIN, "--pwfile", str(secret),
        "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions",
        *locale_flags(binaries),
        *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    try:
        with place.log.open("ab") as log:
            initdb = account.start(command, cwd=str(draft), output=log, keep=(life,))
            try:
                failed = initdb.wait()
            except BaseException:
                # Ctrl-C, or whatever else ends us: initdb is in its own session and would go on alone.
                os.killpg(initdb.pid, signal.SIGKILL)
                initdb.wait()
                raise
        if failed:
            raise EmbeddedRefused(
                f"initdb could not make a data directory (exit {failed}):\n{last_lines(place.log)}"
            )
        (draft / "data").rename(place.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def locale_flags(binaries: Binaries) -> list[str]:
    """Return initdb's flags for text sorted by code point and cased by Unicode, the same on every machine."""
    if binaries.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    known = subprocess.run(
        ["locale", "-a"], capture_output=True, check=False, env=plain_environment()
    ).stdout.split()
    return ["--locale=C.UTF-8" if {b"C.utf8", b"C.UTF-8"} & set(known) else "--locale=C"]


def refuse_other_major(place: Place, binaries: Binaries) -> None:
    """Refuse a data directory that another major version wrote: PostgreSQL cannot read it."""
    try:
        written_by = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise EmbeddedRefused(
            f"{place.data} is no PostgreSQL data directory (it has no PG_VERSION)."
        ) from error
    if written_by != str(binaries.major):
        raise EmbeddedRefused(
            f"{place.data} was written by PostgreSQL {written_by}, but the installed programs are "
            f"{binaries.version} ({binaries.bin}). Install PostgreSQL {written_by} and name it in "
            f"AURUM_PG_BIN, or move the data with pg_dump, or remove {place.home} to begin with an empty "
            "database."
        )


def recorded_process(place: Place) -> int | None:
    """Return the process number in `postmaster.pid`, or None; whether it lives is another question."""
    try:
        first = (
            (place.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n", 1)[0]
        )
    except FileNotFoundError:
        return None
    return int(first) if first.strip().isdigit() else None


def disown_dead_process(place: Place, account: Account) -> None:
    """Make `postmaster.pid` name no process; the rest stays for PostgreSQL's own look at its memory.

    PostgreSQL takes a zombie, and any process that has the number by now, for a living postmaster and would
    not start.
    """
    number = recorded_process(place)
    if number is None:
        return
    if works_in(number, place.data):
        raise EmbeddedRefused(
            f"process {number} is a PostgreSQL that Aurum did not start, and it uses {place.data}; stop it "
            "first."
        )
    file = place.data / "postmaster.pid"
    rest = file.read_bytes().split(b"\n", 1)
    file.write_bytes(b"\n".join([str(NO_PROCESS).encode(), *rest[1:]]))
    account.own(file)
    for leftover in (place.socket, place.socket.with_name(f"{place.socket.name}.lock")):
        leftover.unlink(missing_ok=True)


def works_in(process: int, data: Path) -> bool:
    """Whether a living process works in the data directory, as every PostgreSQL process does."""
    try:
        if Path("/proc/self").exists():
            # A zombie has no working directory any more, so it is refused here.
            return data.samefile(f"/proc/{process}/cwd")
        said = subprocess.run(
            ["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return str(data) in said.stdout


def last_lines(log: Path, count: int = 12) -> str:
    """Return the end of the log."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return "(nothing was logged)"
    return "\n".join(lines[-count:])
