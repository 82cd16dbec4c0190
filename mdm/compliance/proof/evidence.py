"""Checks of what resolution stands on: edges, judgements, and the questions that it asks people."""

from mdm.compliance.proof.check import CALM, sql

CHECKS = (
    sql(
        "judgement-domain",
        promise=5,
        holds="A judgement is about records of its own domain.",
        about="row",
        of="input",
        sentence="(judgement) is of domain {0} and names record {1} of {2}.",
        statement="""
SELECT j.id, j.domain, named.id, coalesce(r.domain, 'no domain')
FROM mdm_judgement j
CROSS JOIN LATERAL unnest(ARRAY[j.left_id, j.right_id] || j.left_records || j.right_records) AS named(id)
LEFT JOIN mdm_sourcerecord r ON r.id = named.id
WHERE named.id IS NOT NULL AND r.domain IS DISTINCT FROM j.domain
""",
    ),
    sql(
        "judgement-confirmed",
        promise=9,
        holds="A golden record that a judgement in force confirms is marked so.",
        about="row",
        of="input",
        sentence="(judgement) confirms {0}, which is not marked as confirmed.",
        statement="""
SELECT j.id, g.code
FROM mdm_judgement j CROSS JOIN LATERAL jsonb_object_keys(j.evidence) AS named(code)
JOIN mdm_goldenrecord g ON g.code = named.code
WHERE j.kind = 'confirmed' AND j.withdrawn_at IS NULL AND NOT g.confirmed
""",
    ),
    sql(
        "override-record",
        promise=5,
        holds="An override in force hangs on a record of its domain, an active one where any is left.",
        about="row",
        sentence="(override) is of domain {0} and hangs on a record of {1}, which is {2}.",
        statement=f"""
WITH {CALM}
SELECT o.id, o.domain, r.domain, r.status
FROM mdm_override o JOIN mdm_sourcerecord r ON r.id = o.record_id
WHERE o.withdrawn_at IS NULL AND (o.domain <> r.domain OR (
  o.about = 'golden' AND r.status <> 'active' AND EXISTS (
    SELECT FROM calm c JOIN calm n ON n.golden_id = c.golden_id AND n.active
    WHERE c.record_id = o.record_id)))
""",
    ),
    sql(
        "override-speaks",
        promise=9,
        holds="An override says who set it and why, and a withdrawn one who withdrew it.",
        about="row",
        of="input",
        sentence="(override) of {0} by {1} was withdrawn at {2} by {3}.",
        statement="""
SELECT id, attribute, coalesce(nullif(btrim(actor), ''), 'nobody'), coalesce(withdrawn_at::text, 'no time'),
       coalesce(nullif(withdrawn_by, ''), 'nobody')
FROM mdm_override
WHERE btrim(actor) = '' OR reason_code = '' OR (withdrawn_at IS NULL) <> (withdrawn_by = '')
""",
    ),
    sql(
        "edge-ends",
        promise=4,
        holds="An edge joins two active records of its domain, the lower id first.",
        about="record",
        sentence="has an edge to record {0}, {1}.",
        statement="""
SELECT e.left_id, e.right_id,
       CASE WHEN e.left_id >= e.right_id THEN 'which stands the wrong way round'
            WHEN e.domain <> a.domain OR e.domain <> b.domain THEN 'across domains'
            ELSE 'of which one is retired' END
FROM mdm_edge e
JOIN mdm_sourcerecord a ON a.id = e.left_id
JOIN mdm_sourcerecord b ON b.id = e.right_id
JOIN mdm_membership m ON m.record_id = e.left_id
JOIN mdm_membership n ON n.record_id = e.right_id
WHERE e.left_id >= e.right_id OR e.domain <> a.domain OR e.domain <> b.domain
   OR (NOT m.due AND a.status <> 'active') OR (NOT n.due AND b.status <> 'active')
""",
    ),
    sql(
        "edge-weight",
        promise=4,
        holds="A stored edge may link or be asked about under its rule set.",
        about="record",
        sentence="has an edge to record {0} of weight {1}, below {2}, from which pairs are kept.",
        statement="""
WITH reviewed AS MATERIALIZED (
  SELECT id, least(
    coalesce(model ->> 'possible_weight', model ->> 'review_weight')::int,
    (model ->> 'link_weight')::int - (coalesce(model -> 'combinations', '[]') <> '[]')::int
  ) AS least
  FROM mdm_ruleset
)
SELECT e.left_id, e.right_id, e.weight, s.least
FROM mdm_edge e
JOIN reviewed s ON s.id = e.rule_set_id
WHERE e.weight < s.least
""",
    ),
    sql(
        "edge-rule-set",
        promise=4,
        holds="Every edge was scored under the rule set in force.",
        about="record",
        sentence="has an edge to record {0} that was scored under rule set {1}, which is {2}.",
        statement="""
SELECT e.left_id, e.right_id, s.number, s.status
FROM mdm_edge e JOIN mdm_ruleset s ON s.id = e.rule_set_id
WHERE s.status <> 'active' OR s.domain <> e.domain
""",
    ),
    sql(
        "open-tasks",
        promise=5,
        holds="A standing review task is about active records of two live golden records, or of one to part.",
        about="row",
        sentence="(review task) stands, but {0}.",
        statement=f"""
WITH {CALM}
SELECT t.id, CASE WHEN a.golden_id = b.golden_id THEN 'its two records are of one golden record'
                  ELSE 'one of its records is not active in a live golden record' END
FROM mdm_reviewtask t
JOIN calm a ON a.record_id = t.left_id
JOIN calm b ON b.record_id = t.right_id
LEFT JOIN mdm_goldenrecord g ON g.id = a.golden_id AND g.status = 'live' AND a.active
LEFT JOIN mdm_goldenrecord h ON h.id = b.golden_id AND h.status = 'live' AND b.active
LEFT JOIN mdm_hold o ON o.id = t.hold_id
WHERE t.status IN ('open', 'unqueued') AND t.overlay_id IS NULL
  AND ((a.golden_id = b.golden_id AND coalesce(o.gate, '') <> 'confirmed_split')
       OR g.id IS NULL OR h.id IS NULL)
""",
    ),
    sql(
        "decided-tasks",
        promise=9,
        holds="A task is closed once it is answered by a judgement or at its hold or overlay.",
        about="row",
        of="witness",
        sentence="(review task) is {0}, closed at {1}, decided by judgement {2}.",
        statement="""
SELECT t.id, t.status, coalesce(t.closed_at::text, 'no time'), coalesce(t.judgement_id::text, 'none')
FROM mdm_reviewtask t LEFT JOIN mdm_hold h ON h.id = t.hold_id LEFT JOIN mdm_overlay o ON o.id = t.overlay_id
WHERE (t.status IN ('open', 'unqueued')) <> (t.closed_at IS NULL)
   OR (t.status = 'decided' AND t.judgement_id IS NULL AND h.status IS DISTINCT FROM 'released'
       AND coalesce(o.status, 'none') NOT IN ('changed', 'reused', 'refused'))
""",
    ),
    sql(
        "open-holds",
        promise=4,
        holds="An open hold has one open review task, a canary's none; a task that stands names an open one.",
        about="row",
        sentence="(hold) is {0} and has {1} standing review tasks.",
        statement="""
SELECT h.id, h.status, count(t.id)
FROM mdm_hold h LEFT JOIN mdm_reviewtask t ON t.hold_id = h.id AND t.status IN ('open', 'unqueued')
GROUP BY h.id, h.status, h.gate
HAVING count(t.id) <> (h.status = 'open' AND h.gate <> 'canary')::int
""",
    ),
    sql(
        "open-overlays",
        promise=7,
        holds="An open overlay has one open task, about its record and of its weight; another one has none.",
        about="row",
        of="input",
        sentence="(overlay) is {0} and has {1} open review tasks about its record and of its weight.",
        statement="""
SELECT o.id, o.status,
       count(t.id) FILTER (WHERE t.left_id = o.record_id AND t.right_id = o.record_id AND t.weight = o.weight)
FROM mdm_overlay o LEFT JOIN mdm_reviewtask t ON t.overlay_id = o.id AND t.status IN ('open', 'unqueued')
GROUP BY o.id, o.status
HAVING count(t.id) <> (o.status = 'open')::int
    OR (o.status = 'open'
        AND bool_or((t.left_id, t.right_id, t.weight) <> (o.record_id, o.record_id, o.weight)))
""",
    ),
    sql(
        "overlay-tasks",
        promise=7,
        holds="A review task is about an overlay if and only if it is of that kind.",
        about="row",
        of="input",
        sentence="(review task) is of kind {0}, and {1}.",
        statement="""
SELECT t.id, t.kind, CASE WHEN t.overlay_id IS NULL THEN 'names no overlay' ELSE 'names an overlay' END
FROM mdm_reviewtask t WHERE (t.kind = 'overlay') <> (t.overlay_id IS NOT NULL)
""",
    ),
)
