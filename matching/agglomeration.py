"""One run of greedy average linkage over the groups of a component: what merges, what is refused, and when to
look again.

Clusters are what the weights merged; groups are what links make of clusters. Without links they are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from matching.admissibility import CANNOT_LINK, Groups, records_of
from matching.linkage import Means

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A merge of two clusters that a gate refused; `gate` is set for links, which no later merge can bring
    back."""

    left: int
    right: int
    total: int
    count: int
    gate: str | None


@dataclass(slots=True)
class Agglomeration:
    """Changes `groups` and `means` until no pair at or above the link weight may merge."""

    groups: Groups
    means: Means
    refusals: list[_Refusal] = field(default_factory=list)
    linked: bool = False
    parked: dict[int, set[Pair]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def link(self, pairs: Iterable[Pair], *, gated: bool) -> None:
        """Join the groups of each pair in the order given; a cannot-link refuses it, and the gates when
        `gated`.

        A link is no weight, so the bridge gate does not look at it.
        """
        groups = self.groups
        for left, right in pairs:
            one, two = groups.of[left], groups.of[right]
            if one == two:
                continue
            if gated:
                gate = groups.refusal(one, two, bridge=False)
            else:
                gate = CANNOT_LINK if groups.forbidden(one, two) else None
            if gate is not None:
                self._refuse(left, right, gate)
            else:
                groups.join(one, two)
                self.linked = True

    def agglomerate(self) -> None:
        """Merge the best admissible pair until there is none."""
        groups, means = self.groups, self.means
        while (pair := means.best()) is not None:
            left, right = pair
            one, two = groups.of[left], groups.of[right]
            again: set[Pair] = set()
            if one != two:
                if groups.refusal(one, two) is not None:
                    self._refuse(left, right, None)
                    self._park(pair, one, two)
                    continue
                groups.join(one, two)
                again = self.parked.pop(one, set()) | self.parked.pop(two, set())
            means.merge(left, right)
            self.gone.add(right)
            for parked in again:
                if self.gone.isdisjoint(parked) and left not in parked:
                    means.release(*parked)

    def keep_together(self, masks: Sequence[int]) -> None:
        """Join the groups that share each mask as far as the gates let them."""
        groups = self.groups
        for mask in masks:
            names = sorted({groups.of[record] for record in records_of(mask)})
            together = names[0]
            for name in names[1:]:
                if groups.refusal(together, name, bridge=False) is None:
                    together = groups.join(together, name)

    def _park(self, pair: Pair, one: int, two: int) -> None:
        """A refused pair waits until one of its clusters merges or, where links stand, one of its groups
        grows."""
        self.means.park(*pair)
        if self.linked:
            self.parked.setdefault(one, set()).add(pair)
            self.parked.setdefault(two, set()).add(pair)

    def _refuse(self, left: int, right: int, gate: str | None) -> None:
        total, count = self.means.mean(left, right)
        self.refusals.append(_Refusal(left, right, total, count, gate))

    def refused(self) -> list[tuple[int, int, int, str]]:
        """(left group, right group, best mean refused, gate) for each two final groups, lowest names
        first."""
        best: dict[Pair, _Refusal] = {}
        for refusal in self.refusals:
            one, two = self.groups.of[refusal.left], self.groups.of[refusal.right]
            if one == two:
                continue
            pair = (one, two) if one < two else (two, one)
            known = best.get(pair)
            if known is None or _before(refusal, known):
                best[pair] = refusal
        found = []
        for (one, two), refusal in sorted(best.items()):
            # A gate that looks at growing groups may have opened since, with the mean by then below the link
            # weight.
            gate = refusal.gate or self.groups.refusal(one, two)
            if gate is not None:
                found.append((one, two, refusal.total // max(refusal.count, 1), gate))
        return found


def _before(refusal: _Refusal, known: _Refusal) -> bool:
    """A refused link is told before a refused mean, and of two means the higher one."""
    if (refusal.gate is None) != (known.gate is None):
        return refusal.gate is not None
    return refusal.total * max(known.count, 1) > known.total * max(refusal.count, 1)
