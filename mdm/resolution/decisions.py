"""What a person decides: merge, not a match, undo, confirm. Each is a judgement, and resolving again.

Undo withdraws a judgement and resolves again: there is no second mechanism. A preview is the same function
in a transaction that is rolled back.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from mdm.compliance import audit
from mdm.models import AuditEntry, GoldenRecord, Judgement, Membership
from mdm.resolution.apply import Settled
from mdm.resolution.due import with_retries
from mdm.resolution.judging import (
    REASONS,
    By,
    Contradiction,
    DecisionRefused,
    StaleVersion,
    apart_among,
    hold_records,
    live_goldens,
    refuse_contradictions,
    why,
)
from mdm.resolution.locks import Held, holding
from mdm.resolution.resolve import resolve
from mdm.resolution.since import Edit, placed, said_since
from mdm.resolution.verdicts import (
    FOR_GOOD,
    Term,
    Verdict,
    active_members,
    close_tasks,
    judge,
    mark_confirmed,
    records_named,
    side_of,
    take_back,
    withdraw,
)
from mdm.resolution.write import moment
from mdm.xref.redirect import live_golden

__all__ = [
    "REASONS",
    "By",
    "Contradiction",
    "Decision",
    "DecisionRefused",
    "StaleVersion",
    "Term",
    "confirm",
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

    between     of an undo: what people said of these golden records since the decision.
    """

    judgement_ids: tuple[int, ...]
    settled: Settled
    between: tuple[Edit, ...] = ()


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
        sides = [side_of(golden) for golden in goldens]
        verdicts = [
            Verdict(Judgement.Kind.MUST_LINK, left, right, keeps=kept) for left, right in pairwise(sides)
        ]
        decision = decided(Judgement.Decision.MERGE, verdicts, goldens, by, held)
        _refuse_without_effect([side[0] for side in sides])
        return decision

    return decide("merge", codes, by, work)


def _refuse_without_effect(record_ids: Sequence[int]) -> None:
    """Raise Contradiction when records that were just linked did not come together."""
    codes = Membership.objects.filter(pk__in=record_ids).values_list("golden__code", flat=True)
    if len(apart := sorted(set(map(str, codes)))) > 1:
        raise Contradiction(
            "The merge was not made.", [f"What people decided before keeps {' and '.join(apart)} apart."]
        )


def not_a_match(
    codes: Sequence[str], *, term: Term = FOR_GOOD, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Hold these golden records to be different, for a term: cannot-links between their senior home records.

    Raises StaleVersion, Contradiction when they are held to be so already, ValueError for a term that cannot
    be.
    """

    def work(held: Held) -> Decision:
        goldens = live_goldens(codes, versions, at_least=2, held=held)
        sides = [side_of(golden) for golden in goldens]
        _refuse_repetition(goldens, [side[0] for side in sides], term)
        verdicts = [
            Verdict(Judgement.Kind.CANNOT_LINK, left, right, term=term)
            for left, right in combinations(sides, 2)
        ]
        return decided(Judgement.Decision.NOT_A_MATCH, verdicts, goldens, by, held)

    return decide("not_a_match", codes, by, work)


def _refuse_repetition(goldens: Sequence[GoldenRecord], seniors: Sequence[int], term: Term) -> None:
    """Raise Contradiction when every two of these records are held to be different for as long already."""
    said = {
        frozenset((left[0], right[0])): one
        for one, left, right in apart_among(goldens[0].domain, seniors)
        if right and one.until == term.until and bool(one.watched) == term.until_change
    }
    if all(frozenset(pair) in said for pair in combinations(seniors, 2)):
        told = [
            f"{one.actor} decided so on {one.created_at:%Y-%m-%d} (judgement {one.pk})."
            for one in said.values()
        ]
        raise Contradiction("They are held to be different already.", told)


def split(
    code: str, record_ids: Sequence[int], *, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Take the named source records out of a golden record: none of them is with one of those that stay.

    Must-links across the line stand but yield; undoing the split lets them act again.
    """
    leaving = sorted(set(record_ids))

    def work(held: Held) -> Decision:
        (golden,) = live_goldens([code], versions, at_least=1, held=held)
        staying = staying_of(golden, leaving, f"{code} was not split.")
        if not staying:
            raise Contradiction(f"{code} was not split.", ["Both sides of a split need a record."])
        verdict = Verdict(Judgement.Kind.APART, tuple(leaving), tuple(staying))
        return decided(Judgement.Decision.SPLIT, [verdict], [golden], by, held)

    return decide("split", [code], by, work)


def staying_of(golden: GoldenRecord, leaving: Sequence[int], summary: str) -> list[int]:
    """Return the active records that stay; raises Contradiction when the leaving ones are not all members."""
    members = active_members(golden)
    strangers = sorted(set(leaving) - set(members))
    if strangers:
        raise Contradiction(summary, [f"Records {strangers} are not in it."])
    if not leaving:
        raise Contradiction(summary, ["Both sides of a split need a record."])
    return [one for one in members if one not in set(leaving)]


def confirm(code: str, *, versions: Mapping[str, int] | None = None, by: By) -> Decision:
    """Mark a golden record as looked at and right; raises StaleVersion when it is marked already."""

    def work(held: Held) -> Decision:
        (golden,) = live_goldens([code], versions, at_least=1, held=held)
        if golden.confirmed:
            raise StaleVersion("Nothing was confirmed.", [f"{golden.code} is confirmed already."])
        verdict = Verdict(Judgement.Kind.CONFIRMED, side_of(golden))
        made = judge(Judgement.Decision.CONFIRM, [verdict], [golden], by)
        mark_confirmed(golden, True)
        # Which ids are confirmed decides who carries them, where several are in play.
        settled = resolve(golden.domain, records_named(made), actor=by.actor, cause="confirm", held=held)
        return Decision(tuple(one.pk for one in made), settled)

    return decide("confirm", [code], by, work)


def undo(judgement_id: int, *, by: By) -> Decision:
    """Withdraw a decision, with all judgements it made, and resolve again.

    Afterwards ids, members and values are those that stand without it; what people said since stays, and is
    listed with where it stands then. Raises LookupError for an unknown judgement, StaleVersion for one that
    is withdrawn already.
    """

    def work(held: Held) -> Decision:
        found = Judgement.objects.get(pk=judgement_id)
        first = found.made_with or found.pk
        asked = list(Judgement.objects.filter(Q(pk=first) | Q(made_with=first)).order_by("pk"))
        records = records_named([*asked, *Judgement.objects.filter(withdrawn_with__in=asked)])
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
        since = said_since(asked, records)
        for one in standing:
            withdraw(one, by)
            take_back(one)
        settled = resolve(found.domain, records, actor=by.actor, cause="undo", held=held)
        return Decision(tuple(one.pk for one in standing), settled, placed(since))

    def withdrawing() -> Decision:
        domain = Judgement.objects.filter(pk=judgement_id).values_list("domain", flat=True).first()
        if domain is None:
            raise LookupError(f"There is no judgement {judgement_id}.")
        with _entry("undo", by, f"judgement {judgement_id}"):
            return holding(domain, stamped(work))

    return with_retries(withdrawing)


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
            "left_records": [min(anchor.record_id, record_id)],
            "right_records": [max(anchor.record_id, record_id)],
            "reason_code": "source_says_so", "reason": cause, "entry_id": entry.pk, "created_at": entry.at,
        },
    )  # fmt: skip


def decide(action: str, codes: Sequence[str], by: By, work: Callable[[Held], T]) -> T:
    """Run a decision about golden records under its audit entry, holding what it demands."""

    def deciding() -> T:
        domain = live_golden(codes[0]).domain
        with _entry(action, by, f"decision on {', '.join(codes)}"):
            return holding(domain, stamped(work))

    return with_retries(deciding)


def stamped(work: Callable[[Held], T]) -> Callable[[Held], T]:
    """Return the work, whose refusals say when they were made: while it holds what it demanded."""

    def refusing(held: Held) -> T:
        try:
            return work(held)
        except DecisionRefused as refused:
            refused.at = moment()
            raise

    return refusing


def _entry(action: str, by: By, cause: str) -> AbstractContextManager[AuditEntry]:
    return audit.entry(actor=by.actor, action=action, cause=cause[:300], reason=why(by), user_id=by.user_id)


def decided(
    decision: Judgement.Decision,
    verdicts: Sequence[Verdict],
    goldens: Sequence[GoldenRecord],
    by: By,
    held: Held,
) -> Decision:
    """Write the judgements of a decision, resolve under them, and close the tasks that they answer."""
    made = judge(decision, verdicts, goldens, by)
    settled = resolve(
        goldens[0].domain, records_named(made), actor=by.actor, cause=str(decision.value), held=held
    )
    close_tasks(made)
    return Decision(tuple(judgement.pk for judgement in made), settled)
