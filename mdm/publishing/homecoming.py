"""The create round trip: a record that the hub created at a platform comes home as a source record.

It is accepted like any record of that platform and tied, in the same transaction, to the golden record it
was created for; resolution then follows the tie, whatever the match weights say. Every step bears being
done again.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from mdm.compliance import audit
from mdm.connectors.base import Connector, Payload
from mdm.ingestion.pipeline import RowOutcome, ingest
from mdm.ingestion.stored_mappings import mapping_of
from mdm.models import Destination, GoldenRecord, Lane, ObjectType, SourceRecord
from mdm.publishing.desired import state_hash
from mdm.resolution.decisions import link_created
from mdm.resolution.due import with_retries
from mdm.resolution.resolve import resolve
from mdm.rulesets.active import active

ACTOR = "system:publishing"
log = logging.getLogger(__name__)

# The platform holds the golden id already: it was created with it.
RECORD_LANES = """
INSERT INTO mdm_lane (destination_id, domain, record_id, golden_id, state, due_version, acknowledged_version,
                      acknowledged_hash, acknowledged_at, attempts, next_attempt_at, last_error, entry_id)
SELECT %(destination)s, %(domain)s, r.record, NULL, 'idle', 1, 1, r.hash, %(now)s, 0, %(now)s, '', %(entry)s
FROM unnest(%(records)s::bigint[], %(hashes)s::text[]) AS r(record, hash)
ORDER BY r.record
ON CONFLICT (destination_id, record_id) WHERE record_id IS NOT NULL DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record that a platform holds because of one of our create lanes, as `pull` would bring it."""

    lane_id: int
    golden_code: str
    payload: Payload


def welcome(destination: Destination, object_type_code: str, arrivals: Sequence[Arrival]) -> dict[int, str]:
    """Bring created records home; returns lane id → why its record could not be accepted.

    Afterwards each record is a member of its golden record, its create lane is marked as acknowledged, and
    its own lane knows that the platform holds the golden id.
    """
    object_type = ObjectType.objects.select_related("source").get(
        source_id=destination.pk, code=object_type_code
    )
    record_ids, refused = with_retries(lambda: _accept(destination, object_type, arrivals))
    if record_ids and active(object_type.domain) is not None:
        _resolve(object_type.domain, record_ids)
    return refused


def recognise(
    destination: Destination, object_type: ObjectType, connector: Connector, page: Iterable[Payload]
) -> int:
    """Welcome those records of a pulled page that an open create made, before they are taken for strangers.

    A create whose answer was lost may meet the regular pull first; resolved by its looks alone, its record
    might get another golden id, and the create would be repeated. Returns how many records were recognised.
    """
    carried = {code: payload for payload in page for code in connector.golden_ids(object_type.code, payload)}
    open_creates = Lane.objects.filter(
        destination=destination, golden__code__in=carried, acknowledged_hash=""
    ).values_list("pk", "golden__code")
    arrivals = [Arrival(lane_id, code, carried[code]) for lane_id, code in open_creates]
    key_of = mapping_of(object_type).apply
    keys = {arrival.lane_id: key_of(dict(arrival.payload)).key for arrival in arrivals}
    known = set(
        SourceRecord.objects.filter(object_type=object_type, source_key__in=keys.values()).values_list(
            "source_key", flat=True
        )
    )
    strangers = [arrival for arrival in arrivals if keys[arrival.lane_id] not in known]
    if strangers:
        welcome(destination, object_type.code, strangers)
    return len(strangers)


def _accept(
    destination: Destination, object_type: ObjectType, arrivals: Sequence[Arrival]
) -> tuple[list[int], dict[int, str]]:
    """Accept the records, tie them and mark the lanes, in one transaction."""
    outcomes: list[RowOutcome] = []
    source = object_type.source.code
    with audit.entry(actor=ACTOR, action="welcome", cause=f"created at {source}") as entry:
        # One at a time: the pull and the delivery may bring the same record at the same moment.
        lanes = Lane.objects.filter(pk__in=[arrival.lane_id for arrival in arrivals]).order_by("pk")
        golden_of: Mapping[int, GoldenRecord] = {
            lane.pk: lane.golden
            for lane in lanes.select_related("golden").select_for_update(of=("self",), no_key=True)
            if lane.golden is not None
        }
        ingest(
            [(number, dict(arrival.payload)) for number, arrival in enumerate(arrivals, start=1)],
            object_type=object_type,
            mapping=mapping_of(object_type),
            origin=f"created at {source}",
            actor=ACTOR,
            report=outcomes.append,
        )
        keys = [outcome.source_key for outcome in outcomes]
        found = SourceRecord.objects.filter(object_type=object_type, source_key__in=keys)
        ids = dict(found.values_list("source_key", "pk"))
        record_ids, hashes, refused = [], [], {}
        for arrival, outcome in zip(arrivals, outcomes, strict=True):
            if outcome.source_key not in ids:
                refused[arrival.lane_id] = (
                    f"It was created as {outcome.source_key}, but refused here: {outcome.reason}"
                )
                continue
            record_id = ids[outcome.source_key]
            link_created(record_id, golden_of[arrival.lane_id], cause=f"The hub created it at {source}.")
            record_ids.append(record_id)
            hashes.append(state_hash(arrival.golden_code))
        for lane_id, hash_ in ((arrival.lane_id, state_hash(arrival.golden_code)) for arrival in arrivals):
            Lane.objects.filter(pk=lane_id).update(acknowledged_hash=hash_)
        with connection.cursor() as cursor:
            cursor.execute(
                RECORD_LANES,
                {
                    "destination": destination.pk,
                    "domain": object_type.domain,
                    "records": record_ids,
                    "hashes": hashes,
                    "now": entry.at,
                    "entry": entry.pk,
                },
            )
    return record_ids, refused


def _resolve(domain: str, record_ids: Sequence[int]) -> None:
    """Resolve the new records at once; where that fails they stay due, and the sweeper comes back to them."""
    try:
        with_retries(lambda: resolve(domain, record_ids, actor=ACTOR, cause="created at a platform"))
    except Exception:
        log.exception("Created records %s of %s wait for the next sweep.", record_ids, domain)
