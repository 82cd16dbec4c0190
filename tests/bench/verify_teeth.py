"""Corrupt a small database in many ways, one at a time: `verify` names each and no other, repair mends it.

The last line is JSON: corruptions, named, missed, false_alarms, repairable, repaired, repaired_wrongly.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from config import embedded
from config.connections import django_database


@contextmanager
def small_database(*, durable: bool = False, own: bool = False) -> Iterator[Path]:
    """Give Django an empty migrated database, on DATABASE_URL's server or an embedded one in this home.

    own: in any case on an embedded one. durable: what is committed survives a crash.
    """
    home = Path(tempfile.mkdtemp(prefix="aurum-teeth-"))
    home.chmod(0o711)
    given = None if own else os.environ.get("DATABASE_URL")
    try:
        if given:
            parameters = {name: str(value) for name, value in conninfo_to_dict(given).items()}
        else:
            parameters = embedded.ensure_running(home, durable=durable).parameters
        settings.DATABASES["default"].update(django_database(parameters, max_age=0))
        django.setup()
        from django.db import connections
        from django.test.utils import setup_databases, teardown_databases  # needs settings that are ready

        made = setup_databases(verbosity=0, interactive=False)
        try:
            yield home
        finally:
            if given:
                teardown_databases(made, verbosity=0)
            else:
                connections.close_all()  # the whole server goes
    finally:
        if not given:
            embedded.remove(home)
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Load, corrupt, verify, undo; returns the exit code."""
    with small_database():
        from tests.bench.teeth import bite, load  # need Django to be set up

        load()
        result = bite(say=print)
    print(json.dumps(result))
    return 1 if result["missed"] or result["false_alarms"] or result["repaired_wrongly"] else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
