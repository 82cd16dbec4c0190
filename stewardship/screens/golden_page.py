"""The page of one golden record: its values and where they come from, its life, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from mdm import domains
from mdm.compliance.history import Change, golden_history
from mdm.compliance.reading import GoldenSeen, golden_seen
from mdm.models import GoldenRecord, GoldenStatus, Judgement, Lane, Membership, ReviewTask
from mdm.resolution.binding import binding_on
from mdm.resolution.decisions import REASONS
from mdm.resolution.explanation import gate_words
from mdm.rulesets.active import active
from mdm.rulesets.describing import described
from mdm.xref.redirect import resolved
from stewardship.access import may_decide, reader
from stewardship.comparing import against_golden
from stewardship.formatting import ABSENT, label_of, lines_of, term_words
from stewardship.overriding import ACTIONS, MODES, choices, overrides_about, ruling_in
from stewardship.screens.frame import page
from stewardship.screens.relationships_page import context_of

STEPS_SHOWN = 50
TONES = {"must_link": "good", "confirmed": "gold", "cannot_link": "bad", "apart": "bad", "alone": "warn"}


def show(request: HttpRequest, golden: GoldenRecord, site: AdminSite) -> HttpResponse:
    """Return the page of one golden record, a retired one included."""
    principal = reader(request)
    seen = golden_seen(golden, principal)
    live = resolved(golden)
    rules = active(seen.domain)
    rows = against_golden(
        seen.domain,
        seen.attributes,
        seen.provenance,
        [(one.name, one.attributes) for one in seen.records],
        owners={one.attribute.name: one.owners for one in described(rules)} if rules else {},
        read={
            one.name: rules.codes.read(one.source, one.attributes, frozenset(one.said)).attributes
            for one in seen.records
        }
        if rules
        else {},
    )
    ids = [one.id for one in seen.records]
    context = {
        "golden": seen,
        "domain": domains.get(seen.domain),
        "redirects_to": live if live.pk != golden.pk else None,
        "rows": rows,
        "differing": sum(row.differs for row in rows),
        "judgements": judgements_about(golden.domain, ids),
        "tasks": tasks_about(ids, golden),
        "lanes": lanes_of(golden, ids),
        "steps": [told(seen, step) for step in golden_history(golden, principal)[:STEPS_SHOWN]],
        "may_decide": may_decide(request),
        "overrides": overrides_about(ids, principal, ruling_in(golden.provenance)),
        "attributes": choices(seen.domain, principal),
        "modes": MODES,
        "actions": ACTIONS,
        **(context_of(golden, principal) if golden.status == GoldenStatus.LIVE else {}),
    }
    return page(request, "golden.html", seen.title, context, site=site)


def judgements_about(domain: str, record_ids: list[int]) -> list[dict[str, Any]]:
    """Return the judgements in force that name any of these records."""
    about = Q(left__in=record_ids) | Q(right__in=record_ids)
    about |= Q(left_records__overlap=record_ids) | Q(right_records__overlap=record_ids)
    found = (
        Judgement.objects.filter(about, withdrawn_at=None)
        .select_related("left__object_type__source", "right__object_type__source")
        .order_by("-id")
    )
    binding = {one.id for one in binding_on(domain, record_ids)}
    return [
        {
            "judgement": one,
            "reason": f"{REASONS.get(one.reason_code, one.reason_code)}. {one.reason}".strip(),
            "tone": TONES.get(one.kind, ""),
            "term": term_words(one),
            "silent": one.pk not in binding,
        }
        for one in found
    ]


def tasks_about(record_ids: list[int], golden: GoldenRecord) -> list[dict[str, Any]]:
    """Return the open questions about these records, with the golden record on the other side."""
    tasks = list(
        ReviewTask.objects.filter(
            Q(left__in=record_ids) | Q(right__in=record_ids), status=ReviewTask.Status.OPEN
        )
    )
    sides = {record_id for task in tasks for record_id in (task.left_id, task.right_id)}
    codes: Mapping[int, str] = dict(
        Membership.objects.filter(pk__in=sides).values_list("record_id", "golden__code")
    )
    return [
        {
            "task": task,
            "bits": task.weight / 1000,
            "gate": gate_words(task.gate),
            "other": next(
                (codes[side] for side in (task.left_id, task.right_id) if codes.get(side) != golden.code), ""
            ),
        }
        for task in tasks
    ]


def lanes_of(golden: GoldenRecord, record_ids: list[int]) -> list[Lane]:
    """Return how far each destination has heard of this golden record."""
    return list(
        Lane.objects.filter(Q(record__in=record_ids) | Q(golden=golden))
        .select_related("destination__source", "record__object_type")
        .order_by("destination__source__code", "record_id")
    )


def told(seen: GoldenSeen, step: Change) -> dict[str, Any]:
    """Return one step of the life, its values as lines."""
    return {
        "step": step,
        "changes": [
            {
                "label": label_of(seen.domain, change.attribute),
                "before": lines_of(seen.domain, change.attribute, change.before) or (ABSENT,),
                "after": lines_of(seen.domain, change.attribute, change.after) or (ABSENT,),
            }
            for change in step.changes
        ],
    }
