"""`manage.py verify [--deep | --repair]`: check every promise that the database can show."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from getpass import getuser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from mdm.compliance.digest import digest
from mdm.compliance.mending import mend
from mdm.compliance.proof.check import Check, Finding
from mdm.compliance.verify import CHECKS, verify


class Command(BaseCommand):
    """Verify: a table of findings, then one line of JSON."""

    help = "Check every promise that the database can show. Exit code 1 when one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how deep to look, and whether only to list the checks."""
        parser.add_argument(
            "--deep", action="store_true", help="also compute blocking keys, edges, partition and ids anew"
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="look deep, derive again what is derived and broken, look again; inputs are never changed",
        )
        parser.add_argument(
            "--list", action="store_true", help="list the checks and what holds where they are silent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print what was found, leave with 1 when anything was."""
        screen = Console(file=cast(IO[str], self.stdout), highlight=False)
        if not screen.is_terminal:
            screen.width = 200
        if options["list"]:
            screen.print(_listed())
            return
        found = self._repaired(screen) if options["repair"] else self._looked(screen, options["deep"])
        if found:
            sys.exit(1)

    def _looked(self, screen: Console, deep: bool) -> Sequence[Finding]:
        """Check, show what was found, end with a line of JSON."""
        started, ran = time.monotonic(), 0

        def count(check: Check) -> None:
            nonlocal ran
            ran += 1
            if screen.is_terminal:
                screen.print(f"  {check.holds}", style="dim")

        found = verify(deep=deep, progress=count)
        if found:
            screen.print(_table("Broken promises", found))
        else:
            screen.print(f"{ran} checks, nothing broken.")
        line = {"checks": ran, "findings": len(found), "seconds": round(time.monotonic() - started, 2)}
        self.stdout.write(json.dumps(line))
        return found

    def _repaired(self, screen: Console) -> Sequence[Finding]:
        """Check, repair what is derived, check again, show what was mended and what is left."""
        started = time.monotonic()
        mended = mend(
            actor=f"manage.py verify --repair ({getuser()})",
            cause="findings of verify",
            progress=lambda line: screen.print(f"  {line} …", style="dim"),
        )
        gone = [finding for finding in mended.before if finding not in mended.after]
        if gone:
            screen.print(_table("Mended", gone))
        if mended.after:
            screen.print(_table("Left: cannot be derived", mended.after))
        if mended.refused:
            screen.print(mended.refused)
        line = {
            "findings": len(mended.before),
            "mended": len(gone),
            "left": len(mended.after),
            "refused": bool(mended.refused),
            "digest": digest(),
            "seconds": round(time.monotonic() - started, 2),
        }
        self.stdout.write(json.dumps(line))
        return mended.after


def _table(title: str, found: Sequence[Finding]) -> Table:
    table = Table("check", "subject", "finding", title=title, title_justify="left")
    for finding in found:
        table.add_row(finding.check, finding.subject, finding.sentence)
    return table


def _listed() -> Table:
    table = Table("check", "promise", "of", "holds", title="Checks", title_justify="left")
    for check in CHECKS:
        name = check.name + (" (deep)" if check.deep else "")
        table.add_row(name, str(check.promise), check.of, check.holds)
    return table
