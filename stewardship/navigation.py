"""How the admin looks and what its sidebar offers: the UNFOLD settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import lazy

Link = Callable[[HttpRequest], str]

INK = {
    "50": "oklch(98.4% .003 85)",
    "100": "oklch(96.3% .005 85)",
    "200": "oklch(91.8% .008 85)",
    "300": "oklch(86.2% .011 85)",
    "400": "oklch(70.2% .016 80)",
    "500": "oklch(54.5% .018 75)",
    "600": "oklch(43.5% .018 70)",
    "700": "oklch(34.5% .018 65)",
    "800": "oklch(25.5% .017 60)",
    "900": "oklch(19.2% .015 60)",
    "950": "oklch(14% .012 60)",
}
GOLD = {
    "50": "oklch(98.2% .02 90)",
    "100": "oklch(95.5% .045 90)",
    "200": "oklch(91% .085 89)",
    "300": "oklch(86% .125 87)",
    "400": "oklch(80% .145 84)",
    "500": "oklch(71.5% .138 80)",
    "600": "oklch(57.5% .115 76)",
    "700": "oklch(48% .096 72)",
    "800": "oklch(40.5% .08 68)",
    "900": "oklch(34.5% .066 64)",
    "950": "oklch(24% .048 60)",
}


def _asset(path: str) -> Link:
    return lambda request: static(path)


def _view(name: str, query: str = "") -> Any:
    # Lazy: the settings are read before there are any addresses.
    return lazy(lambda: reverse(f"admin:{name}") + query, str)()


def _allowed(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(permission))


def _item(title: str, icon: str, model: str, query: str = "", **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": _view(f"mdm_{model}_changelist", query),
        "permission": _allowed(f"mdm.view_{model}"),
        **more,
    }


def _is_domain(domain: str) -> Callable[[HttpRequest], bool]:
    def active(request: HttpRequest) -> bool:
        return "/mdm/goldenrecord/" in request.path and request.GET.get("domain") == domain

    return active


def _is_at(place: str, *, but: str = "") -> Callable[[HttpRequest], bool]:
    """Return whether a request is below an address, one part of it left out."""
    return lambda request: place in request.path and not (but and but in request.path)


def open_questions(request: HttpRequest) -> str:
    """Return the number of open review tasks, for the sidebar; empty when there is none."""
    from mdm.models import ReviewTask  # noqa: PLC0415  the settings import this module before the models exist

    count = ReviewTask.objects.filter(status=ReviewTask.Status.OPEN).count()
    return f"{count:,}" if count else ""


NAVIGATION: list[dict[str, Any]] = [
    {
        "title": "Work",
        "items": [
            _item("Review", "balance", "reviewtask", badge="stewardship.navigation.open_questions"),
            _item(
                "Golden customers",
                "group",
                "goldenrecord",
                "?domain=customer",
                active=_is_domain("customer"),
            ),
            _item(
                "Golden products",
                "inventory_2",
                "goldenrecord",
                "?domain=product",
                active=_is_domain("product"),
            ),
            _item("Source records", "description", "sourcerecord"),
            _item("Quarantine", "report", "quarantinedrow"),
            _item("Judgements", "gavel", "judgement"),
            _item("Overrides", "edit_note", "override", active=_is_at("/mdm/override/", but="/debt/")),
            {
                "title": "Override debt",
                "icon": "hourglass_bottom",
                "link": _view("override-debt"),
                "active": _is_at("/mdm/override/debt/"),
                "permission": _allowed("mdm.view_override"),
            },
            _item("Relationships", "account_tree", "stewardrelationship"),
            {
                "title": "Relationship problems",
                "icon": "link_off",
                "link": lazy(lambda: reverse("relationship-problems"), str)(),
                "permission": _allowed("mdm.view_goldenrecord"),
            },
        ],
    },
    {
        "title": "Publishing",
        "separator": True,
        "items": [
            _item("Lanes", "swap_horiz", "lane"),
            _item("Dead letters", "unsubscribe", "lane", "?state__exact=dead", active=lambda request: False),
            _item("Deliveries", "outbox", "delivery"),
            _item("Outbox", "campaign", "outboxevent"),
        ],
    },
    {
        "title": "Rules and records",
        "separator": True,
        "items": [
            _item("Rule sets", "rule", "ruleset", active=_is_at("/mdm/ruleset/", but="/code-lists/")),
            {
                "title": "Code lists",
                "icon": "translate",
                "link": _view("ruleset-code-lists"),
                "active": _is_at("/mdm/ruleset/code-lists/"),
                "permission": _allowed("mdm.view_ruleset"),
            },
            _item("Audit log", "receipt_long", "auditentry"),
            _item("Sources", "hub", "sourcesystem"),
            _item("Object types", "category", "objecttype"),
            _item("Mappings", "schema", "sourcemapping"),
            _item("Destinations", "send", "destination"),
            _item("API keys", "key", "apikey"),
            {
                "title": "People",
                "icon": "badge",
                "link": _view("auth_user_changelist"),
                "permission": _allowed("auth.view_user"),
            },
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Aurum",
    "SITE_HEADER": "Aurum",
    "SITE_SUBHEADER": "Master data",
    "SITE_URL": "/",
    "SITE_ICON": {
        "light": _asset("stewardship/aurum.svg"),
        "dark": _asset("stewardship/aurum.svg"),
    },
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": _asset("stewardship/aurum.svg")},
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "7px",
    "COLORS": {"base": INK, "primary": GOLD},
    "STYLES": [_asset("stewardship/aurum.css")],
    "SCRIPTS": [_asset("stewardship/keys.js")],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
}
