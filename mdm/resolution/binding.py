"""Which judgements bind, and between which records: a function of judgements, records and the day.

A link binds the record that stands for each side: the first active one of the side's records, so that a
decision outlives the record that it was hung on. Whoever was taken apart from that first record since stands
for nobody. What is withdrawn, over, or was said of other values than the records have now, binds nobody.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any

from django.db import connection
from django.utils import timezone

from mdm.copying import array
from mdm.resolution.held_changes import HeldChange, holds_of
from mdm.resolution.scope import rows_of
from mdm.together import Statement

Pair = tuple[int, int]
Sides = tuple[frozenset[int], frozenset[int]]

STANDING = """
SELECT id, kind, rank, decision, left_id, right_id, left_records, right_records, keeps_id, until, watched
FROM mdm_judgement
WHERE domain = %(domain)s AND withdrawn_at IS NULL AND {condition} ORDER BY id
"""
NAMED = (
    "(left_id = ANY(%(ids)s::bigint[]) OR right_id = ANY(%(ids)s::bigint[])"
    " OR left_records && %(ids)s::bigint[] OR right_records && %(ids)s::bigint[])"
)


ANYBODY = f"""
SELECT EXISTS (SELECT FROM mdm_judgement WHERE domain = %(domain)s AND withdrawn_at IS NULL AND {NAMED})
    OR EXISTS (SELECT FROM mdm_hold WHERE domain = %(domain)s AND status IN ('open', 'released')
               AND (left_records && %(ids)s::bigint[] OR right_records && %(ids)s::bigint[]))
"""


@dataclass(frozen=True)
class Standing:
    """One judgement that is not withdrawn; each side has the record first that stands for it."""

    id: int
    kind: str
    rank: str
    decision: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    keeps: int | None
    until: date | None
    watched: Mapping[str, Any]

    @property
    def sides(self) -> Sides:
        """Both sides, without an order."""
        return frozenset(self.left), frozenset(self.right)

    def separates(self, one: int, other: int) -> bool:
        """Whether it was said that these two records are not the same."""
        if self.kind == "alone":
            return one in self.left or other in self.left
        if self.kind == "apart":
            return (one in self.left and other in self.right) or (other in self.left and one in self.right)
        return self.kind == "cannot_link" and {one, other} == {self.left[0], self.right[0]}


@dataclass(frozen=True)
class Judgements:
    """What people decided and binds, pairs of records and lists, the golden ids they keep; and the holds."""

    must: tuple[Pair, ...]
    cannot: tuple[Pair, ...]
    by_rule: tuple[Pair, ...]
    """Must-links of rank rule: the hub created the record, the source says merged."""
    kept: frozenset[int]
    apart: tuple[Sides, ...] = ()
    """No record of the one side is with a record of the other."""
    by_moves: tuple[Sides, ...] = ()
    """Those of `apart` that were said to let records go to another golden record."""
    alone: frozenset[int] = frozenset()
    """Records that stand alone until released."""
    over: tuple[int, ...] = ()
    """Judgements that bind no more because their last day is over."""
    holds: tuple[HeldChange, ...] = ()
    """The open ones."""
    released: tuple[HeldChange, ...] = ()
    """Changes that were held once and may happen now."""
    merged: tuple[Pair, ...] = ()
    """Links of rank rule that bind nobody, because a record of them is retired: it follows the other one."""
    watching: frozenset[int] = frozenset()
    """Records that judgements are about which hold while other records say what they said."""

    @property
    def links(self) -> tuple[Pair, ...]:
        """Every must-link, whatever its rank, and what a hold keeps together."""
        return self.must + self.by_rule + tuple(pair for hold in self.holds for pair in hold.ties)

    @property
    def bind(self) -> bool:
        """Whether any of them, or a hold, has a say in what belongs together."""
        return bool(self.must or self.cannot or self.by_rule or self.apart or self.alone or self.holds)

    @property
    def ends(self) -> set[int]:
        """Every record whose place a judgement of these decides as a change of another record may turn it."""
        return {
            record for pair in (*self.links, *self.cannot, *self.merged) for record in pair
        } | self.watching

    def without_merges(self) -> "Judgements":
        """Return what would bind if no person had merged anything, or moved records to where others are."""
        return replace(self, must=(), apart=tuple(one for one in self.apart if one not in self.by_moves))

    def within(self, record_ids: Collection[int]) -> "Judgements":
        """Return what binds these records among each other, and what the holds say of them."""
        inside = set(record_ids)
        sides = [(left & inside, right & inside) for left, right in self.apart]
        return replace(
            self,
            must=tuple(pair for pair in self.must if inside.issuperset(pair)),
            cannot=tuple(pair for pair in self.cannot if inside.issuperset(pair)),
            by_rule=tuple(pair for pair in self.by_rule if inside.issuperset(pair)),
            holds=tuple(said for hold in self.holds if (said := hold.inside(inside)) is not None),
            apart=tuple((left, right) for left, right in sides if left and right),
            alone=self.alone & inside,
        )

    def answered(self, golden_of: Mapping[int, int], crossing: Iterable[Pair]) -> set[Pair]:
        """Return which of these two golden records each are held apart by a judgement about their records."""
        said = {
            frozenset((golden_of[one], golden_of[other]))
            for one, other in self.cannot
            if one in golden_of and other in golden_of
        }
        lone = {golden_of[one] for one in self.alone if one in golden_of}
        sides: dict[int, set[tuple[int, bool]]] = {}
        for number, both in enumerate(self.apart):
            for is_left, side in zip((True, False), both, strict=True):
                for golden in {golden_of[one] for one in side if one in golden_of}:
                    sides.setdefault(golden, set()).add((number, is_left))

        def parted(one: int, other: int) -> bool:
            if frozenset((one, other)) in said or one in lone or other in lone:
                return True
            theirs = sides.get(other, ())
            return any((number, not is_left) in theirs for number, is_left in sides.get(one, ()))

        return {(one, other) for one, other in crossing if parted(one, other)}


NOTHING = Judgements(must=(), cannot=(), by_rule=(), kept=frozenset())


def naming(domain: str, record_ids: Collection[int]) -> Statement:
    """Return the statement that tells whether a judgement that stands, or a hold, names one of these records:
    of most nobody says a word.
    """
    return ANYBODY, {"domain": domain, "ids": array(record_ids)}


def _anybody(domain: str, record_ids: Collection[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(*naming(domain, record_ids))
        return bool(cursor.fetchone()[0])


def judgements_of(
    domain: str,
    record_ids: Iterable[int] | None = None,
    *,
    today: date | None = None,
    named: bool | None = None,
) -> Judgements:
    """Return what binds in a domain on this day (UTC), holds included, or of it what names these records.

    named: whether anything names one of them, where the caller has asked that already (`naming`).
    """
    day = today or timezone.now().date()
    ids = None if record_ids is None else list(record_ids)
    if ids is not None and not (_anybody(domain, ids) if named is None else named):
        return NOTHING
    found = standing(domain, ids)
    holds, released = holds_of(domain, ids)
    binding = _binding(domain, found, day, partly=record_ids is not None)
    bound = {one.id for one in binding}

    def pairs(kind: str, *ranks: str) -> tuple[Pair, ...]:
        return tuple((one.left[0], one.right[0]) for one in binding if one.kind == kind and one.rank in ranks)

    return Judgements(
        must=pairs("must_link", "human"),
        cannot=pairs("cannot_link", "human", "rule"),
        by_rule=pairs("must_link", "rule"),
        kept=frozenset(one.keeps for one in binding if one.keeps is not None),
        apart=tuple(one.sides for one in binding if one.kind == "apart"),
        by_moves=tuple(one.sides for one in binding if one.kind == "apart" and one.decision == "move"),
        alone=frozenset(record for one in binding if one.kind == "alone" for record in one.left),
        over=tuple(one.id for one in found if one.until is not None and one.until < day),
        holds=holds,
        released=released,
        merged=tuple(
            (one.left[0], one.right[0])
            for one in found
            if one.kind == "must_link" and one.rank == "rule" and one.id not in bound
        ),
        watching=frozenset(side[0] for one in found if one.watched for side in (one.left, one.right)),
    )


def binding_on(domain: str, record_ids: Iterable[int], *, today: date | None = None) -> list[Standing]:
    """Return the judgements that bind and name any of these records; a link's sides are its two ends."""
    day = today or timezone.now().date()
    return _binding(domain, standing(domain, record_ids), day, partly=True)


def _binding(domain: str, found: Sequence[Standing], day: date, *, partly: bool) -> list[Standing]:
    """Return those that bind; partly: `found` are not all judgements of the domain."""
    digests = _digests(found)
    holding = [one for one in found if _holds(one, day, digests)]
    active = _active({record for one in holding for record in (*one.left, *one.right)})
    partings = _partings(domain, holding, active) if partly else holding
    binding = []
    for one in holding:
        if one.kind not in ("must_link", "cannot_link"):
            binding.append(one)
            continue
        left, right = (_end(side, active, partings) for side in (one.left, one.right))
        if left is not None and right is not None and left != right:
            binding.append(replace(one, left=(left,), right=(right,)))
    return binding


def standing(domain: str, record_ids: Iterable[int] | None = None) -> list[Standing]:
    """Return the judgements of a domain that are not withdrawn, or those that name any of these records."""
    condition = "true" if record_ids is None else NAMED
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING.format(condition=condition),
            {"domain": domain, "ids": array([] if record_ids is None else list(record_ids))},
        )
        return [_standing(*columns) for columns in cursor.fetchall()]


def _standing(
    number: int,
    kind: str,
    rank: str,
    decision: str,
    left: int,
    right: int | None,
    left_records: Sequence[int],
    right_records: Sequence[int],
    keeps: int | None,
    until: date | None,
    watched: str,
) -> Standing:
    lefts = tuple(left_records) or (left,)
    rights = tuple(right_records) or (() if right is None else (right,))
    # Django hands jsonb to raw cursors as text.
    return Standing(number, kind, rank, decision, lefts, rights, keeps, until, json.loads(watched))


def holds(one: Standing, today: date) -> bool:
    """Whether a judgement that is not withdrawn binds on this day, by what its records say now."""
    return _holds(one, today, _digests([one]))


def _holds(one: Standing, today: date, digests: Mapping[tuple[int, int], str]) -> bool:
    if one.until is not None and one.until < today:
        return False
    said = one.watched.get("records", {})
    return all(digests.get((one.id, int(record))) == digest for record, digest in said.items())


def _digests(found: Sequence[Standing]) -> dict[tuple[int, int], str]:
    """Return what the watched records of these judgements say now: (judgement, record) -> digest."""
    watching = [(one, [int(record) for record in one.watched["records"]]) for one in found if one.watched]
    if not watching:
        return {}
    rows = {row.id: row for row in rows_of({record for _, records in watching for record in records})}
    return {
        (one.id, record): digest_of(rows[record].attributes, one.watched["attributes"])
        for one, records in watching
        for record in records
        if record in rows
    }


def digest_of(attributes: Mapping[str, Any], names: Collection[str]) -> str:
    """Return a digest of what a record says of these attributes; the order of several values is nothing."""
    said = {name: attributes[name] for name in sorted(names) if attributes.get(name) is not None}
    text = json.dumps(
        {
            name: sorted(map(_text, value)) if isinstance(value, list) else value
            for name, value in said.items()
        },
        sort_keys=True,
    )
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _active(record_ids: Collection[int]) -> set[int]:
    if not record_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM mdm_sourcerecord WHERE id = ANY(%s::bigint[]) AND status = 'active'",
            [array(record_ids)],
        )
        return {record for (record,) in cursor.fetchall()}


def _partings(domain: str, holding: Sequence[Standing], active: Collection[int]) -> list[Standing]:
    """Return what may bar a record from standing for its side: few sides have lost their first."""
    orphaned = {
        record
        for one in holding
        for side in (one.left, one.right)
        if len(side) > 1 and side[0] not in active
        for record in side
    }
    return standing(domain, orphaned) if orphaned else []


def _end(side: Sequence[int], active: Collection[int], partings: Sequence[Standing]) -> int | None:
    """Return the record that stands for a side."""
    first = side[0]
    if first in active:
        return first
    return next(
        (
            record
            for record in side[1:]
            if record in active and not any(one.separates(first, record) for one in partings)
        ),
        None,
    )
