"""A golden record as it stood at a moment: from its history, its cross-references and its records' homes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from mdm.compliance.policy import Principal, visible
from mdm.compliance.reading import GoldenSeen, provenance_seen, record_seen, title_of
from mdm.models import GoldenRecord, Membership, RuleSet, Xref


class NotYetIssued(LookupError):
    """The golden id was issued after the moment that was asked for."""


def golden_at(golden: GoldenRecord, moment: datetime, principal: Principal) -> tuple[GoldenSeen, str | None]:
    """Return a golden record as it stood at a moment, as this reader may see it, and where it led then.

    Its records are shown with what they say today: what they said then stands in their own history. Raises
    NotYetIssued.
    """
    row: Any = (
        golden.history.filter(history_date__lte=moment).order_by("-history_date", "-history_id").first()
    )
    if row is None:
        first = golden.history.order_by("history_date").values_list("history_date", flat=True).first()
        when = f" It is from {first:%Y-%m-%dT%H:%M:%SZ}." if first else ""
        raise NotYetIssued(f"There was no golden record {golden.code} at {moment.isoformat()}.{when}")
    records = tuple(record_seen(record, principal) for record in _members_at(golden, moment))
    attributes = visible(principal, row.domain, row.attributes)
    rules = RuleSet.objects.filter(pk=row.rule_set_id).values_list("number", flat=True).first()
    seen = GoldenSeen(
        id=row.code,
        domain=row.domain,
        kind=row.kind,
        status=row.status,
        confirmed=row.confirmed,
        version=row.version,
        title=title_of(row.domain, attributes),
        attributes=attributes,
        created_at=row.created_at,
        changed_at=row.changed_at,
        rule_set=rules,
        records=records,
        provenance=provenance_seen(
            GoldenRecord(domain=row.domain, provenance=row.provenance), records, attributes, principal
        ),
    )
    return seen, _redirected_to(golden, moment) if row.status == "merged" else None


def _spans_at(moment: datetime) -> Q:
    return Q(valid_from__lte=moment) & (Q(valid_to=None) | Q(valid_to__gt=moment))


def _members_at(golden: GoldenRecord, moment: datetime) -> list[int]:
    spans = Xref.objects.filter(_spans_at(moment), golden=golden).order_by("record_id")
    return list(spans.values_list("record_id", flat=True).distinct())


def _redirected_to(golden: GoldenRecord, moment: datetime) -> str | None:
    """Return the id that held its most senior home record then."""
    at_home = Membership.objects.filter(home=golden).values("record_id")
    span = Xref.objects.filter(_spans_at(moment), record__in=at_home).select_related("golden")
    first = span.order_by("record_id").first()
    return first.golden.code if first else None
