"""A decision with its preview: what stands now, what would stand after, and only then the deed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from mdm import relationships
from mdm.compliance.policy import Principal
from mdm.compliance.reading import GoldenSeen, golden_seen
from mdm.compliance.roles import DECIDE
from mdm.models import GoldenRecord, GoldenStatus, Judgement, Membership, SourceRecord
from mdm.resolution.decisions import REASONS, By, Decision, DecisionRefused, preview
from mdm.resolution.outcome import Message, messages_about
from mdm.resolution.since import Edit
from mdm.xref.redirect import live_golden
from stewardship.access import reader, require, who
from stewardship.asking import ABOUT_VALUES, FITTING, VERBS, VERSION, Asked, NotAsked, read
from stewardship.formatting import ABSENT, label_of, lines_of
from stewardship.screens.frame import page

NEW = "a new golden id"


@staff_member_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """Show what a decision would do; a POST with a reason makes it and leads to the golden record."""
    require(request, DECIDE)
    try:
        asked = read(request.GET, request.POST)
    except (NotAsked, LookupError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_where_it_was_asked(request.GET))
    verb, back = VERBS[asked.verb], way_back(request, asked)
    if request.method == "POST":
        try:
            by = By(
                reason_code=request.POST.get("reason", ""),
                reason=request.POST.get("text", "").strip(),
                **who(request),
            )
            asked.decide(by)
        except (DecisionRefused, LookupError, ValueError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{verb.title}: done.")
            return HttpResponseRedirect(back)
    principal = reader(request)
    context: dict[str, Any] = {
        "verb": verb,
        "reasons": reasons_for(asked.verb),
        "back": back,
        "versions": [(f"{VERSION}{golden.code}", golden.version) for golden in asked.goldens],
        "has_term": asked.verb == "not",
        "term": request.POST,
    }
    try:
        by = By(reason_code=verb.reason, **who(request))
        context["sides"], context["heard"], context["since"] = rehearse(asked, by, principal)
    except (DecisionRefused, LookupError, ValueError) as error:
        context["refused"] = str(error)
    return page(request, "decide.html", verb.title, context)


def reasons_for(verb: str) -> list[tuple[str, str, bool]]:
    """Return (code, label, proposed) of the reasons that fit a verb."""
    fitting = FITTING.get(verb, ABOUT_VALUES)
    return [(code, REASONS[code], code == VERBS[verb].reason) for code in fitting]


def way_back(request: HttpRequest, asked: Asked) -> str:
    """Return where the person came from, if that is a page of ours, else the golden record."""
    back = request.GET.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("golden-page", args=[asked.goldens[0].code])


def _where_it_was_asked(query: QueryDict) -> str:
    """Return the page of the golden or source record that a mistaken query names, else the desk."""
    record = query.get("record", "")
    if (
        query.get("verb") == "correct"
        and record.isdecimal()
        and SourceRecord.objects.filter(pk=record).exists()
    ):
        return reverse("admin:mdm_sourcerecord_change", args=[record])
    try:
        return reverse("golden-page", args=[live_golden(query.get("id", "")).code])
    except (LookupError, ValueError):
        return reverse("admin:index")


def rehearse(
    asked: Asked, by: By, principal: Principal
) -> tuple[list[dict[str, Any]], list[Message], list[dict[str, Any]]]:
    """Return every golden record that the decision touches, now and after, what destinations would hear, and
    what was said since a decision that it undoes.

    It is made and rolled back.
    """
    before = {golden.pk: golden_seen(golden, principal) for golden in asked.goldens}
    records = {one.id for seen in before.values() for one in seen.records}

    def tried() -> tuple[list[tuple[int, GoldenSeen]], list[Message], tuple[Edit, ...]]:
        done = asked.decide(by)
        touched = set(before) | set(
            Membership.objects.filter(pk__in=records, golden__isnull=False).values_list(
                "golden_id", flat=True
            )
        )
        found = GoldenRecord.objects.select_related("rule_set").filter(pk__in=touched).order_by("pk")
        seen = [(golden.pk, golden_seen(golden, principal)) for golden in found]
        return seen, messages_about(done.settled), done.between if isinstance(done, Decision) else ()

    after, heard, between = preview(tried)
    known = {
        golden.pk: golden_seen(golden, principal)
        for golden in GoldenRecord.objects.select_related("rule_set").filter(pk__in=[pk for pk, _ in after])
    }
    codes = {seen.id for seen in known.values()}
    heard = [replace(one, code=one.code if one.code in codes else NEW) for one in heard]
    named = {code for edit in between for code in edit.after}
    codes |= set(GoldenRecord.objects.filter(code__in=named).values_list("code", flat=True))
    since = [_made_since(edit, asked.goldens[0].domain, codes) for edit in between]
    return [_side(known.get(pk), then) for pk, then in after], heard, since


def _made_since(edit: Edit, domain: str, known: Collection[str]) -> dict[str, Any]:
    match edit.kind:
        case "decision":
            what = Judgement.Decision(edit.about).label.capitalize()
        case "relationship":
            what = f"Relationship: {relationships.get(edit.about).label}"
        case _:
            corrected = "corrected in a source record" if edit.kind == "correction" else "overridden"
            what = f"{label_of(domain, edit.about)} {corrected}"
    return {
        "what": what,
        "by": edit.by,
        "at": edit.at,
        "stays": edit.before == edit.after,
        "codes": [code if code in known else NEW for code in edit.after],
        "speaks": edit.speaks,
    }


def _side(now: GoldenSeen | None, then: GoldenSeen) -> dict[str, Any]:
    gone = then.status != GoldenStatus.LIVE
    return {
        # A new id is drawn when the decision is made: the one that was rehearsed with is not it.
        "code": now.id if now else NEW,
        "title": (now or then).title if gone else then.title,
        "gone": gone,
        "revived": bool(now and now.status != GoldenStatus.LIVE and not gone),
        "new": now is None,
        "now": now.records if now else (),
        "then": then.records,
        "changes": [] if gone else _changes(now, then),
    }


def _changes(now: GoldenSeen | None, then: GoldenSeen) -> list[dict[str, Any]]:
    old: Mapping[str, Any] = now.attributes if now else {}
    names: Sequence[str] = [*then.attributes, *(name for name in old if name not in then.attributes)]
    return [
        {
            "label": label_of(then.domain, name),
            "before": lines_of(then.domain, name, old.get(name)) or (ABSENT,),
            "after": lines_of(then.domain, name, then.attributes.get(name)) or (ABSENT,),
        }
        for name in names
        if old.get(name) != then.attributes.get(name)
    ]
