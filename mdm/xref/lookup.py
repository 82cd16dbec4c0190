"""The question downstream systems ask: which golden record is this key of ours?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q

from mdm.ingestion.keys import BadKey, normalise_key
from mdm.models import AlternateKey, GoldenRecord, Membership, ObjectType, QuarantinedRow, SourceRecord, Xref
from mdm.xref.redirect import resolved

State = Literal["known", "pending", "quarantined", "unknown"]


@dataclass(frozen=True, slots=True)
class XrefAnswer:
    """What we know of one source key. golden_id is set when known; reason is a sentence when it is not."""

    source: str
    object_type: str
    source_key: str
    state: State
    golden_id: str | None = None
    domain: str | None = None
    kind: str | None = None
    status: str | None = None
    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Until when it held, where a moment of the past was asked for."""


def lookup(source: str, object_type: str, key: str, *, at: datetime | None = None) -> XrefAnswer:
    """Return what we know of one key; never raises for an unknown one."""
    return next(iter(lookup_many([(source, object_type, key)], at=at).values()))


def lookup_many(
    names: Iterable[tuple[str, str, str]], *, at: datetime | None = None
) -> dict[tuple[str, str, str], XrefAnswer]:
    """Return an answer for every name asked for, in the order asked; a handful of statements in all.

    at: the golden id that held at that moment, as it was then, instead of the present one.
    """
    asked = list(dict.fromkeys(names))
    kinds = {
        (kind.source.code, kind.code): kind
        for kind in ObjectType.objects.select_related("source").filter(
            source__code__in={name[0] for name in asked}
        )
    }
    answers: dict[tuple[str, str, str], XrefAnswer] = {}
    by_kind: dict[ObjectType, dict[str, list[tuple[str, str, str]]]] = {}
    for name in asked:
        source, code, key = name
        kind = kinds.get((source, code))
        if kind is None:
            answers[name] = XrefAnswer(
                *name, "unknown", reason=f"There is no object type {code} at source {source}."
            )
            continue
        try:
            by_kind.setdefault(kind, {}).setdefault(normalise_key(kind.key_rule, key), []).append(name)
        except BadKey as error:
            answers[name] = XrefAnswer(*name, "unknown", reason=str(error))
    for kind, keys in by_kind.items():
        found = _of_kind(kind, keys, at)
        answers |= {name: found[key] for key, same in keys.items() for name in same}
    return {name: answers[name] for name in asked}


def _of_kind(kind: ObjectType, keys: Iterable[str], at: datetime | None) -> dict[str, XrefAnswer]:
    wanted = list(keys)
    alias = dict(
        AlternateKey.objects.filter(object_type=kind, key__in=wanted).values_list("key", "record__source_key")
    )
    source_keys = {key: alias.get(key, key) for key in wanted}
    records = {
        row.record.source_key: row
        for row in Membership.objects.select_related("record", "golden").filter(
            record__object_type=kind, record__source_key__in=source_keys.values()
        )
    }
    if at is not None:
        return {key: _answer_at(kind, key, records.get(source_keys[key]), at) for key in wanted}
    since: Mapping[int, datetime] = dict(
        Xref.objects.filter(
            record__in=[row.record_id for row in records.values()], valid_to=None
        ).values_list("record_id", "valid_from")
    )
    quarantined = dict(
        QuarantinedRow.objects.filter(object_type=kind, source_key__in=wanted, status="open").values_list(
            "source_key", "reason"
        )
    )
    return {
        key: _answer(kind, key, records.get(source_keys[key]), since, quarantined.get(key)) for key in wanted
    }


def _answer(
    kind: ObjectType, key: str, row: Membership | None, since: Mapping[int, datetime], quarantine: str | None
) -> XrefAnswer:
    name = (kind.source.code, kind.code, key)
    if row is None and quarantine is not None:
        return XrefAnswer(*name, "quarantined", domain=kind.domain, reason=quarantine)
    if row is None:
        return XrefAnswer(
            *name, "unknown", domain=kind.domain, reason=f"{kind} has never sent a record {key}."
        )
    if row.golden is None:
        reason = row.parked_reason or "It is accepted and waits to be resolved."
        return XrefAnswer(*name, "pending", domain=kind.domain, reason=reason)
    golden: GoldenRecord = resolved(row.golden)
    return XrefAnswer(
        *name, "known", golden.code, golden.domain, golden.kind, golden.status, since=since.get(row.record_id)
    )


def _answer_at(kind: ObjectType, key: str, row: Membership | None, at: datetime) -> XrefAnswer:
    """Return the golden id that a record had at a moment."""
    name = (kind.source.code, kind.code, key)
    if row is None:
        reason = f"{kind} has never sent a record {key}."
        return XrefAnswer(*name, "unknown", domain=kind.domain, reason=reason)
    spans = Xref.objects.filter(record=row.record_id).select_related("golden").order_by("valid_from", "id")
    span = spans.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at).last()
    if span is None:
        first = spans.first()
        told = (
            f" its first one is from {first.valid_from:%Y-%m-%dT%H:%M:%SZ}." if first else " it has none yet."
        )
        reason = f"The record had no golden id at {at.isoformat()};{told}"
        return XrefAnswer(*name, "unknown", domain=kind.domain, reason=reason)
    golden = span.golden
    return XrefAnswer(
        *name, "known", golden.code, golden.domain, golden.kind, since=span.valid_from, until=span.valid_to
    )


@dataclass(frozen=True, slots=True)
class XrefSpan:
    """One span of time in which a source record belonged to a golden record; the present one has no end."""

    golden_id: str
    valid_from: datetime
    valid_to: datetime | None
    entry_id: int


@dataclass(frozen=True, slots=True)
class XrefHistory:
    """The life of one cross-reference; the key is the record's own, `asked_key` as it was asked for."""

    source: str
    object_type: str
    source_key: str
    asked_key: str
    spans: tuple[XrefSpan, ...]


def xref_history(source: str, object_type: str, key: str, *, at: datetime | None = None) -> XrefHistory:
    """Return the spans of a source record, oldest first, or only the one at a moment; none for an unknown
    key.

    Raises ObjectType.DoesNotExist, BadKey.
    """
    kind = ObjectType.objects.get(source__code=source, code=object_type)
    named = normalise_key(kind.key_rule, key)
    record = SourceRecord.objects.filter(
        Q(object_type=kind, source_key=named) | Q(alternate_keys__object_type=kind, alternate_keys__key=named)
    ).first()
    found = Xref.objects.filter(record=record).select_related("golden").order_by("valid_from", "id")
    if at is not None:
        found = found.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)
    spans = tuple(XrefSpan(one.golden.code, one.valid_from, one.valid_to, one.entry_id) for one in found)
    return XrefHistory(source, object_type, record.source_key if record else named, key, spans)
