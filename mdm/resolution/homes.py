"""Who must be settled together so that golden ids do not depend on which change touched whom (design §3).

An id in play is given among all clusters that have a record at home in it; so whoever settles one of them
settles them all. Clusters part seldom enough that nearly every component stands for itself.
"""

from collections.abc import Collection

from django.db import connection

from mdm.copying import array

# A retired record still stands in the component that it is about to leave: its home is freed there.
REACHED = """
  UNION
  SELECT o.component_id
  FROM reached
  JOIN mdm_membership m ON m.component_id = reached.component_id
  JOIN mdm_membership o ON o.home_id = m.home_id AND o.component_id <> m.component_id
  JOIN mdm_sourcerecord r ON r.id = o.record_id AND r.status = 'active'
)"""
SHARING = f"""
WITH RECURSIVE reached (component_id) AS (
  SELECT unnest(%s::bigint[])
  {REACHED}
SELECT component_id FROM reached
"""
REACHED_FROM = f"""
WITH RECURSIVE ends AS MATERIALIZED (
  SELECT record_id, component_id FROM mdm_membership WHERE record_id = ANY(%(ends)s::bigint[])
), reached (component_id) AS (
  SELECT component_id FROM ends WHERE record_id = ANY(%(reached)s::bigint[])
  {REACHED}
SELECT component_id, NULL FROM reached
UNION ALL
SELECT component_id, record_id FROM ends
"""


def sharing_homes(component_ids: Collection[int]) -> frozenset[int]:
    """Return these components and all that a home joins to them, over any number of homes."""
    with connection.cursor() as cursor:
        cursor.execute(SHARING, [array(component_ids)])
        return frozenset(component for (component,) in cursor.fetchall())


def reached_from(reached: Collection[int], ends: Collection[int]) -> tuple[frozenset[int], dict[int, int]]:
    """Return the components of the records `reached` with all that a home joins to them; and the component
    of each of the `ends`, among which they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(REACHED_FROM, {"reached": array(reached), "ends": array(ends)})
        found = cursor.fetchall()
    components = frozenset(component for component, record_id in found if record_id is None)
    return components, {record_id: component for component, record_id in found if record_id is not None}
