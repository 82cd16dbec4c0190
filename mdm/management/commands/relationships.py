"""Say how many relationships there are, and what cannot be right about them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from django.core.management import BaseCommand, CommandError

from mdm.relationships.ends import all_edges
from mdm.relationships.problems import problems


class Command(BaseCommand):
    """Counts relationships by type, and lists circles, one too many, kinds that do not fit, unknown ends."""

    help = "Count relationships by type, and list what cannot be right about them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day, the type, and the form of the answer."""
        parser.add_argument("--on", type=date.fromisoformat, help="the day (YYYY-MM-DD); today unless given")
        parser.add_argument("--type", help="only this type")
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it; what is wrong with relationships is no failure of the command."""
        on = options["on"] or datetime.now(UTC).date()
        try:
            found = problems(on=on, type_=options["type"])
        except LookupError as error:
            raise CommandError(str(error)) from None
        counts = Counter(
            key[0]
            for key, edge in all_edges().items()
            if edge.holds_on(on) and options["type"] in (None, key[0])
        )
        if options["json"]:
            self.stdout.write(json.dumps({"relationships": counts, **asdict(found)}, default=str))
            return
        for code, count in sorted(counts.items()):
            self.stdout.write(f"{code}: {count:,} on {on}")
        for one in found.found:
            self.stdout.write(f"{one.type}, {one.fault}: {', '.join(one.golden_ids)}. {one.sentence}")
        for unknown in found.unknown:
            self.stdout.write(
                f"{unknown.type}: {unknown.statements:,} wait for {unknown.records:,} unknown records of"
                f" {unknown.source}/{unknown.object_type}."
            )
        for code, golden_id, count in found.within:
            self.stdout.write(f"{code}: both ends of {count} are {golden_id}.")
