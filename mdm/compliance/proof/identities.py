"""Checks of golden ids: each cluster carries the one that the homes of its records give it (design §3)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db import connection

from mdm import domains
from mdm.compliance.proof.check import CALM, Broken, Check
from mdm.models import GoldenRecord
from mdm.resolution import apply, binding, scope
from mdm.resolution.homes import sharing_homes
from mdm.resolution.identify import identify
from mdm.resolution.settle import Grouping, units_of
from mdm.rulesets.active import ActiveRules, active

# Where every record of a component is at home in the id that it carries there is nothing to choose.
ABROAD = f"""
WITH {CALM}
SELECT DISTINCT component_id FROM calm
WHERE active AND domain = %s AND golden_id IS NOT NULL AND home_id <> golden_id
"""
STIRRED = f"""
WITH {CALM}
SELECT DISTINCT m.home_id FROM mdm_membership m
WHERE m.domain = %s AND m.home_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM calm WHERE calm.record_id = m.record_id)
"""


def _ids() -> Iterator[Broken]:
    """Give the clusters their ids anew, where a record is at home in another id than its cluster carries."""
    for code in sorted(domains.registered()):
        rules = active(code)
        if rules is not None:
            yield from _ids_in(rules)


def _ids_in(rules: ActiveRules) -> Iterator[Broken]:
    abroad = sharing_homes(_select(ABROAD, rules.domain))
    rows = [row for row in scope.rows_in_components(abroad) if row.active and row.golden_id is not None]
    waiting = _sharing(rows, _select(STIRRED, rules.domain))
    rows = [row for row in rows if row.component_id not in waiting]
    members: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        assert row.golden_id is not None
        members[row.golden_id].append(row.id)
    judgements = binding.judgements_of(rules.domain, [row.id for row in rows])
    groups = tuple(sorted(map(tuple, members.values())))
    grouping = Grouping(groups, {row.id: row.component_id for row in rows}, ())
    sure = GoldenRecord.objects.filter(confirmed=True, domain=rules.domain)
    found = identify(
        rows,
        grouping,
        judgements,
        units=units_of(rules, rows, apply.links_among(rules, rows), judgements, grouping),
        live_elsewhere=(),
        confirmed=set(sure.values_list("pk", flat=True)),
    )
    stored: Mapping[int, int | None] = {row.id: row.golden_id for row in rows}
    for cluster in found.clusters:
        golden = stored[cluster.members[0]]
        if golden is not None and golden != cluster.golden:
            yield Broken(golden, f"stands for records whose homes give them {cluster.golden}.")


def _sharing(rows: list[scope.Row], homes: set[int]) -> set[int]:
    """Return the components that share one of these homes, over any number of components."""
    components_of: dict[int, set[int]] = defaultdict(set)
    homes_of: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.home_id is not None:
            components_of[row.home_id].add(row.component_id)
            homes_of[row.component_id].add(row.home_id)
    found: set[int] = set()
    seen, waiting = set(homes), list(homes)
    while waiting:
        for component in components_of[waiting.pop()] - found:
            found.add(component)
            waiting += homes_of[component] - seen
            seen |= homes_of[component]
    return found


def _select(statement: str, domain: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [domain])
        return {one for (one,) in cursor.fetchall()}


CHECKS = (
    Check(
        "ids-by-homes",
        2,
        "Every cluster carries the golden id that the homes of its records give it.",
        "golden",
        _ids,
        deep=True,
    ),
)
