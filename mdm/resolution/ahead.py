"""What a look will see of many records, weighed ahead of all locks.

A look under the locks must be short, and what it costs a record is reading and encoding those that it meets.
Here many records look together, at one moment: whoever they meet is read once. Who looks again under the
locks asks only what has changed since (mdm.resolution.many).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from matching.blocking import BlockingKeys, candidate_pairs
from matching.frame import Frame
from matching.scoring import score
from matching.texts import runs
from mdm.copying import array, read_columns
from mdm.forking import in_order
from mdm.resolution import standardised
from mdm.resolution.edges import Edges, stored
from mdm.rulesets.active import ActiveRules

Longs = NDArray[np.int64]

LOOKING = 25_000
"""Records that look together: whoever they meet is held as columns."""
READ_AT_ONCE = 20_000
CROWDED = -1

# Keys in their order, so that the index is read page after page. Of a key that more carry than its cap, or
# than names may, one row says so; one that nobody shares is not told.
MET = """
WITH mine AS MATERIALIZED (
  SELECT DISTINCT b.rule, b.key FROM mdm_blockingkey b
  WHERE b.record_id = ANY(%(ids)s::bigint[]) AND b.rule >= 0
    AND NOT EXISTS (SELECT FROM mdm_closedkey k
                    WHERE k.domain = %(domain)s AND k.key = b.key AND (k.closed OR k.generic))
  ORDER BY b.key
), met AS (
  SELECT mine.rule, mine.key, carriers.ids, (%(caps)s::int[])[mine.rule + 1] AS cap,
         (%(names)s::int[])[mine.rule + 1] AS names
  FROM mine CROSS JOIN LATERAL (
    SELECT array_agg(record_id) AS ids
    FROM (SELECT record_id FROM mdm_blockingkey b WHERE b.key = mine.key
          LIMIT (%(caps)s::int[])[mine.rule + 1] + 1) AS seen
  ) AS carriers
)
SELECT rule::int, key, unnest(CASE WHEN cardinality(ids) > cap THEN '{-1}'
                                   WHEN cardinality(ids) > names THEN array_append(ids, -1::bigint)
                                   ELSE ids END)
FROM met WHERE cardinality(ids) > 1
"""

STANDS = """
SELECT record_id, due_version, component_id FROM mdm_membership WHERE record_id = ANY(%(ids)s::bigint[])
"""


@dataclass(frozen=True)
class Met:
    """Who carries the keys of some records: rule, key and record of each, and the keys over a limit."""

    rules: NDArray[np.int32]
    keys: Longs
    records: Longs

    @property
    def crowded(self) -> dict[int, int]:
        """Key -> rule, of keys that more records carry than may, or than names may."""
        over = self.records == CROWDED
        return dict(zip(self.keys[over].tolist(), self.rules[over].tolist(), strict=True))


@dataclass(frozen=True)
class Stands:
    """How often each record was asked to be resolved, and its component; ids ascend."""

    ids: Longs
    due_versions: NDArray[np.int32]
    components: Longs

    def places(self, record_ids: Longs) -> tuple[Longs, NDArray[np.bool_]]:
        """Return where these records stand, and which of them are here at all."""
        places = np.searchsorted(self.ids, record_ids)
        places[places == len(self.ids)] = 0
        return places, (self.ids[places] == record_ids) if len(self.ids) else np.zeros(len(places), bool)

    def versions(self, record_ids: Longs) -> Longs:
        """Return how often each was asked; -1 where it is not here."""
        places, here = self.places(record_ids)
        found = np.full(len(record_ids), -1, dtype=np.int64)
        found[here] = self.due_versions[places[here]]
        return found

    def component_of(self, record_ids: Longs) -> Longs:
        """Return their components; all must be here."""
        return np.asarray(self.components[np.searchsorted(self.ids, record_ids)])


@dataclass(frozen=True)
class Foresight:
    """What many records saw at one moment.

    rules   rule set and mark of the generic values that they were weighed under.
    asked   the records that looked, ascending.
    edges   of these records.
    stored  edges of them that stood in the database at that moment.
    stands  of all ends of both, at that moment.
    """

    rules: tuple[int, int]
    asked: Longs
    edges: Edges
    stored: Edges
    stands: Stands

    @cached_property
    def _by_right(self) -> Longs:
        return np.argsort(self.edges.right, kind="stable")

    def edges_of(self, record_ids: Longs) -> Edges:
        """Return the edges that one of these records is an end of."""
        right = self.edges.right[self._by_right]
        at = np.concatenate([_among(self.edges.left, record_ids), self._by_right[_among(right, record_ids)]])
        return self.edges.at(np.unique(at))

    def stored_of(self, record_ids: Longs) -> Edges:
        """Return those of them that stood in the database."""
        ends = np.isin(self.stored.left, record_ids) | np.isin(self.stored.right, record_ids)
        return self.stored.at(np.flatnonzero(ends))


def _among(ascending: Longs, record_ids: Longs) -> Longs:
    """Return the places of these values in an ascending array."""
    start, stop = (np.searchsorted(ascending, record_ids, side) for side in ("left", "right"))
    return runs(start, stop - start)


def foresee(rules: ActiveRules, record_ids: Collection[int], *, processes: int = 1) -> Foresight:
    """Look at many records together, at one moment, and weigh whom they meet; nothing is locked.

    So many processes look, each at a part of the records.
    """
    asked = np.unique(np.fromiter(record_ids, dtype=np.int64, count=len(record_ids)))
    with _one_moment() as moment:
        rounds = max(1, -(-len(asked) // (LOOKING * processes)))
        parts = np.array_split(asked, rounds * processes)
        looks = list(in_order(_looked, (rules, moment), parts, processes, connected=True))
        edges, standing = (Edges.united(side) for side in zip(*looks, strict=True))
        ends = np.unique(np.concatenate([asked, standing.left, standing.right, edges.left, edges.right]))
        stands = stands_of(ends)
    return Foresight((rules.rule_set_id, rules.mark), asked, edges, standing, stands)


def _looked(state: tuple[ActiveRules, str], asked: Longs) -> tuple[Edges, Edges]:
    """Return the edges that these records shall have, and those that stand."""
    rules, moment = state
    with _one_moment(moment):
        return _weighed(rules, met_by(rules, asked), asked), stored(asked)


@contextmanager
def _one_moment(moment: str = "") -> Iterator[str]:
    """Read everything as it stood at one moment, of which others may read by the name that is given; inside
    a rehearsal it is read statement by statement.
    """
    if connection.in_atomic_block:
        yield moment
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if moment:
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [moment])
            else:
                cursor.execute("SELECT pg_export_snapshot()")
                (moment,) = cursor.fetchone()
        yield moment


def met_by(rules: ActiveRules, asked: Longs) -> Met:
    """Return who carries the keys of these records."""
    names = [rules.most_names.get(rule) for rule in range(len(rules.caps))]
    given = {
        "ids": array(asked.tolist()),
        "caps": array(rules.caps),
        "names": array(names),
        "domain": rules.domain,
    }
    return Met(*read_columns(MET, given, ("rule i4", "key i8", "record i8")))


def stands_of(record_ids: Longs) -> Stands:
    """Return where these records stand now."""
    kinds = ("id i8", "due_version i4", "component i8")
    ids, versions, components = read_columns(STANDS, {"ids": array(record_ids.tolist())}, kinds)
    order = np.argsort(ids)
    return Stands(ids[order], versions[order], components[order])


def _weighed(rules: ActiveRules, met: Met, asked: Longs) -> Edges:
    """Return the edges of these records."""
    kept = met.records != CROWDED
    ids, rows = np.unique(met.records[kept], return_inverse=True)
    order = np.lexsort((rows, met.keys[kept], met.rules[kept]))
    pairs = candidate_pairs(
        BlockingKeys(rows[order], met.keys[kept][order], met.rules[kept][order].astype(np.uint8)),
        rules.caps,
        weak=rules.spec.weak_rules,
        asked=np.isin(ids, asked),
    )
    used, place = np.unique(np.concatenate([pairs.left, pairs.right]), return_inverse=True)
    left, right = np.split(place.astype(np.int32), 2)
    weights = score(_frame(rules, ids[used]), rules.spec, rules.weighing, left, right)
    above = np.flatnonzero(weights >= rules.model.kept_from)
    return Edges(
        ids[pairs.left[above]],
        ids[pairs.right[above]],
        weights[above].astype(np.int32),
        pairs.rules[above].astype(np.int64),
    )


def _frame(rules: ActiveRules, record_ids: Longs) -> Frame:
    """Return the matching frame of records, in their order."""
    ids = record_ids.tolist()
    said: dict[int, standardised.Said] = {}
    for start in range(0, len(ids), READ_AT_ONCE):
        said |= standardised.read(rules, ids[start : start + READ_AT_ONCE])
    return standardised.frame_of(rules, said, ids)
