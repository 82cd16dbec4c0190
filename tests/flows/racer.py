"""One process of a race: puts random versions of records, resolves and decides, beside others like it.

`python -m tests.flows.racer SEED STEPS RECORDS`; prints one JSON line: how much was done, refused and failed,
and under "decisions" what was asked, what came of it, and when.
"""

import json
import os
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import django
from django.db import DatabaseError

NAMES = ("anna", "bert", "carl", "dora", "emil")
SOURCES = ("erp", "crm", "shop", "desk")
IN_FORCE = 6
"""Decisions of one racer that stand at a time: more would tie all records together."""
REMEMBERED = 0.35
"""How often a racer decides about what it saw some decisions ago, which may be something else by now."""

WORDS = {
    "are one golden record by now": "one by now",
    "undo judgement": "against",
    "are not in it": "strangers",
    "Both sides of a split need a record": "nobody stays",
    "withdrew it on": "withdrawn already",
    "held to be different already": "said already",
    "What people decided before keeps": "apart",
    "has no active source record": "silent",
}
"""What a refusal says -> the word for it in tests.flows.serial."""


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


@dataclass
class Decider:
    """Decides about golden records; keeps its own decisions that stand, and what it looked at lately."""

    chance: random.Random
    made: list[int] = field(default_factory=list)
    looked_at: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    def decide(self, verb: str) -> bool:
        """Decide and note what came of it; whether it was not refused."""
        from mdm.resolution.decisions import DecisionRefused  # needs Django to be set up

        asked = self._asked(verb)
        if asked is None:
            return True
        note: dict[str, Any] = {"began": datetime.now(UTC).isoformat(), **asked}
        try:
            note["made"] = self._made(asked)
        except DecisionRefused as refused:
            word = next(word for said, word in WORDS.items() if said in str(refused))
            named = re.findall(r"judgement (\d+)", str(refused)) if word != "withdrawn already" else []
            named += re.findall(r"Records \[([\d, ]+)\]", str(refused))
            assert refused.at is not None
            note |= {"refused": word, "named": named, "at": refused.at.isoformat()}
        self.told.append(note)
        return "made" in note

    def _asked(self, verb: str) -> dict[str, Any] | None:
        if verb == "undo":
            number = self.chance.randrange(len(self.made))
            # Now and then it stands on the list still, and is taken back a second time.
            taken = self.made[number] if self.chance.random() < 0.1 else self.made.pop(number)
            return {"verb": verb, "about": [taken], "codes": [], "leaving": []}
        former = [one for one in self.looked_at[-4:] if one["leaving"] or verb != "split"]
        if former and self.chance.random() < REMEMBERED:
            return {**self.chance.choice(former), "verb": verb}
        asked = self._looked(verb)
        if asked is not None:
            self.looked_at.append(asked)
        return asked

    def _looked(self, verb: str) -> dict[str, Any] | None:
        """Return two golden records of now, for a split one with records that shall leave it."""
        from mdm.models import Membership
        from tests.linktable import DOMAIN

        live: Any = Membership.objects.filter(golden__status="live", domain=DOMAIN, record__status="active")
        if verb == "split":
            live = live.filter(golden__member_count__gte=2)
        found = sorted(set(live.values_list("golden_id", "golden__code")))
        if len(found) < 2:
            return None
        chosen = self.chance.sample(found, 2)
        members = sorted(live.filter(golden=chosen[0][0]).values_list("record_id", flat=True))
        leaving = (
            self.chance.sample(members, max(1, len(members) // 2)) if verb == "split" and members else []
        )
        numbers, codes = zip(*chosen, strict=True)
        return {"verb": verb, "about": list(numbers), "codes": list(codes), "leaving": leaving}

    def _made(self, asked: dict[str, Any]) -> int:
        from mdm.resolution import decisions
        from tests.linktable import BY, NOT, OOPS

        codes = asked["codes"]
        if asked["verb"] == "undo":
            decisions.undo(asked["about"][0], by=OOPS)
            return int(asked["about"][0])
        if asked["verb"] == "split":
            found = decisions.split(codes[0], asked["leaving"], by=NOT)
        elif asked["verb"] == "merge":
            found = decisions.merge(codes, by=BY)
        else:
            found = decisions.not_a_match(codes, by=NOT)
        self.made.append(found.judgement_ids[0])
        return found.judgement_ids[0]


def main(seed: int, steps: int, records: int) -> None:
    """Race."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from mdm.resolution.due import with_retries  # needs Django to be set up
    from tests.linktable import Hub

    chance, hub = random.Random(seed), Hub()
    decider = Decider(chance)
    done: Counter[str] = Counter()
    for step in range(steps):
        verb = drawn(chance, len(decider.made))
        try:
            if verb == "put":
                text = text_of(chance.randrange(records), step * 1000 + seed, records, chance)
                with_retries(partial(hub.put, text))
            elif verb == "resolve":
                hub.resolve(batch=chance.choice((1, 3, 20)))
            elif not decider.decide(verb):
                verb = "refused"
            done[verb] += 1
        except DatabaseError as error:
            done["unhandled"] += 1
            print(f"{verb}: {type(error).__name__}: {error}", file=sys.stderr)
        time.sleep(chance.random() * 0.005)
    print(json.dumps({**done, "decisions": decider.told}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
