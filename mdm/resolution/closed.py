"""Closed keys: who is found by a key depends on how many carry it, so the crossing of the cap is news.

Two who cross it together each see only themselves. So keys close when a record is resolved, for its keys are
committed by then; and who takes a closed key away locks it first, and counts when others have committed. Who
closes a key locks all memberships of who carries it and counts again: who is just taking it away holds one.

Who carries a closed key needs finer ones. Somebody may be writing its keys at the moment of the crossing and
see the key open. So a closed key counts as deepened only when its carriers were looked through in a later
transaction than the one that closed it, and every record looks again when it is resolved.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from django.db import connection

from matching.blocking import BlockingKeys, closed_keys
from mdm.copying import array, copy_columns

TOGGLE = """
WITH touched AS (
  SELECT * FROM unnest(%(keys)s::bigint[], %(caps)s::int[]) AS t (key, cap)
), counted AS MATERIALIZED (
  SELECT key, (SELECT count(*) FROM (
           SELECT FROM mdm_blockingkey b
           WHERE b.key = touched.key AND b.domain = %(domain)s LIMIT touched.cap + 1
         ) AS seen) > cap AS closed
  FROM touched
), closing AS (
  INSERT INTO mdm_closedkey (domain, key, deepened)
  SELECT %(domain)s, key, false FROM counted WHERE closed ORDER BY key
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
  SELECT record_id FROM mdm_membership WHERE record_id = ANY(%s::bigint[])
  ORDER BY record_id FOR NO KEY UPDATE
) AS concerned
WHERE m.record_id = concerned.record_id
"""

CARRIERS = """
SELECT record_id, bool_or(shallow) FROM mdm_blockingkey
WHERE key = ANY(%s::bigint[]) AND domain = %s GROUP BY record_id
"""

LOCK_CLOSED = """
SELECT key FROM mdm_closedkey WHERE domain = %s AND key = ANY(%s::bigint[]) ORDER BY key FOR UPDATE
"""

LACKING = """
WITH mine AS MATERIALIZED (
  SELECT b.record_id, b.key, b.shallow, k.deepened
  FROM mdm_blockingkey b JOIN mdm_closedkey k ON k.key = b.key AND k.domain = b.domain
  WHERE b.record_id = ANY(%(ids)s::bigint[]) AND b.domain = %(domain)s
), through AS (
  UPDATE mdm_closedkey SET deepened = true
  WHERE domain = %(domain)s AND key IN (SELECT key FROM mine WHERE NOT deepened)
)
SELECT record_id FROM mine WHERE shallow
UNION
SELECT b.record_id FROM mdm_blockingkey b
WHERE b.key IN (SELECT key FROM mine WHERE NOT deepened) AND b.domain = %(domain)s AND b.shallow
"""


def toggle(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> set[int]:
    """Note which keys (key -> rule) crossed their cap, and make their carriers due; returns those of them
    whose finer keys do not stand beside such a key.
    """
    shallow: set[int] = set()
    while keys:
        with connection.cursor() as cursor:
            limits = [caps[rule] for rule in keys.values()]
            cursor.execute(TOGGLE, {"domain": domain, "keys": array(keys), "caps": array(limits)})
            crossed = [key for (key,) in cursor.fetchall()]
            if not crossed:
                break
            cursor.execute(CARRIERS, [array(crossed), domain])
            carriers = dict(cursor.fetchall())
        make_due(carriers)
        shallow |= {record_id for record_id, lacks in carriers.items() if lacks}
        keys = {key: keys[key] for key in crossed}
    return shallow


def left(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> None:
    """Open those of these keys (key -> rule) that fewer carry now than closes them."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LOCK_CLOSED, [domain, array(keys)])
            closed = [key for (key,) in cursor.fetchall()]
        toggle(domain, {key: keys[key] for key in closed}, caps)


def make_due(record_ids: Collection[int]) -> None:
    """Make records due, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, [array(record_ids)])


def among(domain: str, keys: Collection[int]) -> set[int]:
    """Return which of these keys are closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM mdm_closedkey WHERE domain = %s AND key = ANY(%s::bigint[])",
            [domain, array(keys)],
        )
        return {key for (key,) in cursor.fetchall()}


def lacking(domain: str, record_ids: Collection[int]) -> set[int]:
    """Return who lacks finer keys: these records where a key of theirs is closed, and whoever carries a
    key of theirs that was closed and not looked through since.
    """
    with connection.cursor() as cursor:
        cursor.execute(LACKING, {"domain": domain, "ids": array(record_ids)})
        return {record_id for (record_id,) in cursor.fetchall()}


def close_all(domain: str, found: BlockingKeys, caps: Sequence[int]) -> None:
    """Write the closed keys of a domain anew: nobody becomes due, because the caller resolves everybody."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_closedkey WHERE domain = %s", [domain])
    keys = np.unique(closed_keys(found, caps))
    copy_columns("mdm_closedkey", {"domain": domain, "key": keys, "deepened": np.ones(len(keys), dtype=bool)})
