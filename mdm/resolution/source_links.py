"""What a source says of two of its own records: A was merged into B. A must-link of rank rule.

It stands as long as the source says so; a person's cannot-link, a gate, or a person's undo is above it.
"""

from collections.abc import Collection, Mapping, Sequence

from django.db import connection

from mdm.compliance import audit
from mdm.models import AlternateKey, Judgement, ObjectType, SourceRecord

# That it is not empty is what the index of it says.
WAITING = """
SELECT id, merged_into FROM mdm_sourcerecord
WHERE object_type_id = %s AND merged_into = ANY(ARRAY(SELECT unnest(%s::text[]))) AND merged_into <> ''
"""

REASON = "source_merged"
"""Reason code of these links, and of nothing else."""


def link_merged(object_type: ObjectType, touched: Mapping[int, str], born: Mapping[str, int]) -> None:
    """Bring the links of records up to date, inside the caller's audit entry.

    touched: record id -> the key it was merged into now, empty for none. born: source key -> id of records
    that are new: others may have been merged into them before they came.
    """
    wanted = {record: key for record, key in touched.items() if key} | _waiting(object_type, born)
    if not touched and not wanted:
        return
    targets = _records_of(object_type, set(wanted.values())) if wanted else {}
    _withdraw({record: targets.get(key) for record, key in touched.items()})
    for record, key in sorted(wanted.items()):
        if (target := targets.get(key)) is not None and target != record:
            _link(object_type, record, target)


def _waiting(object_type: ObjectType, keys: Collection[str]) -> dict[int, str]:
    """Return record id -> the key it was merged into, of those that were merged into one of these keys."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [object_type.pk, list(keys)])
        return dict(cursor.fetchall())


def _records_of(object_type: ObjectType, keys: set[str]) -> dict[str, int]:
    own = SourceRecord.objects.filter(object_type=object_type, source_key__in=keys)
    further = AlternateKey.objects.filter(object_type=object_type, key__in=keys)
    return dict(further.values_list("key", "record_id")) | dict(own.values_list("source_key", "pk"))


def _withdraw(targets: Mapping[int, int | None]) -> None:
    """Withdraw the links of records that the source does not say any more."""
    standing = Judgement.objects.filter(reason_code=REASON, withdrawn_at=None, left__in=list(targets))
    for link in standing if targets else ():
        if link.right_id != targets[link.left_id]:
            link.withdrawn_at = audit.current().at
            link.withdrawn_by = audit.current().actor
            link.withdrawn_reason = "The source does not say so any more."
            link.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _link(object_type: ObjectType, record: int, target: int) -> None:
    """Tie a record, the left side, to the one that its source merged it into."""
    entry = audit.current()
    Judgement.objects.get_or_create(
        kind=Judgement.Kind.MUST_LINK,
        rank=Judgement.Rank.RULE,
        reason_code=REASON,
        left_id=record,
        right_id=target,
        withdrawn_at=None,
        defaults={
            "domain": object_type.domain, "actor": entry.actor,
            "reason": f"{object_type} says that the one was merged into the other.",
            "left_records": [record], "right_records": [target],
            "entry_id": entry.pk, "created_at": entry.at,
        },
    )  # fmt: skip


def survivors(merged: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return record id -> the record that it is one with by a rule, both ways."""
    return {one: other for left, right in merged for one, other in ((left, right), (right, left))}
