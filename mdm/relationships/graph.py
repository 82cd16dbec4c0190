"""What follows from many relationships of one type: ways up, cycles, too many. Pure; ends on any graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mdm.relationships.edges import Edge

Onward = Callable[[int], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Climb:
    """The way up from one record: itself, what it points to, and so on; `cycle` where it never ends."""

    way: tuple[int, ...]
    cycle: tuple[int, ...] = ()

    @property
    def top(self) -> int:
        """Where the way ends; in a cycle its oldest record, so that all that leads there agrees."""
        return min(self.cycle) if self.cycle else self.way[-1]


def climb(start: int, above: Callable[[int], int | None]) -> Climb:
    """Return the way up from a record; each step goes to the one record above."""
    way = [start]
    while (following := above(way[-1])) is not None:
        if following in way:
            return Climb(tuple(way), tuple(way[way.index(following) :]))
        way.append(following)
    return Climb(tuple(way))


def path(start: int, goal: int, onward: Onward) -> list[int]:
    """Return a way from one record to another, both included; [] when there is none."""
    came_from: dict[int, int] = {start: start}
    waiting = [start]
    for one in waiting:
        if one == goal:
            found = [one]
            while found[-1] != start:
                found.append(came_from[found[-1]])
            return found[::-1]
        for following in sorted(onward(one)):
            if following not in came_from:
                came_from[following] = one
                waiting.append(following)
    return []


def cycles(onward: Mapping[int, Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the sets of records that lead to each other, each in order, the oldest first.

    Tarjan's strongly connected components (1972), without recursion.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[tuple[int, ...]] = []
    for root in sorted(onward):
        work = [(root, iter(sorted(onward.get(root, ()))))] if root not in number else []
        while work:
            one, following = work[-1]
            if one not in number:
                number[one] = low[one] = len(number)
                stack.append(one)
                on_stack.add(one)
            for other in following:
                if other not in number:
                    work.append((other, iter(sorted(onward.get(other, ())))))
                    break
                if other in on_stack:
                    low[one] = min(low[one], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[one])
                if low[one] == number[one]:
                    found += _closed(one, stack, on_stack)
    return sorted(found)


def _closed(one: int, stack: list[int], on_stack: set[int]) -> list[tuple[int, ...]]:
    """Take the component of a record off the stack; it is a cycle when it has two members."""
    start = stack.index(one)
    members = tuple(sorted(stack[start:]))
    del stack[start:]
    on_stack.difference_update(members)
    return [members] if len(members) > 1 else []


def chosen(edges: Iterable[Edge]) -> Edge | None:
    """Return the weightiest of several relationships of which one can be meant, whatever their order."""
    return min(edges, key=lambda edge: edge.rank, default=None)
