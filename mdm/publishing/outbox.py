"""The only place that writes events: inside the transaction that makes them true."""

from collections.abc import Iterable, Iterator, Sequence

from mdm.compliance import audit
from mdm.copying import copy_pieces, pieces
from mdm.models import AuditEntry
from mdm.publishing.events import Event, RelatedEvent

COLUMNS = ("type", "domain", "subjects", "payload", "entry_id", "created_at")


def append(events: Sequence[Event | RelatedEvent]) -> None:
    """Append events in order under the open audit entry; they are told if and only if it commits."""
    entry = audit.current()
    if events:
        append_written(written(events, entry))


def append_written(texts: Iterable[str]) -> None:
    """Append events that `written` returned, in order, under the audit entry that they were written for."""
    copy_pieces("mdm_outboxevent", COLUMNS, texts)


def written(events: Sequence[Event | RelatedEvent], entry: AuditEntry) -> Iterator[str]:
    """Yield the lines in which events are copied; needs no database."""
    return pieces(
        (event.type, event.domain, _text_array(event.subjects), event.payload(), entry.pk, entry.at)
        for event in events
    )


def _text_array(codes: Sequence[str]) -> str:
    """Return golden ids as PostgreSQL writes an array of texts; they hold no sign that wants quoting."""
    return "{" + ",".join(codes) + "}"
