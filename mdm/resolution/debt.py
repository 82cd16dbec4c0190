"""The debt of overrides: which stand, how old, by whom, and which of them the sources have caught up with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from mdm.models import Membership, Override
from mdm.resolution.scope import Row, rows_of
from mdm.resolution.standing import standing_of
from mdm.resolution.values import base_beside, member_of
from mdm.rulesets.active import ActiveRules, in_force
from mdm.survivorship.values import is_filled, same_form

AGES = ((7, "up to a week"), (30, "up to a month"), (90, "up to three months"), (365, "up to a year"))
OLDER = "more than a year"


@dataclass(frozen=True, slots=True)
class Owed:
    """One override in force.

    sources_say  what the sources give today without it.
    agrees       they say what it says, so that it has done its work and can go.
    drifted      they say something else than when it was written.
    ruling       the golden value comes from it; another one may be later, or its condition not met.
    """

    override: Override
    golden_id: str
    age_days: int
    sources_say: Any
    agrees: bool
    drifted: bool
    ruling: bool

    @property
    def age(self) -> str:
        """The age in words."""
        return next((words for days, words in AGES if self.age_days <= days), OLDER)


@dataclass(frozen=True, slots=True)
class Debt:
    """The overrides in force of a domain, those first that can go, then the oldest."""

    domain: str
    rows: tuple[Owed, ...]

    @property
    def agreeing(self) -> int:
        """How many the sources agree with by now."""
        return sum(one.agrees for one in self.rows)

    @property
    def drifted(self) -> int:
        """Of how many the sources say something else than when they were written."""
        return sum(one.drifted for one in self.rows)

    def by(self, what: str) -> Mapping[str, int]:
        """Count them by attribute, mode, actor or age: most first, ages from young to old."""
        if what == "age":
            ages = Counter(one.age for one in self.rows)
            return {words: ages[words] for words in (*dict(AGES).values(), OLDER) if ages[words]}
        counted = Counter(str(getattr(one.override, what)) for one in self.rows)
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def override_debt(domain: str) -> Debt:
    """Return the debt of a domain's overrides; raises LookupError without a rule set in force."""
    rules, now = in_force(domain), timezone.now()
    found = list(
        Override.objects.filter(domain=domain, withdrawn_at=None)
        .select_related("record__object_type__source", "record__membership__golden")
        .order_by("created_at", "id")
    )
    members = _members({one.record.membership.golden_id for one in found})
    standing = standing_of([row.id for rows in members.values() for row in rows])
    owed = []
    for one in found:
        golden = one.record.membership.golden
        rows = members.get(golden.pk, ()) if golden is not None else ()
        if one.about == Override.About.RECORD:
            owed.append(_of_record(one, golden.code if golden else "", now))
        elif golden is not None:
            beside = [other for row in rows for other in standing.get(row.id, ())]
            why = golden.provenance.get(one.attribute, {})
            owed.append(_of_golden(rules, one, golden.code, rows, beside, why, now))
    return Debt(domain, tuple(sorted(owed, key=lambda one: (not one.agrees, -one.age_days, one.override.pk))))


def _members(golden_ids: Iterable[int | None]) -> dict[int, list[Row]]:
    """Return the active members of these golden records."""
    ids = Membership.objects.filter(
        golden__in=[one for one in golden_ids if one is not None], record__status="active"
    )
    members: dict[int, list[Row]] = {}
    for row in rows_of(list(ids.values_list("record_id", flat=True))):
        if row.golden_id is not None:
            members.setdefault(row.golden_id, []).append(row)
    return members


def _of_record(one: Override, golden_id: str, now: datetime) -> Owed:
    said = one.record.attributes.get(one.attribute)
    return Owed(
        one, golden_id, (now - one.created_at).days, said, agrees=_same(said, one.value),
        drifted=not _same(said, one.seen), ruling=True,
    )  # fmt: skip


def _of_golden(
    rules: ActiveRules,
    one: Override,
    golden_id: str,
    members: Sequence[Row],
    beside: Sequence[Override],
    why: Mapping[str, Any],
    now: datetime,
) -> Owed:
    base = base_beside(rules, members, beside, one.attribute, now.date())
    return Owed(
        one,
        golden_id,
        (now - one.created_at).days,
        base,
        agrees=_is_done(rules, one, base, members),
        drifted=not _same(base, one.seen),
        ruling=one.action != Override.Action.SET or why.get("override") == str(one.pk),
    )


def _is_done(rules: ActiveRules, one: Override, base: Any, members: Sequence[Row]) -> bool:
    """Whether the golden value would be the same without the override."""
    if one.action == Override.Action.SET:
        return _same(base, one.value)
    if one.action == Override.Action.ADD:
        return same_form(one.value) in map(same_form, _elements(base))
    said = (member_of(rules, row).attributes.get(one.attribute) for row in members)
    return same_form(one.value) not in {same_form(element) for value in said for element in _elements(value)}


def _elements(value: Any) -> list[Any]:
    if not is_filled(value):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _same(one: Any, other: Any) -> bool:
    return is_filled(one) == is_filled(other) and (not is_filled(one) or same_form(one) == same_form(other))
