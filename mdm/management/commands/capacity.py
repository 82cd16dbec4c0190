"""`manage.py capacity --domain customer`: what waits for people, and how many decisions they make a day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.model import MILLI
from mdm import domains
from mdm.rulesets.active import parsed
from mdm.rulesets.capacity import Backlog, backlog, propose_capacity


class Command(BaseCommand):
    """Tell a domain's backlog, or propose another capacity."""

    help = (
        "Tell how many questions wait and how many possible matches are not queued. --decisions-a-day"
        " proposes a rule set in which as many questions are asked as people decide within --days;"
        " somebody else puts it in force with approve_rules."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--decisions-a-day", type=int, metavar="N", help="how many people decide a day")
        parser.add_argument("--days", type=int, default=20, help="days that the backlog may take (20)")
        parser.add_argument("--actor", default="", help="who proposes it")
        parser.add_argument("--reason", default="", help="why, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the backlog, or propose the capacity."""
        try:
            self.stdout.write("\n".join(_sentences(backlog(options["domain"]))))
            if options["decisions_a_day"] is not None:
                self._propose(options)
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _propose(self, options: dict[str, Any]) -> None:
        if not options["actor"]:
            raise CommandError("--decisions-a-day needs --actor NAME.")
        drafted = propose_capacity(
            options["domain"],
            decisions_a_day=options["decisions_a_day"],
            days_to_clear=options["days"],
            actor=options["actor"],
            reason=options["reason"],
        )
        weight = parsed(drafted.pk).model.review_weight / MILLI
        self.stdout.write(
            f"Drafted: {drafted}, with questions from {weight:.1f} bits. Somebody else puts it in force:"
            f" manage.py approve_rules {drafted.number} --domain {drafted.domain} --actor NAME"
        )


def _sentences(waits: Backlog) -> list[str]:
    review, possible = waits.review_weight / MILLI, waits.possible_weight / MILLI
    told = [
        f"{waits.queued:,} questions wait (from {review:.1f} bits).",
        f"{waits.unqueued:,} possible matches are not queued (from {possible:.1f} bits).",
        f"{waits.vetoed:,} of these contradict each other: no weight would queue them.",
    ]
    if waits.days is not None:
        told.append(
            f"At {waits.decisions_a_day:,} decisions a day the queue takes {waits.days:.1f} days,"
            f" of {waits.days_to_clear} that it may take."
        )
    return told
