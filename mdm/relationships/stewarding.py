"""What a steward says of two golden records: that they stand in a relationship, or that it has ended.

A steward's word outranks every source and is taken back by withdrawing it; nothing else is changed, so that
undoing it needs no second mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from mdm import relationships
from mdm.compliance import audit
from mdm.domains.relationship import RelationshipType
from mdm.ingestion.checks import Notes
from mdm.ingestion.stating import attributes_of
from mdm.models import GoldenRecord, StewardRelationship
from mdm.publishing import outbox
from mdm.publishing.events import RelatedEvent
from mdm.relationships.announce import events_between
from mdm.relationships.edges import Edge, EdgeKey, Span
from mdm.relationships.ends import answering, edges_of
from mdm.relationships.graph import path
from mdm.resolution.due import with_retries
from mdm.resolution.judging import By, Contradiction, StaleVersion, live_goldens, why
from mdm.resolution.locks import Held, holding, share_domain

LOCK_TYPE = "SELECT pg_advisory_xact_lock(hashtextextended('aurum.relationship.' || %s, 0))"


class BadRelationship(ValueError):
    """A relationship cannot be as it was said; the message says why."""


@dataclass(frozen=True, slots=True)
class Related:
    """What came of a steward's word: its number, and the events it caused."""

    number: int
    events: tuple[RelatedEvent, ...]


def relate(
    code: str,
    from_id: str,
    to_id: str,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    attributes: Mapping[str, Any] | None = None,
    versions: Mapping[str, int] | None = None,
    by: By,
) -> Related:
    """Say that a relationship holds; of several words on the same two records the last one counts.

    Raises LookupError for an unknown type, BadRelationship, StaleVersion, or Contradiction for one that would
    close a cycle or be one too many.
    """
    type_ = relationships.get(code)
    if valid_from and valid_to and valid_from > valid_to:
        raise BadRelationship(f"It would end on {valid_to}, before it begins on {valid_from}.")
    notes = Notes(str)
    said = attributes_of(type_, attributes or {}, notes)
    if notes.problems:
        raise BadRelationship(" ".join(one.sentence for one in notes.problems))

    def work(held: Held) -> Related:
        one, other = _ends(type_, from_id, to_id, versions, held)
        _refuse_kinds(type_, one, other)
        _refuse_contradictions(type_, one, other, Span(valid_from, valid_to))
        written = StewardRelationship(
            type=code, from_golden=one, to_golden=other, holds=True, valid_from=valid_from,
            valid_to=valid_to, attributes=said,
        )  # fmt: skip
        return _say(written, by)

    return _decide("relate", type_, by, f"{code} from {from_id} to {to_id}", work)


def end(code: str, from_id: str, to_id: str, *, last_day: date | None = None, by: By) -> Related:
    """Say that a relationship ended with its last day, whoever says otherwise; None: it never was.

    Raises LookupError for an unknown type or a relationship that there is not, StaleVersion.
    """
    type_ = relationships.get(code)

    def work(held: Held) -> Related:
        one, other = _ends(type_, from_id, to_id, None, held)
        if (code, one.pk, other.pk) not in edges_of([one.pk]):
            raise LookupError(f"Nobody says that {one.code} is {type_.label} {other.code}.")
        written = StewardRelationship(
            type=code, from_golden=one, to_golden=other, holds=False, valid_to=last_day
        )
        return _say(written, by)

    return _decide("end relationship", type_, by, f"{code} from {from_id} to {to_id}", work)


def withdraw_relationship(number: int, *, by: By) -> Related:
    """Take a steward's word on a relationship back.

    Raises LookupError for an unknown one, StaleVersion for one that is withdrawn already.
    """

    code = StewardRelationship.objects.filter(pk=number).values_list("type", flat=True).first()
    if code is None:
        raise LookupError(f"There is no relationship {number}.")
    type_ = relationships.get(code)

    def work(held: Held) -> Related:
        row = StewardRelationship.objects.select_related("from_golden", "to_golden").filter(pk=number).get()
        _hold(type_, [row.from_golden.code, row.to_golden.code], None, held, at_least=1)
        row = StewardRelationship.objects.select_for_update(no_key=True).get(pk=number)
        if row.withdrawn_at is not None:
            when = f"{row.withdrawn_at:%Y-%m-%d %H:%M}"
            raise StaleVersion("Nothing was withdrawn.", [f"{row.withdrawn_by} did so on {when}."])
        ends = set(answering([row.from_golden_id, row.to_golden_id]).values())
        return Related(number, _changing(ends, lambda: _take_back(row, by.actor, why(by))))

    return _decide("withdraw relationship", type_, by, f"relationship {number}", work)


def _decide(
    action: str, type_: RelationshipType, by: By, cause: str, work: Callable[[Held], Related]
) -> Related:
    """Run a steward's word under its audit entry, nobody else relating others by this type meanwhile."""

    def decide() -> Related:
        with (
            audit.entry(actor=by.actor, action=action, cause=cause[:300], reason=why(by), user_id=by.user_id),
            connection.cursor() as cursor,
        ):
            cursor.execute(LOCK_TYPE, [type_.code])
            if type_.to_domain != type_.from_domain:
                share_domain(type_.to_domain)
            return holding(type_.from_domain, work)

    return with_retries(decide)


def _ends(
    type_: RelationshipType, from_id: str, to_id: str, versions: Mapping[str, int] | None, held: Held
) -> tuple[GoldenRecord, GoldenRecord]:
    """Return both golden records, nobody else moving their records."""
    one, other = _hold(type_, [from_id, to_id], versions, held)
    for golden, domain in ((one, type_.from_domain), (other, type_.to_domain)):
        if golden.domain != domain:
            raise BadRelationship(f"{golden.code} is a {golden.domain}; {type_.code} wants a {domain} there.")
        if golden.status != "live":
            raise StaleVersion("Nothing was said.", [f"No source record is left of {golden.code}."])
    return one, other


def _hold(
    type_: RelationshipType,
    codes: Sequence[str],
    versions: Mapping[str, int] | None,
    held: Held,
    at_least: int = 2,
) -> list[GoldenRecord]:
    if type_.from_domain == type_.to_domain:
        return live_goldens(codes, versions, at_least=at_least, held=held)
    return [golden for code in codes for golden in live_goldens([code], versions, at_least=1, held=held)]


def _refuse_kinds(type_: RelationshipType, one: GoldenRecord, other: GoldenRecord) -> None:
    ends: tuple[tuple[GoldenRecord, Literal["from", "to"]], ...] = ((one, "from"), (other, "to"))
    for golden, end_ in ends:
        if not type_.fits(end_, golden.kind):
            raise BadRelationship(
                f"{golden.code} is of kind {golden.kind}; {type_.code} wants"
                f" {' or '.join(type_.kinds_at(end_))} there."
            )


def _refuse_contradictions(
    type_: RelationshipType, one: GoldenRecord, other: GoldenRecord, span: Span
) -> None:
    near = edges_of([one.pk, other.pk])
    wanted = Edge((type_.code, one.pk, other.pk), (span,), {}, ())
    beside = [edge for key, edge in near.items() if key[0] == type_.code and edge.meets(wanted)]
    conflicts = []
    for edge in beside:
        _, from_id, to_id = edge.key
        if type_.points_once and from_id == one.pk and to_id != other.pk:
            conflicts.append(f"It is {type_.label} {_code(to_id)} already: end that first.")
        if type_.pointed_once and to_id == other.pk and from_id != one.pk:
            conflicts.append(f"{_code(from_id)} is {type_.label} {other.code} already: end that first.")
    if type_.acyclic and (way := path(other.pk, one.pk, _onward(type_, wanted))):
        steps = f", {type_.label} ".join(map(_code, way))
        conflicts.append(f"It would go round in a circle: {steps}.")
    if conflicts:
        raise Contradiction("The relationship was not made.", conflicts)


def _onward(type_: RelationshipType, wanted: Edge) -> Callable[[int], list[int]]:
    """Return a function that gives what a record points to on some day of the wanted relationship."""

    def onward(golden_id: int) -> list[int]:
        return [
            key[2]
            for key, edge in edges_of([golden_id]).items()
            if key[:2] == (type_.code, golden_id) and edge.meets(wanted)
        ]

    return onward


def _code(golden_id: int) -> str:
    return GoldenRecord.objects.values_list("code", flat=True).get(pk=golden_id)


def _say(written: StewardRelationship, by: By) -> Related:
    """Write a steward's word under the open entry."""
    entry = audit.current()
    written.actor, written.entry_id, written.created_at = by.actor, entry.pk, entry.at
    written.reason_code, written.reason = by.reason_code, by.reason
    ends = {written.from_golden_id, written.to_golden_id}
    events = _changing(ends, lambda: written.save(force_insert=True))
    return Related(written.pk, events)


def _take_back(row: StewardRelationship, actor: str, reason: str) -> None:
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = audit.current().at, actor, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _changing(goldens: set[int], change: Callable[[], None]) -> tuple[RelatedEvent, ...]:
    """Make a change and tell what it changed, under the locks and the entry of the caller."""
    before: dict[EdgeKey, Edge] = edges_of(goldens, state="told")
    change()
    events = tuple(events_between(before, edges_of(goldens, state="told")))
    outbox.append(events)
    return events
