"""The page of one source record: what its platform says, beside the golden record it belongs to."""

from __future__ import annotations

import json

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from mdm.compliance.policy import visible
from mdm.compliance.reading import record_seen, title_of
from mdm.models import Judgement, Membership, SourceRecord
from mdm.xref.lookup import xref_history
from stewardship.access import may_decide, reader, sees_everything
from stewardship.comparing import against_golden
from stewardship.overriding import choices, overrides_about, ruling_in
from stewardship.screens.frame import page


def show(request: HttpRequest, record: SourceRecord, site: AdminSite) -> HttpResponse:
    """Return the page of one source record; its payload only for those who may see every value."""
    principal = reader(request)
    seen = record_seen(record.pk, principal)
    row = Membership.objects.select_related("golden").get(record=record)
    golden = {} if row.golden is None else visible(principal, record.domain, row.golden.attributes)
    everything = sees_everything(request)
    context = {
        "record": seen,
        "rows": against_golden(record.domain, golden, {}, [(seen.name, seen.attributes)]),
        "membership": row,
        "spans": xref_history(seen.source, seen.object_type, seen.source_key).spans,
        "may_decide": may_decide(request),
        "together": row.golden is not None and row.golden.member_count > 1,
        "isolated": Judgement.objects.filter(
            kind=Judgement.Kind.ALONE, left=record, withdrawn_at=None
        ).first(),
        "overrides": overrides_about([record.pk], principal, _ruling(row)),
        "attributes": choices(record.domain, principal),
        "warnings": record.warnings if everything else [],
        "payload": json.dumps(record.payload, indent=2, ensure_ascii=False) if everything else "",
    }
    title = title_of(record.domain, seen.attributes)
    return page(request, "record.html", title, context, site=site)


def _ruling(row: Membership) -> set[str]:
    return set() if row.golden is None else ruling_in(row.golden.provenance)
