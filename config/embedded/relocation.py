"""A copy of the programs for an account that cannot reach the installed ones (an environment under /root)."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from config.embedded.account import Account
from config.embedded.binaries import Binaries
from config.embedded.errors import EmbeddedRefused
from config.embedded.places import Place

NOT_NEEDED = shutil.ignore_patterns("include", "doc", "pgxs", "*.a", "pkgconfig")


def reachable_binaries(binaries: Binaries, account: Account, place: Place) -> Binaries:
    """Return the programs where the account can run them: as installed, or copied to the room once."""
    if account.reaches(binaries.postgres):
        return binaries
    if not binaries.belongings:
        raise EmbeddedRefused(
            f"PostgreSQL must run as {account.name}, who cannot run {binaries.postgres}; name another "
            "AURUM_PG_BIN."
        )
    copies = place.room / f"programs-{binaries.version}"
    if not copies.is_dir():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=place.room))
        for belonging in binaries.belongings:
            # The parts find one another by relative paths, so they are laid out as they were.
            target = draft / belonging.relative_to(_common_root(binaries))
            shutil.copytree(belonging, target, symlinks=True, ignore=NOT_NEEDED)
        for folder, _, _ in os.walk(draft):
            Path(folder).chmod(0o755)
        draft.rename(copies)
    copied = copies / binaries.bin.relative_to(_common_root(binaries))
    return replace(binaries, bin=copied, belongings=())


def _common_root(binaries: Binaries) -> Path:
    """Return the directory that holds the package and its libraries."""
    package = binaries.belongings[0].parent
    return package.parent
