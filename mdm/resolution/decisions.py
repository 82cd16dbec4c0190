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
    held,
    judge,
    refuse_contradictions,
    senior_record,
    why,
    withdraw,
)
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

    def decide() -> Decision:
        with _entry("merge", by, codes):
            goldens = held(codes, versions, at_least=2)
            kept = live_golden(keep) if keep else None
            if kept is not None and kept not in goldens:
                raise Contradiction(
                    "The merge was not made.", [f"{keep} is not one of the records to merge."]
                )
            refuse_contradictions(goldens)
            seniors = [senior_record(golden) for golden in goldens]
            made = [
                judge(Judgement.Kind.MUST_LINK, left, right, goldens, by, keeps=kept)
                for left, right in pairwise(seniors)
            ]
            return _decided(made, seniors, by, "merge")

    return with_retries(decide)


def not_a_match(codes: Sequence[str], *, versions: Mapping[str, int] | None = None, by: By) -> Decision:
    """Hold these golden records to be different: cannot-links between their most senior home records."""

    def decide() -> Decision:
        with _entry("not_a_match", by, codes):
            goldens = held(codes, versions, at_least=2)
            seniors = [senior_record(golden) for golden in goldens]
            made = [
                judge(Judgement.Kind.CANNOT_LINK, left, right, goldens, by)
                for left, right in combinations(seniors, 2)
            ]
            return _decided(made, seniors, by, "not_a_match")

    return with_retries(decide)


def split(
    code: str, record_ids: Sequence[int], *, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Take the named source records out of a golden record: cannot-links between them and those that stay.

    Must-links across the line stand but yield to the cannot-links; undoing the split lets them act again.
    """
    leaving = sorted(set(record_ids))

    def decide() -> Decision:
        with _entry("split", by, [code]):
            (golden,) = held([code], versions, at_least=1)
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
            return _decided(made, [*leaving, *staying], by, "split")

    return with_retries(decide)


def undo(judgement_id: int, *, by: By) -> Decision:
    """Withdraw a decision, with all judgements it made, and resolve again.

    Afterwards ids, members and values are those that stand without it. Raises LookupError for an unknown
    judgement, StaleVersion for one that is withdrawn already.
    """

    def decide() -> Decision:
        with audit.entry(
            actor=by.actor,
            action="undo",
            cause=f"judgement {judgement_id}",
            reason=why(by),
            user_id=by.user_id,
        ):
            asked = Judgement.objects.select_for_update(no_key=True).filter(pk=judgement_id).first()
            if asked is None:
                raise LookupError(f"There is no judgement {judgement_id}.")
            if asked.withdrawn_at is not None:
                when = f"{asked.withdrawn_at:%Y-%m-%d %H:%M}"
                raise StaleVersion("Nothing was undone.", [f"{asked.withdrawn_by} withdrew it on {when}."])
            # A split or a merge of three makes several judgements: they have one entry and one evidence.
            together = Judgement.objects.filter(
                rank=asked.rank, entry_id=asked.entry_id, evidence=asked.evidence, withdrawn_at=None
            ).order_by("pk")
            alone = asked.rank == Judgement.Rank.RULE
            withdrawn = [withdraw(judgement, by) for judgement in ([asked] if alone else together)]
            records = {
                record for judgement in withdrawn for record in (judgement.left_id, judgement.right_id)
            }
            settled = resolve(asked.domain, records, actor=by.actor, cause="undo")
        return Decision(tuple(judgement.pk for judgement in withdrawn), settled)

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

    def decide() -> GoldenRecord:
        with _entry("confirm", by, [code]):
            (golden,) = held([code], versions, at_least=1)
            golden.confirmed = True
            golden.version += 1
            golden.save(update_fields=["confirmed", "version"])
        return golden

    return with_retries(decide)


def _entry(action: str, by: By, codes: Sequence[str]) -> AbstractContextManager[AuditEntry]:
    return audit.entry(
        actor=by.actor,
        action=action,
        cause=f"decision on {', '.join(codes)}"[:300],
        reason=why(by),
        user_id=by.user_id,
    )


def _decided(made: Sequence[Judgement], record_ids: Sequence[int], by: By, cause: str) -> Decision:
    """Resolve under new judgements, and close the tasks that they answer."""
    settled = resolve(made[0].domain, record_ids, actor=by.actor, cause=cause)
    close_tasks(made)
    return Decision(tuple(judgement.pk for judgement in made), settled)


def is_live(golden: GoldenRecord) -> bool:
    """Whether the golden record has members of its own."""
    return golden.status == GoldenStatus.LIVE
