"""`manage.py seal_audit [--all] [--check POSITION:DIGEST]`: seal the audit log, tell its newest seal."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.compliance.sealing import head, seal
from mdm.models import AuditSeal


class Command(BaseCommand):
    """Seal what is not sealed yet, and print what to write down elsewhere."""

    help = "Seal the audit log and print its newest seal; with --check hold it to one written down earlier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--all", action="store_true", help="look through the whole log, not its end only")
        parser.add_argument(
            "--check", metavar="POSITION:DIGEST", help="a seal as this command printed it once"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, seal, and say how far the chain has come."""
        if options["check"]:
            position, _, digest = options["check"].partition(":")
            if not position.isdecimal() or not digest:
                raise CommandError("--check takes POSITION:DIGEST, as this command prints them.")
            stands = AuditSeal.objects.filter(position=int(position)).values_list("digest", flat=True).first()
            if stands != digest:
                raise CommandError(
                    f"Seal {position} is {stands or 'gone'}, not {digest}: the log, or its seals, were"
                    " changed since that was written down."
                )
        sealed = seal(everything=options["all"])
        position, digest = head()
        self.stdout.write(json.dumps({"sealed": sealed, "position": position, "digest": digest}))
