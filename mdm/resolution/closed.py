"""Closed keys and generic values: who is found by a key depends on how many carry it, so the crossing of its
limit is news. A key closes when more records carry it than the cap; a value is generic when records of more
names carry it than the rule set allows, and then it is no key and no evidence.

Two who cross it together each see only themselves. So keys close when a record is resolved, for its keys are
committed by then; and who takes such a key away locks it first, and counts when others have committed. Who
changes one locks all memberships of who carries it and counts again: who is just taking it away holds one.

A key that opens lets its carriers meet anew: all are due. One that closes takes pairs away and brings none,
since who shares a finer key shares the key: due are only the ends of stored edges that it was a reason for.
Whoever looked at it before it closed, and writes edges afterwards, finds that his records' due versions have
risen, and resolves them again. A value that turns generic, or ceases to be, changes the weights of its
carriers with anybody: all are due.

Who carries such a key needs other ones: finer ones beside a closed key, none that are cut from a generic
value. Somebody may be writing its keys at the moment of the crossing and see what was before. So a change
counts as deepened only when its carriers were looked through in a later transaction than the one that made
it, and every record looks again when it is resolved. A value that is generic no longer stands here until
then.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from matching.blocking import BlockingKeys, closed_keys
from matching.keys import Longs
from mdm.copying import array, copy_columns, copy_rows
from mdm.resolution import scope
from mdm.resolution.domain_keys import named_values
from mdm.rulesets.active import ActiveRules

# A name is looked up only where enough records carry the value; a generic value is no key, and not closed.
TOGGLE = """
WITH touched AS (
  SELECT * FROM unnest(%(keys)s::bigint[], %(caps)s::int[], %(names)s::int[]) AS t (key, cap, names)
), carried AS MATERIALIZED (
  SELECT key, cap, names, (SELECT count(*) FROM (
           SELECT FROM mdm_blockingkey b
           WHERE b.key = touched.key LIMIT greatest(touched.cap, touched.names) + 1
         ) AS seen) AS carriers
  FROM touched
), called AS MATERIALIZED (
  SELECT key, carriers > cap AS many, carriers > names AND (
           SELECT count(DISTINCT n.key) FROM mdm_blockingkey b JOIN mdm_blockingkey n USING (record_id)
           WHERE b.key = carried.key AND n.rule = -1
         ) > names AS generic
  FROM carried
), counted AS (
  SELECT key, many AND NOT coalesce(generic, false) AS closed, coalesce(generic, false) AS generic FROM called
), entering AS (
  INSERT INTO mdm_closedkey (domain, key, closed, generic, deepened)
  SELECT %(domain)s, key, closed, generic, false FROM counted WHERE closed OR generic ORDER BY key
  ON CONFLICT DO NOTHING RETURNING key, generic
), turning AS (
  UPDATE mdm_closedkey k SET closed = c.closed, generic = c.generic, deepened = false
  FROM counted c
  WHERE k.domain = %(domain)s AND k.key = ANY(%(keys)s::bigint[]) AND k.key = c.key
    AND (k.closed, k.generic) <> (c.closed, c.generic)
    AND (c.closed OR c.generic OR k.generic)
  RETURNING k.key, k.generic
), opening AS (
  DELETE FROM mdm_closedkey k USING counted c
  WHERE k.domain = %(domain)s AND k.key = ANY(%(keys)s::bigint[]) AND k.key = c.key
    AND k.closed AND NOT (k.generic OR c.closed OR c.generic)
  RETURNING k.key
)
SELECT key, CASE WHEN generic THEN 'generic' ELSE 'closes' END FROM entering
UNION ALL SELECT key, CASE WHEN generic THEN 'generic' ELSE 'tells' END FROM turning
UNION ALL SELECT key, 'opens' FROM opening
"""

NAMED = """
UPDATE mdm_closedkey k SET of_column = t.of_column, value = t.value
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t (key, of_column, value)
WHERE k.domain = %s AND k.key = t.key
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
WHERE key = ANY(%s::bigint[]) GROUP BY record_id
"""

LOCK_CLOSED = """
SELECT key FROM mdm_closedkey WHERE domain = %s AND key = ANY(%s::bigint[]) ORDER BY key FOR UPDATE
"""

OTHER_KEYS = """(coalesce(k.closed, false) AND b.shallow
    OR (b.rule >= 0 AND coalesce(k.generic, false)) OR (b.rule < -1 AND NOT coalesce(k.generic, false)))"""

# Keys that are noted are passed over by who looks for candidates; a closed one may still become generic.
LACKING = f"""
WITH mine AS MATERIALIZED (
  SELECT b.record_id, b.key, b.rule, {OTHER_KEYS} AS lacks, k.deepened, k.closed,
         k.closed OR k.generic AS stands
  FROM mdm_blockingkey b LEFT JOIN mdm_closedkey k ON k.key = b.key AND k.domain = b.domain
  WHERE b.record_id = ANY(%(ids)s::bigint[]) AND b.domain = %(domain)s AND (k.key IS NOT NULL OR b.rule < -1)
), through AS (
  UPDATE mdm_closedkey SET deepened = true
  WHERE domain = %(domain)s AND key IN (SELECT key FROM mine WHERE NOT deepened AND stands)
), over AS (
  DELETE FROM mdm_closedkey
  WHERE domain = %(domain)s AND key IN (SELECT key FROM mine WHERE NOT deepened AND NOT stands)
)
SELECT record_id, NULL::bigint, NULL::int FROM mine WHERE lacks
UNION
SELECT b.record_id, NULL, NULL
FROM mdm_blockingkey b JOIN mdm_closedkey k ON k.key = b.key AND k.domain = b.domain
WHERE b.key IN (SELECT key FROM mine WHERE NOT deepened) AND {OTHER_KEYS}
UNION
SELECT NULL, key, rule FROM mine WHERE closed AND rule = ANY(%(told)s::int[])
UNION ALL
SELECT NULL, bit_xor(key), NULL FROM mdm_closedkey WHERE domain = %(domain)s AND generic
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """Who carries keys that have changed, held until the transaction ends.

    shut    of keys that closed: record id -> whether it lacks the finer keys that stand beside such a key.
    turned  of values that are generic now, or no longer: they are due, and their keys are others.
    """

    shut: dict[int, bool] = field(default_factory=dict)
    turned: set[int] = field(default_factory=set)


def toggle(rules: ActiveRules, keys: Mapping[int, int]) -> Changed:
    """Note which keys (key -> rule) crossed a limit; carriers of those that opened are due."""
    changed = Changed()
    caps, domain = rules.caps, rules.domain
    while keys:
        limits: dict[str, Any] = {
            "caps": array([caps[rule] for rule in keys.values()]),
            "names": array([rules.most_names.get(rule) for rule in keys.values()]),
        }
        with connection.cursor() as cursor:
            cursor.execute(TOGGLE, {"domain": domain, "keys": array(keys), **limits})
            crossed: dict[int, str] = dict(cursor.fetchall())
        closing = _carriers([key for key, what in crossed.items() if what == "closes"])
        opening = _carriers([key for key, what in crossed.items() if what == "opens"])
        turning = _carriers([key for key, what in crossed.items() if what in ("generic", "tells")])
        _hold(closing.keys() - opening.keys() - turning.keys(), due=False)
        make_due(opening.keys() | turning.keys())
        _name(rules, [key for key, what in crossed.items() if what == "generic"])
        changed.shut.update(closing)
        changed.turned.update(turning)
        keys = {key: keys[key] for key in crossed}
    return changed


def _name(rules: ActiveRules, keys: Collection[int]) -> None:
    """Write down of which column and value these keys are: who carries them is held, or has just left."""
    if not keys:
        return
    rows = scope.rows_of(_carriers(keys))
    named = named_values(rules, scope.frame_of(rules, rows), keys)
    columns, values = ([one[side] for one in named.values()] for side in (0, 1))
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [list(named), columns, values, rules.domain])


def left(rules: ActiveRules, keys: Mapping[int, int]) -> None:
    """Count again those of these keys (key -> rule) that are closed or generic: fewer may carry them now."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LOCK_CLOSED, [rules.domain, array(keys)])
            closed = [key for (key,) in cursor.fetchall()]
        make_due(toggle(rules, {key: keys[key] for key in closed}).shut)


def make_due(record_ids: Collection[int]) -> None:
    """Make records due, in their order."""
    _hold(record_ids, due=True)


def _hold(record_ids: Collection[int], *, due: bool) -> None:
    """Lock memberships in their order; whoever is resolving one of them will have to do it again."""
    if record_ids:
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [due, array(record_ids)])


def _carriers(keys: Collection[int]) -> dict[int, bool]:
    """Return who carries these keys: record id -> whether its finer keys do not stand beside them."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CARRIERS, [array(keys)])
        return dict(cursor.fetchall())


def among(domain: str, keys: Collection[int]) -> set[int]:
    """Return which of these keys are closed."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM mdm_closedkey WHERE domain = %s AND key = ANY(%s::bigint[]) AND closed",
            [domain, array(keys)],
        )
        return {key for (key,) in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Lacking:
    """Who lacks keys or has too many, the mark of what is generic now, and closed keys (key -> rule) that
    may have become generic.
    """

    records: set[int]
    mark: int
    told: dict[int, int]


def lacking(rules: ActiveRules, record_ids: Collection[int]) -> Lacking:
    """Return who lacks keys: these records where a key of theirs is closed or generic, or no longer, and
    whoever carries such a key of theirs that was not looked through since.
    """
    asked = {"domain": rules.domain, "ids": array(record_ids), "told": array(rules.most_names)}
    with connection.cursor() as cursor:
        cursor.execute(LACKING, asked)
        rows = cursor.fetchall()
    return Lacking(
        {record_id for record_id, *_ in rows if record_id is not None},
        next((key for record_id, key, rule in rows if record_id is None and rule is None), None) or 0,
        {key: rule for record_id, key, rule in rows if record_id is None and rule is not None},
    )


def close_all(rules: ActiveRules, found: BlockingKeys, generic: Mapping[int, tuple[str, str]]) -> None:
    """Write the closed keys of a domain anew: nobody becomes due, because the caller resolves everybody.

    generic: key -> column and value of what is generic by count.
    """
    domain = rules.domain
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_closedkey WHERE domain = %s", [domain])
    keys: Longs = np.unique(closed_keys(found, rules.caps))
    copy_columns("mdm_closedkey", {"domain": domain, "key": keys, "deepened": np.ones(len(keys), dtype=bool)})
    columns = ("domain", "key", "closed", "generic", "of_column", "value", "deepened")
    copy_rows(
        "mdm_closedkey",
        columns,
        [(domain, key, False, True, *named, True) for key, named in sorted(generic.items())],
    )
