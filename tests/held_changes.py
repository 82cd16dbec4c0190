"""Words for holds in the language of link tables: confirm, what is held, and its release."""

from mdm.models import Hold, SourceRecord
from mdm.resolution import decisions
from mdm.resolution.releasing import release
from tests.linktable import BY, Hub


def confirm(hub: Hub, *labels: str) -> None:
    """Say of golden records that they are right, of those of which nobody has said so."""
    for label in labels:
        if not hub.golden(label).confirmed:
            decisions.confirm(hub.code(label), by=BY)


def holds() -> str:
    """Return the holds, one a line: the gate, both sides (or what stays together), and the status."""
    names = {
        row.pk: f"{row.object_type.source.code}/{row.source_key}"
        for row in SourceRecord.objects.select_related("object_type__source")
    }

    def side(records: list[int]) -> str:
        return " ".join(sorted(names[one] for one in records))

    found = []
    for hold in Hold.objects.order_by("pk"):
        sides = " | ".join(side(one) for one in (hold.left_records, hold.right_records) if one)
        found.append(f"{hold.gate}: {sides} {hold.status}")
    return "\n".join(found)


def release_all(hub: Hub) -> None:
    """Release every hold, and what is held then, until nothing is."""
    while (hold := Hold.objects.filter(status="open").order_by("pk").first()) is not None:
        release(hold.pk, by=BY)
        hub.resolve()
