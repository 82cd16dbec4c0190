"""Undo is exact (promise 6): whatever happens between merges and their undoing, ids find home.

Each history is run twice, with merges that are undone in random order and without, on few records of few
names, so that clusters meet and part all the time. AURUM_UNDO=200 takes as many histories as one likes.
"""

import os
import random

import pytest

from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Membership
from mdm.resolution.decisions import DecisionRefused, merge, undo
from mdm.xref.redirect import resolved
from tests.linktable import BY, OOPS, Hub, scratch

HISTORIES = int(os.environ.get("AURUM_UNDO", "12"))
RECORDS, STEPS = 10, 12
NAMES = ("anna", "bert", "carl", "dora", "emil")
SOURCES = ("erp", "crm", "shop")
VERBS = ("merge", "merge", "move", "move", "new", "retire", "back")


def said(number: int, name: str, turn: int, *, gone: bool = False) -> str:
    """Return a version of a record; who bears one name is one."""
    return f"{SOURCES[number % 3]}/{number} n={name} at={turn}" + (" gone" if gone else "")


def run(hub: Hub, seed: int, *, merging: bool) -> dict[str, object]:
    """Go through a history; return how the hub stands, with the ids that were known before it by name."""
    chance = random.Random(seed)
    names = {number: chance.choice(NAMES) for number in range(RECORDS)}
    for number, name in names.items():
        hub.put(said(number, name, 0))
        hub.resolve()
    known = set(GoldenRecord.objects.values_list("pk", flat=True))
    decisions: list[int] = []
    for turn in range(1, STEPS + 1):
        verb, chosen = chance.choice(VERBS), random.Random(chance.random())
        if verb == "merge":
            decisions += merged(chosen) if merging else ()
            continue
        number = chosen.randrange(len(names)) if verb != "new" else len(names)
        if verb in ("move", "new"):
            names[number] = chosen.choice(NAMES)
        hub.put(said(number, names[number], turn, gone=verb == "retire"))
        hub.resolve()
    random.Random(seed).shuffle(decisions)
    for decision in decisions:
        undo(decision, by=OOPS)
    assert [str(finding) for finding in verify(deep=True)] == []
    return stands(known)


def merged(chance: random.Random) -> tuple[int, ...]:
    """Merge two or three golden records."""
    codes = list(GoldenRecord.objects.filter(status="live").order_by("pk").values_list("code", flat=True))
    try:
        return merge(chance.sample(codes, min(len(codes), chance.choice((2, 2, 3)))), by=BY).judgement_ids[:1]
    except DecisionRefused:
        return ()


def stands(known: set[int]) -> dict[str, object]:
    """Return members with values, ids, cross-references and redirects. Known ids go by their age, those that
    were issued since have no name.
    """
    label = {golden: f"g{place}" for place, golden in enumerate(sorted(known), start=1)}
    members: dict[int, set[str]] = {}
    xrefs = {}
    for row in Membership.objects.filter(record__status="active").select_related("record"):
        assert row.golden_id is not None
        members.setdefault(row.golden_id, set()).add(row.record.source_key)
        xrefs[row.record.source_key] = label.get(row.record.xrefs.get(valid_to=None).golden_id)
    goldens = GoldenRecord.objects.in_bulk()
    return {
        "ids": {label[golden]: sorted(rows) for golden, rows in members.items() if golden in known},
        "members": {frozenset(rows): goldens[golden].attributes for golden, rows in members.items()},
        "xrefs": xrefs,
        "redirects": {
            label[golden]: sorted(members.get(resolved(goldens[golden]).pk, ()))
            for golden in known - members.keys()
        },
    }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_history_whose_merges_are_undone_ends_like_the_one_without_them(seed):
    with scratch() as hub:
        with_merges = run(hub, seed, merging=True)
    with scratch() as hub:
        assert run(hub, seed, merging=False) == with_merges
