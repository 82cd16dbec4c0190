"""`manage.py demo`: the main job end to end, on embedded services, in the browser."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.run import Options, run_demo

DEFAULTS = {"PORT": "8000", "SEED": "1", "SCALE": "1"}


class Command(BaseCommand):
    """Run the demo; the options are also read from the environment, as `make demo ONCE=1` sets them."""

    help = "Run the main job on this machine: two sandbox platforms, real workers, a browser to watch it in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the options; ONCE, CHAOS, PORT, SEED and SCALE in the environment are their defaults."""
        given = {name: os.environ.get(name) or usual for name, usual in DEFAULTS.items()}
        once = os.environ.get("ONCE", "") not in ("", "0")
        parser.add_argument(
            "--once",
            action="store_true",
            default=once,
            help="end after the summary; exit 1 if anything is wrong",
        )
        parser.add_argument("--port", default=given["PORT"], help="first port to try")
        parser.add_argument("--seed", default=given["SEED"], help="seed of the sample")
        parser.add_argument("--scale", default=given["SCALE"], help="size of the sample: 1 is 30,000 rows")
        parser.add_argument(
            "--chaos",
            default=os.environ.get("CHAOS", ""),
            help="kill: the worker dies in the middle; 500: every third platform call fails; kill,500: both",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it; leaves with 0, 1 when something is wrong, 2 when refused, 128 + n after signal n."""
        chaos = frozenset(part.strip() for part in options["chaos"].split(",") if part.strip())
        try:
            port, seed, scale = int(options["port"]), int(options["seed"]), float(options["scale"])
        except ValueError as error:
            raise CommandError(f"PORT and SEED are whole numbers, SCALE is a number: {error}.") from error
        sys.exit(run_demo(Options(options["once"], port, seed, scale, chaos)))
