"""Find by any id that was ever issued: a golden id old or new, a source key, an alternate key."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from mdm.ingestion.keys import BadKey, normalise_key
from mdm.models import AlternateKey, GoldenRecord, GoldenStatus, Membership, ObjectType
from mdm.xref.codes import BadGoldenId, parse
from mdm.xref.redirect import resolved

How = Literal["golden_id", "former_golden_id", "source_key", "alternate_key"]
MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What one id leads to.

    golden  the live golden record or tombstone that answers for it; None while the source record waits.
    code    the golden id that was asked for, where it was one.
    record  (source system, object type, source key) of the source record, where a key was asked for.
    """

    how: How
    golden: GoldenRecord | None
    code: str = ""
    record_id: int | None = None
    record: tuple[str, str, str] | None = None


def search_ids(text: str, *, domain: str | None = None) -> list[Found]:
    """Return what an id in any spelling leads to, golden ids first; at most 50, () for an id nobody issued.

    A key may be one of several sources: every source record that has or had it is found.
    """
    words = text.strip()
    if not words:
        return []
    return [*_by_code(words, domain), *_by_key(words, domain)][:MOST]


def _by_code(words: str, domain: str | None) -> list[Found]:
    try:
        code = parse(words)
    except BadGoldenId:
        return []
    golden = GoldenRecord.objects.filter(code=code, **({"domain": domain} if domain else {})).first()
    if golden is None:
        return []
    retired = golden.status == GoldenStatus.MERGED
    return [Found("former_golden_id" if retired else "golden_id", resolved(golden), code)]


def _by_key(words: str, domain: str | None) -> list[Found]:
    """Look under each object type's own spelling: one index look-up a type."""
    kinds = ObjectType.objects.filter(**({"domain": domain} if domain else {}))
    keyed = Q(pk__in=[])
    spelled: dict[int, str] = {}
    for kind in kinds:
        try:
            spelled[kind.pk] = normalise_key(kind.key_rule, words)
        except BadKey:
            continue
        keyed |= Q(record__object_type=kind.pk, record__source_key=spelled[kind.pk])
    if not spelled:
        return []
    own = _memberships(keyed)
    further = Q(pk__in=[])
    for kind_id, key in spelled.items():
        further |= Q(object_type=kind_id, key=key)
    aliases = AlternateKey.objects.filter(further).values_list("record_id", flat=True)
    known = {row.record_id for row in own}
    others = _memberships(Q(pk__in=[record for record in aliases if record not in known]))
    return [_found("source_key", row) for row in own] + [_found("alternate_key", row) for row in others]


def _memberships(about: Q) -> Collection[Membership]:
    rows = Membership.objects.filter(about).select_related("record__object_type__source", "golden")
    return rows.order_by("record_id")[:MOST]


def _found(how: How, row: Membership) -> Found:
    kind = row.record.object_type
    return Found(
        how,
        resolved(row.golden) if row.golden else None,
        record_id=row.record_id,
        record=(kind.source.code, kind.code, row.record.source_key),
    )
