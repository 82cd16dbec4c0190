"""Try quarantined rows again, as they were or as somebody corrected them, by the same pipeline as the
first time.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from mdm.compliance import audit
from mdm.ingestion import quarantine
from mdm.ingestion.mapping import Mapping
from mdm.ingestion.new_keys import NewKeys
from mdm.ingestion.pipeline import RowOutcome, ingest
from mdm.ingestion.stored_mappings import mapping_of
from mdm.models import QuarantinedRow


def replay(
    *,
    ids: Sequence[int],
    actor: str,
    reason: str,
    mapping: Mapping | None = None,
    new_keys: NewKeys = "new",
    corrected: MappingType[int, dict[str, Any]] | None = None,
) -> dict[int, RowOutcome]:
    """Ingest open quarantined rows again and return each one's outcome by its id, in one transaction.

    `corrected` holds other payloads for some of them; `new_keys` "rekey" carries known records over to the
    keys that these rows have, "new" lets them in as others. A row that gets in is closed; one that is refused
    again stays open, and when it is refused for something else, that is a row of its own and the old one is
    closed.
    Raises NotOpen when one of the rows is gone or not open.
    """
    outcomes: dict[int, RowOutcome] = {}
    cause = f"quarantined rows {', '.join(map(str, ids[:20]))}"
    with audit.entry(actor=actor, action="replay quarantined rows", cause=cause, reason=reason):
        rows = sorted(quarantine.open_rows(ids), key=lambda row: (row.object_type_id, row.origin, row.pk))
        QuarantinedRow.objects.filter(pk__in=ids).update(status=QuarantinedRow.Status.REPLAYED)
        for _, group in groupby(rows, key=lambda row: (row.object_type_id, row.origin)):
            same = list(group)
            heard: list[RowOutcome] = []
            ingest(
                ((row.row_number or 0, (corrected or {}).get(row.pk, row.payload)) for row in same),
                object_type=same[0].object_type,
                mapping=mapping or mapping_of(same[0].object_type),
                origin=same[0].origin,
                actor=actor,
                reason=reason,
                new_keys=new_keys,
                report=heard.append,
            )
            outcomes.update(zip((row.pk for row in same), heard, strict=True))
    return outcomes
