"""`manage.py approve_rules NUMBER --domain customer --actor NAME`: put a drafted rule set in force."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm import domains
from mdm.models import RuleSet
from mdm.rulesets.drafts import DraftRefused, put_in_force, rehearse


class Command(BaseCommand):
    """Approve a draft as a second person."""

    help = "Put a drafted rule set in force and resolve its whole domain by it; not by who drafted it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("number", type=int, help="the rule set's number")
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--actor", required=True, help="who approves")
        parser.add_argument("--reason", default="", help="why, in a sentence")
        parser.add_argument(
            "--preview", action="store_true", help="only say what would change hands; nothing is kept"
        )
        parser.add_argument(
            "--accept-moved",
            type=int,
            metavar="N",
            help="let so many records move although the budget is less",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Approve, and say what became of it."""
        row = RuleSet.objects.filter(domain=options["domain"], number=options["number"]).first()
        if row is None:
            raise CommandError(f"There is no {options['domain']} rule set {options['number']}.")
        try:
            if options["preview"]:
                churn = rehearse(row.pk, actor=options["actor"])
                self.stdout.write(f"If {row} came into force: {churn.words()}")
                self.stdout.write(json.dumps({"churn": churn.to_json()}))
                return
            done = put_in_force(
                row.pk,
                actor=options["actor"],
                reason=options["reason"],
                accept_moved=options["accept_moved"],
            )
        except DraftRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{row} is in force; {len(done.settled.written):,} golden records changed.")
        self.stdout.write(done.churn.words())
