"""`manage.py resolve DOMAIN`: resolve what is due; the first time, learn a rule set from what is accepted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mdm import domains
from mdm.forking import BESIDE_OTHERS
from mdm.resolution.due import due_count, parked_count
from mdm.resolution.many import resolve_many
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import active


class Command(BaseCommand):
    """Resolve a domain from here, without a worker."""

    help = (
        "Resolve what is due in a domain. Without a rule set yet: learn one from the accepted records first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the domains."""
        parser.add_argument("domain", nargs="+", choices=sorted(domains.registered()))

    def handle(self, *args: Any, **options: Any) -> None:
        """Resolve, and say what became of it."""
        for domain in options["domain"]:
            if active(domain) is None:
                settled = bootstrap(
                    domain, actor="manage.py resolve", cause="first rule set", progress=self._stage
                )
                self.stdout.write(f"{domain}: {settled.goldens} golden records under its first rule set")
                continue
            done = resolve_many(
                domain, actor="manage.py resolve", cause="due records", processes=BESIDE_OTHERS
            )
            parked = parked_count(domain)
            tail = f"; {parked} parked: see Memberships in the admin" if parked else ""
            self.stdout.write(f"{domain}: {done} records resolved, {due_count(domain)} still due{tail}")

    def _stage(self, stage: str) -> None:
        self.stdout.write(f"  {stage} …")
