"""The names of a source record: its own key, further keys, and what becomes of them when a source re-keys.

A record that is re-keyed stays the same record: judgements, home, overrides and cross-references hang on it,
not on its key, and the old key goes on naming it. A key that is given to somebody else starts a new record;
the old one keeps its home and history under a name of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import connection
from django.db.models import F

from mdm.compliance import audit
from mdm.ingestion.incoming import Incoming
from mdm.models import AlternateKey, Membership, ObjectType, SourceRecord
from mdm.relationships import statements
from mdm.resolution import standardised
from mdm.together import Statement

OWNERS = """
SELECT k.key, r.source_key FROM mdm_alternatekey k JOIN mdm_sourcerecord r ON r.id = k.record_id
WHERE k.object_type_id = %s AND k.key = ANY(%s)
"""


class KeyTaken(ValueError):
    """The key names another record already: the two are merged, not re-keyed."""


def under_own_keys(rows: Sequence[Incoming], own: Mapping[str, str]) -> list[Incoming]:
    """Return the rows under the source key of the record that their key names: it may be a further key."""
    return [replace(row, source_key=own[row.source_key]) if row.source_key in own else row for row in rows]


def owners_of_further_keys(keys: Sequence[str], object_type: ObjectType) -> dict[str, str]:
    """Return further key -> source key of the record it names, of those that are further keys."""
    with connection.cursor() as cursor:
        cursor.execute(*owning(keys, object_type))
        return dict(cursor.fetchall())


def owning(keys: Sequence[str], object_type: ObjectType) -> Statement:
    """Return the statement that tells which of these are further keys, and whose."""
    return OWNERS, [object_type.pk, list(keys)]


def take_over(rows: Sequence[Incoming], object_type: ObjectType) -> dict[str, str]:
    """Give records their new keys where rows say by which they were known; returns new key -> former one.

    A row whose former key names nobody, or whose own key names a record already, says nothing new.
    """
    wanted = {row.source_key: row.former_key for row in rows if row.former_key not in ("", row.source_key)}
    if not wanted:
        return {}
    known = SourceRecord.objects.filter(object_type=object_type)
    taken = set(known.filter(source_key__in=wanted).values_list("source_key", flat=True))
    taken |= owners_of_further_keys(list(wanted), object_type).keys()
    done = {}
    for new, old in sorted(wanted.items()):
        record = known.filter(source_key=old).first() if new not in taken else None
        if record is not None:
            rekey(record, new)
            done[new] = old
    return done


def rekey(record: SourceRecord, key: str) -> None:
    """Give a record another key, inside the caller's audit entry; the old one goes on naming it.

    Raises KeyTaken when the key names another record.
    """
    same = SourceRecord.objects.filter(object_type=record.object_type, source_key=key)
    further = AlternateKey.objects.filter(object_type=record.object_type, key=key)
    if same.exclude(pk=record.pk).exists() or further.exclude(record=record).exists():
        raise KeyTaken(f"The key {key} names another record of {record.object_type}; merge the two instead.")
    further.delete()
    old = record.source_key
    _rename(record, key)
    AlternateKey.objects.create(object_type=record.object_type, key=old, record=record)


def retire_name(record: SourceRecord) -> str:
    """Take a record's key away from it, for somebody else; returns the name that it bears from now on."""
    names = SourceRecord.objects.filter(object_type=record.object_type)
    number = 1
    while names.filter(source_key=(name := f"{record.source_key[:190]}~{number}")).exists():
        number += 1
    _rename(record, name)
    return name


def _rename(record: SourceRecord, key: str) -> None:
    """Write another key; ties are broken by names, so the record is due."""
    SourceRecord.objects.filter(pk=record.pk).update(
        source_key=key, version=F("version") + 1, accepted_at=audit.current().at
    )
    standardised.say_the_same([record.pk])
    Membership.objects.filter(pk=record.pk).update(
        due=True, due_version=F("due_version") + 1, attempts=0, parked_reason=""
    )
    statements.wake_named([record.pk])
    record.refresh_from_db()


def add_further_keys(object_type: ObjectType, rows: Mapping[int, Incoming]) -> dict[str, str]:
    """Add further keys of the records; returns a sentence for each source key whose further key is taken."""
    wanted = [
        AlternateKey(object_type=object_type, key=key, record_id=record_id)
        for record_id, row in rows.items()
        for key in row.alternate_keys
        if key != row.source_key
    ]
    if not wanted:
        return {}
    named = [want.key for want in wanted]
    owners = dict(
        SourceRecord.objects.filter(object_type=object_type, source_key__in=named).values_list(
            "source_key", "pk"
        )
    )
    AlternateKey.objects.bulk_create(
        [want for want in wanted if want.key not in owners], ignore_conflicts=True
    )
    statements.wake_named([want.record_id for want in wanted])
    known = AlternateKey.objects.filter(object_type=object_type, key__in=named)
    owners |= dict(known.values_list("key", "record_id"))
    return {
        rows[
            want.record_id
        ].source_key: f"Further key {want.key} already names another record; it was not added."
        for want in wanted
        if owners[want.key] != want.record_id
    }
