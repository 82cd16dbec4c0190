"""Overrides as people write and read them: a form's texts to a value, rows to lines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from mdm import domains
from mdm.compliance.policy import Access, Principal, decide, visible
from mdm.domains import Attribute
from mdm.models import Override
from mdm.resolution.judging import By
from mdm.resolution.overriding import Overridden, is_said_of_records, override, say, sources_say
from mdm.resolution.standing import why_of
from mdm.resolution.typed_values import BadValue
from stewardship.formatting import ABSENT, label_of, lines_of

MODES = Override.Mode.choices
ACTIONS = Override.Action.choices
STRUCTURED = {
    "address": '{"street": "Hauptstr.", "house_number": "5", "postcode": "50667", "city": "Köln"}',
    "identifier": '{"scheme": "vat", "value": "DE136695976", "country": "DE"}',
    "gtin": '{"value": "4006381333931", "level": "each"}',
    "quantity": '{"amount": "0.75", "unit": "l"}',
    "flags": '{"email": true, "phone": false}',
}
"""How a value of more than one part is written, by type of attribute."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An override as a form names it."""

    attribute: str
    value: Any
    mode: str
    action: str
    until: date | None

    def of_golden(self, code: str, by: By) -> Overridden:
        """Set it on a golden record."""
        return override(
            code, self.attribute, self.value, mode=self.mode, action=self.action, until=self.until, by=by
        )

    def of_record(self, record_id: int, by: By) -> Overridden:
        """Set it on a source record."""
        return say([record_id], self.attribute, self.value, by=by)


def asked(query: QueryDict, domain: str) -> Asked:
    """Return the override that a query names; raises BadValue or ValueError with a sentence."""
    declared = domains.get(domain).attribute(query.get("attribute", ""))
    if declared is None:
        raise BadValue("Choose the attribute whose value you set.")
    mode, action = query.get("mode", Override.Mode.ALWAYS), query.get("action", Override.Action.SET)
    if mode not in Override.Mode or action not in Override.Action:
        raise BadValue("Choose how long the value stands, and what it does, from the lists.")
    day = query.get("until", "")
    if (mode == Override.Mode.UNTIL_DATE) != bool(day):
        raise BadValue("A last day belongs to “until a day”, and to nothing else.")
    until = date.fromisoformat(day) if day else None
    scope = query.get("scope", "").strip()
    path = f"{declared.name}/{scope}" if scope else declared.name
    return Asked(path, read_value(query.get("value", ""), declared), mode, action, until)


def read_value(text: str, attribute: Attribute) -> Any:
    """Return what a person typed as a value to be validated; an empty text is "there is none"."""
    written = text.strip()
    if not written:
        return None
    if written[0] in "[{":
        try:
            return json.loads(written)
        except ValueError as error:
            raise BadValue(f"This is no JSON ({error}); an example: {STRUCTURED['address']}.") from None
    if attribute.type in STRUCTURED:
        example = STRUCTURED[attribute.type]
        raise BadValue(f"{attribute.shown_as} has parts: write it as JSON, for example {example}.")
    if attribute.multi_valued:
        return [line.strip() for line in written.splitlines() if line.strip()]
    return written


def choices(domain: str, principal: Principal) -> list[dict[str, Any]]:
    """Return the attributes that somebody sees in full and so may set, with how each is written."""
    return [
        {
            "name": one.name,
            "label": one.shown_as,
            "hint": STRUCTURED.get(one.type) or ", ".join(one.choices),
            "of_records": is_said_of_records(one.name),
        }
        for one in domains.get(domain).attributes
        if decide(principal, domain, one.name) is Access.SHOW
    ]


def overrides_about(
    record_ids: Collection[int], principal: Principal, ruling: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return the overrides in force that hang on these records, as this reader may see them.

    ruling: keys of those that the golden values come from; others are silent now.
    """
    found = Override.objects.filter(record__in=list(record_ids), withdrawn_at=None)
    return list(
        _shown(
            found.select_related("record__object_type__source", "record__membership__golden"),
            principal,
            set(ruling),
        )
    )


def _shown(found: Iterable[Override], principal: Principal, ruling: set[str]) -> Iterable[dict[str, Any]]:
    for one in found:
        seen = visible(principal, one.domain, {one.attribute: one.value})
        of_record = one.about == Override.About.RECORD
        if one.attribute in seen:
            yield {
                "override": one,
                "label": label_of(one.domain, one.attribute),
                "lines": lines_of(one.domain, one.attribute, seen[one.attribute]) or (ABSENT,),
                "lives": f"until {one.until}" if one.until else one.get_mode_display(),
                "why": why_of(one),
                "of_record": str(one.record) if of_record else "",
                "sources": sources_lines(one, principal),
                "silent": one.action == Override.Action.SET and not of_record and str(one.pk) not in ruling,
            }


def sources_lines(override: Override, principal: Principal) -> tuple[str, ...]:
    """Return what the sources say today of what is overridden, as this reader may see it."""
    said = visible(principal, override.domain, {override.attribute: sources_say(override)})
    return lines_of(override.domain, override.attribute, said.get(override.attribute)) or (ABSENT,)


def ruling_in(provenance: dict[str, Any]) -> set[str]:
    """Return the keys of the overrides that golden values come from."""
    return {str(why["override"]) for why in provenance.values() if why.get("override")}
