"""The only place that writes events: inside the transaction that makes them true."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from mdm.compliance import audit
from mdm.copying import copy_pieces, pieces
from mdm.models import AuditEntry
from mdm.publishing.events import Event, RelatedEvent
from mdm.together import FEW, insertion

COLUMNS = ("type", "domain", "subjects", "payload", "entry_id", "created_at")


def append(events: Sequence[Event | RelatedEvent]) -> None:
    """Append events in order under the open audit entry; they are told if and only if it commits."""
    entry = audit.current()
    if 0 < len(events) <= FEW:
        with connection.cursor() as cursor:
            cursor.execute(*insertion("mdm_outboxevent", COLUMNS, list(_rows(events, entry))))
    elif events:
        append_written(written(events, entry))


def append_written(texts: Iterable[str]) -> None:
    """Append events that `written` returned, in order, under the audit entry that they were written for."""
    copy_pieces("mdm_outboxevent", COLUMNS, texts)


def written(events: Sequence[Event | RelatedEvent], entry: AuditEntry) -> Iterator[str]:
    """Yield the lines in which events are copied; needs no database."""
    return pieces(_rows(events, entry))


def _rows(events: Sequence[Event | RelatedEvent], entry: AuditEntry) -> Iterator[tuple[Any, ...]]:
    for event in events:
        subjects = _text_array(event.subjects)
        yield event.type, event.domain, subjects, event.payload(), entry.pk, entry.at


def _text_array(codes: Sequence[str]) -> str:
    """Return golden ids as PostgreSQL writes an array of texts; they hold no sign that wants quoting."""
    return "{" + ",".join(codes) + "}"
