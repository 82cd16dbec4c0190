"""Turns what was written into events: one envelope for every set of golden records that exchanged members."""

from collections.abc import Mapping, Sequence

from mdm.publishing.events import CHANGED, CREATED, MERGED, RETIRED, SPLIT, Event, GoldenNews, RecordName
from mdm.resolution.scope import Row
from mdm.resolution.write import GoldenBefore, GoldenValue


def events_of(
    domain: str,
    rows: Sequence[Row],
    golden_of: Mapping[int, int],
    written: Sequence[GoldenValue],
    before: Mapping[int, GoldenBefore],
) -> list[Event]:
    """Return the events of one settlement, in the order of their smallest golden number.

    rows: all records of the touched components; golden_of: record id -> golden number now.
    """
    leader = _exchanging(rows, golden_of, {value.id for value in written})
    written_of = {value.id: value for value in written}
    sets: dict[int, list[int]] = {}
    for golden_id in sorted(leader):
        sets.setdefault(_find(leader, golden_id), []).append(golden_id)
    codes = {golden.id: golden.code for golden in before.values()} | {
        value.id: value.code for value in written
    }
    members_before: dict[int, list[RecordName]] = {}
    members_after: dict[int, list[RecordName]] = {}
    for row in rows:
        if row.golden_id is not None:
            members_before.setdefault(row.golden_id, []).append(row.name)
        members_after.setdefault(golden_of[row.id], []).append(row.name)
    events = []
    for golden_ids in sets.values():
        news = tuple(_news(written_of[one], before.get(one)) for one in golden_ids if one in written_of)
        if news:
            events.append(
                Event(
                    type=_type(golden_ids, written_of, before, members_before, members_after),
                    domain=domain,
                    goldens=news,
                    before={
                        codes[one]: tuple(members_before[one]) for one in golden_ids if one in members_before
                    },
                    after={
                        codes[one]: tuple(members_after[one]) for one in golden_ids if one in members_after
                    },
                )
            )
    return events


def _news(value: GoldenValue, before: GoldenBefore | None) -> GoldenNews:
    old = before.attributes if before else {}
    changed = tuple(
        sorted(name for name in {*old, *value.attributes} if old.get(name) != value.attributes.get(name))
    )
    return GoldenNews(value.code, before.version + 1 if before else 1, value.status, value.kind, changed)


def _type(
    golden_ids: Sequence[int],
    written: Mapping[int, GoldenValue],
    before: Mapping[int, GoldenBefore],
    members_before: Mapping[int, Sequence[RecordName]],
    members_after: Mapping[int, Sequence[RecordName]],
) -> str:
    """Name what happened to a set of golden records: the structural change, where there was one."""
    gone = [
        one
        for one in golden_ids
        if one in before and before[one].status == "live" and _status(one, written, before) != "live"
    ]
    come = [
        one
        for one in golden_ids
        if _status(one, written, before) == "live" and (one not in before or before[one].status != "live")
    ]
    if gone and any(_status(one, written, before) == "merged" for one in gone):
        return MERGED
    if gone:
        return RETIRED
    if come:
        return SPLIT if any(one in members_before for one in golden_ids) else CREATED
    if any(members_before.get(one) != members_after.get(one) for one in golden_ids) and len(golden_ids) > 1:
        return SPLIT
    return CHANGED


def _status(golden_id: int, written: Mapping[int, GoldenValue], before: Mapping[int, GoldenBefore]) -> str:
    return written[golden_id].status if golden_id in written else before[golden_id].status


def _exchanging(rows: Sequence[Row], golden_of: Mapping[int, int], written: set[int]) -> dict[int, int]:
    """Return a union-find forest over golden numbers: two are joined when a record went from one to the
    other.
    """
    parent = {golden_id: golden_id for golden_id in written}
    for row in rows:
        now = golden_of[row.id]
        if row.golden_id is not None and row.golden_id != now:
            for one in (row.golden_id, now):
                parent.setdefault(one, one)
            parent[_find(parent, row.golden_id)] = _find(parent, now)
    return parent


def _find(parent: dict[int, int], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one
