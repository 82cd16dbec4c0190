"""How a golden record stands to others, on its page: by type and direction, with its trees; and a steward's
word on it, previewed before it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from mdm import relationships
from mdm.compliance.policy import Principal
from mdm.compliance.roles import DECIDE
from mdm.models import GoldenRecord, StewardRelationship
from mdm.relationships.problems import problems, seen
from mdm.relationships.reading import Relationship, relationships_of, title_seen, waiting_of
from mdm.relationships.stewarding import Related, end, relate, withdraw_relationship
from mdm.relationships.tree import Node, Tree, tree_of
from mdm.resolution.decisions import REASONS, By, DecisionRefused, preview
from mdm.xref.redirect import live_golden
from stewardship.access import reader, require, who
from stewardship.formatting import ABSENT
from stewardship.screens.frame import page

SHOWN = 60
DEPTH = 4
REASONS_FIT = (
    "asked",
    "documents",
    "source_says_so",
    "relatives",
    "branch",
    "wrong_at_source",
    "mistake",
    "other",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A steward's word as the address names it: a sentence, the deed, and where it leads back to."""

    title: str
    sentence: str
    reason: str
    back: str
    decide: Callable[[By], Related]


def context_of(golden: GoldenRecord, principal: Principal) -> dict[str, Any]:
    """Return what the page of a golden record shows of its relationships."""
    today = datetime.now(UTC).date()
    found = relationships_of(golden, principal)
    groups = [
        {"label": label, "count": len(rows), "rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)}
        for label, rows in (
            (first.capitalize(), [_row(one, golden, today) for one in same])
            for (_, _, first), same in groupby(found, key=lambda one: (one.type, one.direction, one.label))
        )
    ]
    trees = sorted({one.type for one in found if relationships.get(one.type).acyclic})
    return {
        "related": groups,
        "trees": [
            _tree(tree_of(golden, principal, type_=one, on=today, depth=DEPTH), golden) for one in trees
        ],
        "waiting": waiting_of(golden, principal)[:SHOWN],
        "relating": list(choices(golden.domain)),
    }


def choices(domain: str) -> Iterable[dict[str, str]]:
    """Yield the ways in which a record of a domain may be related, from either end."""
    for one in relationships.of_domain(domain):
        attributes = ", ".join(attribute.name for attribute in one.attributes)
        yield {"value": f"{one.code}:out", "label": f"is {one.label} …", "attributes": attributes}
        yield {"value": f"{one.code}:in", "label": f"has as {one.inverse} …", "attributes": attributes}


def _row(one: Relationship, golden: GoldenRecord, today: date) -> dict[str, Any]:
    ends = (golden.code, one.other_id) if one.direction == "out" else (one.other_id, golden.code)
    query = QueryDict(mutable=True)
    query.update({"verb": "end", "type": one.type, "from": ends[0], "to": ends[1], "back": golden.code})
    return {
        "one": one,
        "days": [days_in_words(first, last) for first, last in one.days if first or last],
        "past": not any((not a or a <= today) and (not b or today <= b) for a, b in one.days),
        "details": [f"{name.replace('_', ' ')} {value}" for name, value in one.attributes.items()],
        "sources": [" ".join((voice.record[0], voice.record[2])) for voice in one.said_by if voice.record],
        "words": [voice for voice in one.said_by if voice.steward],
        "end": f"{reverse('relate')}?{query.urlencode()}",
    }


def days_in_words(first: date | None, last: date | None) -> str:
    """Return a span of days as people write it."""
    if first and last:
        return f"{first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else "always"


def _tree(tree: Tree, golden: GoldenRecord) -> dict[str, Any]:
    rows = list(_lines(tree.root))
    return {
        "tree": tree,
        "label": relationships.get(tree.type).inverse,
        "rows": [
            {"node": node, "indent": node.depth * 20, "here": node.id == golden.code} for node in rows[:SHOWN]
        ],
        "more": max(0, len(rows) - SHOWN),
        "counts": tree.type == "parent_account",
    }


def _lines(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from _lines(child)


@staff_member_required
@require_http_methods(["GET", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Show what a steward's word would change; a POST with a reason gives it and leads back."""
    require(request, DECIDE)
    try:
        wanted = read(request.GET, reader(request))
    except (LookupError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_way_back(request.GET))
    if request.method == "POST":
        try:
            text = request.POST.get("text", "").strip()
            wanted.decide(By(reason_code=request.POST.get("reason", ""), reason=text, **who(request)))
        except (DecisionRefused, LookupError, ValueError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{wanted.title}: done.")
            return HttpResponseRedirect(wanted.back)
    context: dict[str, Any] = {
        "ending": _named(request.GET) if request.GET.get("verb") == "end" else [],
        "last_day": request.GET.get("valid_to", ""),
        "wanted": wanted,
        "reasons": [(code, REASONS[code], code == wanted.reason) for code in REASONS_FIT],
    }
    try:
        done = preview(lambda: wanted.decide(By(reason_code=wanted.reason, **who(request))))
        context["changes"] = [
            {"one": one, "gone": gone, "label": relationships.get(one["type"]).label, "days": _days_told(one)}
            for event in done.events
            for gone, told in ((True, event.unrelated), (False, event.related))
            for one in told
        ]
    except (DecisionRefused, LookupError, ValueError) as error:
        context["refused"] = str(error)
    return page(request, "relate.html", wanted.title, context)


def _named(query: QueryDict) -> list[tuple[str, str]]:
    """Return the parameters that name a relationship, for the form that asks for its last day."""
    return [(name, query.get(name, "")) for name in ("verb", "type", "from", "to", "back")]


def _days_told(told: dict[str, Any]) -> str:
    days = [[day and date.fromisoformat(day) for day in span] for span in told.get("days", [])]
    return ", ".join(days_in_words(*span) for span in days)


def _way_back(query: QueryDict) -> str:
    try:
        return reverse("golden-page", args=[live_golden(query.get("back", "")).code])
    except (LookupError, ValueError):
        return reverse("admin:index")


def read(query: QueryDict, principal: Principal) -> Wanted:
    """Return the word that a query names; raises LookupError or ValueError with a sentence."""
    verb = query.get("verb", "")
    if verb == "withdraw":
        return _read_withdrawal(query)
    if verb not in ("relate", "end"):
        raise ValueError(f"{verb!r} is no word on a relationship; there are relate, end, withdraw.")
    code, one, other = _ends(query)
    type_ = relationships.get(code)
    names = [title_seen(golden, principal) for golden in (one, other)]
    first, last = (_day(query.get(name, "")) for name in ("valid_from", "valid_to"))
    if verb == "end":
        when = f"is over since its last day, {last}" if last else "never was so"
        return Wanted(
            "End a relationship",
            f"That {names[0]} is {type_.label} {names[1]} {when}, whoever says otherwise.",
            "wrong_at_source",
            _way_back(query),
            lambda by: end(code, one.code, other.code, last_day=last, by=by),
        )
    attributes = {
        attribute.name: text for attribute in type_.attributes if (text := query.get("detail", "").strip())
    }
    details = f" ({', '.join(attributes.values())})" if attributes else ""
    days = f", {days_in_words(first, last)}" if first or last else ""
    return Wanted(
        "Relate two records",
        f"{names[0]} is {type_.label} {names[1]}{details}{days}.",
        "documents",
        _way_back(query),
        lambda by: relate(
            code, one.code, other.code, valid_from=first, valid_to=last, attributes=attributes, by=by
        ),
    )


def _ends(query: QueryDict) -> tuple[str, GoldenRecord, GoldenRecord]:
    """Return type and both golden records, of a row's address or of the form."""
    if "how" not in query:
        return query.get("type", ""), live_golden(query.get("from", "")), live_golden(query.get("to", ""))
    code, _, direction = query.get("how", "").partition(":")
    if not code:
        raise ValueError("Choose how the two stand to each other.")
    here, there = live_golden(query.get("back", "")), live_golden(query.get("other", "").strip())
    return (code, here, there) if direction == "out" else (code, there, here)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_withdrawal(query: QueryDict) -> Wanted:
    number = query.get("relationship", "")
    row = StewardRelationship.objects.filter(pk=number).first() if number.isdecimal() else None
    if row is None:
        raise LookupError("There is no such word on a relationship.")
    label = relationships.get(row.type).label
    what = f"{row.from_golden.code} is {label} {row.to_golden.code}"
    said = f"that {what}" if row.holds else f"that it is over that {what}"
    return Wanted(
        "Take a word back",
        f"{row.actor} said {said}. What sources say, or a steward said before, counts again.",
        "mistake",
        _way_back(query) if query.get("back") else reverse("golden-page", args=[row.from_golden.code]),
        lambda by: withdraw_relationship(row.pk, by=by),
    )


@staff_member_required
@require_GET
def wrong(request: HttpRequest) -> HttpResponse:
    """Show what cannot be right about relationships today."""
    require(request, "mdm.view_goldenrecord")
    found = seen(problems(on=datetime.now(UTC).date()), reader(request))
    context = {"found": found, "absent": ABSENT, "labels": relationships.registered()}
    return page(request, "relationship_problems.html", "Relationships that cannot be", context)
