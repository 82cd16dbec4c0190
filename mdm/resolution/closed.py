"""Closed keys: who is found by a key depends on how many carry it, so the crossing of the cap is news.

Two who cross it together each see only themselves. So the crossing is looked for three times: when keys are
written, when a record is resolved (its keys are committed by then), and before a domain counts as settled.

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

KEYS_OF = "SELECT DISTINCT key, rule FROM mdm_blockingkey WHERE record_id = ANY(%s)"

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


def toggle(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> bool:
    """Note which keys (key -> rule) crossed their cap, and make their carriers due; whether any did."""
    if not keys:
        return False
    limits = [caps[rule] for rule in keys.values()]
    with connection.cursor() as cursor:
        cursor.execute(TOGGLE, {"domain": domain, "keys": list(keys), "caps": limits})
        crossed = [key for (key,) in cursor.fetchall()]
        if not crossed:
            return False
        cursor.execute(CARRIERS, [crossed, domain])
        make_due([record_id for (record_id,) in cursor.fetchall()])
    return True


def make_due(record_ids: Collection[int]) -> None:
    """Make records due, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, [list(record_ids)])


def toggle_of(domain: str, record_ids: Collection[int], caps: Sequence[int]) -> None:
    """Do so for the keys of these records."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS_OF, [list(record_ids)])
        keys = dict(cursor.fetchall())
    toggle(domain, keys, caps)


def toggle_closed(domain: str, caps: Sequence[int]) -> bool:
    """Do so for every key that is closed; whether one opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.key, coalesce((SELECT b.rule FROM mdm_blockingkey b"
            " WHERE b.key = k.key AND b.domain = k.domain LIMIT 1), 0)"
            " FROM mdm_closedkey k WHERE k.domain = %s",
            [domain],
        )
        keys = dict(cursor.fetchall())
    return toggle(domain, keys, caps)


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
