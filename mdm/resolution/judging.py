"""Who decides and why, and what stands against it: locks, stale versions, contradictions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from mdm.models import GoldenRecord, Judgement, Membership
from mdm.resolution import scope
from mdm.resolution.binding import binding_on
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
    """The decision cannot stand as asked; `conflicts` lists why, one sentence each.

    at: the moment of the refusal, under the locks: it is about what was committed before, and nothing later.
    """

    at: datetime | None = None

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
    held.demand(set(scope.components(record_ids).values()))


def refuse_contradictions(
    goldens: Sequence[GoldenRecord], summary: str = "The merge was not made.", *, also: Sequence[int] = ()
) -> None:
    """Raise Contradiction when a judgement that binds holds records of these golden records apart.

    also: further records that shall be one with them.
    """
    member_of = dict(
        Membership.objects.filter(Q(golden__in=goldens) | Q(record__in=also))
        .order_by("record_id")
        .values_list("record_id", "golden__code")
    )
    conflicts = []
    for judgement, left, right in apart_among(goldens[0].domain, member_of):
        named = list(dict.fromkeys(member_of[one] for one in (*left[:1], *right[:1])))
        about = f"{' and '.join(named)} are not the same" if right else f"a record of {named[0]} stands alone"
        conflicts.append(
            f"{judgement.actor} decided on {judgement.created_at:%Y-%m-%d}: {about}"
            f" ({REASONS.get(judgement.reason_code, judgement.reason_code)});"
            f" undo judgement {judgement.pk} first."
        )
    if conflicts:
        raise Contradiction(summary, conflicts)


def apart_among(
    domain: str, record_ids: Collection[int]
) -> list[tuple[Judgement, tuple[int, ...], tuple[int, ...]]]:
    """Return the judgements that bind and hold some of these records apart, each with those of both sides.

    The right side is empty where a record stands alone.
    """
    inside = set(record_ids)
    found = []
    for one in binding_on(domain, inside):
        left, right = (tuple(record for record in side if record in inside) for side in (one.left, one.right))
        if (one.kind in ("cannot_link", "apart") and left and right) or (one.kind == "alone" and left):
            found.append((one.id, left, right))
    rows = Judgement.objects.in_bulk([number for number, _, _ in found])
    return [(rows[number], left, right) for number, left, right in found]


def senior_record(golden: GoldenRecord) -> int:
    """Return the record that stands for a golden record: its most senior active home record, else member."""
    members = Membership.objects.filter(golden=golden, record__status="active").order_by("record_id")
    home = members.filter(home=golden).values_list("record_id", flat=True).first()
    first = home or members.values_list("record_id", flat=True).first()
    if first is None:
        raise StaleVersion("Nothing was decided.", [f"{golden.code} has no active source record."])
    return first
