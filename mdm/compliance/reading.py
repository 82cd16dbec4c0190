"""Golden and source records as somebody may see them: the one way from the tables to a screen or an answer.

Everything returned here has passed the policy gate; titles are made anew from what the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mdm import domains
from mdm.compliance.policy import Access, Principal, decide, visible
from mdm.models import GoldenRecord, Membership, SourceRecord, Xref
from mdm.resolution.scope import corrected, said_by_stewards
from mdm.survivorship.provenance import ONLY_CANDIDATE

SOLE_RULE = "only record"
UNTITLED = "without a name"

Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """One source record as a reader sees it; `url` leads to its platform, `since` dates its golden id.

    attributes  what counts for matching: what its platform says, and over it what stewards said of it.
    said        the attributes that stewards said.
    """

    id: int
    source: str
    source_name: str
    object_type: str
    source_key: str
    status: str
    version: int
    attributes: dict[str, Any]
    content_changed_at: datetime
    url: str
    golden_id: str | None = None
    home_id: str | None = None
    since: datetime | None = None
    said: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        """The record's name: (source system, object type, source key)."""
        return (self.source, self.object_type, self.source_key)


@dataclass(frozen=True, slots=True)
class GoldenSeen:
    """One golden record as a reader sees it."""

    id: str
    domain: str
    kind: str
    status: str
    confirmed: bool
    version: int
    title: str
    attributes: dict[str, Any]
    created_at: datetime
    changed_at: datetime
    rule_set: int | None
    records: tuple[RecordSeen, ...]
    provenance: dict[str, Any]


def golden_seen(golden: GoldenRecord, principal: Principal) -> GoldenSeen:
    """Return a golden record with its source records, most senior first, and why each value is what it is."""
    records = records_of(golden, principal)
    attributes = visible(principal, golden.domain, golden.attributes)
    return GoldenSeen(
        id=golden.code,
        domain=golden.domain,
        kind=golden.kind,
        status=golden.status,
        confirmed=golden.confirmed,
        version=golden.version,
        title=title_of(golden.domain, attributes),
        attributes=attributes,
        created_at=golden.created_at,
        changed_at=golden.changed_at,
        rule_set=golden.rule_set.number if golden.rule_set else None,
        records=records,
        provenance=provenance_seen(golden, records, attributes, principal),
    )


def provenance_seen(
    golden: GoldenRecord, records: Iterable[RecordSeen], attributes: Mapping[str, Any], principal: Principal
) -> dict[str, Any]:
    """Return why each value a reader sees is what it is, without words that quote what he does not see."""
    return {
        name: _without_words(why)
        if decide(principal, golden.domain, name.partition("/")[0]) is not Access.SHOW
        else why
        for name, why in provenance_of(golden, records, attributes).items()
    }


def _without_words(why: Mapping[str, Any]) -> dict[str, Any]:
    """Return the provenance of a masked value without a person's own words, which may quote it."""
    return {part: said for part, said in why.items() if part != "because"}


def records_of(golden: GoldenRecord, principal: Principal) -> tuple[RecordSeen, ...]:
    """Return the source records of a golden record, most senior first."""
    rows = (
        Membership.objects.filter(golden=golden)
        .select_related("record__object_type__source", "golden", "home")
        .order_by("record_id")
    )
    return records_seen(rows, principal)


def record_seen(record_id: int, principal: Principal) -> RecordSeen:
    """Return one source record; raises Membership.DoesNotExist for an unknown one."""
    row = Membership.objects.select_related("record__object_type__source", "golden", "home").get(
        record_id=record_id
    )
    return records_seen([row], principal)[0]


def records_seen(rows: Iterable[Membership], principal: Principal) -> tuple[RecordSeen, ...]:
    """Return the source records of these memberships in their order."""
    members = list(rows)
    since: Mapping[int, datetime] = dict(
        Xref.objects.filter(record__in=[row.record_id for row in members], valid_to=None).values_list(
            "record_id", "valid_from"
        )
    )
    said = said_by_stewards([row.record_id for row in members])
    return tuple(
        _record_seen(row, principal, since.get(row.record_id), said.get(row.record_id, {})) for row in members
    )


def _record_seen(
    row: Membership, principal: Principal, since: datetime | None, said: Mapping[str, Any]
) -> RecordSeen:
    record: SourceRecord = row.record
    kind = record.object_type
    source = kind.source.code
    return RecordSeen(
        id=record.pk,
        source=kind.source.code,
        source_name=kind.source.name,
        object_type=kind.code,
        source_key=record.source_key,
        status=record.status,
        version=record.version,
        attributes=visible(principal, record.domain, corrected(record.attributes, said), source=source),
        content_changed_at=record.content_changed_at,
        url=kind.url_of(record.source_key),
        golden_id=row.golden.code if row.golden else None,
        home_id=row.home.code if row.home else None,
        since=since,
        said=tuple(visible(principal, record.domain, said, source=source)),
    )


def provenance_of(
    golden: GoldenRecord, records: Iterable[RecordSeen], attributes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the provenance of the attributes a reader sees; that of a single record is spelled out."""
    if not golden.provenance:
        sole = next(iter(records), None)
        if sole is None:
            return {}
        why = {"winner": list(sole.name), "rule": SOLE_RULE, "step": ONLY_CANDIDATE}
        return {name: dict(why) for name in attributes}
    # A scoped attribute stands as "attribute/scope".
    return {name: why for name, why in golden.provenance.items() if name.partition("/")[0] in attributes}


def title_of(domain: str, attributes: Mapping[str, Any]) -> str:
    """Return how people call something of which they see these attributes."""
    return domains.get(domain).title(attributes) if attributes else UNTITLED
