"""One process of a race: puts random versions of records, resolves and decides, beside others like it.

`python -m tests.flows.racer SEED STEPS RECORDS`; prints one JSON line: how much was refused or failed.
"""

import json
import os
import random
import sys
import time
from functools import partial

import django
from django.db import DatabaseError, OperationalError

NAMES = ("anna", "bert", "carl", "dora", "emil")
SOURCES = ("erp", "crm", "shop", "desk")


def text_of(number: int, turn: int, chance: random.Random) -> str:
    """Return a random version of a record, of few values, so that clusters form."""
    words = [f"{SOURCES[number % 4]}/{number}", f"n={chance.choice(NAMES)}{number % 3}", f"at={turn}"]
    if chance.random() < 0.5:
        words.append(f"m={chance.randrange(12)}")
    if chance.random() < 0.5:
        words.append(f"p={chance.randrange(12)}")
    if chance.random() < 0.15:
        words.append("gone")
    return " ".join(words)


def main(seed: int, steps: int, records: int) -> None:
    """Race."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from mdm.models import Membership  # needs Django to be set up
    from mdm.resolution.decisions import DecisionRefused, merge, not_a_match, undo
    from mdm.resolution.due import with_retries
    from tests.linktable import BY, DOMAIN, NOT, OOPS, Hub

    chance, hub = random.Random(seed), Hub()
    made: list[int] = []
    refused = unhandled = 0
    for step in range(steps):
        try:
            draw = chance.random()
            if draw < 0.55:
                text = text_of(chance.randrange(records), step * 10 + seed, chance)
                with_retries(partial(hub.put, text))
            elif draw < 0.85:
                hub.resolve(batch=chance.choice((1, 3, 20)))
            elif draw < 0.95 or not made:
                live = Membership.objects.filter(golden__status="live", domain=DOMAIN)
                codes = list(live.values_list("golden__code", flat=True).distinct().order_by("golden"))
                if len(codes) > 1:
                    pair = chance.sample(codes, 2)
                    decide = merge if chance.random() < 0.5 else not_a_match
                    made += decide(pair, by=BY if decide is merge else NOT).judgement_ids
            else:
                undo(made.pop(chance.randrange(len(made))), by=OOPS)
        except (DecisionRefused, LookupError):
            refused += 1
        except (OperationalError, DatabaseError) as error:
            unhandled += 1
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        time.sleep(chance.random() * 0.005)
    print(json.dumps({"refused": refused, "unhandled": unhandled}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
