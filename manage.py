#!/usr/bin/env python
"""Run Aurum's management commands."""

from __future__ import annotations

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import OperationalError

from config import embedded
from config.environment import EnvironmentRefused


def main() -> None:
    """Run the command named on the command line; a refused environment exits 2 with its list of mistakes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except EnvironmentRefused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)
    except OperationalError as error:
        if settings.EMBEDDED_DATABASE and not embedded.status(settings.AURUM_HOME).running:
            message = "The embedded PostgreSQL is not running; start it with: manage.py services start"
            print(f"{error}\n{message}", file=sys.stderr)
            sys.exit(1)
        raise


if __name__ == "__main__":
    main()
