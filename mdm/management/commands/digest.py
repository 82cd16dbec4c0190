"""`manage.py digest [--partition | --at MOMENT]`: one hash over members, ids, values and cross-references."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.compliance.digest import digest
from mdm.compliance.past import digest_at


class Command(BaseCommand):
    """Print the digest of what a reader of golden records can see."""

    help = "Print one SHA-256 over members, golden ids, values and cross-references."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether golden ids count."""
        parser.add_argument(
            "--partition",
            action="store_true",
            help="leave out golden ids and retired records: equal where the clusters are equal",
        )
        parser.add_argument(
            "--at", help="of records, members and values at this moment (2026-11-29T10:00:00Z), or now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        if options["at"] is None:
            self.stdout.write(digest(partition=options["partition"]))
            return
        if options["partition"]:
            raise CommandError("--at and --partition do not go together: the partition is of the present.")
        self.stdout.write(digest_at(None if options["at"] == "now" else _moment(options["at"])))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no moment: write 2026-11-29T10:00:00Z.") from error
    if moment.tzinfo is None:
        raise CommandError("--at needs a time zone: write 2026-11-29T10:00:00Z or +01:00 at its end.")
    return moment
