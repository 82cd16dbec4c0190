"""Golden values of clusters: survivorship applied to their members and to what stewards say of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from mdm import domains
from mdm.code_lists.reading import NOTHING
from mdm.models import Override
from mdm.resolution.scope import Row
from mdm.resolution.standing import Standing, pure_form, standing_of, told, withdraw_spent
from mdm.resolution.write import GoldenValue
from mdm.rulesets.active import ActiveRules
from mdm.survivorship.alone import scopes_of
from mdm.survivorship.compute import compute
from mdm.survivorship.overrides import attribute_of
from mdm.survivorship.plan import Plan, plan_of
from mdm.survivorship.values import Member

MembersOf = Mapping[int, Sequence[Row]]


def golden_values(
    rules: ActiveRules, members_of: MembersOf, codes: Mapping[int, str], today: date
) -> list[GoldenValue]:
    """Return the state of each live golden record: what its active members and overrides add up to today."""
    return _values(rules, members_of, codes, today, _standing(members_of))


def values_of(
    rules: ActiveRules, members_of: MembersOf, codes: Mapping[int, str], today: date
) -> list[GoldenValue]:
    """Return the same where no steward says anything; needs no database."""
    return _values(rules, members_of, codes, today, {})


def settled_values(
    rules: ActiveRules, members_of: MembersOf, codes: Mapping[int, str], today: date
) -> list[GoldenValue]:
    """Return the same after withdrawing the overrides that are over for good."""
    standing = _standing(members_of)
    found = _values(rules, members_of, codes, today, standing)
    again = {
        value.id: members_of[value.id]
        for value in found
        if value.spent and _withdrawn(rules, members_of[value.id], standing, value.spent, today)
    }
    if not again:
        return found
    # What was withdrawn may have held another one's condition up.
    mended = {value.id: value for value in settled_values(rules, again, codes, today)}
    return [mended.get(value.id, value) for value in found]


def base_value(rules: ActiveRules, members: Sequence[Row], path: str, today: date) -> Any:
    """Return what the sources alone give for one attribute of these members, or for one scope of it."""
    return base_beside(rules, members, _of(members, _standing({0: members})), path, today)


def base_beside(
    rules: ActiveRules, members: Sequence[Row], standing: Sequence[Override], path: str, today: date
) -> Any:
    """Return the same where the overrides of these members are known."""
    attribute, _, scope = path.partition("/")
    others = [pure_form(one) for one in standing if attribute_of(one.attribute) != attribute]
    voices = [member_of(rules, row) for row in members]
    value = compute(plan_of(rules.survivorship), voices, others, today=today).attributes.get(attribute)
    return scopes_of(value).get(scope) if scope else value


def speaking(
    rules: ActiveRules, members_of: MembersOf, override_ids: Collection[int], today: date
) -> set[int]:
    """Return which of these overrides have a say today: without one, values or their provenance would be
    different.
    """
    plan, standing = plan_of(rules.survivorship), _standing(members_of)
    found = set()
    for members in members_of.values():
        overrides = {one.pk: pure_form(one) for one in _of(members, standing)}
        asked = sorted(overrides.keys() & set(override_ids))
        if not asked:
            continue
        voices = [member_of(rules, row) for row in members]
        golden = compute(plan, voices, list(overrides.values()), today=today)
        for number in asked:
            others = [one for key, one in overrides.items() if key != number]
            without = compute(plan, voices, others, today=today)
            if (without.attributes, without.provenance) != (golden.attributes, golden.provenance):
                found.add(number)
    return found


def _standing(members_of: MembersOf) -> Standing:
    return standing_of([row.id for members in members_of.values() for row in members])


def _of(members: Sequence[Row], standing: Standing) -> list[Override]:
    return [one for row in members for one in standing.get(row.id, ())] if standing else []


def _withdrawn(
    rules: ActiveRules, members: Sequence[Row], standing: Standing, spent: Sequence[str], today: date
) -> bool:
    voices = [(row.id, member_of(rules, row)) for row in members]
    return withdraw_spent(rules, voices, _of(members, standing), spent, today)


def _values(
    rules: ActiveRules, members_of: MembersOf, codes: Mapping[int, str], today: date, standing: Standing
) -> list[GoldenValue]:
    plan = plan_of(rules.survivorship)
    return [
        _value(golden, codes[golden], members, _of(members, standing), rules, plan, today)
        for golden, members in sorted(members_of.items())
    ]


def _value(
    golden: int,
    code: str,
    members: Sequence[Row],
    overrides: Sequence[Override],
    rules: ActiveRules,
    plan: Plan,
    today: date,
) -> GoldenValue:
    voices = [member_of(rules, row) for row in members]
    found = compute(plan, voices, [pure_form(one) for one in overrides], today=today)
    attributes = dict(found.attributes)
    value = GoldenValue(
        id=golden,
        code=code,
        status="live",
        kind=str(attributes.get("kind", "")),
        title=domains.get(rules.domain).title(attributes)[:300],
        attributes=attributes,
        provenance=found.provenance_json(),
        member_count=len(members),
        changes_on=found.changes_on,
    )
    if not overrides:
        return value
    return replace(value, provenance=told(value.provenance, overrides), spent=found.spent)


def member_of(rules: ActiveRules, row: Row) -> Member:
    """Return a source record as survivorship sees it: in canonical codes."""
    attributes: Mapping[str, Any] = row.attributes
    doubted = NOTHING
    # Most sources write canonical codes, and a first load has a million records.
    if rules.codes.of_source(row.source):
        attributes, doubted = rules.codes.read(row.source, row.attributes, row.said)
    return Member(
        name=row.name,
        attributes=attributes,
        content_changed_at=row.content_changed_at,
        status=row.status,
        trust=row.trust,
        invalid=doubted | _doubted(row) if row.warnings else doubted,
    )


def _doubted(row: Row) -> frozenset[str]:
    """Return the attributes whose values failed validation and were kept, less what stewards corrected."""
    return frozenset(warning["doubts"] for warning in row.warnings if warning.get("doubts")) - row.said
