"""The whole tree that a golden record stands in: the ultimate parent, all below it, and what adds up.

Read level by level, a few statements each; it ends on any graph, for no record is visited twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from mdm import relationships
from mdm.compliance.policy import Principal
from mdm.models import GoldenRecord, Membership
from mdm.relationships.edges import Edge, EdgeKey
from mdm.relationships.graph import Climb, chosen, climb
from mdm.relationships.reading import edges_seen, goldens_by_id, title_seen

DEEPEST = 50
MOST_NODES = 2_000


@dataclass(slots=True)
class Node:
    """One record of a tree and all below it.

    records, contacts   of its own; the totals count all below it, itself included.
    more    records below it that lie deeper than was asked for.
    """

    id: str
    title: str
    kind: str
    depth: int
    records: int
    contacts: int
    children: list[Node] = field(default_factory=list)
    more: int = 0
    total: int = 1
    total_records: int = 0
    total_contacts: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree as it holds on a day.

    way     golden ids from the record that was asked for up to the ultimate parent.
    cycle   golden ids that lead to each other, where the way up never ends: their oldest stands as the top.
    rivals  golden ids of further parents on the way, which were passed over, with whose child they are.
    cut     whether records were left out, because they lie too deep or are too many.
    """

    type: str
    on: date
    root: Node
    way: tuple[str, ...]
    cycle: tuple[str, ...] = ()
    rivals: tuple[tuple[str, str], ...] = ()
    cut: bool = False

    @property
    def ultimate(self) -> str:
        """The golden id at the top."""
        return self.root.id


def tree_of(
    golden: GoldenRecord,
    principal: Principal,
    *,
    type_: str = "parent_account",
    on: date,
    depth: int = 10,
    most: int = MOST_NODES,
) -> Tree:
    """Return the whole tree of a golden record; each stands in it once, under its weightiest parent.

    Raises LookupError for an unknown type, ValueError for one that makes no trees, or a depth out of range.
    """
    declared = relationships.get(type_)
    if not declared.acyclic or declared.from_domain != declared.to_domain:
        trees = [one.code for one in relationships.registered().values() if one.acyclic]
        raise ValueError(f"{type_} makes no trees; {', '.join(trees)} do.")
    if not 0 <= depth <= DEEPEST:
        raise ValueError(f"The depth is a number from 0 to {DEEPEST}.")
    looked = _Looked(type_, on, principal)
    up = climb(golden.pk, looked.above)
    levels, cut, deeper = _below(up, looked, depth, most)
    everyone = {one for level in levels for one in level} | {*up.way}
    known = goldens_by_id(everyone.union(*looked.passed_over))
    root = _built(levels, looked, known, principal, deeper)
    return Tree(
        type=type_,
        on=on,
        root=root,
        way=tuple(known[one].code for one in up.way),
        cycle=tuple(known[one].code for one in up.cycle),
        rivals=tuple((known[child].code, known[above].code) for child, above in sorted(looked.passed_over)),
        cut=cut,
    )


class _Looked:
    """What was looked up so far of the relationships of one type on one day."""

    def __init__(self, type_: str, on: date, principal: Principal) -> None:
        self.type, self.on, self.principal = type_, on, principal
        self.edges: dict[EdgeKey, Edge] = {}
        self.asked: set[int] = set()
        self.parent_of: dict[int, int] = {}
        self.passed_over: set[tuple[int, int]] = set()
        """Child and a parent of it that is not its weightiest."""

    def at(self, golden_ids: Collection[int]) -> None:
        """Look up what these records stand in, once."""
        new = set(golden_ids) - self.asked
        if new:
            found = edges_seen(sorted(new), self.principal)
            self.edges |= {
                key: edge for key, edge in found.items() if key[0] == self.type and edge.holds_on(self.on)
            }
            self.asked |= new

    def above(self, golden_id: int) -> int | None:
        """Return the weightiest parent of a record, or None."""
        self.at([golden_id])
        mine = [edge for key, edge in self.edges.items() if key[1] == golden_id]
        best = chosen(mine)
        if best is None:
            return None
        self.passed_over |= {(golden_id, edge.key[2]) for edge in mine if edge is not best}
        return best.key[2]

    def below(self, golden_ids: Sequence[int]) -> dict[int, list[int]]:
        """Return parent → children that have no weightier parent."""
        self.at(golden_ids)
        level = set(golden_ids)
        children = {key[1] for key in self.edges if key[2] in level}
        self.at(children)
        found: dict[int, list[int]] = {}
        for child in sorted(children):
            parent = self.above(child)
            if parent in level:
                found.setdefault(parent, []).append(child)
        return found


def _below(up: Climb, looked: _Looked, depth: int, most: int) -> tuple[list[list[int]], bool, dict[int, int]]:
    """Return the records of each level, whether any were left out, and how many children each deepest has."""
    levels, seen, cut = [[up.top]], {up.top}, False
    while levels[-1]:
        children = looked.below(levels[-1])
        fresh = [child for of_one in children.values() for child in of_one if child not in seen]
        if len(levels) > depth or len(seen) + len(fresh) > most:
            deeper = {parent: len(set(of_one) - seen) for parent, of_one in children.items()}
            return levels, bool(fresh), {parent: count for parent, count in deeper.items() if count}
        for parent, of_one in children.items():
            looked.parent_of |= {child: parent for child in of_one if child not in seen}
        seen |= set(fresh)
        levels.append(fresh)
    return levels, cut, {}


def _built(
    levels: Sequence[Sequence[int]],
    looked: _Looked,
    known: dict[int, GoldenRecord],
    principal: Principal,
    deeper: dict[int, int],
) -> Node:
    everyone = [one for level in levels for one in level]
    records = _records(everyone)
    contacts = _contacts(everyone, looked)
    nodes = {
        one: Node(
            id=known[one].code,
            title=title_seen(known[one], principal),
            kind=known[one].kind,
            depth=depth,
            records=records.get(one, 0),
            contacts=contacts.get(one, 0),
            more=deeper.get(one, 0),
        )
        for depth, level in enumerate(levels)
        for one in level
    }
    for one in reversed(everyone):
        node = nodes[one]
        node.children.sort(key=lambda child: (child.title, child.id))
        node.total = 1 + node.more + sum(child.total for child in node.children)
        node.total_records = node.records + sum(child.total_records for child in node.children)
        node.total_contacts = node.contacts + sum(child.total_contacts for child in node.children)
        if one in looked.parent_of:
            nodes[looked.parent_of[one]].children.append(node)
    return nodes[levels[0][0]]


def _records(golden_ids: Collection[int]) -> dict[int, int]:
    rows = Membership.objects.filter(golden__in=golden_ids, record__status="active")
    return dict(rows.values_list("golden_id").annotate(Count("record_id")))


def _contacts(golden_ids: Collection[int], looked: _Looked) -> dict[int, int]:
    """Return how many contacts each of these has on that day."""
    found: dict[int, int] = {}
    for key, edge in edges_seen(golden_ids, looked.principal).items():
        if key[0] == "contact_of" and edge.holds_on(looked.on):
            found[key[2]] = found.get(key[2], 0) + 1
    return found
