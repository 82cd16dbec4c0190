"""The only place that writes events: inside the transaction that makes them true."""

from collections.abc import Sequence

from mdm.compliance import audit
from mdm.copying import copy_rows
from mdm.publishing.events import Event, RelatedEvent


def append(events: Sequence[Event | RelatedEvent]) -> None:
    """Append events in order under the open audit entry; they are told if and only if it commits."""
    entry = audit.current()
    if events:
        copy_rows(
            "mdm_outboxevent",
            ("type", "domain", "subjects", "payload", "entry_id", "created_at"),
            (
                (event.type, event.domain, _text_array(event.subjects), event.payload(), entry.pk, entry.at)
                for event in events
            ),
        )


def _text_array(codes: Sequence[str]) -> str:
    """Return golden ids as PostgreSQL writes an array of texts; they hold no sign that wants quoting."""
    return "{" + ",".join(codes) + "}"
