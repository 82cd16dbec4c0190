"""The codes that nothing reads as a canonical one: how many records carry each, which, and where from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Min

from mdm.code_lists.in_use import codes_in_use
from mdm.code_lists.reading import Place, SourceCodes
from mdm.models import QuarantinedRow
from mdm.rulesets.active import ActiveRules, in_force

REFUSALS: Mapping[str, str] = {"unknown_country": "country", "unknown_currency": "currency"}
"""Rule of a refused row -> the list whose cross-walk would have let it in."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """One unmapped code of a source.

    place        the attribute, or the part of it; of a refused row the source's own column.
    records      how many records carry it; of refused rows how many wait in quarantine.
    left_out     whether it is missing from golden records, rather than kept as a doubted value.
    """

    code_list: str
    place: str
    attribute: str
    source: str
    object_type: str
    code: str
    records: int
    examples: tuple[str, ...]
    left_out: bool = False
    quarantined: bool = False


def unmapped_codes(domain: str) -> list[Unmapped]:
    """Return the unmapped codes of a domain, those of most records first.

    Looks at every active record. Raises LookupError without a rule set in force.
    """
    rules = in_force(domain)
    found = [*_in_records(rules), *_in_quarantine(rules)]
    return sorted(found, key=lambda one: (-one.records, one.code_list, one.source, one.code, one.place))


def _in_records(rules: ActiveRules) -> list[Unmapped]:
    read = {
        place: rules.code_lists.find(place.code_list)
        for place in rules.codes.places
        if not rules.code_lists.find(place.code_list).says_nothing
    }
    readers: dict[tuple[Place, str], SourceCodes] = {}
    found = []
    for one in codes_in_use(rules.domain, read):
        at = (one.place, one.source)
        if at not in readers:
            readers[at] = SourceCodes(read[one.place], one.source)
        reading = readers[at].read(one.code)
        if not reading.mapped:
            found.append(
                Unmapped(
                    one.place.code_list, one.place.path, one.place.attribute, one.source, one.object_type,
                    one.code, one.records, one.examples, left_out=reading.canonical is None,
                )
            )  # fmt: skip
    return found


def _in_quarantine(rules: ActiveRules) -> list[Unmapped]:
    rows = (
        QuarantinedRow.objects.filter(
            object_type__domain=rules.domain, status=QuarantinedRow.Status.OPEN, rule__in=REFUSALS
        )
        .values_list("rule", "column", "object_type__source__code", "object_type__code", "value")
        .annotate(rows=Count("pk"), example=Min("source_key"))
    )
    return [
        Unmapped(
            REFUSALS[rule], column, "", source, object_type, value, count, (example,), left_out=True,
            quarantined=True,
        )
        for rule, column, source, object_type, value, count, example in rows
    ]  # fmt: skip
