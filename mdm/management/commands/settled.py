"""`manage.py settled [DOMAIN…]`: whether anything waits; exit code 0 when nothing does."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from mdm import domains

WAITING = """
SELECT 'due', count(*) FROM mdm_membership
WHERE domain = ANY(%(domains)s) AND due AND parked_reason = ''
UNION ALL
SELECT 'due', count(*) FROM mdm_goldenrecord
WHERE domain = ANY(%(domains)s) AND status = 'live' AND changes_on <= (now() AT TIME ZONE 'UTC')::date
UNION ALL
SELECT 'parked', count(*) FROM mdm_membership
WHERE domain = ANY(%(domains)s) AND parked_reason <> ''
UNION ALL
SELECT CASE l.state WHEN 'due' THEN 'to tell' WHEN 'leased' THEN 'being told' ELSE 'dead letters' END,
       count(*)
FROM mdm_lane l JOIN mdm_destination d ON d.source_id = l.destination_id
WHERE l.domain = ANY(%(domains)s) AND l.state <> 'idle' AND d.enabled
GROUP BY 1
"""
PARKED = """
SELECT s.code || '/' || t.code || '/' || r.source_key, m.parked_reason
FROM mdm_membership m
JOIN mdm_sourcerecord r ON r.id = m.record_id
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
WHERE m.domain = ANY(%(domains)s) AND m.parked_reason <> ''
ORDER BY 1 LIMIT 20
"""
PENDING = ("due", "parked", "to tell", "being told", "dead letters")


class Command(BaseCommand):
    """Say what waits: records for resolution, lanes for their platform."""

    help = (
        "Say what waits: records due or parked, states to tell, dead letters. Exit code 0 when nothing does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the domains; none means all."""
        parser.add_argument("domain", nargs="*", help="only these domains")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, print one line of JSON, leave with 1 when something waits."""
        chosen = [domains.get(code).code for code in options["domain"]] or sorted(domains.registered())
        counted = dict.fromkeys(PENDING, 0)
        for name, count in _rows(WAITING, {"domains": chosen}):
            counted[name] += count
        if counted["parked"]:
            for name, reason in _rows(PARKED, {"domains": chosen}):
                self.stdout.write(f"parked: {name}: {reason}")
        self.stdout.write(json.dumps({name.replace(" ", "_"): counted[name] for name in PENDING}))
        if any(counted.values()):
            sys.exit(1)


def _rows(statement: str, parameters: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
