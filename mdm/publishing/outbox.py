"""The only place that writes events: inside the transaction that makes them true."""

from collections.abc import Sequence

from mdm.compliance import audit
from mdm.models import OutboxEvent
from mdm.publishing.events import Event, RelatedEvent


def append(events: Sequence[Event | RelatedEvent]) -> None:
    """Append events in order under the open audit entry; they are told if and only if it commits."""
    entry = audit.current()
    OutboxEvent.objects.bulk_create(
        [
            OutboxEvent(
                type=event.type,
                domain=event.domain,
                subjects=event.subjects,
                payload=event.payload(),
                entry_id=entry.pk,
                created_at=entry.at,
            )
            for event in events
        ],
        batch_size=2000,
    )
