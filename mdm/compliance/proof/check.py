"""What a check is, what it finds, and how the things it finds are named."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection

About = Literal["record", "golden", "domain", "row"]
Of = Literal["input", "derived", "witness"]
"""What a finding is about: what came in or was decided; what follows from that; what was told or recorded."""
MOST = 20
"""Findings that one check names; the others are counted."""

NAMES: dict[About, str] = {
    "record": "SELECT r.id, s.code || '/' || t.code || '/' || r.source_key FROM mdm_sourcerecord r"
    " JOIN mdm_objecttype t ON t.id = r.object_type_id JOIN mdm_sourcesystem s ON s.id = t.source_id"
    " WHERE r.id = ANY(%s)",
    "golden": "SELECT id, code FROM mdm_goldenrecord WHERE id = ANY(%s)",
}

CALM = """
stirred AS MATERIALIZED (
  SELECT component_id, golden_id FROM mdm_membership WHERE due
  UNION ALL
  SELECT m.component_id, m.golden_id
  FROM mdm_judgement j CROSS JOIN LATERAL unnest(j.left_records || j.right_records) AS named(id)
  JOIN mdm_membership m ON m.record_id = named.id
  WHERE j.withdrawn_at IS NULL AND j.until < (now() AT TIME ZONE 'UTC')::date
), calm AS MATERIALIZED (
  SELECT m.record_id, m.domain, m.component_id, m.golden_id, m.home_id, r.status = 'active' AS active
  FROM mdm_membership m JOIN mdm_sourcerecord r ON r.id = m.record_id
  WHERE m.component_id NOT IN (SELECT component_id FROM stirred)
    AND (m.golden_id IS NULL
         OR m.golden_id NOT IN (SELECT golden_id FROM stirred WHERE golden_id IS NOT NULL))
)
"""
"""Records that wait for nothing, nor does any of their component or golden record."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that is broken for one thing."""

    check: str
    subject: str
    sentence: str
    of: Of = "derived"

    def __str__(self) -> str:
        return f"{self.check}: {self.subject} {self.sentence}"


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing a check found; `subject` is an id of what the check is about, or a name already."""

    subject: int | str
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, the promise it guards (design §2), and what holds where it is silent."""

    name: str
    promise: int
    holds: str
    about: About
    look: Callable[[], Iterator[Broken]]
    deep: bool = False
    """Whether it recomputes what resolution computed: minutes on a large database."""
    of: Of = "derived"
    """What it looks at: only what is derived can be repaired (mdm.compliance.mending)."""


def sql(
    name: str,
    *,
    promise: int,
    holds: str,
    about: About,
    sentence: str,
    statement: str,
    deep: bool = False,
    of: Of = "derived",
) -> Check:
    """Return a check of one statement: it selects the id of each broken thing, then the sentence's values."""

    def look() -> Iterator[Broken]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            for subject, *values in cursor:
                yield Broken(subject, sentence.format(*values))

    return Check(name, promise, holds, about, look, deep, of)


def run(check: Check) -> list[Finding]:
    """Return what the check finds, things named as people know them; beyond MOST they are counted."""
    broken = list(check.look())
    shown = broken[:MOST]
    names = _names(check.about, [one.subject for one in shown if isinstance(one.subject, int)])
    found = [
        Finding(check.name, names.get(one.subject, str(one.subject)), one.sentence, check.of) for one in shown
    ]
    if len(broken) > MOST:
        found.append(Finding(check.name, f"and {len(broken) - MOST} more", "of the same kind.", check.of))
    return found


def _names(about: About, ids: Sequence[int]) -> dict[Any, str]:
    unnamed: dict[Any, str] = {one: f"{about} {one}" for one in ids}
    if about not in NAMES or not ids:
        return unnamed
    with connection.cursor() as cursor:
        cursor.execute(NAMES[about], [list(ids)])
        return unnamed | dict(cursor.fetchall())
