"""A decision with its preview: what stands now, what would stand after, and only then the deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from mdm.compliance.policy import Principal
from mdm.compliance.reading import GoldenSeen, golden_seen
from mdm.compliance.roles import DECIDE
from mdm.models import GoldenRecord, GoldenStatus, Judgement, Membership, Override, SourceRecord
from mdm.resolution.decisions import (
    REASONS,
    By,
    DecisionRefused,
    confirm,
    merge,
    not_a_match,
    preview,
    split,
    undo,
)
from mdm.resolution.overriding import withdraw_override
from mdm.resolution.verdicts import records_named
from mdm.xref.redirect import live_golden
from stewardship import overriding
from stewardship.access import reader, require, who
from stewardship.formatting import ABSENT, label_of, lines_of
from stewardship.screens.frame import page

Decide = Callable[[By], Any]


@dataclass(frozen=True)
class Verb:
    """One kind of decision: how it is headed, and the reason that fits it best."""

    title: str
    button: str
    reason: str


VERBS: Mapping[str, Verb] = {
    "merge": Verb("Merge into one", "Merge", "same_person"),
    "not": Verb("Keep apart", "Keep apart", "relatives"),
    "split": Verb("Take records out", "Split", "mistake"),
    "undo": Verb("Undo a decision", "Undo", "mistake"),
    "confirm": Verb("Confirm as right", "Confirm", "same_person"),
    "override": Verb("Override a value", "Override", "asked"),
    "correct": Verb("Correct a source record", "Correct", "asked"),
    "withdraw": Verb("Withdraw what a steward said", "Withdraw", "mistake"),
}
ABOUT_VALUES = ("asked", "documents", "wrong_at_source", "mistake", "other")
"""Reasons that fit the last three; all others fit decisions about who is who."""


@dataclass(frozen=True)
class Asked:
    """A decision as the address names it: the function that makes it, and the golden records it is about."""

    verb: str
    decide: Decide
    goldens: tuple[GoldenRecord, ...]


class NotAsked(Exception):
    """The address names no decision; the message says what is wrong."""


@staff_member_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """Show what a decision would do; a POST with a reason makes it and leads to the golden record."""
    require(request, DECIDE)
    try:
        asked = read(request.GET)
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
    }
    try:
        context["sides"] = rehearse(asked, By(reason_code=verb.reason, **who(request)), principal)
    except (DecisionRefused, LookupError, ValueError) as error:
        context["refused"] = str(error)
    return page(request, "decide.html", verb.title, context)


def reasons_for(verb: str) -> list[tuple[str, str, bool]]:
    """Return (code, label, proposed) of the reasons that fit a verb."""
    about_values = verb in ("override", "correct", "withdraw")
    return [
        (code, label, code == VERBS[verb].reason)
        for code, label in REASONS.items()
        if (code in ABOUT_VALUES) == about_values or code in ("mistake", "other")
    ]


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


def read(query: QueryDict) -> Asked:
    """Return the decision that a query names; raises NotAsked, LookupError or ValueError with a sentence."""
    verb, codes = query.get("verb", ""), query.getlist("id")
    if verb not in VERBS:
        raise NotAsked(f"{verb!r} is no decision; there are {', '.join(VERBS)}.")
    if verb in ("undo", "withdraw", "correct"):
        return READERS[verb](query)
    if not codes:
        raise NotAsked("A decision names at least one golden id.")
    goldens = tuple(live_golden(code) for code in codes)
    keep = query.get("keep") or None
    records = [int(one) for one in query.getlist("record")]
    if verb == "override":
        wanted = overriding.asked(query, goldens[0].domain)
        return Asked(verb, lambda by: wanted.of_golden(codes[0], by), goldens)
    decisions: Mapping[str, Decide] = {
        "merge": lambda by: merge(codes, keep=keep, by=by),
        "not": lambda by: not_a_match(codes, by=by),
        "split": lambda by: split(codes[0], records, by=by),
        "confirm": lambda by: confirm(codes[0], by=by),
    }
    return Asked(verb, decisions[verb], goldens)


def _read_undo(query: QueryDict) -> Asked:
    judgement = Judgement.objects.filter(pk=int(query.get("judgement") or 0)).first()
    if judgement is None:
        raise NotAsked("There is no such judgement.")
    pk = judgement.pk
    goldens = _goldens_of(sorted(records_named([judgement])))
    return Asked("undo", lambda by: undo(pk, by=by), goldens)


def _read_withdraw(query: QueryDict) -> Asked:
    found = Override.objects.filter(pk=int(query.get("override") or 0)).first()
    if found is None:
        raise NotAsked("There is no such override.")
    pk = found.pk
    together = Override.objects.filter(entry_id=found.entry_id, attribute=found.attribute)
    goldens = _goldens_of([one.record_id for one in together])
    return Asked("withdraw", lambda by: withdraw_override(pk, by=by), goldens)


def _read_correct(query: QueryDict) -> Asked:
    record = SourceRecord.objects.filter(pk=int(query.get("record") or 0)).first()
    goldens = _goldens_of([record.pk]) if record else ()
    if record is None or not goldens:
        raise NotAsked("There is no such source record, or it waits to be resolved.")
    wanted, pk = overriding.asked(query, record.domain), record.pk
    return Asked("correct", lambda by: wanted.of_record(pk, by), goldens)


READERS: Mapping[str, Callable[[QueryDict], Asked]] = {
    "undo": _read_undo,
    "withdraw": _read_withdraw,
    "correct": _read_correct,
}


def _goldens_of(record_ids: Sequence[int]) -> tuple[GoldenRecord, ...]:
    found = GoldenRecord.objects.select_related("rule_set").filter(members__record__in=record_ids)
    return tuple(found.distinct().order_by("pk"))


def rehearse(asked: Asked, by: By, principal: Principal) -> list[dict[str, Any]]:
    """Return every golden record that the decision touches, now and after: it is made and rolled back."""
    before = {golden.pk: golden_seen(golden, principal) for golden in asked.goldens}
    records = {one.id for seen in before.values() for one in seen.records}

    def tried() -> list[tuple[int, GoldenSeen]]:
        asked.decide(by)
        touched = set(before) | set(
            Membership.objects.filter(pk__in=records, golden__isnull=False).values_list(
                "golden_id", flat=True
            )
        )
        found = GoldenRecord.objects.select_related("rule_set").filter(pk__in=touched).order_by("pk")
        return [(golden.pk, golden_seen(golden, principal)) for golden in found]

    after = preview(tried)
    known = {
        golden.pk: golden_seen(golden, principal)
        for golden in GoldenRecord.objects.select_related("rule_set").filter(pk__in=[pk for pk, _ in after])
    }
    return [_side(known.get(pk), then) for pk, then in after]


def _side(now: GoldenSeen | None, then: GoldenSeen) -> dict[str, Any]:
    gone = then.status != GoldenStatus.LIVE
    return {
        # A new id is drawn when the decision is made: the one that was rehearsed with is not it.
        "code": now.id if now else "a new golden id",
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
