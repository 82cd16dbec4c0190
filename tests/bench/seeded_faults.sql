-- Faults that `verify` must name: what a bug, a restored backup or a hand could do to the tables.
-- They act on the table of tests/bench/teeth.py, without the guards of the database (triggers, constraints).
-- `-- check: what` stands before each; {erp/1} is the id of that record, {of erp/1} of its golden record,
-- {gone} of the tombstone, {merged} of the golden id that redirects.
-- After the check stands what is damaged: nothing (it is derived, and a repair gives the digest from before),
-- an input (a repair is refused) or a witness (the repair goes on, and the damage stays named).

-- record-rows: a membership row is lost
DELETE FROM mdm_membership WHERE record_id = {erp/1};

-- record-rows: a lock row is lost
DELETE FROM mdm_component WHERE record_id = {erp/1};

-- record-rows, input: a record changes its domain
UPDATE mdm_sourcerecord SET domain = 'product' WHERE id = {erp/1};

-- one-golden: a record loses its golden record
UPDATE mdm_membership SET golden_id = NULL WHERE record_id = {erp/4};

-- one-golden: a record sits on a tombstone
UPDATE mdm_membership SET golden_id = {gone} WHERE record_id = {erp/4};

-- one-live-xref: a live cross-reference is lost
DELETE FROM mdm_xref WHERE record_id = {erp/1};

-- one-live-xref: a second live cross-reference
INSERT INTO mdm_xref (record_id, golden_id, valid_from, entry_id) SELECT record_id, golden_id,
    now(), entry_id FROM mdm_xref WHERE record_id = {erp/1} AND valid_to IS NULL;

-- xref-is-membership: a cross-reference names another golden record
UPDATE mdm_xref SET golden_id = {of erp/4} WHERE record_id = {erp/1} AND valid_to IS NULL;

-- xref-spans: two spans overlap
UPDATE mdm_xref SET valid_to = valid_to + interval '1 day' WHERE valid_to IS NOT NULL;

-- xref-spans: nobody closed a span
UPDATE mdm_xref SET closing_entry_id = NULL WHERE valid_to IS NOT NULL;

-- resolved-version, input: a change of content is forgotten
UPDATE mdm_sourcerecord SET version = version + 1 WHERE id = {erp/1};

-- resolved-version: a record is resolved ahead of its version
UPDATE mdm_membership SET resolved_version = 99, due = true WHERE record_id = {erp/1};

-- parked-waits: a parked record counts as resolved
UPDATE mdm_membership SET parked_reason = 'It failed.' WHERE record_id = {erp/1};

-- alternate-keys, input: a further key is another record's key
INSERT INTO mdm_alternatekey (object_type_id, key, record_id) SELECT object_type_id, '4', id FROM
    mdm_sourcerecord WHERE id = {erp/1};

-- keys-of-the-active: a retired record can be found
INSERT INTO mdm_blockingkey (record_id, key, rule, shallow, domain) VALUES ({shop/9}, 1, 0, false, 'customer');

-- keys-of-the-active: keys of a record that is gone
INSERT INTO mdm_blockingkey (record_id, key, rule, shallow, domain) VALUES (999999, 1, 0, false, 'customer');

-- standardised-records: what is kept for matching is of another version
UPDATE mdm_standardisedrecord SET version = version + 1 WHERE record_id = {erp/1};

-- standardised-records: what is kept for matching is of a retired record
INSERT INTO mdm_standardisedrecord (record_id, domain, version, said) VALUES ({shop/9}, 'customer', 1, '');

-- component-of-the-cluster: a cluster is torn over two components
UPDATE mdm_membership SET component_id = {erp/4} WHERE record_id = {crm/1};

-- component-labels: a record is labelled with a foreign component
UPDATE mdm_membership SET component_id = {erp/1} WHERE record_id = {erp/4};

-- member-count: a golden record miscounts
UPDATE mdm_goldenrecord SET member_count = 7 WHERE id = {of erp/1};

-- member-count: a golden record with members is a tombstone
UPDATE mdm_goldenrecord SET status = 'tombstone', member_count = 0 WHERE id = {of erp/1};

-- redirect: a merged id redirects nowhere
UPDATE mdm_membership SET home_id = {of erp/4} WHERE home_id = {merged};

-- redirect: a merged id is taken for a tombstone
UPDATE mdm_goldenrecord SET status = 'tombstone' WHERE id = {merged};

-- redirect: a tombstone is taken for merged
UPDATE mdm_goldenrecord SET status = 'merged' WHERE id = {gone};

-- at-home: nobody is at home in a live id
UPDATE mdm_membership SET home_id = {of erp/1} WHERE golden_id = {of erp/4};

-- home-of-the-founder: two records change homes
UPDATE mdm_membership m SET home_id = o.home_id FROM mdm_membership o
    WHERE (m.record_id, o.record_id) IN (({erp/4}, {erp/1}), ({erp/1}, {erp/4}));

-- ids-by-homes: a merged cluster carries the id of its loser
UPDATE mdm_membership SET golden_id = {merged} WHERE golden_id = {of erp/2};

-- home-of-the-founder: a record has no home
UPDATE mdm_membership SET home_id = NULL WHERE record_id = {erp/4};

-- home-of-the-domain: a home of another domain
UPDATE mdm_goldenrecord SET domain = 'product' WHERE id = {of erp/4};

-- one-kind, input: a person and a company in one cluster
UPDATE mdm_sourcerecord SET attributes = attributes || '{"kind": "organisation"}' WHERE id = {crm/1};

-- one-rule-set, input: no rule set is in force
UPDATE mdm_ruleset SET status = 'retired';

-- rule-set-unchanged, input: somebody turns a weight
UPDATE mdm_ruleset SET model = jsonb_set(model, '{link_weight}', '9000');

-- cannot-link, input: a cannot-link inside a cluster
UPDATE mdm_judgement SET left_id = {erp/1}, left_records = '{}', right_id = {crm/1}, right_records = '{}'
WHERE kind = 'cannot_link';

-- cannot-link, input: lists taken apart inside a cluster
UPDATE mdm_judgement SET kind = 'apart', left_records = ARRAY[{erp/1}, {erp/4}], right_records = ARRAY[{crm/1}]
WHERE kind = 'cannot_link';

-- cannot-link, input: a record that shall stand alone in a cluster
UPDATE mdm_judgement SET kind = 'alone', left_id = {erp/1}, left_records = ARRAY[{erp/1}], right_id = NULL,
  right_records = '{}' WHERE kind = 'cannot_link';

-- must-link, input: a must-link across clusters
UPDATE mdm_judgement SET left_id = {erp/1}, left_records = '{}', right_id = {crm/5}, right_records = '{}'
WHERE kind = 'must_link';

-- judgement-confirmed, input: a confirmed golden record without the mark
UPDATE mdm_judgement SET kind = 'confirmed' WHERE kind = 'cannot_link';

-- judgement-domain, input: a judgement of another domain
UPDATE mdm_judgement SET domain = 'product';

-- edge-ends: an edge the wrong way round
UPDATE mdm_edge SET left_id = right_id, right_id = left_id WHERE left_id = {erp/1};

-- edge-ends: an edge to a retired record
UPDATE mdm_edge SET right_id = {shop/9} WHERE left_id = {erp/1};

-- edge-weight: an edge below the review weight
UPDATE mdm_edge SET weight = 4999 WHERE left_id = {erp/1};

-- edge-rule-set, input: an edge of a retired rule set
UPDATE mdm_ruleset SET status = 'retired' WHERE status = 'active';

-- open-tasks: a question about one golden record
UPDATE mdm_reviewtask SET left_id = {erp/1}, right_id = {crm/1} WHERE status = 'open' AND kind <> 'overlay';

-- open-tasks: a question about a retired record
UPDATE mdm_reviewtask SET right_id = {shop/9} WHERE status = 'open' AND kind <> 'overlay';

-- decided-tasks, witness: a decision without a judgement
UPDATE mdm_reviewtask SET status = 'decided' WHERE status = 'open' AND kind <> 'overlay';

-- history-is-present: a golden record changes without history
UPDATE mdm_goldenrecord SET title = 'Somebody else' WHERE id = {of erp/1};

-- input-is-recorded, input: the newest history row of a record is lost
DELETE FROM mdm_historicalsourcerecord WHERE id = {erp/1};

-- input-is-recorded, input: a judgement vanishes
DELETE FROM mdm_judgement WHERE kind = 'must_link';

-- history-has-entry, witness: somebody else is made the actor
UPDATE mdm_historicalgoldenrecord SET history_actor = 'nobody' WHERE id = {of erp/1};

-- history-has-entry, witness: an audit entry is lost
DELETE FROM mdm_auditentry WHERE id = (SELECT max(history_entry_id) FROM mdm_historicalgoldenrecord);

-- history-once, witness: two history rows of one moment
UPDATE mdm_historicalgoldenrecord SET history_date = '2024-01-01Z';

-- entry-exists, witness: an event without its audit entry
UPDATE mdm_outboxevent SET entry_id = 999999;

-- entry-exists: a lane without its audit entry
UPDATE mdm_lane SET entry_id = 999999;

-- audit-speaks, witness: an actor is blotted out
UPDATE mdm_auditentry SET actor = ' ';

-- events-rebuild-xrefs: an event is lost
DELETE FROM mdm_outboxevent WHERE (SELECT code FROM mdm_goldenrecord WHERE id = {of erp/4}) = ANY(subjects);

-- events-lose-nobody, witness: an event forgets its members
UPDATE mdm_outboxevent SET payload = jsonb_set(payload, '{after}', '{}') WHERE payload -> 'before'
    <> '{}';

-- event-subjects, witness: an event without a subject
UPDATE mdm_outboxevent SET subjects = '{}';

-- lane-not-ahead: more acknowledged than due
UPDATE mdm_lane SET acknowledged_version = due_version + 1;

-- lane-idle-means-told: a lane rests untold
UPDATE mdm_lane SET state = 'idle';

-- lane-idle-means-told: a lease without a holder
UPDATE mdm_lane SET state = 'leased';

-- lane-of-the-active, witness: a retired record becomes due
UPDATE mdm_lane SET record_id = {shop/9}, entry_id = (SELECT max(id) FROM mdm_auditentry) WHERE
    record_id = {erp/1};

-- lane-destination, witness: a platform is told of a foreign record
UPDATE mdm_lane SET record_id = {crm/1} WHERE record_id = {erp/1};

-- content-hash, input: a record's content is edited
UPDATE mdm_sourcerecord SET attributes = attributes || '{"language": "xx"}' WHERE id = {erp/1};

-- golden-code: two golden ids change places
UPDATE mdm_goldenrecord SET code = 'C-0000-0000-0' WHERE id = {of erp/1};

-- golden-values: a golden value is edited
UPDATE mdm_goldenrecord SET attributes = attributes || '{"language": "xx"}' WHERE id = {of erp/1};

-- golden-values: nobody will look again when a date comes
UPDATE mdm_goldenrecord SET changes_on = '2999-12-31' WHERE id = {of erp/1};

-- closed-keys: a key counts as closed although few carry it
INSERT INTO mdm_closedkey (domain, key, deepened) SELECT domain, key, true FROM mdm_blockingkey WHERE record_id =
    {erp/1} LIMIT 1;

-- closed-keys: a generic value counts as a closed key
UPDATE mdm_closedkey SET closed = true WHERE generic;

-- generic-values: nobody knows any more that a phone is shared by too many
DELETE FROM mdm_closedkey WHERE generic;

-- generic-values: another phone counts as generic
UPDATE mdm_closedkey SET value = '+492' WHERE generic;

-- blocking-keys: what a record is called is lost
DELETE FROM mdm_blockingkey WHERE rule = -1 AND record_id = {desk/1};

-- blocking-keys: somebody can be found by a generic phone
UPDATE mdm_blockingkey SET rule = 2 WHERE rule = -4 AND record_id = {desk/1};

-- golden-values: provenance is lost
UPDATE mdm_goldenrecord SET provenance = '{}' WHERE id = {of erp/1};

-- quarantine-fingerprint, witness: a refused row is edited
UPDATE mdm_quarantinedrow SET payload = '{"name": "edited"}';

-- blocking-keys: a record cannot be found
DELETE FROM mdm_blockingkey WHERE record_id = {erp/1};

-- blocking-keys: a record is found where it is not
INSERT INTO mdm_blockingkey (record_id, key, rule, shallow, domain) VALUES ({erp/1}, 1, 0, false, 'customer');

-- standardised-values: what is kept for matching is somebody else's
UPDATE mdm_standardisedrecord s SET said = o.said FROM mdm_standardisedrecord o
    WHERE s.record_id = {erp/1} AND o.record_id = {erp/4};

-- edges: a weight is off by a thousandth of a bit
UPDATE mdm_edge SET weight = weight + 1 WHERE left_id = {erp/1};

-- edges: all edges are lost
DELETE FROM mdm_edge;

-- edges: an edge is lost
DELETE FROM mdm_edge WHERE weight < 10000;

-- blocking-keys: all keys are lost
DELETE FROM mdm_blockingkey;

-- at-home: two clusters change places
UPDATE mdm_membership m SET golden_id = CASE m.golden_id WHEN {of erp/1} THEN {of erp/4} ELSE {of erp/1} END
    WHERE golden_id IN ({of erp/1}, {of erp/4});

-- one-golden: every record loses its golden record
UPDATE mdm_membership SET golden_id = NULL;

-- one-live-xref: all cross-references are lost
DELETE FROM mdm_xref;

-- partition: a record moves to another cluster
UPDATE mdm_membership SET golden_id = {of erp/4}, component_id = {erp/4} WHERE record_id = {crm/1};

-- golden-values, input: an override is lost
UPDATE mdm_override SET withdrawn_at = created_at, withdrawn_by = 'eva' WHERE about = 'golden';

-- override-record, input: an override of another domain
UPDATE mdm_override SET domain = 'product' WHERE about = 'golden';

-- override-record, input: a retired record keeps its override
UPDATE mdm_sourcerecord SET status = 'retired' WHERE id = {erp/2};

-- override-speaks, input: nobody withdrew it
UPDATE mdm_override SET withdrawn_at = created_at WHERE about = 'golden';

-- blocking-keys, input: what a steward says of a record is lost
DELETE FROM mdm_override WHERE about = 'record';

-- entry-exists, input: an override without its audit entry
UPDATE mdm_override SET entry_id = 999999;

-- open-holds, input: a hold that nobody is asked about
INSERT INTO mdm_hold (domain, gate, left_records, right_records, status, reason, weight, parts, created_at, closed_by, closed_reason)
VALUES ('customer', 'budget', ARRAY[{erp/3}], ARRAY[{crm/3}], 'open', 'seeded', 0, '[]', now(), '', '');

-- relationship-told: a statement that stands counts as untold
UPDATE mdm_sourcerelationship SET told = false;

-- relationship-told, input: the end of a statement is never told
UPDATE mdm_sourcerelationship SET gone = true;

-- events-rebuild-relationships: the events of relationships are lost
DELETE FROM mdm_outboxevent WHERE type = 'golden.related.v1';

-- events-rebuild-relationships, input: a relationship ends without an event
UPDATE mdm_stewardrelationship SET valid_to = '2001-01-01';

-- relationship-speaks, input: nobody took a steward's word back
UPDATE mdm_stewardrelationship SET withdrawn_at = now();

-- relationship-days, input: a relationship ends before it begins
UPDATE mdm_sourcerelationship SET valid_from = '2024-02-02', valid_to = '2024-01-01';

-- open-overlays, input: an overlay that nobody is asked about
DELETE FROM mdm_reviewtask WHERE kind = 'overlay';

-- open-overlays, input: the question about an overlay is closed, the overlay is not
UPDATE mdm_reviewtask SET status = 'decided' WHERE kind = 'overlay';

-- open-overlays, input: an overlay is answered, and the question stays
UPDATE mdm_overlay SET status = 'refused', closed_at = now(), closed_by = 'eva';

-- open-overlays, input: the question is about another record
UPDATE mdm_reviewtask SET left_id = {erp/1}, right_id = {erp/1} WHERE kind = 'overlay';

-- overlay-tasks, input: a question forgets its overlay
UPDATE mdm_reviewtask SET overlay_id = NULL WHERE kind = 'overlay';

-- audit-chain, witness: the reason of an entry is edited
UPDATE mdm_auditentry SET reason = 'edited' WHERE action = 'look';

-- audit-chain, witness: an entry is removed
DELETE FROM mdm_auditentry WHERE action = 'look';

-- audit-chain, witness: an entry is slipped in
INSERT INTO mdm_auditentry (id, at, actor, action, cause, reason, detail) VALUES (0, now() - interval '3 days',
    'nobody', 'look', 'never', '', '{}');

-- audit-chain, witness: a seal is removed
DELETE FROM mdm_auditseal WHERE position = 2;

-- audit-chain, witness: a seal is made up
UPDATE mdm_auditseal SET digest = repeat('0', 64) WHERE position = 2;
