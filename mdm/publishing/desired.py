"""The state that the records of lanes shall have, computed when it is sent."""

import hashlib
import json
from collections.abc import Sequence

from django.db import connection

from mdm.connectors.base import Sending
from mdm.models import Destination
from mdm.publishing.lease import Leased

RECORDS = """
SELECT r.id, t.code, r.source_key, g.code
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_membership m ON m.record_id = r.id
JOIN mdm_goldenrecord g ON g.id = m.golden_id
WHERE r.id = ANY(%s) AND r.status = 'active'
"""

CREATES = """
SELECT g.id, g.code, g.domain, g.kind, g.attributes
FROM mdm_goldenrecord g
WHERE g.id = ANY(%s) AND g.status = 'live' AND NOT EXISTS (
  SELECT FROM mdm_membership m
  JOIN mdm_sourcerecord r ON r.id = m.record_id
  JOIN mdm_objecttype t ON t.id = r.object_type_id
  WHERE m.golden_id = g.id AND t.source_id = %s
)
"""


def sendings_of(destination: Destination, lanes: Sequence[Leased]) -> dict[int, Sending]:
    """Return lane id → what is to be sent; a lane that has nothing to say, or was heard already, has no
    entry.

    A create that was acknowledged is never repeated, also when its record has left the golden record since.
    """
    record_ids = [lane.record_id for lane in lanes if lane.record_id is not None]
    golden_ids = [
        lane.golden_id for lane in lanes if lane.golden_id is not None and not lane.acknowledged_hash
    ]
    with connection.cursor() as cursor:
        cursor.execute(RECORDS, [record_ids])
        records = {record_id: (object_type, key, code) for record_id, object_type, key, code in cursor}
        cursor.execute(CREATES, [golden_ids, destination.pk])
        creates = {golden_id: columns for golden_id, *columns in cursor}
    found: dict[int, Sending] = {}
    for lane in lanes:
        if lane.record_id in records:
            object_type, key, code = records[lane.record_id]
            if state_hash(code) != lane.acknowledged_hash:
                found[lane.id] = Sending(lane.id, object_type, key, code)
        elif lane.golden_id in creates:
            code, domain, kind, attributes = creates[lane.golden_id]
            object_type = destination.settings["create"][domain]["object_type"]
            found[lane.id] = Sending(
                lane.id, object_type, None, code, {**json.loads(attributes), "kind": kind}
            )
    return found


def state_hash(golden_code: str) -> str:
    """Return the BLAKE2b-160 of what a platform is told about a record, 40 hexadecimal digits."""
    return hashlib.blake2b(json.dumps({"golden": golden_code}).encode(), digest_size=20).hexdigest()
