"""Closed keys: who is found by a key depends on how many carry it, so the crossing of the cap is news.

Two who cross it together each see only themselves. So keys close when a record is resolved, for its keys are
committed by then; and who takes a closed key away locks it first, and counts when others have committed. Who
closes a key locks all memberships of who carries it and counts again: who is just taking it away holds one.

A key that opens lets its carriers meet anew: all are due. One that closes takes pairs away and brings none,
since who shares a finer key shares the key: due are only the ends of stored edges that it was a reason for.
Whoever looked at it before it closed, and writes edges afterwards, finds that his records' due versions have
risen, and resolves them again.

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
SELECT key, true FROM closing UNION SELECT key, false FROM opening
"""

HOLD = """
UPDATE mdm_membership m SET due = due OR %s, due_version = due_version + 1
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


def toggle(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> dict[int, bool]:
    """Note which keys (key -> rule) crossed their cap; carriers of those that opened are due.

    Returns the carriers of those that closed, held until the transaction ends: record id -> whether it lacks
    the finer keys that stand beside such a key.
    """
    shut: dict[int, bool] = {}
    while keys:
        with connection.cursor() as cursor:
            limits = [caps[rule] for rule in keys.values()]
            cursor.execute(TOGGLE, {"domain": domain, "keys": array(keys), "caps": array(limits)})
            crossed: dict[int, bool] = dict(cursor.fetchall())
        closing = _carriers(domain, [key for key, closes in crossed.items() if closes])
        opening = _carriers(domain, [key for key, closes in crossed.items() if not closes])
        _hold(closing.keys() - opening.keys(), due=False)
        make_due(opening)
        shut |= closing
        keys = {key: keys[key] for key in crossed}
    return shut


def left(domain: str, keys: Mapping[int, int], caps: Sequence[int]) -> None:
    """Open those of these keys (key -> rule) that fewer carry now than closes them."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LOCK_CLOSED, [domain, array(keys)])
            closed = [key for (key,) in cursor.fetchall()]
        make_due(toggle(domain, {key: keys[key] for key in closed}, caps))


def make_due(record_ids: Collection[int]) -> None:
    """Make records due, in their order."""
    _hold(record_ids, due=True)


def _hold(record_ids: Collection[int], *, due: bool) -> None:
    """Lock memberships in their order; whoever is resolving one of them will have to do it again."""
    if record_ids:
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [due, array(record_ids)])


def _carriers(domain: str, keys: Collection[int]) -> dict[int, bool]:
    """Return who carries these keys: record id -> whether its finer keys do not stand beside them."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CARRIERS, [array(keys), domain])
        return dict(cursor.fetchall())


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
