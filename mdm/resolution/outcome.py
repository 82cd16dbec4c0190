"""What a decision does, told alike by its preview and after the deed: members, ids, values, messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from mdm.models import Destination, GoldenRecord, Lane
from mdm.publishing.desired import sendings_of
from mdm.publishing.events import RecordName
from mdm.publishing.lease import Leased
from mdm.resolution.apply import Settled
from mdm.resolution.decisions import Decision, preview
from mdm.resolution.since import Edit
from mdm.resolution.write import GoldenValue

NEW = "new-{}"
"""How a preview names the golden ids that will be issued: the deed draws others than its rehearsal did."""


@dataclass(frozen=True, slots=True)
class GoldenOutcome:
    """One golden record afterwards; `new`: its id was issued by it. Attributes have not passed the gate."""

    code: str
    status: str
    kind: str
    new: bool
    attributes: Mapping[str, Any]
    before: tuple[RecordName, ...]
    after: tuple[RecordName, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What one destination is told about one record of its own; without a key it is asked to create one."""

    destination: str
    object_type: str
    source_key: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision did, or would do; `between`: what people said since the decision that it undoes."""

    domain: str
    judgement_ids: tuple[int, ...]
    goldens: tuple[GoldenOutcome, ...]
    messages: tuple[Message, ...]
    between: tuple[Edit, ...] = ()


def outcome(decide: Callable[[], Decision], *, rehearse: bool) -> Outcome:
    """Make a decision and return what came of it; rehearsed, nothing of it is kept."""

    def work() -> Outcome:
        return _told(decide(), rehearse=rehearse)

    if rehearse:
        return preview(work)
    with transaction.atomic():
        return work()


def _told(decision: Decision, *, rehearse: bool) -> Outcome:
    settled = decision.settled
    issued = _issued(settled)
    names = {code: NEW.format(place) for place, code in enumerate(issued, start=1)} if rehearse else {}
    written = {value.code: value for value in settled.written}
    others = GoldenRecord.objects.in_bulk(
        [code for event in settled.events for code in event.subjects if code not in written],
        field_name="code",
    )
    told = []
    for event in settled.events:
        for code in event.subjects:
            now: GoldenValue | GoldenRecord = written[code] if code in written else others[code]
            golden = GoldenOutcome(
                code=names.get(code, code), status=now.status, kind=now.kind, new=code in issued,
                attributes=now.attributes, before=event.before.get(code, ()), after=event.after.get(code, ()),
            )  # fmt: skip
            told.append((now.id, golden))
    return Outcome(
        domain=settled.events[0].domain if settled.events else "",
        judgement_ids=() if rehearse else decision.judgement_ids,
        goldens=tuple(golden for _, golden in sorted(told, key=lambda one: one[0])),
        messages=tuple(
            Message(one.destination, one.object_type, one.source_key, names.get(one.code, one.code))
            for one in messages_about(settled)
        ),
        between=tuple(
            replace(one, after=tuple(names.get(code, code) for code in one.after)) for one in decision.between
        ),
    )


def _issued(settled: Settled) -> list[str]:
    """Return the golden ids that were issued just now, in their order."""
    fresh = {news.code for event in settled.events for news in event.goldens if news.version == 1}
    return [
        value.code for value in sorted(settled.written, key=lambda value: value.id) if value.code in fresh
    ]


def messages_about(settled: Settled) -> list[Message]:
    """Return what destinations have to hear because of a settlement, computed as when it is sent."""
    found: list[Message] = []
    for destination in Destination.objects.filter(enabled=True).select_related("source").order_by("pk"):
        lanes = Lane.objects.filter(destination=destination)
        due = [
            *lanes.filter(record__membership__golden__in=settled.told).order_by("record_id"),
            *lanes.filter(golden__in=settled.told).order_by("golden_id"),
        ]
        sendings = sendings_of(destination, [_as_leased(lane) for lane in due])
        found += [
            Message(destination.source.code, one.object_type, one.remote_key, one.golden_code)
            for one in (sendings[lane.pk] for lane in due if lane.pk in sendings)
        ]
    return found


def _as_leased(lane: Lane) -> Leased:
    return Leased(
        lane.pk, lane.record_id, lane.golden_id, lane.due_version, lane.acknowledged_hash, lane.attempts
    )
