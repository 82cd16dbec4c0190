"""Blocking keys in the database: written with the record, counted against the cap of the rule set."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from matching.blocking import BlockingKeys, record_keys
from matching.frame import build_frame
from mdm.resolution import closed
from mdm.rulesets.active import ActiveRules

RecordName = tuple[str, str, str]


def rewrite(
    rules: ActiveRules,
    *,
    record_ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    names: Sequence[RecordName],
    silent: Sequence[int] = (),
) -> None:
    """Replace the keys of the records, drop those of the silent ones, and make due whom a crossed cap
    concerns.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM mdm_blockingkey WHERE record_id = ANY(%s) RETURNING key", [[*record_ids, *silent]]
        )
        gone = [key for (key,) in cursor.fetchall()]
    come = write(rules, record_ids=record_ids, records=records, names=names)
    closed.toggle(rules.domain, set(come) ^ set(gone), rules.caps)


def write(
    rules: ActiveRules,
    *,
    record_ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    names: Sequence[RecordName],
) -> list[int]:
    """Copy the keys of records that have none yet into the table; returns the keys."""
    if not record_ids:
        return []
    frame = build_frame(rules.spec, records, names)
    found = record_keys(frame, rules.spec, rules.model)
    copy(rules.domain, record_ids, found)
    keys: list[int] = found.keys.tolist()
    return keys


def copy(domain: str, record_ids: Sequence[int], found: BlockingKeys) -> None:
    """Copy keys into the table; row i of the keys is the record record_ids[i]."""
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY mdm_blockingkey (record_id, domain, key, rule) FROM STDIN") as rows,
    ):
        for row, key, rule in zip(
            found.rows.tolist(), found.keys.tolist(), found.rules.tolist(), strict=True
        ):
            rows.write_row((record_ids[row], domain, key, rule))
