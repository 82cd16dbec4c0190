"""Under which account the server runs: our own, or, because PostgreSQL refuses root, an unprivileged one.

No directory mode is ever widened for it. What the account cannot reach (a checkout under a closed /root) is
placed elsewhere: see `places`.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.embedded.errors import EmbeddedRefused

# initdb wants an account with a name, so an unused number does not do.
CANDIDATES = ("aurum", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of this machine; `other` says that it is not the one that runs this process."""

    name: str
    uid: int
    gid: int
    other: bool

    def own(self, path: Path) -> None:
        """Give a file or directory that we made to this account."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may traverse this directory or run this file, as the kernel sees it."""
        if not self.other:
            return os.access(path, os.X_OK)
        asked = self.start(["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)], cwd="/")
        return asked.wait() == 0

    def start(
        self,
        command: Sequence[str],
        *,
        cwd: str,
        output: IO[Any] | int = subprocess.DEVNULL,
        keep: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program as this account, in a session of its own, which Ctrl-C does not reach."""
        identity: dict[str, Any] = (
            {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}
        )
        return subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=keep,
            env=environment if environment is not None else plain_environment(),
            umask=0o077,
            **identity,
        )


def plain_environment() -> dict[str, str]:
    """Return an environment in which nothing steers PostgreSQL: no PG* variables, locale or preload."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def server_account() -> Account:
    """Return the account for the server: ours, or as root AURUM_PG_USER, else `aurum`, else `nobody`."""
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), other=False)
    wanted = os.environ.get("AURUM_PG_USER")
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid == 0:
            raise EmbeddedRefused(
                f"AURUM_PG_USER={name} is root, and PostgreSQL refuses root; name another account."
            )
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, other=True)
    raise EmbeddedRefused(
        "PostgreSQL refuses to run as root, and this machine has no account "
        f"{wanted or ' or '.join(CANDIDATES)}; set AURUM_PG_USER to an unprivileged account, or start Aurum "
        "as an ordinary user."
    )
