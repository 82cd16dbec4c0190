"""`manage.py verify [--deep]`: check every promise that the database can show."""

import json
import sys
import time
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from mdm.compliance.proof.check import Check
from mdm.compliance.verify import CHECKS, verify


class Command(BaseCommand):
    """Verify: a table of findings, then one line of JSON."""

    help = "Check every promise that the database can show. Exit code 1 when one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how deep to look, and whether only to list the checks."""
        parser.add_argument(
            "--deep", action="store_true", help="also compute blocking keys, edges and the partition anew"
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
        started, ran = time.monotonic(), 0

        def count(check: Check) -> None:
            nonlocal ran
            ran += 1
            if screen.is_terminal:
                screen.print(f"  {check.holds}", style="dim")

        found = verify(deep=options["deep"], progress=count)
        if found:
            table = Table("check", "subject", "finding", title="Broken promises", title_justify="left")
            for finding in found:
                table.add_row(finding.check, finding.subject, finding.sentence)
            screen.print(table)
        else:
            screen.print(f"{ran} checks, nothing broken.")
        line = {"checks": ran, "findings": len(found), "seconds": round(time.monotonic() - started, 2)}
        self.stdout.write(json.dumps(line))
        if found:
            sys.exit(1)


def _listed() -> Table:
    table = Table("check", "promise", "holds", title="Checks", title_justify="left")
    for check in CHECKS:
        table.add_row(check.name + (" (deep)" if check.deep else ""), str(check.promise), check.holds)
    return table
