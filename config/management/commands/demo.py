"""`manage.py demo`: the main job end to end, on embedded services, in the browser."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo.run import Options, run_demo


class Command(BaseCommand):
    """Run the demo; the options are also read from the environment, as `make demo ONCE=1` sets them."""

    help = "Run the main job on this machine: two sandbox platforms, real workers, a browser to watch it in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the options; ONCE, CHAOS, PORT, SEED and SCALE in the environment are their defaults."""
        given = os.environ.get
        once = given("ONCE", "") not in ("", "0")
        parser.add_argument(
            "--once",
            action="store_true",
            default=once,
            help="end after the summary; exit 1 if anything is wrong",
        )
        parser.add_argument("--port", type=int, default=int(given("PORT") or 8000), help="first port to try")
        parser.add_argument("--seed", type=int, default=int(given("SEED") or 1), help="seed of the sample")
        parser.add_argument(
            "--scale",
            type=float,
            default=float(given("SCALE") or 1.0),
            help="size of the sample: 1 is 30,000 rows",
        )
        parser.add_argument(
            "--chaos",
            default=given("CHAOS", ""),
            help="kill: the worker dies in the middle; 500: every third platform call fails; kill,500: both",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it; leaves with 1 when something is wrong, 130 after Ctrl-C before the summary."""
        chaos = frozenset(part for part in options["chaos"].split(",") if part)
        sys.exit(
            run_demo(
                Options(options["once"], options["port"], options["seed"], options["scale"], chaos),
                self.stdout.write,
            )
        )
