"""Standardised records in the database: what whoever is met says for matching, without reading it again.

Invariant: the row of an active record says what the record says under the rule set in force, in the version
that it names. It is written where blocking keys are, from the same frame, in the same transaction. One that
is missing is read from the record.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from matching.frame import Frame
from matching.frame_texts import frame_of_texts, row_texts
from mdm.copying import array, copy_rows
from mdm.resolution import scope
from mdm.rulesets.active import ActiveRules
from mdm.together import FEW, insertion

TABLE = "mdm_standardisedrecord"
COLUMNS = ("record_id", "domain", "version", "said")

FORGET = f"DELETE FROM {TABLE} WHERE record_id = ANY(%s::bigint[])"

# Inside the transaction that wrote the record: its version is the one that was read.
AGAIN = f"""
INSERT INTO {TABLE} (record_id, domain, version, said)
SELECT r.id, r.domain, r.version, t.said
FROM unnest(%s::bigint[], %s::text[]) AS t (record_id, said) JOIN mdm_sourcerecord r ON r.id = t.record_id
ON CONFLICT (record_id) DO UPDATE
SET domain = excluded.domain, version = excluded.version, said = excluded.said
"""

SAME = f"""
UPDATE {TABLE} s SET version = r.version FROM mdm_sourcerecord r
WHERE r.id = s.record_id AND r.id = ANY(%s::bigint[])
"""

READ = f"SELECT record_id, version, said FROM {TABLE} WHERE record_id = ANY(%s::bigint[])"
VERSIONS = f"SELECT record_id, version FROM {TABLE} WHERE record_id = ANY(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says for matching, in which version."""

    version: int
    text: str


def write(frame: Frame, rules: ActiveRules, record_ids: Sequence[int], known: Collection[int]) -> None:
    """Write what the rows of a frame say; row i is the record record_ids[i].

    known: records that may have a row; who of them is not in the frame has none any more. The others are new,
    in their first version.
    """
    before = set(known)
    _forget(before.difference(record_ids))
    texts = list(row_texts(frame, rules.spec))
    again = [place for place, record_id in enumerate(record_ids) if record_id in before]
    if again:
        with connection.cursor() as cursor:
            cursor.execute(AGAIN, [[record_ids[one] for one in again], [texts[one] for one in again]])
    rows = zip(record_ids, texts, strict=True)
    _copy((one, rules.domain, 1, text) for one, text in rows if one not in before)


def say_the_same(record_ids: Collection[int]) -> None:
    """Note the present version of records that say what they said under another one."""
    with connection.cursor() as cursor:
        cursor.execute(SAME, [array(record_ids)])


def _forget(record_ids: Collection[int]) -> None:
    if record_ids:
        with connection.cursor() as cursor:
            cursor.execute(FORGET, [array(record_ids)])


def _copy(rows: Iterable[tuple[int, str, int, str]], *, frozen: bool = False) -> None:
    rows = iter(rows)
    first = list(islice(rows, FEW + 1))
    if 0 < len(first) <= FEW and not frozen:
        with connection.cursor() as cursor:
            cursor.execute(*insertion(TABLE, COLUMNS, first))
    elif first:
        copy_rows(TABLE, COLUMNS, (row for part in (first, rows) for row in part), frozen=frozen)


def replace_all(
    rules: ActiveRules,
    record_ids: NDArray[np.int64],
    versions: NDArray[np.int64],
    frame: Frame,
    *,
    alone: bool,
) -> None:
    """Write what all active records of a domain say anew; alone: no other domain has any."""
    with connection.cursor() as cursor:
        if alone:
            cursor.execute(f"TRUNCATE {TABLE}")
        else:
            cursor.execute(f"DELETE FROM {TABLE} WHERE domain = %s", [rules.domain])
    rows = zip(record_ids.tolist(), versions.tolist(), row_texts(frame, rules.spec), strict=True)
    _copy(((one, rules.domain, version, text) for one, version, text in rows), frozen=alone)


def read(rules: ActiveRules, record_ids: Collection[int]) -> dict[int, Said]:
    """Return what each of these records says now, whatever its status."""
    found = _stored(record_ids)
    missing = set(record_ids) - found.keys()
    return found | _read_anew(rules, scope.voices(missing)) if missing else found


def of_active(rules: ActiveRules, record_ids: Collection[int]) -> dict[int, Said]:
    """Return what each of these records says now, where it is active."""
    found = _stored(record_ids)
    missing = set(record_ids) - found.keys()
    voices = {row.id: row for row in scope.rows_of(missing) if row.active} if missing else {}
    return found | _read_anew(rules, voices) if voices else found


def _stored(record_ids: Collection[int]) -> dict[int, Said]:
    with connection.cursor() as cursor:
        cursor.execute(READ, [array(record_ids)])
        return {record_id: Said(version, text) for record_id, version, text in cursor.fetchall()}


def _read_anew(
    rules: ActiveRules, records: Mapping[int, scope.Row] | Mapping[int, scope.Voice]
) -> dict[int, Said]:
    rows: Sequence[Any] = list(records.values())
    texts = row_texts(scope.frame_of(rules, rows), rules.spec)
    return {
        record_id: Said(record.version, text)
        for record_id, record, text in zip(records, rows, texts, strict=True)
    }


def versions(record_ids: Collection[int]) -> dict[int, int]:
    """Return the version of each of these records now."""
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, [array(record_ids)])
        found = dict(cursor.fetchall())
    missing = set(record_ids) - found.keys()
    return found | scope.versions(missing) if missing else found


def frame_of(rules: ActiveRules, said: Mapping[int, Said], record_ids: Iterable[int]) -> Frame:
    """Return the matching frame of these records, in their order."""
    return frame_of_texts(rules.spec, [said[record_id].text for record_id in record_ids])
