"""The key that signs sessions: made once per home, in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def kept_secret_key(home: Path) -> str:
    """Return this home's key, made at the first call; two commands at once get the same one.

    Where the home cannot be written (a check in a read-only checkout) the key lasts as long as the process.
    """
    file = home / "secret-key"
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    fresh = secrets.token_urlsafe(64)
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor, draft_name = tempfile.mkstemp(prefix="secret-key.", dir=home)  # mode 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(fresh)
    except OSError:
        return fresh
    draft = Path(draft_name)
    try:
        # A link, unlike a rename, fails when another command was first.
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="ascii")
