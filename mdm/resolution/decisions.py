"""What a person decides: merge, not a match, undo, confirm. Each is a judgement, and resolving again.

Undo withdraws a judgement and resolves again: there is no second mechanism. A preview is the same function
in a transaction that is rolled back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TypeVar

from django.db import transaction

from mdm.compliance import audit
from mdm.models import GoldenRecord, GoldenStatus, Judgement, Membership, ReviewTask
from mdm.resolution.apply import Settled
from mdm.resolution.resolve import resolve
from mdm.xref.redirect import live_golden

T = TypeVar("T")

REASONS: Mapping[str, str] = {
    "same_identifier": "Same official identifier",
    "same_person": "I know them to be the same",
    "same_contact": "Same contact details and name",
    "source_says_so": "The source system says so",
    "different_identifier": "Different official identifiers",
    "relatives": "Relatives or household",
    "branch": "Branch or affiliate of its own",
    "variant": "Another variant or pack of the product",
    "mistake": "The earlier decision was a mistake",
    "other": "Other (say which)",
}


class DecisionRefused(Exception):
    """The decision cannot stand as asked; `conflicts` lists why, one sentence each."""

    def __init__(self, summary: str, conflicts: Sequence[str]) -> None:
        super().__init__(" ".join([summary, *conflicts]))
        self.summary = summary
        self.conflicts = tuple(conflicts)


class StaleVersion(DecisionRefused):
    """Somebody or something changed a record since the caller looked."""


class Contradiction(DecisionRefused):
    """A judgement in force says the opposite."""


@dataclass(frozen=True, slots=True)
class By:
    """Who decides and why: the reason code is one of REASONS; "other" needs a text."""

    actor: str
    reason_code: str
    reason: str = ""
    user_id: int | None = None

    def __post_init__(self) -> None:
        if self.reason_code not in REASONS:
            raise ValueError(
                f"Reason {self.reason_code!r} is not on the list; use one of {', '.join(REASONS)}."
            )
        if self.reason_code == "other" and not self.reason.strip():
            raise ValueError("The reason 'other' needs a text: say in a sentence why.")


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

    `keep` names the golden id that shall survive. Raises StaleVersion or Contradiction with the list of
    conflicts.
    """
    goldens = _named(codes, versions, at_least=2)
    kept = live_golden(keep) if keep else None
    if kept is not None and kept not in goldens:
        raise Contradiction("The merge was not made.", [f"{keep} is not one of the records to merge."])
    with _entry("merge", by, goldens):
        _refuse_contradictions(goldens)
        seniors = [_senior_record(golden) for golden in goldens]
        made = [
            _judge(Judgement.Kind.MUST_LINK, left, right, goldens, by, keeps=kept)
            for left, right in pairwise(seniors)
        ]
        settled = resolve(goldens[0].domain, seniors, actor=by.actor, cause="merge")
        _close_tasks(made)
    return Decision(tuple(judgement.pk for judgement in made), settled)


def not_a_match(codes: Sequence[str], *, versions: Mapping[str, int] | None = None, by: By) -> Decision:
    """Hold two golden records to be different things: a cannot-link between their most senior home
    records.
    """
    goldens = _named(codes, versions, at_least=2)
    with _entry("not_a_match", by, goldens):
        left, right = (_senior_record(golden) for golden in goldens[:2])
        made = [_judge(Judgement.Kind.CANNOT_LINK, left, right, goldens, by)]
        settled = resolve(goldens[0].domain, [left, right], actor=by.actor, cause="not_a_match")
        _close_tasks(made)
    return Decision((made[0].pk,), settled)


def split(
    code: str, record_ids: Sequence[int], *, versions: Mapping[str, int] | None = None, by: By
) -> Decision:
    """Take the named source records out of a golden record: cannot-links between them and those that stay.

    Must-links across the line are withdrawn: the newer judgement of a person replaces the older one.
    """
    (golden,) = _named([code], versions, at_least=1)
    members = list(
        golden.members.filter(record__status="active")
        .order_by("record_id")
        .values_list("record_id", flat=True)
    )
    leaving = sorted(set(record_ids))
    staying = [record_id for record_id in members if record_id not in leaving]
    strangers = [record_id for record_id in leaving if record_id not in members]
    if strangers or not leaving or not staying:
        reason = (
            f"Records {strangers} are not in it." if strangers else "Both sides of a split need a record."
        )
        raise Contradiction(f"{code} was not split.", [reason])
    with _entry("split", by, [golden]):
        across = Judgement.objects.filter(kind=Judgement.Kind.MUST_LINK, withdrawn_at=None)
        for judgement in [
            *across.filter(left__in=leaving, right__in=staying),
            *across.filter(left__in=staying, right__in=leaving),
        ]:
            _withdraw(judgement, by)
        made = [
            _judge(Judgement.Kind.CANNOT_LINK, left, right, [golden], by)
            for left, right in product(leaving, staying)
        ]
        settled = resolve(golden.domain, [*leaving, *staying], actor=by.actor, cause="split")
    return Decision(tuple(judgement.pk for judgement in made), settled)


def undo(judgement_id: int, *, by: By) -> Decision:
    """Withdraw a judgement and resolve again: ids, members and values are those that stand without it."""
    judgement = Judgement.objects.filter(pk=judgement_id).first()
    if judgement is None:
        raise LookupError(f"There is no judgement {judgement_id}.")
    if judgement.withdrawn_at is not None:
        raise StaleVersion(
            "Nothing was undone.",
            [f"{judgement.withdrawn_by} withdrew it on {judgement.withdrawn_at:%Y-%m-%d %H:%M}."],
        )
    with audit.entry(
        actor=by.actor, action="undo", cause=f"judgement {judgement_id}", reason=_why(by), user_id=by.user_id
    ):
        _withdraw(judgement, by)
        settled = resolve(
            judgement.domain, [judgement.left_id, judgement.right_id], actor=by.actor, cause="undo"
        )
    return Decision((judgement_id,), settled)


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
    (golden,) = _named([code], versions, at_least=1)
    with _entry("confirm", by, [golden]):
        golden.confirmed = True
        golden.version += 1
        golden.save(update_fields=["confirmed", "version"])
    return golden


def _entry(action: str, by: By, goldens: Sequence[GoldenRecord]):  # type: ignore[no-untyped-def]
    codes = ", ".join(golden.code for golden in goldens)
    return audit.entry(
        actor=by.actor, action=action, cause=f"decision on {codes}"[:300], reason=_why(by), user_id=by.user_id
    )


def _why(by: By) -> str:
    return f"{REASONS[by.reason_code]}. {by.reason}".strip()


def _named(codes: Sequence[str], versions: Mapping[str, int] | None, *, at_least: int) -> list[GoldenRecord]:
    """Return the live golden records behind these ids, distinct and in order; refuse stale versions."""
    goldens = list({golden.pk: golden for golden in map(live_golden, codes)}.values())
    if len(goldens) < at_least:
        raise StaleVersion(
            "Nothing was decided.", [f"{', '.join(codes)} are one golden record by now: {goldens[0].code}."]
        )
    stale = [
        f"{golden.code} is at version {golden.version}, you saw {versions[golden.code]}: look again."
        for golden in goldens
        if versions and golden.code in versions and versions[golden.code] != golden.version
    ]
    if stale:
        raise StaleVersion("Nothing was decided.", stale)
    return goldens


def _refuse_contradictions(goldens: Sequence[GoldenRecord]) -> None:
    member_of = dict(
        Membership.objects.filter(golden__in=goldens)
        .order_by("record_id")
        .values_list("record_id", "golden__code")
    )
    standing = Judgement.objects.filter(
        kind=Judgement.Kind.CANNOT_LINK, withdrawn_at=None, left__in=member_of, right__in=member_of
    )
    conflicts = [
        f"{judgement.actor} decided on {judgement.created_at:%Y-%m-%d}: {member_of[judgement.left_id]} and"
        f" {member_of[judgement.right_id]} are not the same"
        f" ({REASONS.get(judgement.reason_code, judgement.reason_code)});"
        f" undo judgement {judgement.pk} first."
        for judgement in standing
    ]
    if conflicts:
        raise Contradiction("The merge was not made.", conflicts)


def _senior_record(golden: GoldenRecord) -> int:
    """Return the record that stands for a golden record: its most senior active home record, else member."""
    members = Membership.objects.filter(golden=golden, record__status="active").order_by("record_id")
    home = members.filter(home=golden).values_list("record_id", flat=True).first()
    first = home or members.values_list("record_id", flat=True).first()
    if first is None:
        raise StaleVersion("Nothing was decided.", [f"{golden.code} has no active source record."])
    return first


def _judge(
    kind: Judgement.Kind,
    one: int,
    other: int,
    goldens: Sequence[GoldenRecord],
    by: By,
    keeps: GoldenRecord | None = None,
) -> Judgement:
    entry = audit.current()
    evidence = {
        golden.code: list(golden.members.order_by("record_id").values_list("record_id", flat=True))
        for golden in goldens
    }
    return Judgement.objects.create(
        domain=goldens[0].domain,
        kind=kind,
        left_id=min(one, other),
        right_id=max(one, other),
        keeps=keeps,
        evidence=evidence,
        actor=by.actor,
        reason_code=by.reason_code,
        reason=by.reason,
        entry_id=entry.pk,
        created_at=entry.at,
    )


def _withdraw(judgement: Judgement, by: By) -> None:
    judgement.withdrawn_at = audit.current().at
    judgement.withdrawn_by = by.actor
    judgement.withdrawn_reason = _why(by)
    judgement.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _close_tasks(judgements: Sequence[Judgement]) -> None:
    """Mark the tasks that these judgements answer as decided, by the judgement that answered them."""
    for judgement in judgements:
        records = {record_id for ids in judgement.evidence.values() for record_id in ids}
        ReviewTask.objects.filter(
            status__in=[ReviewTask.Status.OPEN, ReviewTask.Status.OBSOLETE],
            left__in=records,
            right__in=records,
            judgement=None,
        ).update(status=ReviewTask.Status.DECIDED, judgement=judgement, closed_at=audit.current().at)


def is_live(golden: GoldenRecord) -> bool:
    """Whether the golden record has members of its own."""
    return golden.status == GoldenStatus.LIVE
