"""`manage.py undo_load LOAD --reason …`: take a load back as a whole, and resolve."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.compliance import audit
from mdm.forking import BESIDE_OTHERS
from mdm.ingestion.effects import effect_of
from mdm.ingestion.pipeline import rehearsal
from mdm.ingestion.undoing import undo
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
        parser.add_argument(
            "--preview",
            action="store_true",
            help="say what it would do to records and golden records, and keep nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Undo, resolve, and say what became of it."""
        try:
            if options["preview"]:
                with rehearsal(actor=options["actor"], cause=f"undo of load {options['load']}"):
                    self._undo(options)
                    for sentence in effect_of([audit.current().pk]).sentences:
                        self.stdout.write(sentence)
            else:
                self._undo(options)
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _undo(self, options: dict[str, Any]) -> None:
        undone = undo(options["load"], actor=options["actor"], reason=options["reason"])
        for sentence in undone.sentences:
            self.stdout.write(sentence)
        for domain in waiting_domains():
            if active(domain) is not None:
                done = resolve_many(
                    domain,
                    actor=options["actor"],
                    cause=f"undo of load {options['load']}",
                    processes=BESIDE_OTHERS,
                )
                self.stdout.write(f"{domain}: {done:,} records resolved")
