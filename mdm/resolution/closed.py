"""Closed keys: who is found by a key depends on how many carry it, so the crossing of the cap is news.

Two who cross it together each see only themselves. So the crossing is looked for three times: when keys are
written, when a record is resolved (its keys are committed by then), and before a domain counts as settled.
"""

from collections.abc import Collection, Sequence

from django.db import connection

TOGGLE = """
WITH touched AS (
  SELECT DISTINCT unnest(%(keys)s::bigint[]) AS key
), counted AS MATERIALIZED (
  SELECT key, coalesce((SELECT count(*) > (%(caps)s::int[])[min(seen.rule) + 1] FROM (
           SELECT rule FROM mdm_blockingkey b
           WHERE b.key = touched.key AND b.domain = %(domain)s LIMIT %(most)s + 1
         ) AS seen), false) AS closed
  FROM touched
), closing AS (
  INSERT INTO mdm_closedkey (domain, key) SELECT %(domain)s, key FROM counted WHERE closed ORDER BY key
  ON CONFLICT DO NOTHING RETURNING key
), opening AS (
  DELETE FROM mdm_closedkey WHERE domain = %(domain)s AND key IN (SELECT key FROM counted WHERE NOT closed)
  RETURNING key
)
SELECT key FROM closing UNION SELECT key FROM opening
"""

MAKE_DUE = """
UPDATE mdm_membership m SET due = true, due_version = due_version + 1
FROM (
  SELECT record_id FROM mdm_membership
  WHERE record_id IN (SELECT record_id FROM mdm_blockingkey WHERE key = ANY(%(keys)s) AND domain = %(domain)s)
  ORDER BY record_id FOR NO KEY UPDATE
) AS carriers
WHERE m.record_id = carriers.record_id
"""


def toggle(domain: str, keys: Collection[int], caps: Sequence[int]) -> bool:
    """Note which of these keys crossed the cap, and make all who carry one of them due; whether any did."""
    if not keys:
        return False
    with connection.cursor() as cursor:
        cursor.execute(TOGGLE, {"domain": domain, "keys": list(keys), "caps": list(caps), "most": max(caps)})
        crossed = [key for (key,) in cursor.fetchall()]
        if crossed:
            cursor.execute(MAKE_DUE, {"domain": domain, "keys": crossed})
    return bool(crossed)


def toggle_of(domain: str, record_ids: Collection[int], caps: Sequence[int]) -> None:
    """Do so for the keys of these records."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT key FROM mdm_blockingkey WHERE record_id = ANY(%s)", [list(record_ids)]
        )
        keys = [key for (key,) in cursor.fetchall()]
    toggle(domain, keys, caps)


def toggle_closed(domain: str, caps: Sequence[int]) -> bool:
    """Do so for every key that is closed; whether one opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM mdm_closedkey WHERE domain = %s", [domain])
        keys = [key for (key,) in cursor.fetchall()]
    return toggle(domain, keys, caps)


def close_all(domain: str, caps: Sequence[int]) -> None:
    """Write the closed keys of a domain anew: nobody becomes due, because the caller resolves everybody."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_closedkey WHERE domain = %s", [domain])
        cursor.execute(
            "INSERT INTO mdm_closedkey (domain, key)"
            " SELECT domain, key FROM mdm_blockingkey WHERE domain = %s"
            " GROUP BY domain, key HAVING count(*) > (%s::int[])[min(rule) + 1]",
            [domain, list(caps)],
        )
