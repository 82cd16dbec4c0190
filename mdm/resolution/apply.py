"""Settle whole components and write what differs: the last step of every way into resolution."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from matching.identity import New
from mdm import domains
from mdm.compliance import audit
from mdm.copying import array
from mdm.publishing import lanes, outbox
from mdm.publishing.events import Event, RelatedEvent
from mdm.relationships import announce as relating
from mdm.resolution import binding, hold_life, questions, source_links, standing, write
from mdm.resolution.announce import events_of
from mdm.resolution.candidates import ScoredPair
from mdm.resolution.gating import gated
from mdm.resolution.identify import Identities, identify
from mdm.resolution.scope import Row
from mdm.resolution.settle import Grouping, Links, units_of
from mdm.resolution.values import settled_values
from mdm.resolution.verdicts import withdraw_over
from mdm.resolution.write import GoldenBefore, GoldenValue, Place
from mdm.rulesets.active import ActiveRules
from mdm.xref.codes import encode

LINKS = """
SELECT left_id, right_id, weight FROM mdm_edge
WHERE left_id = ANY(%(ids)s::bigint[]) AND right_id = ANY(%(ids)s::bigint[]) AND weight >= %(least)s
"""


@dataclass(frozen=True)
class Settled:
    """What a settlement changed: events (members before and after), golden values written, golden ids to
    be told.
    """

    events: tuple[Event, ...] = ()
    written: tuple[GoldenValue, ...] = ()
    told: tuple[int, ...] = ()
    related: tuple[RelatedEvent, ...] = ()
    first: int = 0
    """Golden records of a first load, which are too many to be held."""

    @property
    def goldens(self) -> int:
        """How many golden records were written."""
        return self.first + len(self.written)


def settle_and_write(
    rules: ActiveRules,
    rows: Sequence[Row],
    asked: Mapping[int, int],
    *,
    edges: Sequence[ScoredPair] | None = None,
    alone: bool = False,
    progress: Callable[[str], None] = lambda stage: None,
) -> Settled:
    """Settle the components that these rows make up, under the locks and the audit entry of the caller.

    asked: record id -> due_version, of the records whose edges are fresh; they rest unless made due since.
    edges: all stored edges of the rows, where the caller knows them. alone: the caller holds the domain.
    """
    if not rows:
        return Settled()
    today = audit.current().at.date()
    named = None if alone else [row.id for row in rows]
    judgements = binding.judgements_of(rules.domain, named, today=today)
    withdraw_over(judgements.over)
    in_play = {golden for row in rows for golden in (row.golden_id, row.home_id) if golden is not None}
    before = write.goldens_before(in_play, lock=True)
    links = links_among(rules, rows, edges)
    found = gated(rules, rows, links, judgements, hold_life.present(rules, rows, before))
    grouping = found.grouping
    elsewhere = _live_elsewhere(in_play, rows)
    identities = identify(
        rows,
        grouping,
        judgements,
        units=units_of(rules, rows, links, found.judgements, grouping),
        live_elsewhere=elsewhere,
        confirmed={golden.id for golden in before.values() if golden.confirmed},
    )
    progress("surviving")
    merged = source_links.survivors(judgements.merged)
    fresh = write.new_golden_ids(identities.issued)
    places, members_of, codes = placed(rules, rows, grouping, identities, before, merged, fresh)
    standing.carry(rows, places, members_of)
    values = settled_values(rules, members_of, codes, today)
    values += _emptied(before, {*members_of, *elsewhere}, rows, places, merged)
    progress("writing")
    met = relating.told_before([row.id for row in rows], {*before, *members_of}, alone=alone)
    now = write.moment()
    written = write.write_goldens(values, before, now, domain=rules.domain, rule_set_id=rules.rule_set_id)
    hidden = _hidden_values(identities, places, rules.domain)
    write.write_goldens(hidden, before, now, domain=rules.domain, rule_set_id=rules.rule_set_id)
    # Whoever asks for a golden record at the moment of a cross-reference finds it as it was written.
    moved = write.write_places(rows, places, asked, None if written or hidden else now)
    holds = hold_life.write(rules, found, rows, before)
    questions.ask(rules, rows, grouping.refused, judgements, holds, joined=edges is None or bool(edges))
    golden_of = {record_id: place.golden for record_id, place in places.items()}
    events = events_of(rules.domain, [row for row in rows if row.id in places], golden_of, written, before)
    related = relating.tell(met)
    outbox.append([*events, *related])
    told = sorted({value.id for value in written} | {golden_of[record_id] for record_id in moved})
    lanes.mark_due(told)
    return Settled(tuple(events), tuple(written), tuple(told), tuple(related))


def links_among(rules: ActiveRules, rows: Sequence[Row], edges: Sequence[ScoredPair] | None = None) -> Links:
    """Return the stored edges at or above the link weight among the rows."""
    place = {row.id: position for position, row in enumerate(rows)}
    least = rules.model.link_weight
    if edges is None:
        with connection.cursor() as cursor:
            cursor.execute(LINKS, {"ids": array(place), "least": least})
            found = cursor.fetchall()
    else:
        strong = [edge for edge in edges if edge.weight >= least]
        found = [(one.left, one.right, one.weight) for one in strong if {one.left, one.right} <= place.keys()]
    return Links(
        left=np.array([place[left] for left, _, _ in found], dtype=np.int32),
        right=np.array([place[right] for _, right, _ in found], dtype=np.int32),
        weight=np.array([weight for _, _, weight in found], dtype=np.int64),
    )


def _live_elsewhere(golden_ids: Collection[int], rows: Sequence[Row]) -> set[int]:
    """Return which of these ids stand for clusters of records outside of the rows."""
    return _of_others("m.golden_id", "r.status = 'active'", golden_ids, rows)


def _homes_elsewhere(golden_ids: Collection[int], rows: Sequence[Row]) -> set[int]:
    """Return in which of these ids records outside of the rows are at home that have a say or were merged."""
    said = "(r.status = 'active' OR (r.merged_into <> '' AND m.golden_id <> m.home_id))"
    return _of_others("m.home_id", said, golden_ids, rows)


def _of_others(column: str, which: str, golden_ids: Collection[int], rows: Sequence[Row]) -> set[int]:
    if not golden_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {column} FROM mdm_membership m JOIN mdm_sourcerecord r ON r.id = m.record_id"
            f" WHERE {column} = ANY(%s::bigint[]) AND {which} AND NOT m.record_id = ANY(%s::bigint[])",
            [array(golden_ids), array([row.id for row in rows])],
        )
        return {golden for (golden,) in cursor.fetchall()}


def placed(
    rules: ActiveRules,
    rows: Sequence[Row],
    grouping: Grouping,
    identities: Identities,
    before: Mapping[int, GoldenBefore],
    merged: Mapping[int, int],
    numbers: Iterable[int],
) -> tuple[dict[int, Place], dict[int, list[Row]], dict[int, str]]:
    """Return the place of each record, the active members of each golden record, and the codes.

    numbers: for new golden records, taken in the order of clusters; behind them for those that nobody carries
    yet. Needs no database.
    """
    letter = domains.get(rules.domain).letter
    new = [one.golden for one in identities.clusters if isinstance(one.golden, New)]
    issued = dict(zip([*new, *identities.hidden], numbers, strict=True))
    by_id = {row.id: row for row in rows}
    places: dict[int, Place] = {}
    members_of: dict[int, list[Row]] = {}
    codes = {golden.id: golden.code for golden in before.values()}
    for cluster in identities.clusters:
        golden = issued[cluster.golden] if isinstance(cluster.golden, New) else cluster.golden
        codes.setdefault(golden, encode(letter, golden))
        members_of[golden] = [by_id[record_id] for record_id in cluster.members]
        for record_id in cluster.members:
            home = identities.homes[record_id]
            at_home = issued[home] if isinstance(home, New) else home
            places[record_id] = Place(grouping.component_of[record_id], golden, at_home)
    for row in rows:
        if not row.active and row.golden_id is not None and row.home_id is not None:
            golden = _follow(row, rows, places, members_of, merged)
            places[row.id] = Place(row.id, golden, row.home_id)
    return places, members_of, codes


def _hidden_values(identities: Identities, places: Mapping[int, Place], domain: str) -> list[GoldenValue]:
    """Return the state of new ids that no cluster carries yet."""
    letter = domains.get(domain).letter
    found = []
    for founders in identities.hidden.values():
        golden = places[founders[0]].home
        found.append(write.hidden_value(golden, encode(letter, golden), founders))
    return found


def _follow(
    row: Row,
    rows: Sequence[Row],
    places: Mapping[int, Place],
    members_of: Mapping[int, Sequence[Row]],
    merged: Mapping[int, int],
) -> int:
    """Return where a retired record stands: with the record it was merged into, else with its golden record,
    or with whom that one's records went.
    """
    assert row.golden_id is not None
    survivor = merged.get(row.id, 0)
    if survivor in places:
        return places[survivor].golden
    if row.golden_id in members_of:
        return row.golden_id
    heirs = [one for one in rows if one.active and one.golden_id == row.golden_id]
    return places[heirs[0].id].golden if heirs else row.golden_id


def _emptied(
    before: Mapping[int, GoldenBefore],
    live: Collection[int],
    rows: Sequence[Row],
    places: Mapping[int, Place],
    merged: Collection[int],
) -> list[GoldenValue]:
    """Return the state of golden ids in play that no cluster carries.

    They redirect while an active record is at home in them, else they are tombstones.
    """
    silent = [golden for golden in before.values() if golden.id not in live]
    here = {places[row.id].home for row in rows if row.active}
    # The id of a record that its source has merged into another one leads to that one.
    here |= {
        place.home
        for row in rows
        if row.id in merged and not row.active and (place := places.get(row.id)) and place.golden in live
    }
    homes = here | _homes_elsewhere([golden.id for golden in silent], rows)
    return [
        GoldenValue(
            id=golden.id,
            code=golden.code,
            status="merged" if golden.id in homes else "tombstone",
            kind=golden.kind,
            title=golden.title,
            attributes=golden.attributes,
            provenance=golden.provenance,
            member_count=0,
        )
        for golden in silent
    ]
