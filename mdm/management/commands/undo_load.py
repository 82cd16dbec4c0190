"""`manage.py undo_load LOAD --reason …`: take a load back as a whole, and resolve."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.ingestion.loads import undo
from mdm.resolution.due import waiting_domains
from mdm.resolution.many import resolve_many
from mdm.rulesets.active import active


class Command(BaseCommand):
    """Withdraw what a load said."""

    help = (
        "Take a load back as a whole: records that it brought are retired, records that it changed say again"
        " what they said before; what somebody changed since is left and named. Golden ids, members and"
        " values are then those that would stand without it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the load and the reason."""
        parser.add_argument("load", help="the name that `manage.py load` printed; it stands in the audit log")
        parser.add_argument("--reason", required=True, help="why, for the audit log")
        parser.add_argument("--actor", default="manage.py undo_load", help="whom the audit log names")

    def handle(self, *args: Any, **options: Any) -> None:
        """Undo, resolve, and say what became of it."""
        try:
            undone = undo(options["load"], actor=options["actor"], reason=options["reason"])
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(undone.sentence)
        for domain in waiting_domains():
            if active(domain) is not None:
                done = resolve_many(domain, actor=options["actor"], cause=f"undo of load {options['load']}")
                self.stdout.write(f"{domain}: {done:,} records resolved")
