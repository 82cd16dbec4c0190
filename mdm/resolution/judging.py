"""Who may decide what, and how a judgement is written: locks, contradictions, evidence."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from mdm.compliance import audit
from mdm.models import GoldenRecord, Judgement, Membership, ReviewTask
from mdm.resolution import scope
from mdm.resolution.locks import Held
from mdm.xref.redirect import live_golden

REASONS: Mapping[str, str] = {
    "same_identifier": "Same official identifier",
    "same_person": "I know them to be the same",
    "same_contact": "Same contact details and name",
    "source_says_so": "The source system says so",
    "different_identifier": "Different official identifiers",
    "relatives": "Relatives or household",
    "branch": "Branch or affiliate of its own",
    "variant": "Another variant or pack of the product",
    "asked": "I asked them",
    "documents": "Documents show it",
    "wrong_at_source": "The source is wrong",
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


def why(by: By) -> str:
    """Return the reason as people read it."""
    return f"{REASONS[by.reason_code]}. {by.reason}".strip()


def live_goldens(
    codes: Sequence[str], versions: Mapping[str, int] | None, *, at_least: int, held: Held
) -> list[GoldenRecord]:
    """Return the live golden records behind these ids, distinct and in order, nobody else changing them.

    Raises StaleVersion when they are not what the caller saw, Contradiction when they are of two domains.
    """
    goldens = list({golden.pk: golden for golden in map(live_golden, codes)}.values())
    held.demand(Membership.objects.filter(golden__in=goldens).values_list("component_id", flat=True))
    if len({golden.domain for golden in goldens}) > 1:
        raise Contradiction("Nothing was decided.", ["Records of two domains are never one thing."])
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


def hold_records(record_ids: Collection[int], held: Held) -> None:
    """Go on only with the components of these records held."""
    held.demand(set(scope.components_of(record_ids).values()))


def refuse_contradictions(goldens: Sequence[GoldenRecord]) -> None:
    """Raise Contradiction when a cannot-link in force stands between records of these golden records."""
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


def senior_record(golden: GoldenRecord) -> int:
    """Return the record that stands for a golden record: its most senior active home record, else member."""
    members = Membership.objects.filter(golden=golden, record__status="active").order_by("record_id")
    home = members.filter(home=golden).values_list("record_id", flat=True).first()
    first = home or members.values_list("record_id", flat=True).first()
    if first is None:
        raise StaleVersion("Nothing was decided.", [f"{golden.code} has no active source record."])
    return first


def judge(
    kind: Judgement.Kind,
    one: int,
    other: int,
    goldens: Sequence[GoldenRecord],
    by: By,
    keeps: GoldenRecord | None = None,
) -> Judgement:
    """Write a judgement, or return the one in force that says the same."""
    low, high = sorted((one, other))
    standing = Judgement.objects.filter(kind=kind, left=low, right=high, withdrawn_at=None).first()
    if standing is not None:
        return standing
    entry = audit.current()
    evidence = {
        golden.code: list(golden.members.order_by("record_id").values_list("record_id", flat=True))
        for golden in goldens
    }
    return Judgement.objects.create(
        domain=goldens[0].domain,
        kind=kind,
        left_id=low,
        right_id=high,
        keeps=keeps,
        evidence=evidence,
        actor=by.actor,
        reason_code=by.reason_code,
        reason=by.reason,
        entry_id=entry.pk,
        created_at=entry.at,
    )


def withdraw(judgement: Judgement, by: By) -> Judgement:
    """Take a judgement out of force."""
    judgement.withdrawn_at = audit.current().at
    judgement.withdrawn_by = by.actor
    judgement.withdrawn_reason = why(by)
    judgement.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return judgement


def close_tasks(judgements: Sequence[Judgement]) -> None:
    """Mark the tasks that these judgements answer as decided, by the judgement that answered them."""
    now = audit.current().at
    standing = (ReviewTask.Status.OPEN, ReviewTask.Status.UNQUEUED)
    answered = Q(status__in=standing) | Q(status=ReviewTask.Status.OBSOLETE, closed_at=now)
    for judgement in judgements:
        records = {record_id for ids in judgement.evidence.values() for record_id in ids}
        ReviewTask.objects.filter(answered, left__in=records, right__in=records).update(
            status=ReviewTask.Status.DECIDED, judgement=judgement, closed_at=now
        )
