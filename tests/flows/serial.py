"""What a serial run refuses: each decision judged by plain rules on the hub that those before it had left.

Shares no code with the hub: it reads the journal's rows and says which of the refusals of
mdm.resolution.decisions is due, by the description of those functions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, pairwise, product
from typing import Any

from tests.flows.journal import Journal, State
from tests.linktable import Line, expected_clusters

Verdict = tuple[str, tuple[int, ...]]
"""A word for what became of a decision, with the records or judgements that a refusal names."""
MADE: Verdict = ("made", ())


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a race: what was asked, when it began, where it stands in the order, what became of it.

    about: golden numbers; for an undo the judgement. leaving: the records that a split takes out.
    """

    verb: str
    about: tuple[int, ...]
    leaving: tuple[int, ...]
    began: datetime
    at: datetime
    verdict: Verdict


def disagreements(journal: Journal, decided: Iterable[Decided]) -> list[str]:
    """Return a sentence for every decision that a serial run in this order would have answered otherwise.

    Accepting locks no component. So where one of the records changed while a decision was made, the hub
    before and after that change is as good a place of it in the order.
    """
    found = []
    for one in sorted(decided, key=lambda one: one.at):
        state = journal.until(one.at)
        expected = {verdict_on(state, one)}
        for _, about, line in reversed(list(journal.between(one.began, one.at))):
            if about == "mdm_sourcerecord":
                otherwise = _without(journal, state, line, one.began)
                # Who is judged by then was there before.
                if not otherwise.named - otherwise.records.keys():
                    expected.add(verdict_on(otherwise, one))
        if one.verdict not in expected:
            found.append(f"{one.verb} of {one.about} at {one.at}: {one.verdict}, not {sorted(expected)}")
    return found


def _without(journal: Journal, state: State, line: Mapping[str, Any], moment: datetime) -> State:
    """Return the state in which one record still stands as it did at that earlier moment."""
    former = None
    for at, about, row in journal.lines[: journal.place]:
        if at >= moment:
            break
        if about == "mdm_sourcerecord" and row["id"] == line["id"]:
            former = row
    records = {number: row for number, row in state.records.items() if number != line["id"]}
    if former is not None:
        records[line["id"]] = former
    stands = {number: stand for number, stand in state.stands.items() if number in records}
    return replace(state, records=records, stands=stands)


def verdict_on(state: State, one: Decided) -> Verdict:
    """Return what becomes of a decision on this hub."""
    if one.verb == "undo":
        standing = state.judgements[one.about[0]]["withdrawn_at"] is None
        return MADE if standing else ("withdrawn already", ())
    goldens = list(dict.fromkeys(state.leads_to(golden) for golden in one.about))
    members = {golden: state.members(golden) for golden in goldens}
    active = {golden: [r for r in rows if state.active(r)] for golden, rows in members.items()}
    if one.verb == "split":
        staying = set(active[goldens[0]]) - set(one.leaving)
        strangers = tuple(sorted(set(one.leaving) - set(active[goldens[0]])))
        return ("strangers", strangers) if strangers else MADE if staying else ("nobody stays", ())
    if len(goldens) < 2:
        return ("one by now", ())
    if one.verb == "part":
        seniors = [_senior(state, golden, rows) for golden, rows in active.items()]
        if None in seniors:
            return ("silent", ())
        return _repeated(state, [row for row in seniors if row is not None])
    if against := [
        number for number, *_ in _parting(state, [one for rows in members.values() for one in rows])
    ]:
        return ("against", tuple(sorted(against)))
    seniors = [_senior(state, golden, rows) for golden, rows in active.items()]
    if None in seniors:
        return ("silent", ())
    return MADE if _come_together(state, [row for row in seniors if row is not None]) else ("apart", ())


def _senior(state: State, golden: int, rows: Sequence[int]) -> int | None:
    """Return the record that stands for a golden record."""
    at_home = [record for record in rows if state.stands[record].home == golden]
    return min(at_home or rows, default=None)


def _repeated(state: State, seniors: Sequence[int]) -> Verdict:
    """Return the verdict on holding these apart who may be held apart for good already."""
    said = {
        frozenset((min(left), min(right))): number
        for number, left, right in _parting(state, seniors)
        if right and not state.judgements[number]["until"] and not state.judgements[number]["watched"]
    }
    if all(frozenset(pair) in said for pair in combinations(seniors, 2)):
        return ("said already", tuple(sorted(set(said.values()))))
    return MADE


Parting = tuple[int, frozenset[int], frozenset[int]]


def _parting(state: State, inside: Sequence[int]) -> list[Parting]:
    """Return the judgements in force that hold some of these records apart, with those of either side."""
    here = set(inside)
    found = []
    for one in state.standing():
        if one["kind"] == "apart":
            left, right = frozenset(one["left_records"]), frozenset(one["right_records"])
        elif one["kind"] == "cannot_link":
            left, right = (frozenset(_ends(state, one[side])) for side in ("left_records", "right_records"))
        else:
            continue
        if left & here and right & here:
            found.append((one["id"], left & here, right & here))
    return found


def _ends(state: State, side: Sequence[int]) -> list[int]:
    """Return who stands for a side: the first active record that nobody took apart from the first one."""
    first = side[0]
    for record in side:
        if state.active(record) and (record == first or not _taken_apart(state, first, record)):
            return [record]
    return []


def _taken_apart(state: State, one: int, other: int) -> bool:
    for said in state.standing():
        left, right = said["left_records"], said["right_records"]
        if said["kind"] == "apart" and {one, other} in [{*pair} for pair in product(left, right)]:
            return True
        if said["kind"] == "cannot_link" and {one, other} == {left[0], right[0]}:
            return True
    return False


def _come_together(state: State, seniors: Sequence[int]) -> bool:
    """Whether links between these records bring them together, under what people decided before."""
    must: list[tuple[int, int]] = list(pairwise(seniors))
    cannot: list[tuple[int, int]] = []
    for one in state.standing():
        left, right = (_ends(state, one[f"{side}_records"]) for side in ("left", "right"))
        if one["kind"] == "must_link":
            must += product(left, right)
        elif one["kind"] == "cannot_link":
            cannot += product(left, right)
        elif one["kind"] == "apart":
            cannot += product(one["left_records"], one["right_records"])
    lines = [
        Line(*state.short(number), row["attributes"], not state.active(number), 0, ())
        for number, row in state.records.items()
    ]
    short = {number: "/".join(state.short(number)) for number in state.records}
    ties, bars = ([(short[a], short[b]) for a, b in pairs if a != b] for pairs in (must, cannot))
    wanted = {short[one] for one in seniors}
    return any(wanted <= cluster for cluster in expected_clusters(lines, ties, bars))
