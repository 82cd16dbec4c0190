"""`manage.py charts --domain customer --out DIR`: draw the rule set in force and what it finds."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.charts.book import write_charts
from mdm import domains
from mdm.rulesets.charting import charts_of_domain


class Command(BaseCommand):
    """Draw the charts of a domain as SVG files."""

    help = (
        "Draw the rule set in force as SVG files: m and u of every level, match weights, blocking rules,"
        " records that cannot be linked, expected precision and recall, and the pair nearest the link weight"
        " (that one shows values of two records)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="a folder for the files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, and name the files."""
        try:
            drawn = charts_of_domain(options["domain"])
            written = write_charts(options["out"], drawn)
        except (LookupError, OSError) as error:
            raise CommandError(str(error)) from error
        for path in written:
            self.stdout.write(str(path))
