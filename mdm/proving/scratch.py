"""A database of a proof's own beside the hub's, and processes that work in it at once."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

from mdm.rulesets.active import forget

KEPT = frozenset(
    {
        "mdm_auditentry",
        "mdm_sourcesystem",
        "mdm_objecttype",
        "mdm_ruleset",
        "mdm_historicalsourcesystem",
        "mdm_historicalruleset",
    }
)
"""What stays when a scratch database is emptied: sources and rules."""


@contextmanager
def scratch_database() -> Iterator[None]:
    """Connect Django to an empty migrated database on the hub's server; it is dropped afterwards.

    The hub's own database is not looked at. The server's role must be allowed to create databases.
    """
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"aurum_prove_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    forget()  # numbers of rule sets begin anew
    try:
        yield
    finally:
        forget()
        connections.close_all()
        connection.creation.destroy_test_db(name, verbosity=0)


def empty() -> None:
    """Remove every record and all that came of it; sources and rule sets stay."""
    tables = [table for table in connection.introspection.table_names() if table.startswith("mdm_")]
    emptied = ", ".join(table for table in tables if table not in KEPT)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {emptied} RESTART IDENTITY")


def analyse() -> None:
    """Let the planner know the tables as they are now: they grow faster than autovacuum looks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE mdm_sourcerecord, mdm_membership, mdm_blockingkey, mdm_edge, mdm_goldenrecord, mdm_xref"
        )


class ProcessFailed(Exception):
    """A process of a proof ended with an error; its own output says which."""


def side_by_side(work: Callable[[Any], None], shares: Sequence[Any]) -> None:
    """Run work on each share in a process of its own, all at once; raises ProcessFailed if one fails."""
    connections.close_all()
    forking = multiprocessing.get_context("fork")
    running = [forking.Process(target=work, args=(share,)) for share in shares]
    for one in running:
        one.start()
    for one in running:
        one.join()
    failed = [one.exitcode for one in running if one.exitcode]
    if failed:
        raise ProcessFailed(f"{len(failed)} of {len(running)} processes ended with {failed}.")
