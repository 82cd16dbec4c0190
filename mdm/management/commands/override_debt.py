"""`manage.py override_debt --domain customer`: which overrides stand, how old they are, and which can go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mdm import domains
from mdm.resolution.debt import Debt, Owed, override_debt


class Command(BaseCommand):
    """Tell the debt of overrides; no value is printed, for it may be anybody's."""

    help = (
        "Count the values that stewards hold against the sources, by attribute, age, person and mode, and"
        " list those that the sources agree with by now (all with --all)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--domain", required=True, choices=sorted(domains.registered()))
        parser.add_argument("--all", action="store_true", help="list every override in force")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the counts and the list."""
        try:
            debt = override_debt(options["domain"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(_counts(debt)))
        for one in debt.rows:
            if one.agrees or options["all"]:
                self.stdout.write(_line(one))


def _counts(debt: Debt) -> list[str]:
    first = (
        f"{len(debt.rows):,} overrides in force; the sources agree with {debt.agreeing:,} by now, and say"
        f" something else than before of {debt.drifted:,}."
    )
    told = [first]
    for what in ("attribute", "age", "actor", "mode"):
        counted = debt.by(what)
        if counted:
            told.append(f"By {what}: " + ", ".join(f"{name} {n:,}" for name, n in counted.items()) + ".")
    return told


def _line(one: Owed) -> str:
    row = one.override
    state = "agrees: can go" if one.agrees else "changed since" if one.drifted else "differs"
    return (
        f"override {row.pk}  {one.golden_id or 'pending'}  {row.attribute} {row.action}, {row.mode},"
        f" {one.age_days} days, {row.actor}: {state}"
    )
