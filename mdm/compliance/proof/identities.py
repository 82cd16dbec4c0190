"""Checks of golden ids: each cluster carries the one that the homes of its records give it (design §3)."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import connection

from matching.identity import assign
from mdm.compliance.proof.check import CALM, Broken, Check

# Where every record of a component is at home in the id that it carries there is nothing to choose.
ABROAD = f"""
WITH {CALM}, abroad AS (SELECT DISTINCT component_id FROM calm WHERE active AND home_id <> golden_id)
SELECT c.component_id, c.record_id, c.golden_id, c.home_id
FROM calm c JOIN abroad USING (component_id)
WHERE c.active AND c.golden_id IS NOT NULL AND c.home_id IS NOT NULL
ORDER BY c.record_id
"""
# An id that lost its last record elsewhere redirects; it is not given to those who are at home in it until
# they are clustered again.
SILENT = "SELECT id FROM mdm_goldenrecord WHERE status <> 'live' AND id = ANY(%s)"
LIVE_IN = """
SELECT DISTINCT m.golden_id, m.component_id
FROM mdm_membership m JOIN mdm_sourcerecord r ON r.id = m.record_id AND r.status = 'active'
WHERE m.golden_id = ANY(%s)
"""
KEPT = "SELECT DISTINCT keeps_id FROM mdm_judgement WHERE withdrawn_at IS NULL AND keeps_id = ANY(%s)"
CONFIRMED = "SELECT id FROM mdm_goldenrecord WHERE confirmed AND id = ANY(%s)"


def _ids() -> Iterator[Broken]:
    """Give the clusters of each component their ids anew, less those that other components carry."""
    members: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    home: dict[int, int] = {}
    for component, record, golden, at_home in _select(ABROAD):
        members[component][golden].append(record)
        home[record] = at_home
    homes = list(set(home.values()))
    carried_in: dict[int, set[int]] = defaultdict(set)
    for golden, component in _select(LIVE_IN, homes):
        carried_in[golden].add(component)
    kept, confirmed, silent = (
        {one for (one,) in _select(statement, homes)} for statement in (KEPT, CONFIRMED, SILENT)
    )
    for component, clusters in members.items():
        groups = list(clusters.values())
        here = {record: home[record] for group in groups for record in group}
        found = assign(
            groups,
            here,
            {record: record for record in here},
            weight_between=lambda one, other: 0,  # asked only for records without a home
            live_elsewhere=silent | {one for one in here.values() if carried_in[one] - {component}},
            kept_by_judgement=kept,
            confirmed=confirmed,
        )
        for stored, expected in zip(clusters, found.ids, strict=True):
            if stored != expected:
                yield Broken(stored, f"stands for records whose homes give them {expected}.")


def _select(statement: str, ids: list[int] | None = None) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, None if ids is None else [ids])
        return list(cursor.fetchall())


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
