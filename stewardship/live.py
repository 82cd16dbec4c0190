"""Counts for the home page: what arrived, what became of it, who heard of it. No value of any record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

STATE_FILE = "demo-state.json"

RECORDS = """
SELECT s.code, s.name, s.home_url, t.code, t.domain, count(r.id)
FROM mdm_objecttype t
JOIN mdm_sourcesystem s ON s.id = t.source_id
LEFT JOIN mdm_sourcerecord r ON r.object_type_id = t.id
GROUP BY s.code, s.name, s.home_url, t.code, t.domain
ORDER BY s.code, t.code
"""

GOLDENS = """
SELECT domain, count(*), coalesce(sum(member_count), 0),
       coalesce(sum(member_count) FILTER (WHERE member_count > 1), 0)
FROM mdm_goldenrecord WHERE status = 'live' GROUP BY domain ORDER BY domain
"""

LANES = """
SELECT s.code, s.name, s.home_url, count(l.id) FILTER (WHERE l.state = 'idle'), count(l.id),
       count(l.id) FILTER (WHERE l.state = 'dead')
FROM mdm_destination d
JOIN mdm_sourcesystem s ON s.id = d.source_id
LEFT JOIN mdm_lane l ON l.destination_id = d.source_id
GROUP BY s.code, s.name, s.home_url ORDER BY s.code
"""

SINGLES = """
SELECT (SELECT count(*) FROM mdm_reviewtask WHERE status = 'open'),
       (SELECT count(*) FROM mdm_quarantinedrow WHERE status = 'open'),
       (SELECT count(*) FROM mdm_membership WHERE due AND parked_reason = ''),
       (SELECT count(*) FROM mdm_outboxevent),
       (SELECT max(at) FROM mdm_auditentry)
"""

LAST = "SELECT actor, action, cause, at FROM mdm_auditentry ORDER BY id DESC LIMIT 6"


def counts() -> dict[str, Any]:
    """Return the state of the hub as plain JSON: four statements, a few milliseconds at 30,000 records."""
    with connection.cursor() as cursor:
        cursor.execute(RECORDS)
        records = cursor.fetchall()
        cursor.execute(GOLDENS)
        goldens = cursor.fetchall()
        cursor.execute(LANES)
        lanes = cursor.fetchall()
        cursor.execute(SINGLES)
        review, quarantined, due, events, last = cursor.fetchone()
        cursor.execute(LAST)
        activity = cursor.fetchall()
    return {
        "sources": [
            {
                "source": code,
                "name": name,
                "url": url,
                "object_type": kind,
                "domain": domain,
                "records": count,
            }
            for code, name, url, kind, domain, count in records
        ],
        "records": sum(row[-1] for row in records),
        "golden": [
            {
                "domain": domain,
                "count": count,
                "records": int(members),
                "duplicates": int(members) - count,
                "joined": int(joined),
            }
            for domain, count, members, joined in goldens
        ],
        "review": review,
        "quarantined": quarantined,
        "due": due,
        "events": events,
        "destinations": [
            {"code": code, "name": name, "url": url, "acknowledged": idle, "total": total, "dead": dead}
            for code, name, url, idle, total, dead in lanes
        ],
        "last": last.isoformat() if last else None,
        "activity": [
            {"actor": actor, "action": action, "cause": _public(cause), "at": at.isoformat()}
            for actor, action, cause, at in activity
        ],
        "demo": demo_state(),
    }


def demo_state() -> dict[str, Any] | None:
    """Return what the demo has written about itself; None when no demo runs, or while it is being written."""
    path = Path(settings.AURUM_HOME) / STATE_FILE
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def _public(cause: str) -> str:
    """Return a cause without what might name a record: that of a decision lists golden ids."""
    return cause.split(" on ", 1)[0]
