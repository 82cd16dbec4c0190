"""What may stand in one cluster: judgements, static gates and holds over the groups of one component.

Ranks, highest first: judgements (must-link, cannot-link), static gates (isolation, two kinds, conflicting
exclusive identifiers, one record per source, size, bridge), holds. A gate looks only at the two groups that
would merge. Kinds and identifiers are compared as the groups' sets (both known and nothing in common), so
that two records which a person linked against a gate do not repel the next record that agrees with one of
them. Groups keep their records as bit masks over the component's records.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from matching.record_names import RecordName

CANNOT_LINK = "cannot_link"
ISOLATED = "isolated"
KIND = "kind"
EXCLUSIVE = "exclusive"
ONE_PER_SOURCE = "one_per_source"
SIZE = "size"
BRIDGE = "bridge"
HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the static gates know of each record; an empty sequence says nothing of any.

    kind       one small integer a record, 0 = unknown.
    exclusive  per exclusive identifier one collection of codes a record, empty = not known.
    isolated   whether the record never joins another without a person's must-link.
    schemes    the names of the exclusive identifiers, as refused merges quote them.
    """

    kind: Sequence[int] = ()
    exclusive: Sequence[Sequence[Collection[Hashable]]] = ()
    isolated: Sequence[bool] = ()
    schemes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """Until it is decided, no group has records of both `left` and `right`; without `right`, `left` stays
    together."""

    name: str
    left: tuple[int, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The gates that a matching spec switches: size, bridge, one record per source."""

    max_size: int
    bridge: bool = True
    one_per_source: bool = False


def tie_hash(name: RecordName) -> bytes:
    """Eight bytes that order records where everything else is equal: blake2b of the name, the same on every
    machine."""
    return blake2b("\0".join(name).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def mask_of(records: Iterable[int]) -> int:
    """The records as one bit mask."""
    mask = 0
    for record in records:
        mask |= 1 << record
    return mask


def records_of(mask: int) -> list[int]:
    """The records of a bit mask, lowest first."""
    records = []
    while mask:
        lowest = mask & -mask
        records.append(lowest.bit_length() - 1)
        mask ^= lowest
    return records


@dataclass(slots=True)
class Groups:
    """The groups that stand at one moment, each named by its lowest record, and whether two of them may
    merge.

    strong[record] is the mask of the records it meets at or above the link weight; sources[record] one bit a
    source; multiplicity[record] how many equal records it stands for (empty: one each).
    """

    strong: Sequence[int]
    facts: Facts
    limits: Limits
    sources: list[int] = field(default_factory=list)
    cannot: list[int] = field(default_factory=list)
    holds: list[tuple[str, int, int]] = field(default_factory=list)
    multiplicity: Sequence[int] = ()
    of: list[int] = field(init=False)
    members: list[int] = field(init=False)
    kinds: list[int] = field(init=False)
    codes: list[list[set[Hashable]]] = field(init=False)
    isolated: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.strong)
        self.of = list(range(n))
        self.members = [1 << record for record in range(n)]
        self.kinds = [1 << int(kind) if kind > 0 else 0 for kind in self.facts.kind]
        self.codes = [[set(codes) for codes in scheme] for scheme in self.facts.exclusive]
        self.isolated = [bool(flag) for flag in self.facts.isolated] if any(self.facts.isolated) else []

    def forbidden(self, left: int, right: int) -> bool:
        """Whether a cannot-link stands between two groups."""
        return bool(self.cannot) and bool(self.cannot[left] & self.members[right])

    def refusal(self, left: int, right: int, *, bridge: bool = True) -> str | None:
        """The name of the first gate that keeps two groups apart, or None where they may merge.

        Without `bridge` the merge does not rest on weights, so a lack of strong cross pairs says nothing.
        """
        if self.forbidden(left, right):
            return CANNOT_LINK
        if self.isolated and (self.isolated[left] or self.isolated[right]):
            return ISOLATED
        if (conflict := self._conflict(left, right)) is not None:
            return conflict
        if self.limits.one_per_source and self.sources[left] & self.sources[right]:
            return ONE_PER_SOURCE
        mine, other = self.members[left], self.members[right]
        if self._count(mine) + self._count(other) > self.limits.max_size:
            return SIZE
        if bridge and self.limits.bridge and self._is_bridge(mine, other):
            return BRIDGE
        for name, one, two in self.holds:
            if (mine & one and other & two) or (mine & two and other & one):
                return f"{HOLD}:{name}"
        return None

    def _conflict(self, left: int, right: int) -> str | None:
        """Two kinds, or an exclusive identifier that both groups have and share no code of."""
        if self.kinds:
            mine, other = self.kinds[left], self.kinds[right]
            if mine and other and not mine & other:
                return KIND
        for number, codes in enumerate(self.codes):
            if codes[left] and codes[right] and codes[left].isdisjoint(codes[right]):
                return f"{EXCLUSIVE}:{self.facts.schemes[number]}" if self.facts.schemes else EXCLUSIVE
        return None

    def are_plainly_one(self) -> bool:
        """Whether every pair is strong and no gate can refuse any merge, so that all records are one
        group."""
        n = len(self.strong)
        whole = (1 << n) - 1
        if self.cannot or self.isolated or self._count(whole) > self.limits.max_size:
            return False
        if any(mask | 1 << record != whole for record, mask in enumerate(self.strong)):
            return False
        if self.kinds and len({kind for kind in self.kinds if kind}) > 1:
            return False
        if any(len({frozenset(codes) for codes in scheme if codes}) > 1 for scheme in self.codes):
            return False
        return not self.limits.one_per_source or len(set(self.sources)) == n

    def _is_bridge(self, mine: int, other: int) -> bool:
        if mine.bit_count() > other.bit_count():
            mine, other = other, mine
        if self._count(mine) == 1 or self._count(other) == 1:
            return False
        seen = 0
        for record in records_of(mine):
            seen += self._count(self.strong[record] & other) * self._count(1 << record)
            if seen > 1:
                return False
        return True

    def _count(self, mask: int) -> int:
        """How many records a mask of nodes stands for."""
        if not self.multiplicity:
            return mask.bit_count()
        return sum(self.multiplicity[node] for node in records_of(mask))

    def join(self, left: int, right: int) -> int:
        """Make one group of two; returns its name."""
        if right < left:
            left, right = right, left
        for record in records_of(self.members[right]):
            self.of[record] = left
        self.members[left] |= self.members[right]
        if self.kinds:
            self.kinds[left] |= self.kinds[right]
        for codes in self.codes:
            codes[left] |= codes[right]
        if self.isolated:
            self.isolated[left] = self.isolated[left] or self.isolated[right]
        if self.sources:
            self.sources[left] |= self.sources[right]
        if self.cannot:
            self.cannot[left] |= self.cannot[right]
        return left

    def drop_pointless_holds(self) -> None:
        """Forget the holds whose two sides a judgement has already put into one group."""
        groups = [self.members[group] for group in set(self.of)]
        self.holds = [
            (name, one, two)
            for name, one, two in self.holds
            if not any(members & one and members & two for members in groups)
        ]
