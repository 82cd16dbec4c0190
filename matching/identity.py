"""Golden ids come from homes: which cluster carries which id after records were clustered again. Pure.

Every source record has a home, the golden id it was born into. A record that starts a cluster is born into a
new id, one that joins takes the home of the member it matches best; merges never change homes. So when a
merge is undone the records find their way back to the id they would have had without it. (Giving each id to
the cluster it overlaps most does not do that.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Record = TypeVar("Record", bound=Hashable)
Id = TypeVar("Id", int, str)


@dataclass(frozen=True, slots=True)
class New:
    """An id still to be issued, for the group of this number."""

    group: int


@dataclass(frozen=True, slots=True)
class Assignment(Generic[Record, Id]):
    """ids[g]: the id of group g. homes: the home of every record afterwards, only of those where it changed.

    retired: ids in play that no cluster carries, also those retired before -> the number of the touched group
    that holds its most senior home record here. It is what this step tells; `redirect` over all its home
    records is what a reader follows.
    """

    ids: tuple[Id | New, ...]
    homes: Mapping[Record, Id | New]
    retired: Mapping[Id, int]


def assign(
    groups: Sequence[Sequence[Record]],
    homes: Mapping[Record, Id | None],
    seniority: Mapping[Record, Any],
    *,
    weight_between: Callable[[Record, Record], int],
    born: Mapping[Id, Any] | None = None,
    live_elsewhere: Collection[Id] = (),
    kept_by_judgement: Collection[Id] = (),
    confirmed: Collection[Id] = (),
    carried: Collection[Id] = (),
) -> Assignment[Record, Id]:
    """Give each touched cluster its id.

    groups             the active records of each touched cluster; a retired record has no voice and stands in
                       none.
    homes              the home of each record, None or absent for one that was never clustered.
    seniority          a total order of records, the lowest is the most senior.
    weight_between     asked only for a new record and the members with a home: which of them it matches best.
    born               the age of ids, the lowest is the oldest; None: the ids themselves ascend with age.
    live_elsewhere     ids that clusters carry which are not touched.
    carried            ids that go before all others: where only what was damaged is put right, nobody else's
                       id shall come back to life.
    The homes of the records, less the ids live elsewhere, are in play. In the order kept by a judgement,
    confirmed, oldest, smallest each goes to the cluster without an id that has most records at home in it
    (ties: the most senior of them). A cluster left without gets a new id, which becomes the home of its
    records.
    """
    changed: dict[Record, Id | New] = {}
    at_home: dict[Id, dict[int, list[Record]]] = {}
    for number, group in enumerate(groups):
        settled = [record for record in group if homes.get(record) is not None]
        for record in group:
            home = homes.get(record)
            if home is None:
                if not settled:
                    continue
                home = homes[_best_match(record, settled, seniority, weight_between)]
                assert home is not None
                changed[record] = home
            at_home.setdefault(home, {}).setdefault(number, []).append(record)
    turns = [set(carried), set(kept_by_judgement), set(confirmed)]
    elsewhere = set(live_elsewhere)
    in_play = [home for home in at_home if home not in elsewhere]
    in_play.sort(key=lambda home: _turn(home, turns, born))
    ids: list[Id | New | None] = [None] * len(groups)
    retired: dict[Id, int] = {}
    for home in in_play:
        clusters = at_home[home]
        eldest = {number: min(seniority[record] for record in clusters[number]) for number in clusters}
        free = [number for number in clusters if ids[number] is None]
        if free:
            ids[min(free, key=lambda number: (-len(clusters[number]), eldest[number]))] = home
        else:
            retired[home] = min(clusters, key=eldest.__getitem__)
    for number, group in enumerate(groups):
        if ids[number] is None:
            ids[number] = New(number)
            changed.update(dict.fromkeys(group, New(number)))
    return Assignment(ids=tuple(found for found in ids if found is not None), homes=changed, retired=retired)


def _turn(home: Any, turns: Sequence[Collection[Any]], born: Mapping[Any, Any] | None) -> tuple[Any, ...]:
    """Return when an id is given away: those of the first collection first, then by age."""
    return (*(home not in ids for ids in turns), home if born is None else born[home], home)


def _best_match(
    record: Record,
    settled: Sequence[Record],
    seniority: Mapping[Record, Any],
    weight_between: Callable[[Record, Record], int],
) -> Record:
    if len(settled) == 1:
        return settled[0]
    return min(settled, key=lambda other: (-weight_between(record, other), seniority[other]))


def redirect(gone: Id, at_home: Iterable[tuple[Any, Id | None]]) -> Id | None:
    """Where an id leads: itself while a record carries it, else the id of its most senior home record; one
    hop.

    at_home has (seniority, id carried now, None for a record without a voice) of every record whose home
    `gone` is. None: nothing stands behind the id any more, it is a tombstone.
    """
    voices = [(order, carried) for order, carried in at_home if carried is not None]
    if any(carried == gone for _, carried in voices):
        return gone
    return min(voices, key=lambda voice: voice[0])[1] if voices else None
