"""How a judgement is written and withdrawn: its sides, how long it holds, and the questions it answers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from mdm import domains
from mdm.compliance import audit
from mdm.models import GoldenRecord, Judgement, ReviewTask
from mdm.resolution import scope
from mdm.resolution.binding import digest_of
from mdm.resolution.judging import By, senior_record, why
from mdm.rulesets.active import in_force

RULES = "rules"
"""Who withdraws a judgement whose last day is over."""

Side = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """How long records are held to be different: for good, to a last day, or while they say what they do now.

    until_change: until a record of either side says something else of an attribute that matching looks at, or
    of one of `attributes` where some are named.
    """

    until: date | None = None
    until_change: bool = False
    attributes: tuple[str, ...] = ()


FOR_GOOD = Term()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is written of one judgement beside who and why; the first of each side stands for it."""

    kind: Judgement.Kind
    left: Side
    right: Side = ()
    keeps: GoldenRecord | None = None
    term: Term = FOR_GOOD


def side_of(golden: GoldenRecord) -> Side:
    """Return the active records of a golden record, the one that stands for it first."""
    first = senior_record(golden)
    members = active_members(golden)
    return (first, *(one for one in members if one != first))


def active_members(golden: GoldenRecord) -> list[int]:
    """Return the active source records of a golden record, most senior first."""
    rows = golden.members.filter(record__status="active").order_by("record_id")
    return list(rows.values_list("record_id", flat=True))


def judge(
    decision: Judgement.Decision, verdicts: Sequence[Verdict], goldens: Sequence[GoldenRecord], by: By
) -> list[Judgement]:
    """Write the judgements of one decision, with the members of these golden records as evidence.

    Raises ValueError for a term that cannot be.
    """
    entry = audit.current()
    evidence = {
        golden.code: list(golden.members.order_by("record_id").values_list("record_id", flat=True))
        for golden in goldens
    }
    made: list[Judgement] = []
    for verdict in verdicts:
        row = Judgement.objects.create(
            domain=goldens[0].domain, kind=verdict.kind, decision=decision,
            left_id=verdict.left[0], right_id=verdict.right[0] if verdict.right else None,
            left_records=list(verdict.left), right_records=list(verdict.right), keeps=verdict.keeps,
            until=verdict.term.until, watched=_watched(goldens[0].domain, verdict, entry.at.date()),
            evidence=evidence, actor=by.actor, reason_code=by.reason_code, reason=by.reason,
            entry_id=entry.pk, created_at=entry.at, made_with=made[0].pk if made else None,
        )  # fmt: skip
        made.append(row)
    return made


def _watched(domain: str, verdict: Verdict, today: date) -> dict[str, Any]:
    """Return what the records of both sides say now, where the judgement holds while they say it."""
    term = verdict.term
    if term.until is not None and term.until < today:
        raise ValueError(f"The last day {term.until} is over: name today, or a later day.")
    if not term.until_change:
        if term.attributes:
            raise ValueError("Attributes are named only of what holds until one of them changes.")
        return {}
    known = domains.get(domain).names
    for name in term.attributes:
        if name not in known:
            raise ValueError(f"The {domain} domain has no attribute {name!r}.")
    names = sorted(set(term.attributes) or matching_attributes(domain))
    rows = scope.rows_of([*verdict.left, *verdict.right])
    return {"attributes": names, "records": {str(row.id): digest_of(row.attributes, names) for row in rows}}


def matching_attributes(domain: str) -> set[str]:
    """Return the canonical attributes that the rule set in force looks at."""
    columns = in_force(domain).spec.columns
    return {path.partition(".")[0] for column in columns for path in column.inputs}


def withdraw(judgement: Judgement, by: By, *, released_by: Judgement | None = None) -> Judgement:
    """Take a judgement out of force."""
    judgement.withdrawn_at = audit.current().at
    judgement.withdrawn_by = by.actor
    judgement.withdrawn_reason = why(by)
    judgement.withdrawn_with = released_by
    judgement.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "withdrawn_with"])
    return judgement


def take_back(judgement: Judgement) -> None:
    """Take back what a withdrawn judgement did beside binding records: a mark, or the release of others."""
    if judgement.kind == Judgement.Kind.CONFIRMED:
        for golden in GoldenRecord.objects.filter(code__in=list(judgement.evidence), confirmed=True):
            mark_confirmed(golden, False)
    if judgement.kind != Judgement.Kind.RELEASED:
        return
    for released in Judgement.objects.filter(withdrawn_with=judgement).order_by("pk"):
        released.withdrawn_at, released.withdrawn_by, released.withdrawn_reason = None, "", ""
        released.withdrawn_with = None
        released.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "withdrawn_with"])


def withdraw_over(judgement_ids: Collection[int]) -> None:
    """Withdraw the judgements whose last day is over; one that somebody withdraws just now is left to him."""
    if not judgement_ids:
        return
    rows = Judgement.objects.select_for_update(skip_locked=True, no_key=True)
    for judgement in rows.filter(pk__in=judgement_ids, withdrawn_at=None).order_by("pk"):
        judgement.withdrawn_at, judgement.withdrawn_by = audit.current().at, RULES
        judgement.withdrawn_reason = f"Its last day was {judgement.until}."
        judgement.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def records_named(judgements: Iterable[Judgement]) -> set[int]:
    """Return every record that these judgements are about."""
    named: set[int] = set()
    for one in judgements:
        named |= {*one.left_records, *one.right_records}
        named |= {end for end in (one.left_id, one.right_id) if end is not None}
    return named


def mark_confirmed(golden: GoldenRecord, confirmed: bool) -> None:
    """Say on a golden record whether a person has confirmed it."""
    golden.confirmed = confirmed
    golden.version += 1
    golden.save(update_fields=["confirmed", "version"])


def close_tasks(judgements: Sequence[Judgement]) -> None:
    """Mark the tasks that these judgements answer as decided, by the judgement that answered them."""
    now = audit.current().at
    standing = (ReviewTask.Status.OPEN, ReviewTask.Status.UNQUEUED)
    # A hold is closed by resolution, where it knows that nothing is held any more.
    by_itself = Q(kind__in=[ReviewTask.Kind.HOLD, ReviewTask.Kind.OVERLAY])
    answered = Q(status__in=standing) & ~by_itself
    answered |= Q(status=ReviewTask.Status.OBSOLETE, closed_at=now) & ~Q(kind=ReviewTask.Kind.OVERLAY)
    for judgement in judgements:
        records = {record_id for ids in judgement.evidence.values() for record_id in ids}
        about = Q(left__in=records, right__in=records)
        if judgement.kind == Judgement.Kind.ALONE:
            about = Q(left__in=judgement.left_records) | Q(right__in=judgement.left_records)
        ReviewTask.objects.filter(answered & about).update(
            status=ReviewTask.Status.DECIDED, judgement=judgement, closed_at=now
        )
