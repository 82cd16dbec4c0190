#!/usr/bin/env python
"""Run Aurum's management commands."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from config.environment import EnvironmentRefused


def main() -> None:
    """Run the command named on the command line; a refused environment exits 2 with its list of mistakes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except EnvironmentRefused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
