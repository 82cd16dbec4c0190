"""`manage.py train_rules --domain customer --actor NAME`: propose a model learned from today's records."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.model import MILLI
from mdm import domains
from mdm.rulesets.active import in_force, parsed
from mdm.rulesets.retraining import propose_retrained


class Command(BaseCommand):
    """Train a model and draft a rule set with it."""

    help = (
        "Learn a model from the active records of a domain and draft a rule set with it; decisions about"
        " combinations stay. Somebody else puts it in force with approve_rules."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--actor", required=True, help="who proposes it")
        parser.add_argument("--reason", default="", help="why, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, draft, and say what would change."""
        try:
            before = in_force(options["domain"])
            drafted = propose_retrained(options["domain"], actor=options["actor"], reason=options["reason"])
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        after = parsed(drafted.pk)
        for name in ("link_weight", "review_weight"):
            old, new = (getattr(rules.model, name) / MILLI for rules in (before, after))
            self.stdout.write(f"{name.replace('_', ' ')}: {old:.1f} bits in force, {new:.1f} bits drafted")
        self.stdout.write(
            f"Drafted: {drafted}. Somebody else puts it in force:"
            f" manage.py approve_rules {drafted.number} --domain {drafted.domain} --actor NAME"
        )
