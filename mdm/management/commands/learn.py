"""`manage.py learn --domain customer --actor NAME`: draft a rule set that learned from the stewards."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.learning.choosing import TooFewJudgements
from mdm import domains
from mdm.rulesets.learning import learned_from_judgements, propose_learned


class Command(BaseCommand):
    """Learn from the judgements in force."""

    help = (
        "Learn from what stewards judged and draft a rule set with it; say what was gained on held-out"
        " judgements, or why nothing is proposed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--actor", default="manage.py learn", help="who proposes")
        parser.add_argument("--reason", default="", help="why, in a sentence")
        parser.add_argument("--dry-run", action="store_true", help="say what would be learned; draft nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Learn, and say what came of it."""
        domain, drafted = options["domain"], None
        try:
            if options["dry_run"]:
                found = learned_from_judgements(domain)
            else:
                found, drafted = propose_learned(domain, actor=options["actor"], reason=options["reason"])
        except (LookupError, TooFewJudgements) as error:
            raise CommandError(str(error)) from error
        for figure in found.figures:
            self.stdout.write(f"  {figure.name:<22} log loss {figure.log_loss:.3f}  F1 {figure.f1:.3f}")
        self.stdout.write(found.sentence)
        if drafted is not None:
            self.stdout.write(
                f"Drafted: {drafted}. Somebody else puts it in force:"
                f" manage.py approve_rules {drafted.number} --domain {domain} --actor NAME"
            )
        elif found.accepted:
            self.stdout.write("Nothing was drafted: this was a dry run.")
