"""`manage.py combinations --domain customer`: which outcomes pairs have, and what becomes of them."""

import json
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table as Grid

from matching.combination_rules import DECISIONS, CombinationRule
from matching.errors import MatchingError
from mdm import domains
from mdm.rulesets.combining import Table, propose_decisions, table

EXAMPLES = 20


class Command(BaseCommand):
    """List the combinations of a domain, or propose a decision about one."""

    help = (
        "List the combinations of outcomes of a domain's scored pairs (those from the review weight up):"
        " how many pairs, the precision that the model expects, and how many stand in one golden record."
        " --decide proposes a rule set in which every pair of a combination is decided; somebody else puts"
        " it in force with approve_rules."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument(
            "--by", default="", metavar="A,B,C", help="the comparisons that count (the eight that say most)"
        )
        parser.add_argument("--most", type=int, default=40, help="combinations to print (40); 0 prints all")
        parser.add_argument("--json", action="store_true", help="one JSON document, with examples")
        parser.add_argument("--decide", choices=DECISIONS, help="decide about one combination")
        parser.add_argument(
            "--when",
            metavar="NAME=OUTCOME,…",
            help="the combination to decide: emails=equal,birth_date=differs",
        )
        parser.add_argument("--actor", default="", help="who decides")
        parser.add_argument("--reason", default="", help="why, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table, or propose the decision."""
        try:
            if options["decide"]:
                self._propose(options)
                return
            by = [name for name in options["by"].split(",") if name]
            found = table(options["domain"], by=by, examples=EXAMPLES)
        except (LookupError, MatchingError, ValueError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_document(found), ensure_ascii=False))
        else:
            self._print(found, options["most"])

    def _propose(self, options: dict[str, Any]) -> None:
        if not (options["when"] and options["actor"]):
            raise CommandError("--decide needs --when NAME=OUTCOME,… and --actor NAME.")
        outcomes = tuple(
            (name.strip(), outcome.strip())
            for name, _, outcome in (part.partition("=") for part in options["when"].split(","))
        )
        rule = CombinationRule(outcomes, options["decide"], options["actor"], options["reason"])
        drafted = propose_decisions(
            options["domain"], [rule], actor=options["actor"], reason=options["reason"]
        )
        self.stdout.write(
            f"Drafted: {drafted}. Somebody else puts it in force:"
            f" manage.py approve_rules {drafted.number} --domain {drafted.domain} --actor NAME"
        )

    def _print(self, found: Table, most: int) -> None:
        screen = Console(file=cast(IO[str], self.stdout), highlight=False)
        if not screen.is_terminal:
            screen.width = 200
        grid = Grid()
        for name in ("pairs", "expected precision", "in one golden record", "decided"):
            grid.add_column(name, justify="right")
        grid.add_column("combination")
        for row in found.rows[: most or None]:
            grid.add_row(
                f"{row.pairs:,}", f"{row.expected_precision:.3f}", f"{row.share_linked:.1%}",
                row.decision or "by the model", row.words,
            )  # fmt: skip
        screen.print(grid)
        screen.print(
            f"{len(found.rows):,} combinations of {found.counted:,} pairs under the {found.domain} rule set"
            f" {found.rules.number}."
        )


def _document(found: Table) -> dict[str, Any]:
    return {
        "domain": found.domain,
        "rule_set": found.rules.number,
        "pairs": found.counted,
        "combinations": [
            {
                "words": row.words,
                "outcomes": dict(row.outcomes),
                "pairs": row.pairs,
                "linked": row.linked,
                "expected_precision": row.expected_precision,
                "decision": row.decision,
                "examples": row.examples,
            }
            for row in found.rows
        ],
    }
