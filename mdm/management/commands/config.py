"""`manage.py config export|diff|apply DIR`: the configuration of the hub as files."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm.configuration.applying import apply, compare
from mdm.configuration.files import BadConfiguration, Difference, read_folder, write_folder
from mdm.configuration.gathering import gather

DIFFERENT = 1
EXAMPLES = """
examples:
  manage.py config export config-of-test          write the configuration; keep the folder in git
  manage.py config diff config-of-test            where hub and files differ (exit code 1 when they do)
  manage.py config apply config-of-test --dry-run --actor anna
  manage.py config apply config-of-test --actor anna --reason "Release 12"
"""


class Command(BaseCommand):
    """Export, compare and apply the configuration."""

    help = (
        "Source systems, object types, mappings, destinations, roles and the rule sets in force as files:\n"
        "everything but secrets and data. Applied rule sets are drafts until somebody else approves them."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Return the parser, with the examples as they are written."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="export|diff|apply")
        for verb, what in (
            ("export", "write the configuration of the hub into a folder"),
            ("diff", "say where the hub and a folder differ"),
            ("apply", "make the hub as a folder says; what is only in the hub stays"),
        ):
            one = verbs.add_parser(verb, help=what, description=what)
            one.add_argument("folder", type=Path, metavar="DIR")
            if verb != "export":
                one.add_argument("--json", action="store_true", help="differences as one JSON document")
            if verb == "apply":
                one.add_argument("--dry-run", action="store_true", help="say what would change, keep nothing")
                one.add_argument("--actor", required=True, help="whom the audit log names")
                one.add_argument("--reason", default="", help="why, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says."""
        try:
            if options["verb"] == "export":
                count = write_folder(options["folder"], gather())
                self.stdout.write(f"{count} files are written to {options['folder']}.")
            elif options["verb"] == "diff":
                self._diff(options)
            else:
                self._apply(options)
        except BadConfiguration as error:
            raise CommandError("\n".join(error.problems), returncode=2) from error

    def _diff(self, options: dict[str, Any]) -> None:
        found = compare(read_folder(options["folder"]))
        self._tell(found, options["json"])
        if found:
            sys.exit(DIFFERENT)
        if not options["json"]:
            self.stdout.write("The hub and the files say the same.")

    def _apply(self, options: dict[str, Any]) -> None:
        done = apply(
            read_folder(options["folder"]),
            actor=options["actor"],
            reason=options["reason"],
            dry_run=options["dry_run"],
        )
        self._tell(done.changes, options["json"])
        if options["json"]:
            return
        for sentence in done.drafts:
            self.stdout.write(sentence)
        if done.only_here:
            self.stdout.write(f"Only in the hub, and left as it is: {', '.join(done.only_here)}.")
        kept = "Nothing is kept: this was a dry run." if options["dry_run"] else "Applied."
        self.stdout.write(kept if done.changes else "The hub says all of this already.")

    def _tell(self, found: Sequence[Difference], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([one._asdict() for one in found], ensure_ascii=False))
            return
        for one in found:
            self.stdout.write(one.words())
