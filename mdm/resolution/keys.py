"""Blocking keys in the database: written with the record, counted against the cap of the rule set.

Finer keys are written where they are needed: beside a key that is closed. So a record carries twenty keys
and not fifty. Invariant: whoever carries a closed key has its finer ones, or is due. No key is cut from a
generic value; who carries it stands under its own key, by which nobody is found.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from matching.blocking import BlockingKeys
from matching.frame import Frame, build_frame
from mdm.copying import array, copy_columns
from mdm.models import BlockingKey
from mdm.resolution import closed, standardised
from mdm.resolution.domain_keys import CALLED, generic_values, keys_of, with_carried
from mdm.rulesets.active import ActiveRules, in_force

RecordName = tuple[str, str, str]
Ids = Sequence[int] | NDArray[np.int64]

STORED = "SELECT record_id, key, rule, shallow FROM mdm_blockingkey WHERE record_id = ANY(%s::bigint[])"

DELETE = """
DELETE FROM mdm_blockingkey b
USING unnest(%s::bigint[], %s::bigint[], %s::int[]) AS gone (record_id, key, rule)
WHERE b.key = gone.key AND b.record_id = gone.record_id AND b.rule = gone.rule
"""

NO_KEYS = BlockingKeys(
    np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.bool_)
)

Key = tuple[int, int, int, bool]
"""Record, key, rule, and whether finer keys are missing beside it."""


def rewrite(
    rules: ActiveRules,
    *,
    record_ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    names: Sequence[RecordName],
    known: Sequence[int],
) -> dict[int, int]:
    """Write what records say, standardised, and their keys, and make due whom a key that opens concerns;
    returns key -> rule of those that somebody has who had them not.

    known: records that may have keys, held by the caller; those of them that are not among the records lose
    theirs.
    """
    frame = build_frame(rules.spec, records, names)
    standardised.write(frame, rules, record_ids, known)
    return _give(rules, frame, record_ids, known)


def _give(
    rules: ActiveRules, frame: Frame, record_ids: Sequence[int], known: Sequence[int]
) -> dict[int, int]:
    """Give the rows of a frame their keys. Only the difference is written: who gets finer keys, or another
    phone, keeps most of what it has.
    """
    found = _found(rules, frame)
    ids = np.asarray(record_ids, dtype=np.int64)
    change = Counter(zip(found.keys.tolist(), map(_counted_by, found.rules.tolist()), strict=True))
    if known:
        stood = _stored(known)
        change.subtract((key, _counted_by(rule)) for _, key, rule, _ in stood)
        columns = (ids[found.rows], found.keys, found.rules, found.shallow)
        wanted: list[Key] = list(zip(*(column.tolist() for column in columns), strict=True))
        _delete(sorted(stood.difference(wanted)))
        found = found.at(np.array([place for place, one in enumerate(wanted) if one not in stood], np.int64))
    copy(rules.domain, ids, found)
    # Who is called otherwise changes how many names share what it carries.
    renamed = any(count < 0 and rule == CALLED for (_, rule), count in change.items())
    fewer = {
        key: rule
        for (key, rule), count in change.items()
        if rule != CALLED and (count < 0 or (renamed and rule in rules.most_names))
    }
    closed.left(rules, fewer)
    return {key: rule for (key, rule), count in change.items() if count > 0 and rule != CALLED}


def _counted_by(rule: int) -> int:
    """Return the blocking rule whose limit counts for a key."""
    return rule if rule >= CALLED else -2 - rule


def _found(rules: ActiveRules, frame: Frame) -> BlockingKeys:
    """Return the keys that the rows of a frame shall have, with finer ones beside those that are closed."""
    if not len(frame):
        return NO_KEYS
    found = keys_of(rules.domain, frame, rules.spec, rules.weighing, closed=())
    over = closed.among(rules.domain, found.keys[found.shallow].tolist())
    if over:
        found = keys_of(rules.domain, frame, rules.spec, rules.weighing, closed=over)
    return with_carried(rules, frame, found)


def _stored(record_ids: Sequence[int]) -> set[Key]:
    """Return the keys that these records have."""
    with connection.cursor() as cursor:
        cursor.execute(STORED, [array(record_ids)])
        return set(cursor.fetchall())


def _delete(keys: Sequence[Key]) -> None:
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(DELETE, [array(column) for column in list(zip(*keys, strict=True))[:3]])


def copy(domain: str, record_ids: Ids, found: BlockingKeys, *, frozen: bool = False) -> None:
    """Copy keys into the table; row i of the keys is the record record_ids[i].

    frozen: as in `copy_columns`.
    """
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
        frozen=frozen,
    )


def replace_all(rules: ActiveRules, record_ids: Ids, frame: Frame, found: BlockingKeys) -> None:
    """Write the keys of a whole domain anew, and which of them are closed; the rules know what is generic.

    The caller has the domain alone. Where no other domain has keys the indexes are built afterwards.
    """
    whole = with_carried(rules, frame, found)
    if is_alone(rules.domain):
        indexes = BlockingKey._meta.indexes
        with connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
            cursor.execute("TRUNCATE mdm_blockingkey")
            for index in indexes:
                editor.remove_index(BlockingKey, index)
            copy(rules.domain, record_ids, whole, frozen=True)
            for index in indexes:
                editor.add_index(BlockingKey, index)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM mdm_blockingkey WHERE domain = %s", [rules.domain])
        copy(rules.domain, record_ids, whole)
    closed.close_all(rules, found, generic_values(rules, frame))


def is_alone(domain: str) -> bool:
    """Whether no other domain can have keys, so that nobody minds a locked table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM mdm_ruleset WHERE domain <> %s)", [domain])
        (others,) = cursor.fetchone()
        return not others


def keep_up(rules: ActiveRules, record_ids: Collection[int], crossed: Mapping[int, int]) -> set[int]:
    """Note the keys of these records that crossed a limit (key -> rule); give other keys to whoever is found
    to lack them, who is due if he was found late.

    Returns the carriers of what has closed. One of them is due: in a later transaction he looks who was
    writing his keys at this moment.
    """
    late = closed.lacking(rules, record_ids)
    # Locked first: who changes one of them meanwhile waits for us, or we read what it wrote.
    closed.make_due(late.records)
    if late.mark != rules.mark:
        # Values have become generic, or ceased to be, since we began to weigh.
        closed.make_due(record_ids)
        rules = in_force(rules.domain)
    _deepen(rules, late.records)
    carried: set[int] = set()
    crossed = {**crossed, **late.told}
    while crossed:
        changed = closed.toggle(rules, crossed)
        carried |= changed.shut.keys()
        if changed.turned:
            rules = in_force(rules.domain)
        # The finer keys may be carried by too many in their turn.
        lacking = {record_id for record_id, lacks in changed.shut.items() if lacks}
        crossed = _deepen(rules, lacking | changed.turned)
    if carried:
        closed.make_due([min(carried)])
    return carried


def _deepen(rules: ActiveRules, record_ids: Collection[int]) -> dict[int, int]:
    """Write the keys of records anew, with finer ones; returns key -> rule of those that came."""
    if not record_ids:
        return {}
    said = standardised.of_active(rules, record_ids)
    return _give(rules, standardised.frame_of(rules, said, said), list(said), sorted(record_ids))
