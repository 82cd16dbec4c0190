"""One process of a race: puts random versions of records, resolves and decides, beside others like it.

`python -m tests.flows.racer SEED STEPS RECORDS`; prints one JSON line: how much was decided, refused, failed.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from functools import partial
from typing import Any

import django
from django.db import DatabaseError

NAMES = ("anna", "bert", "carl", "dora", "emil")
SOURCES = ("erp", "crm", "shop", "desk")
IN_FORCE = 6
"""Decisions of one racer that stand at a time: more would tie all records together."""


def text_of(number: int, turn: int, records: int, chance: random.Random) -> str:
    """Return a random version of a record, of few values, so that clusters of about four records form."""
    families, values = max(3, records // 20), max(12, records // 5)
    words = [f"{SOURCES[number % 4]}/{number}", f"n={chance.choice(NAMES)}{number % families}", f"at={turn}"]
    if chance.random() < 0.5:
        words.append(f"m={chance.randrange(values)}")
    if chance.random() < 0.5:
        words.append(f"p={chance.randrange(values)}")
    if chance.random() < 0.15:
        words.append("gone")
    return " ".join(words)


def drawn(chance: random.Random, standing: int) -> str:
    """Return what to do next."""
    draw = chance.random()
    if draw < 0.55:
        return "put"
    if draw < 0.85:
        return "resolve"
    if standing >= IN_FORCE or (standing and draw >= 0.94):
        return "undo"
    return chance.choice(("merge", "merge", "part", "split"))


def main(seed: int, steps: int, records: int) -> None:
    """Race."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from mdm.resolution.decisions import DecisionRefused  # needs Django to be set up
    from mdm.resolution.due import with_retries
    from tests.linktable import Hub

    chance, hub = random.Random(seed), Hub()
    made: list[int] = []
    done: Counter[str] = Counter()
    for step in range(steps):
        verb = drawn(chance, len(made))
        try:
            if verb == "put":
                text = text_of(chance.randrange(records), step * 1000 + seed, records, chance)
                with_retries(partial(hub.put, text))
            elif verb == "resolve":
                hub.resolve(batch=chance.choice((1, 3, 20)))
            else:
                decide(verb, made, chance)
            done[verb] += 1
        except (DecisionRefused, LookupError):
            done["refused"] += 1
        except DatabaseError as error:
            done["unhandled"] += 1
            print(f"{verb}: {type(error).__name__}: {error}", file=sys.stderr)
        time.sleep(chance.random() * 0.005)
    print(json.dumps(done))


def decide(verb: str, made: list[int], chance: random.Random) -> None:
    """Merge, part or split random golden records, or undo one of the racer's own decisions."""
    from mdm.models import Membership
    from mdm.resolution import decisions
    from tests.linktable import BY, DOMAIN, NOT, OOPS

    if verb == "undo":
        decisions.undo(made.pop(chance.randrange(len(made))), by=OOPS)
        return
    live: Any = Membership.objects.filter(golden__status="live", domain=DOMAIN, record__status="active")
    if verb == "split":
        live = live.filter(golden__member_count__gte=2)
    codes = sorted(set(live.values_list("golden__code", flat=True)))
    if len(codes) < 2:
        return
    one, other = chance.sample(codes, 2)
    if verb == "split":
        members = sorted(live.filter(golden__code=one).values_list("record_id", flat=True))
        leaving = chance.sample(members, max(1, len(members) // 2))
        made.append(decisions.split(one, leaving, by=NOT).judgement_ids[0])
    elif verb == "merge":
        made.append(decisions.merge([one, other], by=BY).judgement_ids[0])
    else:
        made.append(decisions.not_a_match([one, other], by=NOT).judgement_ids[0])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
