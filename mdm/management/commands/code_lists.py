"""`manage.py code_lists --domain customer`: the lists, codes that nothing reads, and lines from a file."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm import domains
from mdm.code_lists.lists import BadCodeList
from mdm.code_lists.unmapped import Unmapped, unmapped_codes
from mdm.rulesets.active import in_force
from mdm.rulesets.crosswalks import Crossing, propose_crosswalk
from mdm.rulesets.drafts import DraftRefused
from mdm.rulesets.simulating import simulate

COLUMNS = ("code_list", "source", "code", "canonical")


class Command(BaseCommand):
    """Tell a domain's code lists, or propose lines of their cross-walks."""

    help = (
        "Tell the code lists in force and the codes of sources that nothing reads. --lines proposes the lines"
        f" of a CSV file with the columns {', '.join(COLUMNS)} (an empty canonical code takes a line out) as"
        " a rule set; somebody else puts it in force with approve_rules."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--lines", type=Path, metavar="FILE.csv", help="lines to propose")
        parser.add_argument("--actor", default="", help="who proposes them")
        parser.add_argument("--reason", default="", help="why, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the lists and what is unmapped, or propose the lines."""
        try:
            if options["lines"] is not None:
                self._propose(options)
                return
            for one in in_force(options["domain"]).code_lists.lists:
                kind = one.standard or f"{len(one.canonical):,} canonical codes"
                closed = ", closed" if one.closed else ""
                self.stdout.write(f"{one.name}: {kind}{closed}, {len(one.crosswalk):,} lines.")
            for row in unmapped_codes(options["domain"]):
                self.stdout.write(_line(row))
        except (LookupError, BadCodeList, ValueError, DraftRefused) as error:
            raise CommandError(str(error)) from error

    def _propose(self, options: dict[str, Any]) -> None:
        if not options["actor"]:
            raise CommandError("--lines needs --actor NAME.")
        drafted = propose_crosswalk(
            options["domain"],
            read_lines(options["lines"]),
            actor=options["actor"],
            reason=options["reason"],
        )
        found = simulate(drafted.pk)
        self.stdout.write(
            f"Drafted: {drafted}; {found.changed:,} of {found.looked_at:,} golden records that it touches"
            " would change. Somebody else puts it in force:"
            f" manage.py approve_rules {drafted.number} --domain {drafted.domain} --actor NAME"
        )


def read_lines(path: Path) -> list[Crossing]:
    """Return the lines of a CSV file; raises CommandError with the row and what is missing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise CommandError(
                    f"{path.name} has no column {missing[0]!r}; it needs {', '.join(COLUMNS)}."
                )
            lines = []
            for number, row in enumerate(reader, start=2):
                empty = [name for name in COLUMNS[:3] if not (row[name] or "").strip()]
                if empty:
                    raise CommandError(f"{path.name}, row {number}: {empty[0]} is empty.")
                name, source, code, canonical = ((row[column] or "").strip() for column in COLUMNS)
                lines.append(Crossing(name, source, code, canonical or None))
            return lines
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from error


def _line(row: Unmapped) -> str:
    fate = "in quarantine" if row.quarantined else "left out" if row.left_out else "kept, doubted"
    return (
        f"unmapped: {row.code_list} {row.code!r} of {row.source} {row.object_type} ({row.place}),"
        f" {row.records:,} records such as {', '.join(row.examples)}: {fate}"
    )
