"""Undo is exact (promise 6): a history whose merges are undone ends like the same history without them."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Membership, ObjectType
from mdm.proving.people import (
    Made,
    customers,
    learned,
    put,
    put_in_force,
    register,
    resolve_all,
    stamp,
    ungated,
)
from mdm.proving.scratch import empty
from mdm.resolution.decisions import merge, undo
from mdm.resolution.judging import By, DecisionRefused
from mdm.xref.redirect import resolved

Say = Callable[[str], None]
STEWARD, AGAIN = By("manage.py prove", "asked"), By("manage.py prove", "mistake")
Step = tuple[str, int]


def prove_undo(
    histories: int = 50, records: int = 40, steps: int = 12, seed: int = 1, say: Say = print
) -> dict[str, Any]:
    """Return how many random histories were run with merges and undos and without, and how many differ.

    A history is a chain of merges with edits in between: records arrive, change into somebody else, go and
    come back. The merges are undone in random order.
    """
    made = customers(records * 2, seed)
    types = register()
    spec = ungated()
    put_in_force(spec, learned(spec, customers(2000, seed)))
    figures = Counter({"histories": histories, "merges": 0, "edits": 0, "differing": 0})
    for history in range(histories):
        chance = random.Random(seed * 10_000 + history)
        chosen = chance.sample(made, records)
        empty()
        put(chosen, types)
        resolve_all(50)
        known = set(GoldenRecord.objects.values_list("pk", flat=True))
        plan = _plan(chance, steps)
        merges = sum(verb == "merge" for verb, _ in plan)
        figures.update(merges=merges, edits=len(plan) - merges)
        with_merges = _run(plan, made, chosen, types, known, undone=chance)
        without = _run([step for step in plan if step[0] != "merge"], made, chosen, types, known)
        other = [name for name, value in with_merges.items() if without[name] != value]
        figures.update(differing=bool(other))
        if other:
            say(f"history {history}: {', '.join(other)} differ after {plan}")
    return dict(figures)


def _plan(chance: random.Random, steps: int) -> list[Step]:
    """Return steps, each with a number that its choices are drawn from; a merge comes first."""
    verbs = [
        "merge",
        *chance.choices(("merge", "change", "new", "retire", "back"), (5, 4, 2, 1, 1), k=steps - 1),
    ]
    return [(verb, chance.randrange(2**30)) for verb in verbs]


def _run(
    plan: Sequence[Step],
    made: Sequence[Made],
    chosen: Sequence[Made],
    types: dict[str, ObjectType],
    known: set[int],
    undone: random.Random | None = None,
) -> dict[str, Any]:
    """Go through a history and return how the hub stands; nothing of it stays."""
    with transaction.atomic():
        decisions: list[int] = []
        for verb, number in plan:
            chance = random.Random(number)
            if verb == "merge":
                decisions += _merged(chance)
            else:
                put([_edited(verb, number, made, chosen, chance)], types)
                resolve_all(50)
        if undone is not None:
            undone.shuffle(decisions)
            for decision in decisions:
                undo(decision, by=AGAIN)
        findings = verify(deep=True)
        if findings:
            raise AssertionError(f"verify finds {findings[0]}")
        found = _stands(known)
        transaction.set_rollback(True)
    return found


def _merged(chance: random.Random) -> tuple[int, ...]:
    codes = list(GoldenRecord.objects.filter(status="live").order_by("pk").values_list("code", flat=True))
    chosen = chance.sample(codes, min(len(codes), chance.choice((2, 2, 3))))
    try:
        return merge(chosen, by=STEWARD).judgement_ids[:1]
    except DecisionRefused:
        return ()


def _edited(
    verb: str, number: int, made: Sequence[Made], chosen: Sequence[Made], chance: random.Random
) -> Made:
    """Return an edit, the same in both runs: a record says what another one says, arrives, goes, or says
    again what it said first.
    """
    at = stamp(10_000_000 + number % 1_000_000)
    one, other = chance.choice(chosen), chance.choice(made)
    if verb == "new":
        key = f"n{number}"
        return replace(one, incoming=replace(other.incoming, source_key=key, changed_at=at))
    if verb == "retire":
        return replace(one, incoming=replace(one.incoming, status="retired", changed_at=at))
    if verb == "back":
        return replace(one, incoming=replace(one.incoming, changed_at=at))
    said = {**one.incoming.attributes, **other.incoming.attributes}
    return replace(one, incoming=replace(one.incoming, attributes=said, changed_at=at))


def _stands(known: set[int]) -> dict[str, Any]:
    """Return members, ids, values, redirects and cross-references; ids issued since have no name."""
    members: dict[int, set[str]] = {}
    xrefs: dict[str, str] = {}
    rows = Membership.objects.select_related("record__object_type__source", "golden")
    for row in rows.filter(record__status="active"):
        name = f"{row.record.object_type.source.code}/{row.record.source_key}"
        assert row.golden is not None
        members.setdefault(row.golden.pk, set()).add(name)
        live = row.record.xrefs.get(valid_to=None)
        xrefs[name] = live.golden.code if live.golden_id in known else ""
    goldens = {golden.pk: golden for golden in GoldenRecord.objects.all()}
    return {
        "members": {frozenset(names) for names in members.values()},
        "ids": {goldens[pk].code: frozenset(names) for pk, names in members.items() if pk in known},
        "values": {frozenset(names): goldens[pk].attributes for pk, names in members.items()},
        "redirects": {
            goldens[pk].code: frozenset(members.get(resolved(goldens[pk]).pk, set()))
            for pk in known
            if pk not in members
        },
        "xrefs": xrefs,
    }
