"""What a person decides: merge, not a match, undo, confirm. Each is a judgement, and resolving again.

Undo withdraws a judgement and resolves again: there is no second mechanism. A preview is the same function
in a transaction that is rolled back.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product
from typing import TypeVar

from django.db import transaction

from mdm.compliance import audit
from mdm.models import AuditEntry, GoldenRecord, GoldenStatus, Judgement, Membership
from mdm.resolution.apply import Settled
from mdm.resolution.due import with_retries
from mdm.resolution.judging import (
    REASONS,
    By,
    Contradiction,
    DecisionRefused,
    StaleVersion,
    close_tasks,
    hold_records,
    judge,
    live_goldens,
    refuse_contradictions,
    senior_record,
    why,
    withdraw,
)
from mdm.resolution.locks import Held, holding
from mdm.resolution.resolve import resolve
from mdm.xref.redirect import live_golden

__all__ = [
    "REASONS",
    "By",
    "Contradiction",
    "Decision",
    "DecisionRefused",
    "StaleVersion",
    "confirm",
    "is_live",
    "link_created",
    "merge",
    "not_a_match",
    "preview",
    "split",
    "undo",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a decision: the judgements it made or withdrew, and every golden record that exchanged
    members.
    """

    judgement_ids: tuple[int, ...]
    settled: Settled
    refused: tuple[str, ...] = field(default=())


class _RolledBack(Exception):
    """Carries the result of a preview out of its transaction."""


def preview(decide: Callable[[], T]) -> T:
    """Return what a decision would do, by doing it in a transaction that is rolled back."""
    found: list[T] = []
    try:
        with transaction.atomic():
            found.append(decide())
            raise _RolledBack
    except _RolledBack:
        return found[0]


def merge(
    codes: Sequence[str], *, keep: str | None = None, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Hold these golden records to be one: must-links between their most senior home records.

    `keep` names the golden id that shall survive. Raises StaleVersion or Contradiction with the conflicts.
    """

    def work(held: Held) -> Decision:
        goldens = live_goldens(codes, versions, at_least=2, held=held)
        kept = live_golden(keep) if keep else None
        if kept is not None and kept not in goldens:
            raise Contradiction("The merge was not made.", [f"{keep} is not one of the records to merge."])
        refuse_contradictions(goldens)
        seniors = [senior_record(golden) for golden in goldens]
        made = [
            judge(Judgement.Kind.MUST_LINK, left, right, goldens, by, keeps=kept)
            for left, right in pairwise(seniors)
        ]
        return _decided(made, seniors, by, "merge", held)

    return _decide("merge", codes, by, work)


def not_a_match(codes: Sequence[str], *, versions: Mapping[str, int] | None = None, by: By) -> Decision:
    """Hold these golden records to be different: cannot-links between their most senior home records."""

    def work(held: Held) -> Decision:
        goldens = live_goldens(codes, versions, at_least=2, held=held)
        seniors = [senior_record(golden) for golden in goldens]
        made = [
            judge(Judgement.Kind.CANNOT_LINK, left, right, goldens, by)
            for left, right in combinations(seniors, 2)
        ]
        return _decided(made, seniors, by, "not_a_match", held)

    return _decide("not_a_match", codes, by, work)


def split(
    code: str, record_ids: Sequence[int], *, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Take the named source records out of a golden record: cannot-links between them and those that stay.

    Must-links across the line stand but yield to the cannot-links; undoing the split lets them act again.
    """
    leaving = sorted(set(record_ids))

    def work(held: Held) -> Decision:
        (golden,) = live_goldens([code], versions, at_least=1, held=held)
        members = golden.members.filter(record__status="active").values_list("record_id", flat=True)
        staying = sorted(set(members) - set(leaving))
        strangers = sorted(set(leaving) - set(members))
        if strangers:
            raise Contradiction(f"{code} was not split.", [f"Records {strangers} are not in it."])
        if not leaving or not staying:
            raise Contradiction(f"{code} was not split.", ["Both sides of a split need a record."])
        made = [
            judge(Judgement.Kind.CANNOT_LINK, left, right, [golden], by)
            for left, right in product(leaving, staying)
        ]
        return _decided(made, [*leaving, *staying], by, "split", held)

    return _decide("split", [code], by, work)


def undo(judgement_id: int, *, by: By) -> Decision:
    """Withdraw a decision, with all judgements it made, and resolve again.

    Afterwards ids, members and values are those that stand without it. Raises LookupError for an unknown
    judgement, StaleVersion for one that is withdrawn already.
    """

    def work(held: Held) -> Decision:
        found = Judgement.objects.get(pk=judgement_id)
        # A split or a merge of three makes several judgements: they have one entry and one evidence.
        together = Judgement.objects.filter(rank=found.rank, entry_id=found.entry_id, evidence=found.evidence)
        asked = [found] if found.rank == Judgement.Rank.RULE else list(together.order_by("pk"))
        records = {record for one in asked for record in (one.left_id, one.right_id)}
        hold_records(records, held)
        standing = list(
            Judgement.objects.select_for_update(no_key=True)
            .filter(pk__in=[one.pk for one in asked], withdrawn_at=None)
            .order_by("pk")
        )
        if judgement_id not in {one.pk for one in standing}:
            found.refresh_from_db()
            when = f"{found.withdrawn_at:%Y-%m-%d %H:%M}"
            raise StaleVersion("Nothing was undone.", [f"{found.withdrawn_by} withdrew it on {when}."])
        for one in standing:
            withdraw(one, by)
        settled = resolve(found.domain, records, actor=by.actor, cause="undo", held=held)
        return Decision(tuple(one.pk for one in standing), settled)

    def decide() -> Decision:
        domain = Judgement.objects.filter(pk=judgement_id).values_list("domain", flat=True).first()
        if domain is None:
            raise LookupError(f"There is no judgement {judgement_id}.")
        with _entry("undo", by, f"judgement {judgement_id}"):
            return holding(domain, work)

    return with_retries(decide)


def link_created(record_id: int, golden: GoldenRecord, *, cause: str) -> None:
    """Tie a record that the hub created at a platform to the golden record it was created for, by rule.

    The other end is that golden record's most senior home record, wherever a merge has taken it: undoing the
    merge takes the created record back with it. Does nothing where the two are tied already.
    """
    others = Membership.objects.filter(record__status="active").exclude(record=record_id)
    others = others.order_by("record_id")
    anchor = others.filter(home=golden).first() or others.filter(golden=golden).first()
    if anchor is None:
        return
    entry = audit.current()
    Judgement.objects.get_or_create(
        kind=Judgement.Kind.MUST_LINK,
        left_id=min(anchor.record_id, record_id),
        right_id=max(anchor.record_id, record_id),
        withdrawn_at=None,
        defaults={
            "domain": golden.domain, "rank": Judgement.Rank.RULE, "actor": entry.actor,
            "reason_code": "source_says_so", "reason": cause, "entry_id": entry.pk, "created_at": entry.at,
        },
    )  # fmt: skip


def confirm(code: str, *, versions: Mapping[str, int] | None = None, by: By) -> GoldenRecord:
    """Mark a golden record as looked at and right."""

    def work(held: Held) -> GoldenRecord:
        (golden,) = live_goldens([code], versions, at_least=1, held=held)
        golden.confirmed = True
        golden.version += 1
        golden.save(update_fields=["confirmed", "version"])
        return golden

    return _decide("confirm", [code], by, work)


def _decide(action: str, codes: Sequence[str], by: By, work: Callable[[Held], T]) -> T:
    """Run a decision about golden records under its audit entry, holding what it demands."""

    def decide() -> T:
        domain = live_golden(codes[0]).domain
        with _entry(action, by, f"decision on {', '.join(codes)}"):
            return holding(domain, work)

    return with_retries(decide)


def _entry(action: str, by: By, cause: str) -> AbstractContextManager[AuditEntry]:
    return audit.entry(actor=by.actor, action=action, cause=cause[:300], reason=why(by), user_id=by.user_id)


def _decided(
    made: Sequence[Judgement], record_ids: Sequence[int], by: By, cause: str, held: Held
) -> Decision:
    """Resolve under new judgements, and close the tasks that they answer."""
    settled = resolve(made[0].domain, record_ids, actor=by.actor, cause=cause, held=held)
    close_tasks(made)
    return Decision(tuple(judgement.pk for judgement in made), settled)


def is_live(golden: GoldenRecord) -> bool:
    """Whether the golden record has members of its own."""
    return golden.status == GoldenStatus.LIVE
