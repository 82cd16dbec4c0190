"""Who must be settled together so that golden ids do not depend on which change touched whom (design §3).

An id in play is given among all clusters that have a record at home in it; so whoever settles one of them
settles them all. Clusters part seldom enough that nearly every component stands for itself.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from mdm.copying import array
from mdm.resolution.scope import INSIDE_AND_JOINED, JOINED_COMPONENTS

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
, {INSIDE_AND_JOINED.format(components="ARRAY(SELECT component_id FROM reached)")}
SELECT 'component', component_id FROM reached
UNION ALL
SELECT 'end', component_id FROM ends
UNION ALL
SELECT 'waits', record_id FROM inside WHERE waits
UNION ALL
SELECT 'joined', {JOINED_COMPONENTS}
"""


@dataclass(frozen=True)
class Reached:
    """What some records reach.

    components: theirs and all that a home joins to them. ends: the components of the ends of their edges.
    waiting: records of the components that wait for resolution. joined: the components that a stored edge
    joins to one of these.
    """

    components: frozenset[int]
    ends: frozenset[int]
    waiting: frozenset[int]
    joined: frozenset[int]


def sharing_homes(component_ids: Collection[int]) -> frozenset[int]:
    """Return these components and all that a home joins to them, over any number of homes."""
    with connection.cursor() as cursor:
        cursor.execute(SHARING, [array(component_ids)])
        return frozenset(component for (component,) in cursor.fetchall())


def reached_from(reached: Collection[int], ends: Collection[int]) -> Reached:
    """Return what these records reach; ends: of their edges, among which they are."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED_FROM, {"reached": array(reached), "ends": array(ends)})
        found = cursor.fetchall()

    def told(kind: str) -> frozenset[int]:
        return frozenset(number for said, number in found if said == kind)

    return Reached(told("component"), told("end"), told("waits"), told("joined"))
