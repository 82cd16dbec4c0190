"""History: any past state can be shown, and who changes the past is found out (promise 9)."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from mdm.compliance.past import digest_at
from mdm.compliance.verify import verify
from mdm.ingestion.incoming import Status
from mdm.models import GoldenRecord, Judgement, Membership
from mdm.proving.people import (
    ACTOR,
    Made,
    customers,
    learned,
    put,
    put_in_force,
    register,
    resolve_all,
    stamp,
    ungated,
)  # fmt: skip
from mdm.resolution.decisions import confirm, merge, not_a_match, split, undo
from mdm.resolution.judging import By, DecisionRefused
from mdm.resolution.overriding import override

Say = Callable[[str], None]
STEWARD, AGAIN, APART = By(ACTOR, "asked"), By(ACTOR, "mistake"), By(ACTOR, "relatives")
VERBS = ("put", "put", "put", "merge", "part", "split", "undo", "override", "confirm")


def prove_history(records: int = 200, steps: int = 60, seed: int = 1, say: Say = print) -> dict[str, Any]:
    """Return in how many moments of a random history the hub was digested, and how many cannot be shown.

    Afterwards every past state is read back as of its moment.
    """
    chance, made = random.Random(seed), customers(records * 2, seed)
    types = register()
    spec = ungated()
    put_in_force(spec, learned(spec, customers(2000, seed)))
    then: list[tuple[datetime, str, str]] = []
    put(made[:records], types)
    resolve_all(50)
    for turn in range(steps):
        verb = chance.choice(VERBS)
        if verb == "put":
            put([_version(chance, made, turn) for _ in range(chance.randrange(1, 6))], types)
            if chance.random() < 0.8:
                resolve_all(50)
        else:
            _decided(verb, chance)
        then.append((_now(), digest_at(None), verb))
    resolve_all(50)
    lost = 0
    for moment, expected, verb in then:
        if digest_at(moment) != expected:
            lost += 1
            say(f"as of {moment} (after {verb}) the hub does not look as it did")
    return {
        "moments": len(then),
        "states": len({expected for _, expected, _ in then}),
        "lost": lost,
        "findings": len(verify(deep=True)),
    }


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
        assert isinstance(moment, datetime)
        return moment


def _version(chance: random.Random, made: list[Made], turn: int) -> Made:
    """Return a new version of a record: it says what another one says, or it goes."""
    one, other = chance.sample(made, 2)
    said = {**one.incoming.attributes, **other.incoming.attributes}
    status: Status = "retired" if chance.random() < 0.2 else "active"
    at = stamp(10_000_000 + turn)
    return replace(one, incoming=replace(one.incoming, attributes=said, status=status, changed_at=at))


def _decided(verb: str, chance: random.Random) -> None:
    """Let a steward decide something; what is refused changes nothing."""
    live = GoldenRecord.objects.filter(status="live").order_by("pk")
    codes = list(live.values_list("code", flat=True))
    one, other = chance.sample(codes, 2)
    try:
        if verb == "merge":
            merge([one, other], by=STEWARD)
        elif verb == "part":
            not_a_match([one, other], by=APART)
        elif verb == "override":
            override(one, "language", chance.choice(("de", "fr", "it")), by=STEWARD)
        elif verb == "confirm":
            confirm(one, by=STEWARD)
        elif verb == "split":
            _split(chance, list(live.filter(member_count__gte=2).values_list("code", flat=True)))
        else:
            standing = list(Judgement.objects.filter(withdrawn_at=None).values_list("pk", flat=True))
            if standing:
                undo(chance.choice(sorted(standing)), by=AGAIN)
    except DecisionRefused:
        return


def _split(chance: random.Random, codes: list[str]) -> None:
    if codes:
        code = chance.choice(codes)
        members = Membership.objects.filter(golden__code=code, record__status="active")
        ids = sorted(members.values_list("record_id", flat=True))
        split(code, chance.sample(ids, max(1, len(ids) // 2)), by=APART)
