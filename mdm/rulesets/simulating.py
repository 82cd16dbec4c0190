"""What a draft would change, before anybody puts it in force: golden records counted and shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from mdm.models import GoldenRecord, Membership, RuleSet
from mdm.resolution import scope
from mdm.resolution.values import golden_values
from mdm.rulesets.active import ActiveRules, in_force, parsed
from mdm.rulesets.drafts import DraftRefused
from mdm.rulesets.portions import portions
from mdm.rulesets.recompute import decides_values_only, touched

GOLDENS_AT_ONCE = 5_000
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One golden value that would change."""

    golden_id: str
    attribute: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would follow: of `looked_at` golden records `changed` get other values, each of which is an event.

    by_attribute: attribute -> golden records whose value of it changes, most first.
    """

    rule_set: RuleSet
    looked_at: int
    changed: int
    by_attribute: Mapping[str, int]
    examples: tuple[ValueChange, ...]


def simulate(rule_set_id: int, *, examples: int = EXAMPLES) -> Simulation:
    """Compute what a draft would change, without a lock and without writing.

    Golden records that change meanwhile are seen as they are when they are looked at. Raises DraftRefused
    for a draft that groups records otherwise: that takes a rebuild. LookupError without rules in force.
    """
    row = RuleSet.objects.get(pk=rule_set_id)
    if row.status != RuleSet.Status.DRAFT:
        raise DraftRefused(f"The {row} is {row.get_status_display()}, not a draft: there is nothing to try.")
    before, after = in_force(row.domain), parsed(row.pk)
    if not decides_values_only(before, after):
        raise DraftRefused(
            f"The {row} changes how records are matched: its effect shows in the charts and combinations;"
            " only changes of values (survivorship, code lists) can be tried here."
        )
    counts: Counter[str] = Counter()
    shown: list[ValueChange] = []
    looked_at = changed = 0
    for goldens in portions(_goldens(before, after), GOLDENS_AT_ONCE):
        for code, now, then in _before_and_after(after, goldens):
            looked_at += 1
            names = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
            changed += bool(names)
            counts.update(names)
            if len(shown) < examples:
                shown += [ValueChange(code, name, now.get(name), then.get(name)) for name in names]
    return Simulation(row, looked_at, changed, dict(counts.most_common()), tuple(shown[:examples]))


def _goldens(before: ActiveRules, after: ActiveRules) -> list[int]:
    """Return the numbers of the live golden records that may change."""
    live = GoldenRecord.objects.filter(domain=after.domain, status="live")
    records = touched(before, after)
    if records is not None:
        live = live.filter(
            pk__in=Membership.objects.filter(record__in=sorted(records)).values_list("golden_id", flat=True)
        )
    return list(live.order_by("pk").values_list("pk", flat=True))


def _before_and_after(
    rules: ActiveRules, goldens: Iterable[int]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield (golden id, values now, values under the rules) of these golden records."""
    now = {row.pk: row for row in GoldenRecord.objects.filter(pk__in=list(goldens))}
    members: dict[int, list[scope.Row]] = {}
    ids = Membership.objects.filter(golden__in=now).values_list("record_id", flat=True)
    for row in scope.rows_of(list(ids)):
        if row.active and row.golden_id is not None:
            members.setdefault(row.golden_id, []).append(row)
    codes = {golden: row.code for golden, row in now.items()}
    for value in golden_values(rules, members, codes, timezone.now().date()):
        yield value.code, now[value.id].attributes, value.attributes
