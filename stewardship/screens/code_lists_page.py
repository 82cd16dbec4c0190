"""The code lists of a domain, their cross-walks, and what nothing reads; a POST drafts other lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from mdm import domains
from mdm.code_lists.lists import EVERY_SOURCE, BadCodeList, CodeList
from mdm.code_lists.unmapped import Unmapped, unmapped_codes
from mdm.compliance.policy import Access, decide
from mdm.compliance.roles import DECIDE
from mdm.models import RuleSet, SourceSystem
from mdm.rulesets.active import ActiveRules, in_force
from mdm.rulesets.crosswalks import Crossing, propose_crosswalk
from stewardship.access import may_decide, reader, require, who
from stewardship.screens.frame import page

MOST_LINES = 300


def show(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Return the page of a domain's code lists; a POST drafts a rule set with the lines of the form."""
    require(request, "mdm.view_ruleset")
    domain = request.GET.get("domain", "customer")
    if request.method == "POST":
        require(request, DECIDE)
        return _propose(request, domain)
    context: dict[str, Any] = {
        "domain_links": [(code, one.label, code == domain) for code, one in domains.registered().items()],
        "domain": domain,
        "may_decide": may_decide(request),
    }
    try:
        rules, unmapped = in_force(domain), unmapped_codes(domain)
    except LookupError as error:
        context["nothing"] = str(error)
    else:
        seen = [one for one in unmapped if decide(reader(request), domain, one.attribute) is Access.SHOW]
        context |= {
            "rules": rules,
            "lists": [_shown(rules, one, seen) for one in rules.code_lists.lists],
            "unmapped": len(seen),
            "sources": [EVERY_SOURCE, *SourceSystem.objects.values_list("code", flat=True)],
            "drafts": RuleSet.objects.filter(domain=domain, status=RuleSet.Status.DRAFT),
        }
    return page(request, "code_lists.html", "Code lists", context, site=site)


def _shown(rules: ActiveRules, one: CodeList, unmapped: list[Unmapped]) -> dict[str, Any]:
    mine = [row for row in unmapped if row.code_list == one.name]
    lines = sorted(one.crosswalk.items())[:MOST_LINES]
    return {
        "list": one,
        "places": ", ".join(place.path for place in rules.codes.places if place.code_list == one.name),
        "count": len(one.canonical),
        "codes": [] if one.standard else sorted({**dict.fromkeys(one.canonical, ""), **one.codes}.items()),
        "lines": [
            {"field": json.dumps([one.name, *line]), "source": line[0], "code": line[1], "to": to}
            for line, to in lines
        ],
        "more": len(one.crosswalk) - len(lines),
        "unmapped": [
            {"field": json.dumps([one.name, row.source, row.code]), "row": row} for row in mine[:MOST_LINES]
        ],
    }


def crossings_of(form: QueryDict) -> list[Crossing]:
    """Return the lines that a form changes: `line` names each, `was` and `to` what it led and leads to."""
    found = []
    for field, was, to in zip(form.getlist("line"), form.getlist("was"), form.getlist("to"), strict=True):
        if was.strip() != to.strip():
            name, source, code = map(str, json.loads(field))
            found.append(Crossing(name, source, code, to.strip() or None))
    for name, source, code, to in zip(
        *(form.getlist(f"new_{part}") for part in ("list", "source", "code", "to")), strict=True
    ):
        if code.strip() and to.strip():
            found.append(Crossing(name, source, code.strip(), to.strip()))
    return found


def codes_of(form: QueryDict) -> Mapping[str, Mapping[str, str]]:
    """Return the further canonical codes of a form: one a line, `CODE = what people call it`."""
    found: dict[str, dict[str, str]] = {}
    for name, text in zip(form.getlist("codes_of"), form.getlist("codes"), strict=True):
        for line in filter(None, map(str.strip, text.splitlines())):
            code, _, label = line.partition("=")
            found.setdefault(name, {})[code.strip()] = label.strip()
    return found


def _propose(request: HttpRequest, domain: str) -> HttpResponse:
    here = f"{reverse('admin:ruleset-code-lists')}?domain={domain}"
    closed = {name: name in request.POST.getlist("closed") for name in request.POST.getlist("listed")}
    try:
        drafted = propose_crosswalk(
            domain,
            crossings_of(request.POST),
            codes=codes_of(request.POST),
            closed=closed,
            reason=request.POST.get("reason", "").strip(),
            **who(request),
        )
    except (LookupError, BadCodeList, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(here)
    messages.success(request, f"{str(drafted).capitalize()} is drafted. It changes nothing until somebody"
                              " else puts it in force.")  # fmt: skip
    return HttpResponseRedirect(reverse("admin:ruleset-simulation", args=[drafted.pk]))
