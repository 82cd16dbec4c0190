"""What people said after a decision, of the golden records that it is about, and where undoing it takes that.

An undo takes none of it back. An override goes where its source record goes, a judgement is between the
records that stand for its sides, a relationship between the golden records that answer for the ids it names.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet

from mdm.compliance import audit
from mdm.models import GoldenRecord, Judgement, Membership, Override, StewardRelationship
from mdm.relationships.edges import counting
from mdm.relationships.ends import answering, words_on
from mdm.resolution import scope
from mdm.resolution.binding import Standing, binding_on
from mdm.resolution.values import speaking
from mdm.resolution.verdicts import records_named
from mdm.rulesets.active import in_force

Kind = Literal["override", "correction", "decision", "relationship"]
Key = tuple[Kind, int]
Places = Mapping[Key, tuple[int, ...]]
"""The golden records, by their numbers, that an edit is about."""

EACH = (Judgement.Kind.APART, Judgement.Kind.ALONE, Judgement.Kind.RELEASED)
"""Kinds that are about each record they name; of the others one record stands for each side."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person said at one moment; it stands, whatever becomes of the decision before it.

    number      its row; of what was said at once of several records, the first one.
    about       the attribute, the kind of decision, or the type of relationship.
    before, after    golden ids that it is about, before and after the undo.
    speaks      whether it has a say after it: a judgement binds; without another edit, what stands or why it
                stands would be different.
    """

    kind: Kind
    number: int
    by: str
    at: datetime
    about: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    speaks: bool


@dataclass(frozen=True, slots=True)
class Since:
    """The rows of what was said since a decision, and where it stood when they were read."""

    domain: str
    overrides: Mapping[Key, Sequence[Override]]
    decisions: Mapping[Key, Sequence[Judgement]]
    words: Mapping[Key, StewardRelationship]
    before: Places = field(default_factory=dict)


def said_since(made: Sequence[Judgement], record_ids: Collection[int]) -> Since:
    """Return what people said after these judgements of one decision, of the golden records of these records.

    What was withdrawn or replaced meanwhile is not in it: it has no place.
    """
    first, last = made[0], made[-1]
    goldens = Membership.objects.filter(pk__in=record_ids, golden__isnull=False).values("golden_id")
    around = Membership.objects.filter(golden__in=goldens).values_list("record_id", "golden_id", "home_id")
    members = [record for record, _, _ in around]
    near = {golden for _, *both in around for golden in both}
    overrides = Override.objects.filter(
        record__in=members, withdrawn_at=None, created_at__gt=first.created_at
    ).order_by("pk")
    words = StewardRelationship.objects.filter(
        Q(from_golden__in=near) | Q(to_golden__in=near), withdrawn_at=None, created_at__gt=first.created_at
    )
    since = Since(
        first.domain,
        _said_at_once(overrides),
        _decided_at_once(_naming(first.domain, members).filter(pk__gt=last.pk).order_by("pk")),
        {("relationship", one.pk): one for one in words},
    )
    return replace(since, before=_places(since, _bound(since)))


def placed(since: Since) -> tuple[Edit, ...]:
    """Return what was said since, in order, with where it stands by now and whether it has a say there."""
    if not (since.overrides or since.decisions or since.words):
        return ()
    bound = _bound(since)
    after = _places(since, bound)
    heard = _heard_overrides(since, after) | _heard_decisions(since, bound) | _heard_words(since, after)
    goldens = {golden for places in (since.before, after) for found in places.values() for golden in found}
    codes = dict(GoldenRecord.objects.filter(pk__in=goldens).values_list("pk", "code"))

    def edit(key: Key, row: Override | Judgement | StewardRelationship, about: str) -> Edit:
        before, then = (tuple(codes[one] for one in places[key]) for places in (since.before, after))
        return Edit(*key, row.actor, row.created_at, about, before, then, key in heard)

    found = [
        *(edit(key, rows[0], rows[0].attribute) for key, rows in since.overrides.items()),
        *(edit(key, rows[0], rows[0].decision) for key, rows in since.decisions.items()),
        *(edit(key, row, row.type) for key, row in since.words.items()),
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.kind, one.number)))


def _said_at_once(overrides: Iterable[Override]) -> dict[Key, list[Override]]:
    """Return overrides by what they are withdrawn with."""
    together: dict[tuple[int, str, str], list[Override]] = {}
    for one in overrides:
        together.setdefault((one.entry_id, one.about, one.attribute), []).append(one)
    kinds: dict[str, Kind] = {Override.About.GOLDEN: "override", Override.About.RECORD: "correction"}
    return {(kinds[rows[0].about], rows[0].pk): rows for rows in together.values()}


def _decided_at_once(judgements: Iterable[Judgement]) -> dict[Key, list[Judgement]]:
    """Return judgements by what they are undone with."""
    together: dict[int, list[Judgement]] = {}
    for one in judgements:
        together.setdefault(one.made_with or one.pk, []).append(one)
    # The first one may be withdrawn: a later match anew releases some of them only.
    return {("decision", rows[0].pk): rows for rows in together.values()}


def _naming(domain: str, record_ids: Sequence[int]) -> QuerySet[Judgement]:
    """Return people's judgements in force that name any of these records."""
    named = Q(left__in=record_ids) | Q(right__in=record_ids)
    named |= Q(left_records__overlap=record_ids) | Q(right_records__overlap=record_ids)
    return Judgement.objects.filter(named, domain=domain, rank=Judgement.Rank.HUMAN, withdrawn_at=None)


def _bound(since: Since) -> dict[int, Standing]:
    """Return those of the judgements that bind now."""
    rows = [one for rows in since.decisions.values() for one in rows]
    return {one.id: one for one in binding_on(since.domain, records_named(rows))} if rows else {}


def _places(since: Since, bound: Mapping[int, Standing]) -> Places:
    """Return the golden records that each edit is about now, the oldest first; a relationship's from, to."""
    overrides = [one.pk for rows in since.overrides.values() for one in rows]
    # A record that is retired hands its overrides on.
    hangs_on = dict(Override.objects.filter(pk__in=overrides).values_list("pk", "record_id"))
    records: dict[Key, set[int]] = {
        key: {hangs_on[one.pk] for one in rows} for key, rows in since.overrides.items()
    }
    for key, rows in since.decisions.items():
        records[key] = {record for one in rows for record in _ends(one, bound.get(one.pk))}
    stands = dict(
        Membership.objects.filter(
            pk__in={record for named in records.values() for record in named}, golden__isnull=False
        ).values_list("record_id", "golden_id")
    )
    ends = {key: (row.from_golden_id, row.to_golden_id) for key, row in since.words.items()}
    live = answering({end for both in ends.values() for end in both})
    places = {
        key: tuple(sorted({stands[one] for one in named if one in stands})) for key, named in records.items()
    }
    return places | {
        key: tuple(dict.fromkeys(live[end] for end in both if end in live)) for key, both in ends.items()
    }


def _ends(judgement: Judgement, bound: Standing | None) -> Collection[int]:
    """Return the records that a judgement is about: of a side, the one that stands for it, or did."""
    if judgement.kind in EACH:
        return records_named([judgement])
    if bound is not None:
        return [side[0] for side in (bound.left, bound.right) if side]
    return [end for end in (judgement.left_id, judgement.right_id) if end is not None]


def _heard_overrides(since: Since, after: Places) -> set[Key]:
    goldens = {golden for key in since.overrides for golden in after[key]}
    if not goldens:
        return set()
    members = Membership.objects.filter(golden__in=goldens, record__status="active")
    members_of: dict[int, list[scope.Row]] = {}
    for row in scope.rows_of(list(members.values_list("record_id", flat=True))):
        assert row.golden_id is not None
        members_of.setdefault(row.golden_id, []).append(row)
    asked = [one.pk for rows in since.overrides.values() for one in rows]
    heard = speaking(in_force(since.domain), members_of, asked, audit.current().at.date())
    active = [row.id for rows in members_of.values() for row in rows]
    corrections = Override.objects.filter(pk__in=asked, about="record", withdrawn_at=None, record__in=active)
    heard |= set(corrections.values_list("pk", flat=True))
    return {key for key, rows in since.overrides.items() if any(one.pk in heard for one in rows)}


def _heard_decisions(since: Since, bound: Mapping[int, Standing]) -> set[Key]:
    """Return the decisions that bind; a confirmation does while its golden record is marked so."""
    named = {
        one.pk: list(one.evidence)
        for rows in since.decisions.values()
        for one in rows
        if one.kind == Judgement.Kind.CONFIRMED
    }
    marked = GoldenRecord.objects.filter(
        code__in=[code for codes in named.values() for code in codes], confirmed=True
    )
    confirmed = set(marked.values_list("code", flat=True)) if named else set()
    binding = {number for number in bound if number not in named or not confirmed.isdisjoint(named[number])}
    return {key for key, rows in since.decisions.items() if any(one.pk in binding for one in rows)}


def _heard_words(since: Since, after: Places) -> set[Key]:
    goldens = {golden for key in since.words for golden in after[key]}
    words = words_on(goldens).values() if goldens else ()
    counted = {word.said.number for one in words for word in counting(one)}
    return {key for key, row in since.words.items() if row.pk in counted}
