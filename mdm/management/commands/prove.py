"""`manage.py prove order-free|undo|…`: prove a promise in a database of its own; the last line is JSON."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.management.base import BaseCommand

from mdm.proving.growth import prove_stable
from mdm.proving.history import prove_history
from mdm.proving.order_free import Plan, prove_order_free
from mdm.proving.scratch import scratch_database
from mdm.proving.undo import prove_undo

Figures = dict[str, Any]

TAKEN: Mapping[str, Sequence[str]] = {
    "order-free": ("records", "batch", "orders", "singly", "with_workers", "workers", "seed"),
    "undo": ("histories", "records", "steps", "seed"),
    "history": ("records", "steps", "seed"),
    "stable-under-growth": ("first", "last", "seed"),
}
PROOFS: Mapping[str, Callable[[Figures, Callable[[str], None]], Figures]] = {
    "order-free": lambda given, say: prove_order_free(Plan(**given), say=say),
    "undo": lambda given, say: prove_undo(**given, say=say),
    "history": lambda given, say: prove_history(**given, say=say),
}
HOLDS: Mapping[str, Callable[[Figures], bool]] = {
    "order-free": lambda found: found["results"] == 1,
    "undo": lambda found: found["differing"] == 0,
    "history": lambda found: found["lost"] == 0 and found["findings"] == 0,
    "stable-under-growth": lambda found: found["unchanged_share"] >= 0.995,
}


class Command(BaseCommand):
    """Prove: what is tried on the way, then one line of JSON."""

    help = (
        "Prove a promise in a scratch database beside the hub's, which is dropped afterwards; the hub is not"
        " touched. Exit code 1 when the promise does not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to prove, and how much of it."""
        what = parser.add_subparsers(dest="what", required=True)
        order = what.add_parser("order-free", help="the same records in any order end in one state")
        order.add_argument("--records", type=int, default=5000)
        order.add_argument("--batch", type=int, default=50)
        order.add_argument("--orders", type=int, default=20, help="orders in batches")
        order.add_argument("--singly", type=int, default=2, help="orders one by one")
        order.add_argument("--with-workers", type=int, default=2, help="orders by workers at once")
        order.add_argument("--workers", type=int, default=8)
        order.add_argument("--seed", type=int, default=1)
        undo = what.add_parser("undo", help="a history with merges undone ends like the one without them")
        undo.add_argument("--histories", type=int, default=50)
        undo.add_argument("--records", type=int, default=40)
        undo.add_argument("--steps", type=int, default=12)
        undo.add_argument("--seed", type=int, default=1)
        history = what.add_parser("history", help="any past state can be shown as it was digested then")
        history.add_argument("--records", type=int, default=200)
        history.add_argument("--steps", type=int, default=60)
        history.add_argument("--seed", type=int, default=1)
        growth = what.add_parser("stable-under-growth", help="clusters stand when more records come")
        growth.add_argument("--from", dest="first", type=int, default=100_000)
        growth.add_argument("--to", dest="last", type=int, default=1_000_000)
        growth.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove, print the figures, leave with 1 when they say no."""
        started = time.monotonic()
        given = {name: options[name] for name in TAKEN[options["what"]]}
        if options["what"] == "stable-under-growth":
            found = prove_stable(**given, say=self._say)  # pure: it needs no database
        else:
            with scratch_database():
                found = PROOFS[options["what"]](given, self._say)
        holds = HOLDS[options["what"]](found)
        found |= {"holds": int(holds), "seconds": round(time.monotonic() - started, 1)}
        self.stdout.write(json.dumps(found))
        if not holds:
            sys.exit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
