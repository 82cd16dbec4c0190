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


AtHome = dict[Any, dict[int, list[Any]]]
"""Id -> number of a cluster -> its records that are at home in the id."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """When an id is given away: kept by a judgement > a unit's > confirmed > oldest; new ones last."""

    confirmed: Collection[Any]
    born: Mapping[Any, Any] | None
    kept: Collection[Any] = ()
    of_units: Collection[Any] = ()

    def __call__(self, home: Any) -> tuple[Any, ...]:
        if isinstance(home, New):
            return (True, False, True, True, home.group)
        age = home if self.born is None else self.born[home]
        return (
            home not in self.kept,
            home not in self.of_units,
            home not in self.confirmed,
            False,
            age,
            home,
        )


def assign(
    groups: Sequence[Sequence[Record]],
    homes: Mapping[Record, Id | None],
    seniority: Mapping[Record, Any],
    *,
    weight_between: Callable[[Record, Record], int],
    units: Sequence[Sequence[Record]] | None = None,
    born: Mapping[Id, Any] | None = None,
    live_elsewhere: Collection[Id] = (),
    kept_by_judgement: Collection[Id] = (),
    confirmed: Collection[Id] = (),
) -> Assignment[Record, Id]:
    """Give each touched cluster its id.

    groups             the active records of each touched cluster; a retired record has no voice and stands in
                       none.
    homes              the home of each record, None or absent for one that was never clustered.
    seniority          a total order of records, the lowest is the most senior.
    weight_between     asked only for a new record and the members with a home: which of them it matches best.
    units              the clusters that these records make up where no person has merged any; None: the
                       groups.
    born               the age of ids, the lowest is the oldest; None: the ids themselves ascend with age.
    live_elsewhere     ids that clusters carry which are not touched.
    First every unit gets an id: in the order confirmed, oldest, smallest each home goes to the unit without
    an id that has most records at home in it (ties: the most senior of them). A unit left without gets a new
    one, which becomes the home of its records. Then every group gets an id by the same rule, as if its
    records were at home in what their units have; one that a judgement keeps goes first. So what units have
    does not depend on who was merged meanwhile, and an undo finds it as if nobody had been. For that, all
    records that are at home in one id must be touched together.
    """
    own = groups if units is None else units
    changed: dict[Record, Id | New] = {}
    elsewhere = set(live_elsewhere)
    at_home = _at_home(own, homes, seniority, weight_between, changed)
    for home in elsewhere & at_home.keys():
        del at_home[home]
    carried = _given(at_home, len(own), seniority, _Turn(confirmed=set(confirmed), born=born))
    number_of = {record: number for number, group in enumerate(groups) for record in group}
    changed.update(_new_ids(groups, own, carried, number_of))
    kept = set(kept_by_judgement)
    ids = carried
    if units is not None or not kept.isdisjoint(at_home):
        turn = _Turn(set(confirmed), born, kept, set(carried))
        by_group = _by_group(own, carried, at_home, number_of)
        ids = _given(by_group, len(groups), seniority, turn)
        for number, group in enumerate(groups):
            if ids[number] is None:
                ids[number] = New(number)
                changed.update(dict.fromkeys(group, New(number)))
            elif isinstance(ids[number], New):
                # Beside the unit that it is new for stand only pieces whose id is carried elsewhere.
                pieces = [one for one in group if not isinstance(changed.get(one), New)]
                changed.update(dict.fromkeys(pieces, ids[number]))
    taken = set(ids)
    retired = {
        home: number_of[min((one for rows in found.values() for one in rows), key=seniority.__getitem__)]
        for home, found in at_home.items()
        if home not in taken
    }
    return Assignment(ids=tuple(found for found in ids if found is not None), homes=changed, retired=retired)


def _new_ids(
    groups: Sequence[Sequence[Any]],
    units: Sequence[Sequence[Any]],
    carried: list[Any],
    number_of: Mapping[Any, int],
) -> dict[Any, New]:
    """Give the units without an id a new one, in `carried`; return it as the home of their records."""
    homes: dict[Any, New] = {}
    hidden = len(groups)
    for place, unit in enumerate(units):
        if carried[place] is None:
            # Where others stand with it nobody carries the new id, until it stands alone.
            here = {number_of[record] for record in unit}
            alone = len(here) == 1 and len(groups[min(here)]) == len(unit)
            carried[place] = New(min(here) if alone else hidden)
            hidden += not alone
            homes.update(dict.fromkeys(unit, carried[place]))
    return homes


def _at_home(
    clusters: Sequence[Sequence[Record]],
    homes: Mapping[Record, Id | None],
    seniority: Mapping[Record, Any],
    weight_between: Callable[[Record, Record], int],
    changed: dict[Record, Id | New],
) -> AtHome:
    """Return who is at home where; a record that joins finds its home in `changed`."""
    at_home: AtHome = {}
    for number, cluster in enumerate(clusters):
        settled = [record for record in cluster if homes.get(record) is not None]
        for record in cluster:
            home = homes.get(record)
            if home is None:
                if not settled:
                    continue
                home = homes[_best_match(record, settled, seniority, weight_between)]
                assert home is not None
                changed[record] = home
            at_home.setdefault(home, {}).setdefault(number, []).append(record)
    return at_home


def _given(
    at_home: AtHome, count: int, seniority: Mapping[Any, Any], turn: Callable[[Any], tuple[Any, ...]]
) -> list[Any]:
    """Return the id of each of so many clusters, None where none is left for it."""
    ids: list[Any] = [None] * count
    for home in sorted(at_home, key=turn):
        clusters = at_home[home]
        free = [number for number in clusters if ids[number] is None]
        if free:
            eldest = {number: min(seniority[record] for record in clusters[number]) for number in free}
            ids[min(free, key=lambda number: (-len(clusters[number]), eldest[number]))] = home
    return ids


def _by_group(
    units: Sequence[Sequence[Any]], carried: Sequence[Any], at_home: AtHome, number_of: Mapping[Any, int]
) -> AtHome:
    """Return which records of each group are at home in what their units have, or in what no unit has.

    Of a unit that is torn, only the pieces with a record that is at home there itself may carry what it has.
    """
    found: AtHome = {}
    for place, (unit, has) in enumerate(zip(units, carried, strict=True)):
        here = unit if isinstance(has, New) else at_home[has][place]
        may_carry = {number_of[record] for record in here}
        for record in unit:
            if number_of[record] in may_carry:
                found.setdefault(has, {}).setdefault(number_of[record], []).append(record)
    for home in at_home.keys() - set(carried):
        for records in at_home[home].values():
            for record in records:
                found.setdefault(home, {}).setdefault(number_of[record], []).append(record)
    return found


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
