"""`manage.py canary NUMBER --domain customer --share 0.05 …`: draft rules for a part of a domain."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.errors import SpecError
from matching.spec import Canary
from mdm import domains
from mdm.rulesets.canary import held_back, narrowed, withdrawn
from mdm.rulesets.drafts import DraftRefused


class Command(BaseCommand):
    """Draft a canary, a wider one, or the way back; a second person approves it."""

    help = "Draft a rule set that may change a part of a domain only; what it wants elsewhere is held."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("number", type=int, nargs="?", help="the rule set to take as it is")
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--actor", required=True, help="who drafts")
        parser.add_argument("--reason", required=True, help="why, in a sentence")
        parser.add_argument(
            "--share", type=float, default=1.0, help="of the golden records, 0 to 1, by their ids"
        )
        parser.add_argument("--source", action="append", default=[], help="a source that contributes")
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="PATH=VALUE",
            help="a golden value, as kind=person or billing_address.country=DE",
        )
        parser.add_argument("--all", action="store_true", help="for the whole domain")
        parser.add_argument(
            "--withdraw", action="store_true", help="back to the rules before the canary in force"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Draft, and say what comes next."""
        domain = options["domain"]
        said = {"actor": options["actor"], "reason": options["reason"]}
        waiting = held_back(domain)
        try:
            if options["withdraw"]:
                drafted = withdrawn(domain, **said)
            elif options["number"] is None:
                raise CommandError("Name the rule set: manage.py canary NUMBER …")
            else:
                canary = None if options["all"] else _canary(options)
                drafted = narrowed(domain, options["number"], canary, **said)
        except (DraftRefused, LookupError, SpecError) as error:
            raise CommandError(str(error)) from error
        if waiting:
            self.stdout.write(f"The canary in force holds {waiting:,} changes back.")
        self.stdout.write(
            f"{str(drafted).capitalize()} is drafted. Somebody else looks at it and puts it in force:"
            f" manage.py approve_rules {drafted.number} --domain {domain} --preview --actor NAME"
        )


def _canary(options: dict[str, Any]) -> Canary:
    where: dict[str, list[str]] = {}
    for said in options["where"]:
        path, sign, value = said.partition("=")
        if not sign or not value:
            raise CommandError(f"{said!r} is no PATH=VALUE.")
        where.setdefault(path, []).append(value)
    conditions = tuple((path, tuple(values)) for path, values in where.items())
    canary = Canary(options["share"], tuple(options["source"]), conditions)
    if canary == Canary():
        raise CommandError("Say which part: --share, --source or --where; or --all.")
    return canary
