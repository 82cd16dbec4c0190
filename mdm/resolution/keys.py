"""Blocking keys in the database: written with the record, counted against the cap of the rule set.

Finer keys are written where they are needed: beside a key that is closed. So a record carries twenty keys
and not fifty. Invariant: whoever carries a closed key has its finer ones, or is due.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection

from matching.blocking import BlockingKeys, record_keys
from matching.frame import build_frame
from mdm.copying import array, copy_columns
from mdm.models import BlockingKey
from mdm.resolution import closed, scope
from mdm.rulesets.active import ActiveRules

RecordName = tuple[str, str, str]

DELETE = "DELETE FROM mdm_blockingkey WHERE record_id = ANY(%s::bigint[]) RETURNING key, rule"


def rewrite(
    rules: ActiveRules,
    *,
    record_ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    names: Sequence[RecordName],
    known: Sequence[int],
) -> dict[int, int]:
    """Replace the keys of the records, and make due whom a key that opens concerns; returns key -> rule of
    those that somebody has who had them not.

    known: records that have keys; those of them that are not among the records lose theirs.
    """
    gone: list[tuple[int, int]] = []
    if known:
        with connection.cursor() as cursor:
            cursor.execute(DELETE, [array(known)])
            gone = cursor.fetchall()
    come = write(rules, record_ids=record_ids, records=records, names=names)
    change = Counter(come)
    change.subtract(gone)
    closed.left(rules.domain, dict(one for one, count in change.items() if count < 0), rules.caps)
    return dict(one for one, count in change.items() if count > 0)


def write(
    rules: ActiveRules,
    *,
    record_ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    names: Sequence[RecordName],
) -> list[tuple[int, int]]:
    """Copy the keys of records that have none yet into the table; returns key and rule of each."""
    if not record_ids:
        return []
    frame = build_frame(rules.spec, records, names)
    found = record_keys(frame, rules.spec, rules.model, closed=())
    over = closed.among(rules.domain, found.keys[found.shallow].tolist())
    if over:
        found = record_keys(frame, rules.spec, rules.model, closed=over)
    copy(rules.domain, record_ids, found)
    return list(zip(found.keys.tolist(), found.rules.tolist(), strict=True))


def copy(domain: str, record_ids: Sequence[int], found: BlockingKeys) -> None:
    """Copy keys into the table; row i of the keys is the record record_ids[i]."""
    order = np.argsort(found.rows, kind="stable")  # keys of one record lie together
    ids = np.asarray(record_ids, dtype=np.int64)
    copy_columns(
        "mdm_blockingkey",
        {
            "record_id": ids[found.rows[order]],
            "key": found.keys[order],
            "rule": found.rules[order].astype(np.int16),
            "shallow": found.shallow[order],
            "domain": domain,
        },
    )


def replace_all(rules: ActiveRules, record_ids: Sequence[int], found: BlockingKeys) -> None:
    """Write the keys of a whole domain anew, and which of them are closed.

    The caller has the domain alone. Where no other domain has keys the indexes are built afterwards.
    """
    if _is_alone(rules.domain):
        indexes = BlockingKey._meta.indexes
        with connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
            cursor.execute("TRUNCATE mdm_blockingkey")
            for index in indexes:
                editor.remove_index(BlockingKey, index)
            copy(rules.domain, record_ids, found)
            for index in indexes:
                editor.add_index(BlockingKey, index)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM mdm_blockingkey WHERE domain = %s", [rules.domain])
        copy(rules.domain, record_ids, found)
    closed.close_all(rules.domain, found, rules.caps)


def _is_alone(domain: str) -> bool:
    """Whether no other domain can have keys, so that nobody minds a locked table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM mdm_ruleset WHERE domain <> %s)", [domain])
        (others,) = cursor.fetchone()
        return not others


def keep_up(rules: ActiveRules, record_ids: Collection[int], crossed: Mapping[int, int]) -> set[int]:
    """Close the keys of these records that crossed their cap (key -> rule); give finer keys to whoever is
    found to lack them, who is due if he was found late.

    Returns the carriers of what has closed. One of them is due: in a later transaction he looks who was
    writing his keys at this moment.
    """
    late = closed.lacking(rules.domain, record_ids)
    # Locked first: who changes one of them meanwhile waits for us, or we read what it wrote.
    closed.make_due(late)
    _deepen(rules, late)
    carriers: set[int] = set()
    while crossed:
        shut = closed.toggle(rules.domain, crossed, rules.caps)
        carriers |= shut.keys()
        # The finer keys may be carried by too many in their turn.
        crossed = _deepen(rules, [record_id for record_id, lacks in shut.items() if lacks])
    if carriers:
        closed.make_due([min(carriers)])
    return carriers


def _deepen(rules: ActiveRules, record_ids: Collection[int]) -> dict[int, int]:
    """Write the keys of records anew, with finer ones; returns key -> rule of those that came."""
    if not record_ids:
        return {}
    rows = [row for row in scope.rows_of(record_ids) if row.active]
    return rewrite(
        rules,
        record_ids=[row.id for row in rows],
        records=scope.matched(rules, rows),
        names=[row.name for row in rows],
        known=sorted(record_ids),
    )
