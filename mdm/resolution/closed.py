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
from mdm.copying import copy_columns

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
  SELECT record_id FROM mdm_membership WHERE record_id = ANY(%s) ORDER BY record_id FOR NO KEY UPDATE
) AS concerned
WHERE m.record_id = concerned.record_id
"""

CARRIERS = "SELECT DISTINCT record_id FROM mdm_blockingkey WHERE key = ANY(%s) AND domain = %s"

KEYS_OF = """
SELECT DISTINCT b.key, b.rule FROM mdm_blockingkey b
WHERE b.record_id = ANY(%(ids)s)
  AND NOT EXISTS (SELECT FROM mdm_closedkey k WHERE k.key = b.key AND k.domain = %(domain)s AND k.deepened)
"""

LOCK_CLOSED = """
SELECT key FROM mdm_closedkey WHERE domain = %s AND key = ANY(%s) ORDER BY key FOR UPDATE
"""

LACKING = """
WITH mine AS MATERIALIZED (
  SELECT b.record_id, b.key, b.shallow, k.deepened
  FROM mdm_blockingkey b JOIN mdm_closedkey k ON k.key = b.key AND k.domain = b.domain
  WHERE b.record_id = ANY(%(ids)s) AND b.domain = %(domain)s
), through AS (
  UPDATE mdm_closedkey SET deepened = true
  WHERE domain = %(domain)s AND key IN (SELECT key FROM mine WHERE NOT deepened)
)
SELECT record_id FROM mine WHERE shallow
UNION
SELECT b.record_id FROM mdm_blockingkey b
WHERE b.key IN (SELECT key FROM mine WHERE NOT deepened) AND b.domain = %(domain)s AND b.shallow
"""


def toggle(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> None:
    """Note which keys (key -> rule) crossed their cap, and make their carriers due."""
    while keys:
        with connection.cursor() as cursor:
            limits = [caps[rule] for rule in keys.values()]
            cursor.execute(TOGGLE, {"domain": domain, "keys": list(keys), "caps": limits})
            crossed = [key for (key,) in cursor.fetchall()]
            if not crossed:
                return
            cursor.execute(CARRIERS, [crossed, domain])
            make_due([record_id for (record_id,) in cursor.fetchall()])
        keys = {key: keys[key] for key in crossed}


def left(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> None:
    """Open those of these keys (key -> rule) that fewer carry now than closes them."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LOCK_CLOSED, [domain, list(keys)])
            closed = [key for (key,) in cursor.fetchall()]
        toggle(domain, {key: keys[key] for key in closed}, caps)


def make_due(record_ids: Collection[int]) -> None:
    """Make records due, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, [list(record_ids)])


def toggle_of(domain: str, record_ids: Collection[int], caps: Sequence[int]) -> None:
    """Note which keys of these records crossed their cap."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS_OF, {"ids": list(record_ids), "domain": domain})
        keys = dict(cursor.fetchall())
    toggle(domain, keys, caps)


def among(domain: str, keys: Collection[int]) -> set[int]:
    """Return which of these keys are closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM mdm_closedkey WHERE domain = %s AND key = ANY(%s)", [domain, list(keys)]
        )
        return {key for (key,) in cursor.fetchall()}


def lacking(domain: str, record_ids: Collection[int]) -> list[int]:
    """Return who lacks finer keys: these records where a key of theirs is closed, and whoever carries a
    key of theirs that was closed and not looked through since.
    """
    with connection.cursor() as cursor:
        cursor.execute(LACKING, {"domain": domain, "ids": list(record_ids)})
        return sorted({record_id for (record_id,) in cursor.fetchall()})


def close_all(domain: str, found: BlockingKeys, caps: Sequence[int]) -> None:
    """Write the closed keys of a domain anew: nobody becomes due, because the caller resolves everybody."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_closedkey WHERE domain = %s", [domain])
    keys = np.unique(closed_keys(found, caps))
    copy_columns("mdm_closedkey", {"domain": domain, "key": keys, "deepened": np.ones(len(keys), dtype=bool)})
