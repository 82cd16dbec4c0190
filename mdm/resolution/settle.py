"""Rows, edges, judgements and holds → groups with golden ids: the deterministic heart, online and in bulk.

Nothing here reads or writes the database. `rows` must be whole components: every record that an edge at the
link weight or a must-link reaches from one of them is among them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import HOLD, Facts, Hold
from matching.clustering import components, partition
from matching.engines.plain_groups import plainly_one
from matching.frame import Frame
from matching.gates import gate_facts, select
from matching.record_names import RecordNames
from matching.scoring import score
from mdm.resolution.binding import Judgements
from mdm.resolution.held_changes import HeldChange
from mdm.resolution.scope import Row, frame_of
from mdm.rulesets.active import ActiveRules

Weights = NDArray[np.int64]
Positions = NDArray[np.int32]


@dataclass(frozen=True)
class Links:
    """The edges among rows, by row position: left < right, weight in 1/1000 bit."""

    left: Positions
    right: Positions
    weight: Weights


@dataclass(frozen=True)
class Refusal:
    """Two groups of record ids that the weights would merge, and the gate or hold that kept them apart."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    gate: str
    mean: int
    hold: HeldChange | None = None


@dataclass(frozen=True)
class Grouping:
    """Which active records are one thing; the component of every record; what was refused; complete
    weights.
    """

    groups: tuple[tuple[int, ...], ...]
    component_of: Mapping[int, int]
    refused: tuple[Refusal, ...]
    blocks: Mapping[int, "Block"] = field(default_factory=dict)

    def weight(self, one: int, other: int) -> int:
        """Return the match weight of two records of one component."""
        return self.blocks[one].weight(one, other)


@dataclass(frozen=True)
class Block:
    """The complete pair weights of one component: condensed upper triangle over its records' places."""

    place: Mapping[int, int]
    weights: Weights

    def weight(self, one: int, other: int) -> int:
        """Return the weight of two of its records."""
        low, high = sorted((self.place[one], self.place[other]))
        return int(self.weights[low * len(self.place) - low * (low + 1) // 2 + high - low - 1])


def group(rules: ActiveRules, rows: Sequence[Row], links: Links, judgements: Judgements) -> Grouping:
    """Partition the active rows, component by component; ids in a group ascend."""
    members, component_of = _components(rules, rows, links, judgements)
    several = [positions for positions in members if len(positions) > 1]
    groups: list[tuple[int, ...]] = [(rows[positions[0]].id,) for positions in members if len(positions) == 1]
    if not several:
        return Grouping(tuple(sorted(groups)), component_of, ())
    # Only records that met another one are encoded: most records of a first load stand alone.
    looked_at = [position for positions in several for position in positions]
    frame = frame_of(rules, [rows[position] for position in looked_at])
    facts = gate_facts(frame, rules.spec)
    refused: list[Refusal] = []
    blocks: dict[int, Block] = {}
    start = 0
    complete = _complete_weights(rules, frame, several)
    plain = [False] * len(several) if judgements.bind else _plainly_one(rules, several, complete, facts)
    for positions, weights, is_one in zip(several, complete, plain, strict=True):
        block = Block({rows[position].id: index for index, position in enumerate(positions)}, weights)
        blocks |= dict.fromkeys(block.place, block)
        here = list(range(start, start + len(positions)))
        start += len(positions)
        if is_one:
            groups.append(tuple(sorted(block.place)))
            continue
        found, kept_apart = _partition(
            rules, [rows[position] for position in positions], block, select(facts, here), judgements
        )
        groups += found
        refused += kept_apart
    return Grouping(tuple(sorted(groups)), component_of, tuple(refused), blocks)


def _components(
    rules: ActiveRules, rows: Sequence[Row], links: Links, judgements: Judgements
) -> tuple[list[list[int]], dict[int, int]]:
    """Return the positions of the active rows of each component, and the component id of every record.

    A component is named by its lowest active record; a retired record is a component of its own.
    """
    place = {row.id: position for position, row in enumerate(rows)}
    strong = links.weight >= rules.model.link_weight
    tied = [
        (place[left], place[right]) for left, right in judgements.links if left in place and right in place
    ]
    tied = [(left, right) for left, right in tied if rows[left].active and rows[right].active]
    left = np.concatenate([links.left[strong], np.array([one for one, _ in tied], dtype=np.int32)])
    right = np.concatenate([links.right[strong], np.array([other for _, other in tied], dtype=np.int32)])
    members: dict[int, list[int]] = {}
    for position, label in enumerate(components(len(rows), left, right).tolist()):
        if rows[position].active:
            members.setdefault(label, []).append(position)
    component_of = {row.id: row.id for row in rows}
    for positions in members.values():
        for position in positions:
            component_of[rows[position].id] = rows[positions[0]].id
    return list(members.values()), component_of


def _plainly_one(
    rules: ActiveRules, several: Sequence[Sequence[int]], weights: Sequence[Weights], facts: Facts
) -> list[bool]:
    """Return which components are one group however they are merged, where nobody has judged anything."""
    sizes = np.array([len(positions) for positions in several], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    found = plainly_one(
        np.arange(sizes.sum()), starts, sizes, np.concatenate(weights), facts, rules.model.link_weight
    )
    return [bool(one) for one in found & (sizes <= rules.spec.clusters.most_records)]


def _partition(
    rules: ActiveRules, rows: Sequence[Row], block: Block, facts: Facts, judgements: Judgements
) -> tuple[list[tuple[int, ...]], list[Refusal]]:
    """Partition one component."""
    place = block.place
    inside = judgements.within(place.keys())
    held = _named(inside.holds, rows)
    result = partition(
        [row.name for row in rows],
        block.weights,
        facts,
        link_weight=rules.model.link_weight,
        max_size=rules.spec.clusters.most_records,
        bridge=rules.spec.clusters.bridge,
        must_links=[(place[one], place[other]) for one, other in inside.must],
        cannot_links=[(place[one], place[other]) for one, other in inside.cannot],
        apart=_apart(inside, place),
        rule_links=[(place[one], place[other]) for one, other in inside.by_rule],
        holds=[
            Hold(name, tuple(place[one] for one in hold.left), tuple(place[one] for one in hold.right))
            for name, hold in held.items()
        ],
    )

    def ids(members: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(rows[member].id for member in members))

    refused = []
    for one in result.refused:
        hold = held.get(one.gate.removeprefix(f"{HOLD}:"))
        gate = f"{HOLD}:{hold.gate}" if hold else one.gate
        refused.append(Refusal(ids(one.left), ids(one.right), gate, one.mean, hold))
    return [ids(members) for members in result.groups], refused


def _named(holds: Sequence[HeldChange], rows: Sequence[Row]) -> dict[str, HeldChange]:
    """Return the holds under names made of their records' names: never of an id of the database."""
    if not holds:
        return {}
    hashes = dict(
        zip((row.id for row in rows), RecordNames.of([row.name for row in rows]).hashes(), strict=True)
    )

    def side(records: Sequence[int]) -> str:
        return ",".join(f"{one:x}" for one in sorted(int(hashes[record]) for record in records))

    return {f"{hold.gate}:{side(hold.left)}|{side(hold.right)}": hold for hold in holds}


def _apart(inside: Judgements, place: Mapping[int, int]) -> list[tuple[list[int], list[int]]]:
    """Return the places that people hold apart; a record that stands alone is apart from all others."""
    lists = [([place[one] for one in left], [place[one] for one in right]) for left, right in inside.apart]
    everybody = list(place.values())
    return lists + [([place[one]], everybody) for one in inside.alone]


@lru_cache(maxsize=32)
def _upper(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of all pairs of so many."""
    return np.triu_indices(size, 1)


def _complete_weights(rules: ActiveRules, frame: Frame, several: Sequence[Sequence[int]]) -> list[Weights]:
    """Return the condensed weights of each component: every pair is scored, also those that shared no key.

    The frame holds the components' rows one component after the other.
    """
    left: list[NDArray[np.int32]] = []
    right: list[NDArray[np.int32]] = []
    start = 0
    for positions in several:
        one, other = _upper(len(positions))
        left.append((one + start).astype(np.int32))
        right.append((other + start).astype(np.int32))
        start += len(positions)
    weights = score(frame, rules.spec, rules.weighing, np.concatenate(left), np.concatenate(right))
    return np.split(weights, np.cumsum([len(one) for one in left])[:-1])


def units_of(
    rules: ActiveRules, rows: Sequence[Row], links: Links, judgements: Judgements, grouping: Grouping
) -> tuple[tuple[int, ...], ...] | None:
    """Return the groups that these rows would make up if no person had merged any; None: those that they do.

    Only components in which somebody did are partitioned again.
    """
    component_of = grouping.component_of
    tied = {component_of[one] for one, other in judgements.must if one in component_of}
    if not tied:
        return None
    places = [place for place, row in enumerate(rows) if component_of[row.id] in tied]
    found = group(
        rules,
        [rows[place] for place in places],
        among(links, places, len(rows)),
        judgements.without_merges(),
    )
    untied = [members for members in grouping.groups if component_of[members[0]] not in tied]
    return tuple(sorted([*untied, *found.groups]))


def among(links: Links, places: Sequence[int], size: int) -> Links:
    """Return the links between the rows of these places, by their position among them."""
    position = np.full(size, -1, dtype=np.int32)
    position[list(places)] = np.arange(len(places), dtype=np.int32)
    left, right = position[links.left], position[links.right]
    both = (left >= 0) & (right >= 0)
    return Links(left[both], right[both], links.weight[both])
