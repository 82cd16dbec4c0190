"""Where the embedded server keeps its things.

In the home (`.aurum/`): the two locks, the password file and `postgres.json`, which says where the rest is.
In the room: the data directory, the log, and where needed a copy of the programs. The room is
`.aurum/postgres`; when the server's account cannot traverse the way there (root's checkout under a closed
directory) it is a private directory of /var/lib/aurum or /var/tmp. The socket lies in the room, or, when that
path is longer than a socket address allows, in a private directory of the system's temporary directory.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded.account import Account
from config.embedded.errors import EmbeddedRefused

PORT = 5432
# sockaddr_un holds 104 bytes on macOS and 108 on Linux, with a closing zero; PostgreSQL also makes a .lock
# beside it.
LONGEST_SOCKET_PATH = 100
OUTSIDE = (Path("/var/lib/aurum"), Path("/var/tmp"))


@dataclass(frozen=True)
class Place:
    """The directories of one embedded server."""

    home: Path
    room: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.room / "data"

    @property
    def log(self) -> Path:
        """What the server and initdb said."""
        return self.room / "server.log"

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.sockets / f".s.PGSQL.{PORT}"

    @property
    def passwords(self) -> Path:
        """The password file, in libpq's own format."""
        return self.home / "pgpass"

    @property
    def start_lock(self) -> Path:
        """Held by whoever starts or stops."""
        return start_lock(self.home)

    @property
    def life_lock(self) -> Path:
        """Held by every process of the server while it lives."""
        return self.home / "postgres.life.lock"


def start_lock(home: Path) -> Path:
    """Return the lock that whoever starts or stops holds; it exists before any place is chosen."""
    return home / "postgres.start.lock"


def expected_place(home: Path) -> Place:
    """Return the recorded place, or the one a first start would choose when nothing stands in its way."""
    return recorded_place(home) or Place(home, home / "postgres", home / "postgres" / "sockets")


def recorded_place(home: Path) -> Place | None:
    """Return the place that `postgres.json` names, or None without one or when it was copied here."""
    try:
        record = json.loads((home / "postgres.json").read_text(encoding="utf-8"))
        inode = home.stat().st_ino
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise EmbeddedRefused(
            f"{home / 'postgres.json'} is damaged ({error}); restore it or remove {home}."
        ) from error
    room, sockets = Path(record["room"]), Path(record["sockets"])
    if record["inode"] != inode and record["home"] != str(home):
        # A copied home (neither moved nor mounted anew) must not write to the original's data.
        return None
    return Place(home, home / room, home / sockets)


def choose_place(home: Path, account: Account) -> Place:
    """Return the place of this home, made and recorded at the first call; the caller holds the start lock."""
    known = recorded_place(home)
    room = known.room if known else _choose_room(home, account)
    if known and not room.is_dir():
        raise EmbeddedRefused(
            f"the embedded PostgreSQL of {home} lived in {room}, which is gone; restore that directory, or "
            f"remove {home} to begin with an empty database."
        )
    _make_private(room, account)
    sockets = (
        known.sockets if known and _is_private(known.sockets, account) else _choose_sockets(room, account)
    )
    place = Place(home, room, sockets)
    if place != known:
        _record(place)
    return place


def forget(place: Place) -> None:
    """Remove everything the embedded server keeps; the caller has stopped it."""
    shutil.rmtree(place.room, ignore_errors=True)
    shutil.rmtree(place.sockets, ignore_errors=True)
    for leftover in (place.passwords, place.home / "postgres.json"):
        leftover.unlink(missing_ok=True)


def refuse_little_disk(place: Place, minimum_free: int) -> None:
    """Refuse to start with fewer than `minimum_free` bytes free: a disk full in mid-write is a crash."""
    free = shutil.disk_usage(place.room).free
    if free < minimum_free:
        raise EmbeddedRefused(
            f"only {free // 2**20} MB are free for {place.room}; the embedded PostgreSQL wants "
            f"{minimum_free // 2**20} MB. Free some space, or set AURUM_HOME to a directory on another disk."
        )


def _choose_room(home: Path, account: Account) -> Path:
    if account.reaches(home):
        return home / "postgres"
    for parent in OUTSIDE:
        try:
            if not parent.exists():
                parent.mkdir(mode=0o711)
                parent.chmod(0o711)
            room = Path(tempfile.mkdtemp(prefix="aurum-", dir=parent))
        except OSError:
            continue  # read-only or closed to us: the next one
        if account.reaches(parent):
            return room
        room.rmdir()
    raise EmbeddedRefused(
        f"PostgreSQL runs as {account.name}, which cannot reach {home}, and neither "
        f"{' nor '.join(map(str, OUTSIDE))} can take its data; set AURUM_HOME to a directory that this "
        "account can reach."
    )


def _choose_sockets(room: Path, account: Account) -> Path:
    sockets = room / "sockets"
    too_long = len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH
    # libpq reads a host with a comma as a list of hosts.
    if too_long or "," in str(sockets):
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        usable = runtime and len(runtime) < 40 and not account.other and os.access(runtime, os.W_OK)
        sockets = Path(tempfile.mkdtemp(prefix="aurum-", dir=runtime if usable else "/tmp"))
    _make_private(sockets, account)
    return sockets


def _make_private(folder: Path, account: Account) -> None:
    """Leave a directory of mode 0700 that belongs to the account; refuse one that is somebody else's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid == os.geteuid():
        folder.chmod(0o700)
        account.own(folder)
    elif found.st_uid != account.uid or not stat.S_ISDIR(found.st_mode):
        raise EmbeddedRefused(
            f"{folder} belongs to user number {found.st_uid}, but the embedded PostgreSQL would run as "
            f"{account.name}; run this command as the user who started it first, or remove the directory."
        )


def _is_private(folder: Path, account: Account) -> bool:
    """Whether a recorded socket directory is still there and ours (a cleaner of /tmp may have taken it)."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and stat.S_IMODE(found.st_mode) == 0o700
    )


def _record(place: Place) -> None:
    """Write `postgres.json`; paths inside the home are kept relative, so that a home can be moved."""
    inside = {
        name: str(path.relative_to(place.home)) if path.is_relative_to(place.home) else str(path)
        for name, path in (("room", place.room), ("sockets", place.sockets))
    }
    document = json.dumps({"home": str(place.home), "inode": place.home.stat().st_ino, **inside}, indent=2)
    draft = place.home / "postgres.json.draft"
    draft.write_text(document + "\n", encoding="utf-8")
    draft.replace(place.home / "postgres.json")
