"""Checks of golden records: members, kinds, homes, redirects."""

from mdm.compliance.proof.check import CALM, sql
from mdm.resolution.repair import FOUNDED
from mdm.rulesets.drafts import FINGERPRINT

CHECKS = (
    sql(
        "member-count",
        promise=1,
        holds="A golden record counts its active members; it is live if and only if it has any.",
        about="golden",
        sentence="is {0} and counts {1} members, but {2} active records belong to it.",
        statement=f"""
WITH {CALM}, counted AS (SELECT golden_id, count(*) AS members FROM calm WHERE active GROUP BY golden_id)
SELECT g.id, g.status, g.member_count, coalesce(c.members, 0)
FROM mdm_goldenrecord g
LEFT JOIN counted c ON c.golden_id = g.id
WHERE g.id NOT IN (SELECT golden_id FROM stirred WHERE golden_id IS NOT NULL)
  AND g.id NOT IN (SELECT o.golden_id FROM mdm_membership o JOIN stirred USING (component_id)
                   WHERE o.golden_id IS NOT NULL)
  AND (g.member_count <> coalesce(c.members, 0) OR (g.status = 'live') <> (coalesce(c.members, 0) > 0))
""",
    ),
    sql(
        "redirect",
        promise=2,
        holds="A merged id is home to a record that is active or merged by its source; a tombstone to none.",
        about="golden",
        sentence="{0}.",
        statement=f"""
WITH {CALM}, senior AS (
  SELECT DISTINCT ON (c.home_id) c.home_id, c.active, g.status, g.code
  FROM calm c JOIN mdm_sourcerecord r ON r.id = c.record_id
  LEFT JOIN mdm_goldenrecord g ON g.id = c.golden_id
  WHERE c.active OR (r.merged_into <> '' AND c.golden_id <> c.home_id)
  ORDER BY c.home_id, c.active DESC, c.record_id
)
SELECT g.id, CASE WHEN g.status = 'merged' AND s.home_id IS NULL
                  THEN 'is merged, but no active record is at home in it: it redirects nowhere'
                  WHEN g.status = 'merged'
                  THEN 'redirects to ' || coalesce(s.code, 'nothing') || ', which is not live'
                  ELSE 'is a tombstone, but an active record of ' || coalesce(s.code, 'nothing')
                       || ' is at home in it' END
FROM mdm_goldenrecord g
LEFT JOIN senior s ON s.home_id = g.id
WHERE g.status <> 'live'
  AND NOT EXISTS (SELECT FROM mdm_membership m WHERE m.home_id = g.id
                  AND m.record_id NOT IN (SELECT record_id FROM calm))
  AND ((g.status = 'merged' AND (s.home_id IS NULL OR (s.active AND s.status IS DISTINCT FROM 'live')))
       OR (g.status = 'tombstone' AND (s.active OR s.status = 'live')))
""",
    ),
    sql(
        "at-home",
        promise=2,
        holds="Every live golden id is carried by a cluster with an active record that is at home in it.",
        about="golden",
        sentence="is live, but none of its active records is at home in it.",
        statement=f"""
WITH {CALM}
SELECT golden_id FROM calm WHERE active AND golden_id IS NOT NULL
GROUP BY golden_id HAVING NOT bool_or(home_id = golden_id)
""",
    ),
    sql(
        "home-of-the-domain",
        promise=2,
        holds="A record's home is a golden id of its own domain.",
        about="record",
        sentence="is of domain {0}, but its home {1} is of domain {2}.",
        statement="""
SELECT m.record_id, m.domain, g.code, g.domain
FROM mdm_membership m JOIN mdm_goldenrecord g ON g.id = m.home_id
WHERE g.domain <> m.domain
""",
    ),
    sql(
        "home-of-the-founder",
        promise=2,
        holds="A record that a golden id was issued for is at home in the last such id.",
        about="record",
        sentence="is at home in {0}, but {1} was issued for it.",
        statement=f"""
WITH {FOUNDED}
SELECT m.record_id, coalesce(h.code, 'no golden id'), g.code
FROM mdm_membership m
JOIN founded f ON f.record_id = m.record_id
JOIN mdm_goldenrecord g ON g.id = f.golden_id
LEFT JOIN mdm_goldenrecord h ON h.id = m.home_id
WHERE m.home_id IS DISTINCT FROM f.golden_id
""",
    ),
    sql(
        "one-kind",
        promise=5,
        holds="No cluster holds two kinds, unless a person's must-link holds them together.",
        about="golden",
        sentence="holds records of kinds {0}.",
        statement=f"""
WITH {CALM}, kinds AS (
  SELECT c.golden_id, c.record_id,
         CASE WHEN o.id IS NULL THEN r.attributes ->> 'kind' ELSE o.value #>> '{{}}' END AS kind
  FROM calm c JOIN mdm_sourcerecord r ON r.id = c.record_id
  LEFT JOIN mdm_override o ON o.record_id = r.id AND o.about = 'record' AND o.attribute = 'kind'
                           AND o.withdrawn_at IS NULL
  WHERE c.active AND c.golden_id IS NOT NULL
)
SELECT golden_id, string_agg(DISTINCT kind, ' and ') FROM kinds WHERE kind IN ('person', 'organisation')
GROUP BY golden_id
HAVING count(DISTINCT kind) > 1 AND NOT EXISTS (
  SELECT FROM mdm_judgement j
  JOIN calm a ON a.record_id = j.left_id AND a.golden_id = kinds.golden_id
  JOIN calm b ON b.record_id = j.right_id AND b.golden_id = kinds.golden_id
  WHERE j.kind = 'must_link' AND j.rank = 'human' AND j.withdrawn_at IS NULL)
""",
    ),
    sql(
        "one-rule-set",
        promise=4,
        holds="A domain with resolved records has exactly one active rule set.",
        about="domain",
        of="input",
        sentence="has resolved records and {0} active rule sets.",
        statement="""
SELECT d.domain, (SELECT count(*) FROM mdm_ruleset s WHERE s.domain = d.domain AND s.status = 'active')
FROM (SELECT DISTINCT domain FROM mdm_membership WHERE golden_id IS NOT NULL) AS d
WHERE (SELECT count(*) FROM mdm_ruleset s WHERE s.domain = d.domain AND s.status = 'active') <> 1
""",
    ),
    sql(
        "rule-set-unchanged",
        promise=4,
        holds="A rule set is what it was when it was activated.",
        about="row",
        of="input",
        sentence="(rule set {0} of domain {1}) does not fit its fingerprint: somebody changed it.",
        statement=f"SELECT id, number, domain FROM mdm_ruleset WHERE fingerprint <> {FINGERPRINT}",
    ),
)
