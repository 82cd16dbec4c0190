"""Repair: what is derived is derived again from the inputs, by resolution itself, under one audit entry.

Inputs (records, judgements, holds, overrides, rule sets) are read, never changed. What a record keeps that
no input tells is read back from what was written when it was made: its home from the golden id that was
issued for it, a lost membership from its cross-references. Whoever calls sees to it that the inputs are
whole: a repair from falsified ones would spread what is false.
"""

from typing import Any

from django.db import connection

from mdm import domains
from mdm.compliance import audit
from mdm.publishing import lanes, outbox
from mdm.publishing.events import CHANGED, Event, GoldenNews
from mdm.relationships import announce as relating
from mdm.resolution.apply import Settled
from mdm.resolution.bulk import Progress, rebuild
from mdm.resolution.locks import seize_domain
from mdm.resolution.write import moment
from mdm.rulesets.active import in_force
from mdm.xref.codes import encode

# A retired record follows its cluster into a new id; it is at home where it was. An id that was issued for
# records while they were merged with others names them in the first line of its history.
FOUNDED = """
issued AS (
  SELECT DISTINCT ON (x.record_id) x.record_id, x.golden_id
  FROM mdm_xref x
  JOIN mdm_historicalgoldenrecord h
    ON h.id = x.golden_id AND h.history_type = '+' AND h.history_entry_id = x.entry_id
  WHERE NOT EXISTS (SELECT FROM mdm_xref o WHERE o.record_id = x.record_id AND o.valid_from < x.valid_from)
     OR 'active' = (SELECT r.status FROM mdm_historicalsourcerecord r
                    WHERE r.id = x.record_id AND r.history_date <= x.valid_from
                    ORDER BY r.history_date DESC LIMIT 1)
  ORDER BY x.record_id, x.valid_from DESC, x.id DESC
), unseen AS (
  SELECT founder::bigint AS record_id, h.id AS golden_id
  FROM mdm_historicalgoldenrecord h
  CROSS JOIN LATERAL jsonb_array_elements_text(h.provenance -> 'founders') AS one (founder)
  WHERE h.history_type = '+' AND h.status = 'merged'
), founded AS (
  SELECT record_id, max(golden_id) AS golden_id
  FROM (SELECT record_id, golden_id FROM issued UNION ALL SELECT record_id, golden_id FROM unseen) AS one
  GROUP BY record_id
)
"""
"""Record -> the last golden id that was issued for it: its home."""

# A record keeps its span until the next one begins, ended by whoever began that.
SPANS = """
UPDATE mdm_xref x SET valid_to = s.next, closing_entry_id = s.next_entry
FROM (
  SELECT id, lead(valid_from) OVER spans AS next, lead(entry_id) OVER spans AS next_entry
  FROM mdm_xref WHERE record_id IN (SELECT id FROM mdm_sourcerecord WHERE domain = %(domain)s)
  WINDOW spans AS (PARTITION BY record_id ORDER BY valid_from, id)
) AS s
WHERE s.id = x.id AND s.next IS NOT NULL AND (x.valid_to, x.closing_entry_id) IS DISTINCT FROM
      (s.next, s.next_entry)
"""

COMPONENTS = """
INSERT INTO mdm_component (record_id)
SELECT r.id FROM mdm_sourcerecord r
WHERE r.domain = %(domain)s AND NOT EXISTS (SELECT FROM mdm_component c WHERE c.record_id = r.id)
"""

MEMBERSHIPS = f"""
WITH {FOUNDED}, lost AS (
  SELECT r.id, r.status FROM mdm_sourcerecord r
  WHERE r.domain = %(domain)s AND NOT EXISTS (SELECT FROM mdm_membership m WHERE m.record_id = r.id)
)
INSERT INTO mdm_membership (record_id, domain, component_id, golden_id, home_id, resolved_version, due,
                            due_version, attempts, parked_reason)
SELECT l.id, %(domain)s, l.id, here.golden_id, coalesce(f.golden_id, born.golden_id), 0,
       l.status = 'active' OR here.golden_id IS NOT NULL, 1, 0, ''
FROM lost l
LEFT JOIN founded f ON f.record_id = l.id
LEFT JOIN LATERAL (SELECT golden_id FROM mdm_xref x WHERE x.record_id = l.id
                   ORDER BY valid_from DESC, id DESC LIMIT 1) AS here ON true
LEFT JOIN LATERAL (SELECT golden_id FROM mdm_xref x WHERE x.record_id = l.id
                   ORDER BY valid_from, id LIMIT 1) AS born ON true
"""

DOMAINS = """
UPDATE mdm_membership m SET domain = r.domain
FROM mdm_sourcerecord r WHERE r.id = m.record_id AND r.domain = %(domain)s AND m.domain <> r.domain
"""

HOMES = f"""
WITH {FOUNDED}
UPDATE mdm_membership m SET home_id = f.golden_id
FROM founded f
WHERE f.record_id = m.record_id AND m.domain = %(domain)s AND m.home_id IS DISTINCT FROM f.golden_id
"""

# Of two that disagree the cross-reference is believed; resolution then puts both right.
MEMBERS = """
UPDATE mdm_membership m SET golden_id = x.golden_id, home_id = coalesce(m.home_id, x.golden_id)
FROM mdm_xref x
WHERE x.record_id = m.record_id AND x.valid_to IS NULL AND m.domain = %(domain)s
  AND m.golden_id IS DISTINCT FROM x.golden_id
"""

PARKED = """
UPDATE mdm_membership SET due = true, due_version = due_version + 1
WHERE domain = %(domain)s AND parked_reason <> '' AND NOT due
"""

GOLDEN_DOMAINS = """
UPDATE mdm_goldenrecord g SET domain = %(domain)s
WHERE g.domain <> %(domain)s
  AND EXISTS (SELECT FROM mdm_membership m WHERE m.home_id = g.id AND m.domain = %(domain)s)
  AND NOT EXISTS (SELECT FROM mdm_membership m WHERE m.home_id = g.id AND m.domain <> %(domain)s)
"""

STRAY_KEYS = """
DELETE FROM mdm_blockingkey b WHERE NOT EXISTS (SELECT FROM mdm_sourcerecord r WHERE r.id = b.record_id)
   OR (b.domain <> %(domain)s AND b.record_id IN (SELECT id FROM mdm_sourcerecord WHERE domain = %(domain)s))
"""

STRAY_STANDARDISED = """
DELETE FROM mdm_standardisedrecord s
WHERE NOT EXISTS (SELECT FROM mdm_sourcerecord r WHERE r.id = s.record_id)
   OR (s.domain <> %(domain)s AND s.record_id IN (SELECT id FROM mdm_sourcerecord WHERE domain = %(domain)s))
"""

STRAY_EDGES = """
DELETE FROM mdm_edge e WHERE e.domain <> %(domain)s
  AND e.left_id IN (SELECT id FROM mdm_sourcerecord WHERE domain = %(domain)s)
"""

ALONE = """
UPDATE mdm_goldenrecord g SET status = 'tombstone', member_count = 0, version = version + 1
WHERE g.domain = %(domain)s AND g.status = 'live'
  AND NOT EXISTS (SELECT FROM mdm_membership m JOIN mdm_sourcerecord r ON r.id = m.record_id
                  WHERE m.golden_id = g.id AND r.status = 'active')
"""

CONTINUE_XREFS = """
INSERT INTO mdm_xref (record_id, golden_id, valid_from, valid_to, entry_id, closing_entry_id)
SELECT m.record_id, m.golden_id,
       coalesce((SELECT max(x.valid_to) FROM mdm_xref x WHERE x.record_id = m.record_id), %(now)s), NULL,
       %(entry)s, NULL
FROM mdm_membership m
WHERE m.domain = %(domain)s AND m.golden_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM mdm_xref x WHERE x.record_id = m.record_id AND x.valid_to IS NULL)
"""

UNTOLD = """
WITH last AS (
  SELECT DISTINCT ON (name) name, after.code
  FROM mdm_outboxevent e, jsonb_each(e.payload -> 'after') AS after(code, names),
       jsonb_array_elements(names) AS name
  WHERE e.domain = %(domain)s ORDER BY name, e.id DESC
), members AS (
  SELECT m.golden_id, r.status, jsonb_build_array(s.code, t.code, r.source_key) AS name
  FROM mdm_membership m
  JOIN mdm_sourcerecord r ON r.id = m.record_id
  JOIN mdm_objecttype t ON t.id = r.object_type_id
  JOIN mdm_sourcesystem s ON s.id = t.source_id
  WHERE m.domain = %(domain)s AND m.golden_id IS NOT NULL
)
SELECT g.code, g.version, g.status, g.kind, string_agg(m.name ->> 0, chr(31) ORDER BY m.name),
       string_agg(m.name ->> 1, chr(31) ORDER BY m.name), string_agg(m.name ->> 2, chr(31) ORDER BY m.name)
FROM mdm_goldenrecord g
JOIN members m ON m.golden_id = g.id
LEFT JOIN last l ON l.name = m.name
GROUP BY g.id HAVING bool_or(m.status = 'active' AND l.code IS DISTINCT FROM g.code)
ORDER BY g.id
"""

BEFORE = (
    SPANS, COMPONENTS, MEMBERSHIPS, DOMAINS, HOMES, MEMBERS, PARKED, GOLDEN_DOMAINS, STRAY_KEYS,
    STRAY_STANDARDISED, STRAY_EDGES,
)  # fmt: skip


def repair(domain: str, *, actor: str, cause: str, progress: Progress = lambda stage: None) -> Settled:
    """Derive again all that is derived in a domain: keys, edges, clusters, ids, values, xrefs, questions.

    Alone in the domain, in one transaction. Afterwards the hub stands as before the damage, as far as inputs
    and history tell it; where nothing was damaged nothing changes. What a reader of events or a platform may
    have missed is told again. Raises LookupError when the domain has no rule set in force.
    """
    with audit.entry(actor=actor, action="repair", cause=cause):
        seize_domain(domain)
        in_force(domain)
        for statement in BEFORE:
            _execute(statement, domain)
        _mend_codes(domain)
        settled = rebuild(domain, actor=actor, cause=cause, progress=progress)
        _execute(ALONE, domain)
        _execute(CONTINUE_XREFS, domain, now=moment(), entry=audit.current().pk)
        _tell_again(domain)
        lanes.mend(domain)
        return settled


def _execute(statement: str, domain: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"domain": domain, **parameters})
        return list(cursor.fetchall()) if cursor.description else []


def _mend_codes(domain: str) -> None:
    """Give every golden record the code of its number; first free the codes that others carry by mistake."""
    letter = domains.get(domain).letter
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM mdm_goldenrecord WHERE domain = %s", [domain])
        wrong = [
            (encode(letter, golden_id), golden_id)
            for golden_id, code in cursor.fetchall()
            if encode(letter, golden_id) != code
        ]
        ids = [golden_id for _, golden_id in wrong]
        cursor.execute("UPDATE mdm_goldenrecord SET code = '#' || id WHERE id = ANY(%s)", [ids])
        cursor.executemany("UPDATE mdm_goldenrecord SET code = %s WHERE id = %s", wrong)


def _tell_again(domain: str) -> None:
    """Append an event for every golden record of which the last events say something else."""
    events: list[Event] = []
    for code, version, status, kind, *parts in _execute(UNTOLD, domain):
        sources, types, keys = (part.split("\x1f") for part in parts)
        members = {code: tuple(zip(sources, types, keys, strict=True))}
        news = GoldenNews(code, version, status, kind, ())
        events.append(Event(CHANGED, domain, (news,), before=members, after=members))
    outbox.append([*events, *relating.tell_again(domain)])
