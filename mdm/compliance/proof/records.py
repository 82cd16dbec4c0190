"""Checks of source records: one home each, nothing accepted is lost, keys by which they are found."""

from mdm.compliance.proof.check import CALM, sql

CHECKS = (
    sql(
        "closed-keys",
        promise=4,
        holds="Where nothing waits, the closed keys are those that more records carry than the cap.",
        about="domain",
        sentence="counts {1} carriers of key {0}, which is {2}.",
        statement="""
WITH counted AS (
  SELECT domain, key, count(*) AS carriers, max(CASE WHEN rule < 0 THEN -2 - rule ELSE rule END) AS rule
  FROM mdm_blockingkey WHERE rule <> -1 GROUP BY domain, key
), caps AS MATERIALIZED (
  SELECT domain, n - 1 AS rule,
         least((model ->> 'cap')::int, coalesce((entry ->> 'most')::int, (model ->> 'cap')::int)) AS cap
  FROM mdm_ruleset CROSS JOIN jsonb_array_elements(spec -> 'blocking') WITH ORDINALITY AS e (entry, n)
  WHERE status = 'active'
)
SELECT s.domain, key, coalesce(carriers, 0), CASE WHEN coalesce(k.closed, false) THEN 'closed' ELSE 'open' END
FROM counted c
FULL JOIN mdm_closedkey k USING (domain, key)
JOIN caps s ON s.domain = coalesce(c.domain, k.domain) AND s.rule = coalesce(c.rule, 0)
WHERE (coalesce(carriers, 0) > s.cap AND NOT coalesce(k.generic, false)) <> coalesce(k.closed, false)
  AND NOT EXISTS (SELECT FROM mdm_membership m WHERE m.domain = s.domain AND m.due)
""",
    ),
    sql(
        "record-rows",
        promise=7,
        holds="Every record has its membership and its component row, both of its object type's domain.",
        about="record",
        sentence="{0}.",
        statement="""
SELECT r.id, CASE WHEN m.record_id IS NULL THEN 'has no membership row, so nobody will ever resolve it'
                  WHEN c.record_id IS NULL THEN 'has no component row, so nobody can lock it'
                  ELSE 'is of domain ' || r.domain || ', its membership of ' || m.domain
                       || ', its object type of ' || t.domain END
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
LEFT JOIN mdm_membership m ON m.record_id = r.id
LEFT JOIN mdm_component c ON c.record_id = r.id
WHERE m.record_id IS NULL OR c.record_id IS NULL OR m.domain <> r.domain OR t.domain <> r.domain
""",
    ),
    sql(
        "one-golden",
        promise=1,
        holds="Every active record that is not due belongs to a live golden record of its domain.",
        about="record",
        sentence="{0}.",
        statement="""
SELECT r.id, CASE WHEN m.golden_id IS NULL THEN 'is resolved and belongs to no golden record'
                  WHEN g.domain <> r.domain THEN 'belongs to ' || g.code || ' of domain ' || g.domain
                  ELSE 'belongs to ' || g.code || ', which is ' || g.status END
FROM mdm_sourcerecord r
JOIN mdm_membership m ON m.record_id = r.id
LEFT JOIN mdm_goldenrecord g ON g.id = m.golden_id
WHERE r.status = 'active' AND NOT m.due AND (g.id IS NULL OR g.status <> 'live' OR g.domain <> r.domain)
""",
    ),
    sql(
        "one-live-xref",
        promise=1,
        holds="A record of a golden record has exactly one live cross-reference, any other has none.",
        about="record",
        sentence="has {0} live cross-references.",
        statement="""
SELECT m.record_id, count(x.id)
FROM mdm_membership m LEFT JOIN mdm_xref x ON x.record_id = m.record_id AND x.valid_to IS NULL
GROUP BY m.record_id
HAVING count(x.id) <> CASE WHEN m.golden_id IS NULL THEN 0 ELSE 1 END
""",
    ),
    sql(
        "xref-is-membership",
        promise=1,
        holds="The live cross-reference of a record names the golden record it belongs to.",
        about="record",
        sentence="belongs to {0}, but its live cross-reference says {1}.",
        statement="""
SELECT m.record_id, g.code, h.code
FROM mdm_membership m
JOIN mdm_xref x ON x.record_id = m.record_id AND x.valid_to IS NULL
JOIN mdm_goldenrecord g ON g.id = m.golden_id
JOIN mdm_goldenrecord h ON h.id = x.golden_id
WHERE x.golden_id <> m.golden_id
""",
    ),
    sql(
        "xref-spans",
        promise=9,
        holds="A record's cross-references follow without gap and overlap; closed ones say who closed them.",
        about="record",
        sentence="{0}.",
        statement="""
SELECT record_id, CASE WHEN (valid_to IS NULL) <> (closing_entry_id IS NULL)
                       THEN 'has a cross-reference closed by no audit entry, or open and closed by one'
                       WHEN valid_to < next THEN 'has no cross-reference from ' || valid_to || ' to ' || next
                       ELSE 'has two cross-references from ' || next END
FROM (SELECT record_id, valid_to, closing_entry_id,
             lead(valid_from) OVER (PARTITION BY record_id ORDER BY valid_from, id) AS next
      FROM mdm_xref) AS spans
WHERE (valid_to IS NULL) <> (closing_entry_id IS NULL)
   OR (next IS NOT NULL AND valid_to IS DISTINCT FROM next)
""",
    ),
    sql(
        "resolved-version",
        promise=4,
        holds="A record that does not wait is resolved at its present version.",
        about="record",
        sentence="is at version {0}, was resolved at version {1}, and does not wait for resolution.",
        statement="""
SELECT r.id, r.version, m.resolved_version
FROM mdm_sourcerecord r JOIN mdm_membership m ON m.record_id = r.id
WHERE m.resolved_version > r.version
   OR (NOT m.due AND m.resolved_version <> r.version AND (r.status = 'active' OR m.golden_id IS NOT NULL))
""",
    ),
    sql(
        "parked-waits",
        promise=1,
        holds="A record that resolution gave up is still due, so that it is shown and counted.",
        about="record",
        sentence="was given up ({0}), but it counts as resolved.",
        statement="SELECT record_id, parked_reason FROM mdm_membership WHERE parked_reason <> '' AND NOT due",
    ),
    sql(
        "alternate-keys",
        promise=7,
        holds="A further key names a record of its own object type, and is no other record's source key.",
        about="record",
        of="input",
        sentence="has the further key {0}, which {1}.",
        statement="""
SELECT a.record_id, a.key, CASE WHEN r.object_type_id <> a.object_type_id THEN 'is of another object type'
                                ELSE 'is the source key of another record' END
FROM mdm_alternatekey a
JOIN mdm_sourcerecord r ON r.id = a.record_id
LEFT JOIN mdm_sourcerecord o
  ON o.object_type_id = a.object_type_id AND o.source_key = a.key AND o.id <> a.record_id
WHERE r.object_type_id <> a.object_type_id OR o.id IS NOT NULL
""",
    ),
    sql(
        "keys-of-the-active",
        promise=4,
        holds="Blocking keys belong to active records, and carry their domain.",
        about="record",
        sentence="{0}.",
        statement="""
SELECT b.record_id, CASE WHEN r.id IS NULL THEN 'is gone, but ' || count(*) || ' blocking keys of it stand'
                         WHEN r.status <> 'active'
                         THEN 'is ' || r.status || ', but has ' || count(*) || ' blocking keys'
                         ELSE 'is of domain ' || r.domain || ', but has blocking keys of another' END
FROM mdm_blockingkey b LEFT JOIN mdm_sourcerecord r ON r.id = b.record_id
WHERE r.id IS NULL OR r.status <> 'active' OR b.domain <> r.domain
GROUP BY b.record_id, r.id, r.status, r.domain
""",
    ),
    sql(
        "standardised-records",
        promise=4,
        holds="What is kept of a record for matching is of its present version, active, and of its domain.",
        about="record",
        sentence="{0}.",
        statement="""
SELECT s.record_id, CASE WHEN r.id IS NULL THEN 'is gone, but its standardised values stand'
                         WHEN r.status <> 'active' THEN 'is ' || r.status || ', but has standardised values'
                         WHEN r.domain <> s.domain
                         THEN 'is of domain ' || r.domain || ', its standardised values are of ' || s.domain
                         ELSE 'is in version ' || r.version || ', its standardised values are of version '
                              || s.version END
FROM mdm_standardisedrecord s LEFT JOIN mdm_sourcerecord r ON r.id = s.record_id
WHERE r.id IS NULL OR r.status <> 'active' OR r.domain <> s.domain OR r.version <> s.version
""",
    ),
    sql(
        "component-of-the-cluster",
        promise=4,
        holds="The active records of a golden record lie in one component.",
        about="golden",
        sentence="has active records in {0} components.",
        statement=f"""
WITH {CALM}
SELECT golden_id, count(DISTINCT component_id) FROM calm WHERE active AND golden_id IS NOT NULL
GROUP BY golden_id HAVING count(DISTINCT component_id) > 1
""",
    ),
)
