"""`manage.py digest [--partition]`: one hash over members, golden ids, values and cross-references."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mdm.compliance.digest import digest


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

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(digest(partition=options["partition"]))
