"""How many decisions people make a day: stated on the page of the rule set in force, drafted as a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm.compliance.roles import DECIDE
from mdm.rulesets.capacity import propose_capacity
from stewardship.access import require, who


@require_POST
def propose(request: HttpRequest, domain: str) -> HttpResponse:
    """Draft a rule set with the capacity of the form, and open it."""
    require(request, DECIDE)
    try:
        drafted = propose_capacity(
            domain,
            decisions_a_day=int(request.POST.get("decisions_a_day", "")),
            days_to_clear=int(request.POST.get("days_to_clear", "")),
            reason=request.POST.get("reason", "").strip(),
            **who(request),
        )
    except (LookupError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:mdm_ruleset_changelist"))
    messages.success(
        request,
        f"{str(drafted).capitalize()} is drafted. It changes nothing until somebody puts it in force.",
    )
    return HttpResponseRedirect(reverse("admin:mdm_ruleset_change", args=[drafted.pk]))
