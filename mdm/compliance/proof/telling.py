"""Checks of what is told: events rebuild the cross-references, lanes forget nothing."""

from mdm.compliance.proof.check import CALM, sql

TOLD = """
told AS (
  SELECT e.id, after.code, name ->> 0 AS source, name ->> 1 AS object_type, name ->> 2 AS source_key
  FROM mdm_outboxevent e, jsonb_each(e.payload -> 'after') AS after(code, names),
       jsonb_array_elements(names) AS name
)
"""

CHECKS = (
    sql(
        "events-rebuild-xrefs",
        promise=8,
        holds="Who reads all events knows the golden id of every active record.",
        about="record",
        sentence="belongs to {0}, the last event about it says {1}.",
        statement=f"""
WITH {CALM}, {TOLD}, last AS (
  SELECT DISTINCT ON (source, object_type, source_key) source, object_type, source_key, code
  FROM told ORDER BY source, object_type, source_key, id DESC
)
SELECT c.record_id, g.code, coalesce(l.code, 'nothing')
FROM calm c
JOIN mdm_sourcerecord r ON r.id = c.record_id
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
JOIN mdm_goldenrecord g ON g.id = c.golden_id
LEFT JOIN last l ON (l.source, l.object_type, l.source_key) = (s.code, t.code, r.source_key)
WHERE c.active AND l.code IS DISTINCT FROM g.code
""",
    ),
    sql(
        "events-lose-nobody",
        promise=8,
        holds="Every record that an event names before a change it names after it, once.",
        about="row",
        of="witness",
        sentence="(event) names {0} records before, {1} of them after, and {2} more than once.",
        statement="""
WITH names AS (
  SELECT e.id, side.after, name
  FROM mdm_outboxevent e
  CROSS JOIN LATERAL (VALUES (false, e.payload -> 'before'), (true, e.payload -> 'after')) AS side(after, of)
  CROSS JOIN LATERAL jsonb_each(side.of) AS members
  CROSS JOIN LATERAL jsonb_array_elements(members.value) AS name
), counted AS (
  SELECT id, name, bool_or(NOT after) AS was, bool_or(after) AS kept,
         count(*) FILTER (WHERE after) > 1 AS twice
  FROM names GROUP BY id, name
)
SELECT id, count(*) FILTER (WHERE was), count(*) FILTER (WHERE was AND kept), count(*) FILTER (WHERE twice)
FROM counted GROUP BY id HAVING bool_or(was AND NOT kept) OR bool_or(twice)
""",
    ),
    sql(
        "event-subjects",
        promise=8,
        holds="The subjects of an event are the golden ids it names, all of its domain.",
        about="row",
        of="witness",
        sentence="(event) has the subjects {0}, and names {1}.",
        statement="""
WITH named AS (
  SELECT e.id, array_agg(DISTINCT names.code ORDER BY names.code) AS codes,
         bool_and(g.domain IS NOT DISTINCT FROM e.domain) AS known
  FROM mdm_outboxevent e
  CROSS JOIN LATERAL (
    SELECT jsonb_object_keys(e.payload -> 'before') UNION SELECT jsonb_object_keys(e.payload -> 'after')
    UNION SELECT one ->> 'id' FROM jsonb_array_elements(e.payload -> 'goldens') AS one
    UNION SELECT one ->> side
    FROM (VALUES ('related'), ('unrelated')) AS kind(what), (VALUES ('from'), ('to')) AS ends(side),
         jsonb_array_elements(e.payload -> what) AS one
  ) AS names(code)
  LEFT JOIN mdm_goldenrecord g ON g.code = names.code
  GROUP BY e.id
)
SELECT e.id, e.subjects, coalesce(n.codes::text, 'none')
FROM mdm_outboxevent e LEFT JOIN named n ON n.id = e.id
WHERE n.id IS NULL OR NOT n.known
   OR NOT (n.codes::text[] <@ e.subjects::text[] AND e.subjects::text[] <@ n.codes::text[])
""",
    ),
    sql(
        "lane-not-ahead",
        promise=8,
        holds="No destination acknowledged more than was ever due to it.",
        about="row",
        sentence="(lane) acknowledged version {0} of {1}.",
        statement="SELECT id, acknowledged_version, due_version FROM mdm_lane"
        " WHERE acknowledged_version > due_version",
    ),
    sql(
        "lane-idle-means-told",
        promise=8,
        holds="A lane that rests has told its newest version; only one that is being sent holds a lease.",
        about="row",
        sentence="(lane) is {0}, told version {1} of {2}, and {3}.",
        statement="""
SELECT id, state, acknowledged_version, due_version,
       CASE WHEN lease_token IS NULL THEN 'nobody has leased it' ELSE 'somebody has leased it' END
FROM mdm_lane
WHERE (state = 'idle' AND acknowledged_version < due_version)
   OR (state = 'leased') <> (lease_token IS NOT NULL) OR (state = 'leased') <> (lease_until IS NOT NULL)
""",
    ),
    sql(
        "lane-of-the-active",
        promise=8,
        holds="Nothing becomes due for a record after it was retired.",
        about="record",
        of="witness",
        sentence="was retired, and became due at its platform after that.",
        statement="""
SELECT l.record_id
FROM mdm_lane l JOIN mdm_sourcerecord r ON r.id = l.record_id
WHERE r.status <> 'active' AND l.state IN ('due', 'leased')
  AND l.entry_id > (SELECT max(h.history_entry_id) FROM mdm_historicalsourcerecord h WHERE h.id = r.id)
""",
    ),
    sql(
        "lane-destination",
        promise=10,
        holds="A lane tells a destination of its own records only.",
        about="record",
        of="witness",
        sentence="is told to {0}, which does not hold it.",
        statement="""
SELECT l.record_id, s.code
FROM mdm_lane l
JOIN mdm_sourcerecord r ON r.id = l.record_id
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = l.destination_id
WHERE t.source_id <> l.destination_id
""",
    ),
)
