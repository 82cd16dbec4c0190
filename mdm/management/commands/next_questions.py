"""`manage.py next_questions --domain customer -n 20`: the pairs whose answers teach most."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.model import MILLI
from mdm import domains
from mdm.resolution.scope import Row
from mdm.rulesets.learning import questions


class Command(BaseCommand):
    """Say what to ask the stewards next."""

    help = "The pairs of records whose answers would put most pairs right, the best first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("-n", type=int, default=20, dest="number", help="how many (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one pair a line."""
        try:
            found = questions(options["domain"], options["number"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("left | right | now | bits | probability | alike | expected to put right")
        for row in found:
            question = row.question
            self.stdout.write(
                f"{_short(row.left)} | {_short(row.right)} | {'together' if row.together else 'apart'} |"
                f" {question.weight / MILLI:.1f} | {question.probability:.2f} | {question.alike} |"
                f" {question.gain:.2f}"
            )
        gain = sum(row.question.gain for row in found)
        self.stdout.write(f"{len(found)} questions; expected to put right: {gain:.1f} pairs.")


def _short(row: Row) -> str:
    return f"{row.source}/{row.object_type}/{row.source_key}"
