"""State gates: what the machine wants is compared with the golden records that stand, and held where it must.

A gate never changes a partition. It opens a hold, which is an input of lowest rank: partition, compare, add
holds, partition again, until nothing new is wanted. With every hold released the partition is the one without
gates. Pure: nothing here reads or writes the database.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from matching.spec import StateGates
from mdm.models import Hold
from mdm.resolution.binding import Judgements
from mdm.resolution.held_changes import HeldChange
from mdm.resolution.scope import Row
from mdm.resolution.settle import Grouping, Links, among, group
from mdm.rulesets.active import ActiveRules

Records = tuple[int, ...]
Goldens = Mapping[int, list[int]]
"""Golden number -> its records in one group."""


@dataclass(frozen=True)
class Present:
    """The live golden records that stand now, as far as the rows belong to them.

    golden_of  active record id -> number of its live golden record.
    confirmed  which of these people have confirmed.
    inside     tells of a golden record whether the rules may change it: it is in their canary.
    decided    tells which of these a person decides about at this moment: no gate asks that person again.
    allow      takes up to so many merges out of the day's budget; returns how many it gave.
    """

    golden_of: Mapping[int, int] = field(default_factory=dict)
    confirmed: frozenset[int] = frozenset()
    inside: Callable[[int], bool] = lambda golden: True
    decided: Callable[[], frozenset[int]] = frozenset
    allow: Callable[[int], int] = lambda asked: asked


@dataclass(frozen=True)
class Gated:
    """A partition that breaks no state gate: its inputs, holds to be opened, those with no say left, those
    of a smaller canary.
    """

    grouping: Grouping
    judgements: Judgements
    opened: tuple[HeldChange, ...] = ()
    over: tuple[HeldChange, ...] = ()
    taken_in: tuple[HeldChange, ...] = ()


def gated(
    rules: ActiveRules, rows: Sequence[Row], links: Links, judgements: Judgements, present: Present
) -> Gated:
    """Partition the rows under the open holds and those that the state gates add."""
    gates = rules.spec.state_gates
    taken_in = _taken_in(gates, judgements, present)
    if taken_in:
        judgements = replace(
            judgements, holds=tuple(hold for hold in judgements.holds if hold not in taken_in)
        )
    grouping = group(rules, rows, links, judgements)
    if gates == StateGates() and not judgements.holds:
        return Gated(grouping, judgements, taken_in=taken_in)
    run = _Run(rules, rows, links, judgements, present, grouping)
    while wanted := run.wanted():
        run.hold(wanted)
    silent = run.silent()
    run.drop(silent)
    over = tuple(run.prune(judgements.holds))
    opened = tuple(hold for hold in run.opened if hold not in silent)
    return Gated(run.grouping, run.judgements, opened, over, taken_in)


def _taken_in(gates: StateGates, judgements: Judgements, present: Present) -> tuple[HeldChange, ...]:
    """Return the holds of an earlier canary that keep back what these rules may change."""
    held = [hold for hold in judgements.holds if hold.gate == Hold.Gate.CANARY]
    if gates.canary is None:
        return tuple(held)
    goldens = {
        hold: {present.golden_of[one] for side in hold.sides for one in side if one in present.golden_of}
        for hold in held
    }
    return tuple(hold for hold in held if not goldens[hold] or present.inside(min(goldens[hold])))


@dataclass
class _Run:
    """One loop of partition and compare."""

    rules: ActiveRules
    rows: Sequence[Row]
    links: Links
    judgements: Judgements
    present: Present
    grouping: Grouping
    opened: list[HeldChange] = field(default_factory=list)
    charged: set[int] = field(default_factory=set)
    members: dict[int, list[int]] = field(init=False)
    tried: set[tuple[Records, Records]] = field(init=False)

    def __post_init__(self) -> None:
        self.tried = {hold.sides for hold in self.judgements.holds}
        self.members = {}
        for row in self.rows:
            if row.active and (golden := self.present.golden_of.get(row.id)) is not None:
                self.members.setdefault(golden, []).append(row.id)

    def wanted(self) -> list[HeldChange]:
        """Return the holds that this partition asks for; of the budget only where nothing else waits."""
        gates = self.rules.spec.state_gates
        mixed = list(self._mixed()) if self.members else []
        found: list[HeldChange] = []
        if gates.canary is not None:
            found += self._outside(mixed)
        if gates.confirmed_margin is not None:
            found += self._confirmed_merges(mixed, self.rules.model.link_weight + gates.confirmed_margin)
        if gates.confirmed_split and self.present.confirmed:
            found += self._confirmed_splits()
        found = [hold for hold in found if hold.sides not in self.tried]
        if not found and gates.merges_a_day is not None:
            found = [hold for hold in self._budget(mixed) if hold.sides not in self.tried]
        return found

    def _mixed(self) -> Iterator[Goldens]:
        """Yield golden number -> records for every group that has records of two golden records or more."""
        golden_of = self.present.golden_of
        for members in self.grouping.groups:
            if len(members) > 1:
                found: dict[int, list[int]] = {}
                for one in members:
                    if (golden := golden_of.get(one)) is not None:
                        found.setdefault(golden, []).append(one)
                if len(found) > 1:
                    yield dict(sorted(found.items()))

    def _outside(self, mixed: Sequence[Goldens]) -> Iterator[HeldChange]:
        """Yield a hold for every golden record outside of the canary that would merge or part."""
        for goldens in mixed:
            first, *others = goldens
            if not self.present.inside(first):
                for golden in others:
                    if not any(self._decided(golden, other) for other in goldens if other != golden):
                        yield from self._unless_released(self._beside(Hold.Gate.CANARY, goldens, golden))
        group_of = self._group_of()
        for golden, members in sorted(self.members.items()):
            parts: dict[int, list[int]] = {}
            for one in members:
                parts.setdefault(group_of[one], []).append(one)
            if len(parts) > 1 and not self.present.inside(golden) and not self._decided(golden):
                yield from self._unless_released(self._parting(Hold.Gate.CANARY, golden, parts))

    def _unless_released(self, hold: HeldChange) -> Iterator[HeldChange]:
        if not self._released(hold):
            yield hold

    def _confirmed_merges(self, mixed: Sequence[Goldens], at_least: int) -> Iterator[HeldChange]:
        for goldens in mixed:
            sure = [golden for golden in goldens if golden in self.present.confirmed]
            for one, other in combinations(sure, 2):
                mean = mean_between(self.grouping, goldens[one], goldens[other])
                hold = HeldChange(Hold.Gate.CONFIRMED_MERGE, self._of(one), self._of(other), weight=mean)
                if mean < at_least and not self._released(hold) and not self._decided(one, other):
                    yield hold

    def _confirmed_splits(self) -> Iterator[HeldChange]:
        group_of = self._group_of()
        for golden in sorted(self.present.confirmed):
            parts: dict[int, list[int]] = {}
            for one in self.members.get(golden, ()):
                parts.setdefault(group_of[one], []).append(one)
            if len(parts) > 1 and not self._decided(golden):
                yield from self._unless_released(self._parting(Hold.Gate.CONFIRMED_SPLIT, golden, parts))

    def _parting(self, gate: Hold.Gate, golden: int, parts: Mapping[int, list[int]]) -> HeldChange:
        found = [tuple(part) for part in parts.values()]
        cut = tuple(sorted(found, key=lambda part: (-len(part), part)))
        mean = mean_between(self.grouping, cut[0], cut[1])
        return HeldChange(gate, self._of(golden), weight=mean, parts=cut)

    def _beside(self, gate: Hold.Gate, goldens: Goldens, golden: int) -> HeldChange:
        """Return the hold that keeps a golden record apart from the others of its group."""
        beside = tuple(sorted(one for other in goldens if other != golden for one in self._of(other)))
        rest = [one for other, members in goldens.items() if other != golden for one in members]
        return HeldChange(
            gate, self._of(golden), beside, weight=mean_between(self.grouping, goldens[golden], rest)
        )

    def _budget(self, mixed: Sequence[Goldens]) -> Iterator[HeldChange]:
        """Yield a hold for every golden record whose merge is beyond the day's budget."""
        asked: list[HeldChange] = []
        for goldens in mixed:
            _, *others = goldens
            for golden in others:
                hold = self._beside(Hold.Gate.BUDGET, goldens, golden)
                by_person = any(self._decided(golden, other) for other in goldens if other != golden)
                if golden not in self.charged and not by_person and not self._released(hold):
                    self.charged.add(golden)
                    asked.append(hold)
        if asked:
            yield from asked[self.present.allow(len(asked)) :]

    def _of(self, golden: int) -> Records:
        return tuple(self.members[golden])

    def _decided(self, *goldens: int) -> bool:
        """Whether a person decides about all of these at this moment."""
        return self.present.decided().issuperset(goldens)

    def _released(self, hold: HeldChange) -> bool:
        """Whether this change was held before and may happen now."""
        return any(_covers(one, hold) for one in self.judgements.released)

    def hold(self, wanted: Sequence[HeldChange]) -> None:
        """Partition again with these holds."""
        self.tried |= {hold.sides for hold in wanted}
        self.opened += wanted
        self.judgements = replace(self.judgements, holds=(*self.judgements.holds, *wanted))
        self._again(wanted)

    def silent(self) -> list[HeldChange]:
        """Return the holds that were added and keep nothing as it is: what a person decided is above them."""
        found = []
        group_of = self._group_of() if self.opened else {}
        for hold in self.opened:
            left, right = ({group_of[one] for one in side} for side in hold.sides)
            if left & right if hold.right else len(left) >= len(hold.parts):
                found.append(hold)
        return found

    def _group_of(self) -> dict[int, int]:
        return {one: number for number, members in enumerate(self.grouping.groups) for one in members}

    def drop(self, holds: Sequence[HeldChange], *, again: bool = True) -> None:
        """Leave these holds out, and partition without them."""
        if holds:
            left = tuple(one for one in self.judgements.holds if one not in holds)
            self.judgements = replace(self.judgements, holds=left)
        if holds and again:
            self._again(holds)

    def prune(self, holds: Sequence[HeldChange]) -> Iterator[HeldChange]:
        """Yield those of the holds without which the partition is the same; they are dropped."""
        active = {row.id for row in self.rows if row.active}
        at_work = {refusal.hold.id for refusal in self.grouping.refused if refusal.hold is not None}
        for hold in holds:
            if hold.id in at_work:
                continue
            before, kept = self.grouping, self.judgements
            said = hold.inside(active)
            self.drop([hold], again=said is not None)
            if self.grouping.groups == before.groups:
                yield hold
            else:
                self.grouping, self.judgements = before, kept

    def _again(self, holds: Iterable[HeldChange]) -> None:
        """Partition the components of these holds anew."""
        component_of = self.grouping.component_of
        named = {one for hold in holds for one in (*hold.left, *hold.right)}
        labels = {component_of[one] for one in named if one in component_of}
        places = [place for place, row in enumerate(self.rows) if component_of[row.id] in labels]
        rows = [self.rows[place] for place in places]
        found = group(self.rules, rows, among(self.links, places, len(self.rows)), self.judgements)
        here = {row.id for row in rows}
        kept = [members for members in self.grouping.groups if members[0] not in here]
        refused = [one for one in self.grouping.refused if one.left[0] not in here]
        self.grouping = Grouping(
            tuple(sorted([*kept, *found.groups])),
            {**component_of, **found.component_of},
            (*refused, *found.refused),
            {**self.grouping.blocks, **found.blocks},
        )


def _covers(released: HeldChange, hold: HeldChange) -> bool:
    """Whether a released hold is about the change that another one would hold."""
    if bool(released.right) != bool(hold.right):
        return False
    left, right = set(released.left), set(released.right)
    if not hold.right:
        return sum(not left.isdisjoint(part) for part in hold.parts) > 1
    straight = left.isdisjoint(hold.left) or right.isdisjoint(hold.right)
    return not (straight and (left.isdisjoint(hold.right) or right.isdisjoint(hold.left)))


def mean_between(grouping: Grouping, one: Sequence[int], other: Sequence[int]) -> int:
    """Return the mean weight over all pairs of two sets of records; 0 where they lie in two components."""
    if grouping.blocks.get(one[0]) is not grouping.blocks.get(other[0]) or one[0] not in grouping.blocks:
        return 0
    weights = [grouping.weight(left, right) for left in one for right in other]
    return sum(weights) // len(weights)
