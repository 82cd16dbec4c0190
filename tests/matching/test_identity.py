"""Golden ids by homes: the cases of the design, and laws over random histories."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity import New, assign, redirect


def nobody_matches(left, right):
    return 0


def ids(groups, homes, **options):
    """Records are letters, senior in alphabetical order; groups are words; ids are numbers, older first."""
    options.setdefault("weight_between", nobody_matches)
    return assign([tuple(group) for group in groups.split()], homes, {c: c for c in "abcdefgh"}, **options)


def test_a_record_that_starts_a_cluster_is_born_into_a_new_id():
    found = ids("a bc", {})
    assert found.ids == (New(0), New(1))
    assert found.homes == {"a": New(0), "b": New(1), "c": New(1)}


def test_a_record_that_joins_takes_the_home_of_the_member_it_matches_best():
    weights = {("c", "a"): 8_000, ("c", "b"): 9_000}
    found = ids("abc", {"a": 1, "b": 2}, weight_between=lambda new, old: weights[new, old])
    assert found.ids == (1,)
    assert found.homes == {"c": 2}


def test_a_record_that_matches_two_members_equally_takes_the_home_of_the_most_senior():
    assert ids("bca", {"a": 2, "b": 1}).homes == {"c": 2}


def test_a_merge_keeps_the_oldest_id_and_changes_no_home():
    found = ids("ab", {"a": 2, "b": 1})
    assert (found.ids, found.homes, found.retired) == ((1,), {}, {2: 0})


def test_an_undone_merge_gives_both_ids_back():
    assert ids("a b", {"a": 2, "b": 1}).ids == (2, 1)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, 1),  # the oldest
        ({"confirmed": {2, 3}}, 2),  # confirmed before oldest
        ({"confirmed": {2}, "kept_by_judgement": {3}}, 3),  # a person's survivor before all
        ({"born": {1: 9, 2: 9, 3: 8}}, 3),  # age is told apart from the number
        ({"born": {1: 9, 2: 9, 3: 9}}, 1),  # smallest last
        ({"live_elsewhere": {1}}, 2),
    ],
)
def test_which_id_a_merged_cluster_carries(options, kept):
    assert ids("abc", {"a": 1, "b": 2, "c": 3}, **options).ids == (kept,)


def test_a_split_leaves_the_id_with_most_records_at_home():
    found = ids("a bc", {"a": 1, "b": 1, "c": 1})
    assert found.ids == (New(0), 1)
    assert found.homes == {"a": New(0)}


def test_an_even_split_leaves_the_id_with_the_most_senior_record():
    assert ids("b a", {"a": 1, "b": 1}).ids == (New(0), 1)


def test_a_cluster_whose_ids_are_all_live_elsewhere_gets_a_new_one_that_becomes_home():
    found = ids("ab", {"a": 1, "b": 1}, live_elsewhere={1})
    assert found.ids == (New(0),)
    assert found.homes == {"a": New(0), "b": New(0)}


def test_a_former_id_returns_to_a_cluster_that_lost_the_quarrel_for_the_older_one():
    # Both clusters have records of 1; the smaller part falls back on 2, where another of its records is at
    # home.
    found = ids("abc de", {"a": 1, "b": 1, "c": 1, "d": 1, "e": 2})
    assert found.ids == (1, 2)


@pytest.mark.parametrize(
    ("at_home", "leads_to"),
    [
        ([("b", 7), ("a", 5)], 5),  # its most senior home record
        ([("a", None), ("b", 7)], 7),  # a retired record has no voice
        ([("a", None)], None),  # tombstone
        ([], None),
        ([("a", 5), ("b", 1)], 1),  # live
    ],
)
def test_where_a_golden_id_leads(at_home, leads_to):
    assert redirect(1, at_home) == leads_to


class Hub:
    """A small world: records of entities cluster by themselves, persons merge entities and take it back."""

    def __init__(self):
        self.entity, self.homes, self.carried, self.merges = {}, {}, {}, []
        self.issued, self.first_id = 0, {}

    def groups(self):
        root = {entity: entity for entity in self.entity.values()}
        for left, right in self.merges:
            old, new = root[left], root[right]
            root = {entity: new if above == old else above for entity, above in root.items()}
        found: dict[Any, Any] = {}
        for record, entity in self.entity.items():
            found.setdefault(root[entity], []).append(record)
        return sorted(tuple(group) for group in found.values())

    def settle(self):
        """Assign over the clusters that changed, as the hub does: the others keep what they carry."""
        now = self.groups()
        untouched = [
            group for group in now if {self.carried.get(r) for r in group} == {self.is_cluster(group)}
        ]
        touched = [group for group in now if group not in untouched]
        found = assign(
            touched,
            self.homes,
            {record: record for record in self.entity},
            weight_between=lambda new, old: 9_000 if self.entity[new] == self.entity[old] else -9_000,
            live_elsewhere={self.carried[group[0]] for group in untouched},
        )
        numbers = {}
        for number, id_ in enumerate(found.ids):
            if isinstance(id_, New):
                self.issued += 1
                numbers[id_] = self.issued
            for record in touched[number]:
                self.carried[record] = numbers.get(id_, id_)
        for record, home in found.homes.items():
            self.homes[record] = numbers.get(home, home)
        for record, entity in self.entity.items():
            self.first_id.setdefault(entity, self.homes[record])

    def is_cluster(self, group):
        """The id that exactly these records carry, else nothing that any record carries."""
        carried = self.carried.get(group[0])
        members = {record for record, id_ in self.carried.items() if id_ == carried}
        return carried if carried is not None and members == set(group) else "other"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    min_size=4,
    max_size=25,
)


def play(hub, steps):
    """Yields after every step that settled."""
    for step, one, two in steps:
        if step == "arrive":
            hub.entity[len(hub.entity)] = one
        elif step == "merge":
            if not {one, two} <= set(hub.entity.values()) or one == two:
                continue
            hub.merges.append((one, two))
        elif hub.merges:
            hub.merges.pop(one % len(hub.merges))
        if hub.entity:
            hub.settle()
            yield


@settings(max_examples=3_000, deadline=None)
@given(STEPS, st.randoms(use_true_random=False))
def test_undoing_merges_in_any_order_restores_every_id(steps, random):
    hub = Hub()
    for _ in play(hub, steps):
        carried = [hub.carried[group[0]] for group in hub.groups()]
        assert len(set(carried)) == len(carried)
        for group in hub.groups():
            # Whatever happened before, a cluster carries the oldest id among its entities'.
            assert {hub.carried[r] for r in group} == {min(hub.first_id[hub.entity[r]] for r in group)}
    issued = hub.issued
    random.shuffle(hub.merges)
    while hub.merges:
        hub.merges.pop()
        hub.settle()
    assert {record: hub.first_id[entity] for record, entity in hub.entity.items()} == hub.carried
    assert hub.issued == issued == len(set(hub.entity.values()))


@st.composite
def reclusterings(draw):
    n = draw(st.integers(1, 8))
    return n, draw(st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=1, max_size=6))


@settings(max_examples=500, deadline=None)
@given(reclusterings(), st.randoms(use_true_random=False))
def test_any_reclustering_gives_each_cluster_one_id_and_reuses_none(drawn, random):
    n, partitions = drawn
    homes: dict[Any, Any] = {}
    issued, ever = 0, set[Any]()
    for labels in partitions:
        groups = [tuple(r for r in range(n) if labels[r] == label) for label in sorted(set(labels))]
        found = assign(groups, homes, {r: r for r in range(n)}, weight_between=nobody_matches)
        shuffled = random.sample(groups, len(groups))
        again = assign(shuffled, homes, {r: r for r in range(n)}, weight_between=nobody_matches)
        old = lambda outcome, order: {  # noqa: E731
            group: id_ for group, id_ in zip(order, outcome.ids, strict=True) if not isinstance(id_, New)
        }
        assert old(found, groups) == old(again, shuffled)
        numbers = {id_: issued + place for place, id_ in enumerate(found.ids) if isinstance(id_, New)}
        issued += len(found.ids)
        carried = [numbers.get(id_, id_) for id_ in found.ids]
        assert len(set(carried)) == len(groups)
        assert not ever & set(numbers.values())
        ever |= set(carried)
        homes.update({record: numbers.get(home, home) for record, home in found.homes.items()})
        assert set(homes) == set(range(n))
        for gone, number in found.retired.items():
            now = [(r, carried[k]) for k, group in enumerate(groups) for r in group if homes[r] == gone]
            assert redirect(gone, now) == carried[number]


def test_a_piece_of_a_torn_unit_carries_no_id_that_none_of_it_is_at_home_in():
    # a, b and c match; a was merged with d, which must be with neither b nor c.
    found = ids("ad bc", {"a": 1, "b": 2, "c": 2, "d": 3}, units=["abc", "d"])
    assert found.ids == (1, 2)


@settings(max_examples=500, deadline=None)
@given(reclusterings(), st.data())
def test_however_units_are_torn_each_id_is_carried_once_and_by_one_at_home_in_it(drawn, data):
    n, partitions = drawn
    homes: dict[Any, Any] = {}
    issued = 0
    for labels in partitions:
        unit_of = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
        groups, units = (
            [tuple(r for r in range(n) if by[r] == label) for label in sorted(set(by))]
            for by in (labels, unit_of)
        )
        found = assign(groups, homes, {r: r for r in range(n)}, weight_between=nobody_matches, units=units)
        new = {id_ for id_ in (*found.ids, *found.homes.values()) if isinstance(id_, New)}
        numbers = {id_: issued + place for place, id_ in enumerate(sorted(new, key=lambda one: one.group))}
        issued += len(new)
        homes.update({record: numbers.get(home, home) for record, home in found.homes.items()})
        carried = [numbers.get(id_, id_) for id_ in found.ids]
        assert len(set(carried)) == len(groups)
        for id_, group in zip(carried, groups, strict=True):
            assert id_ in {homes[record] for record in group}
            # Who is there when an id begins is at home in it, or in one that begins with it.
            assert id_ not in numbers.values() or {homes[record] for record in group} <= {*numbers.values()}


@settings(max_examples=300, deadline=None)
@given(reclusterings())
def test_going_back_to_a_clustering_gives_back_its_ids(drawn):
    n, partitions = drawn
    homes: dict[Any, Any] = {}
    issued = 0
    carried_at: dict[Any, Any] = {}
    for labels in [*partitions[:2], *partitions[:2]]:
        groups = tuple(tuple(r for r in range(n) if labels[r] == label) for label in sorted(set(labels)))
        found = assign(groups, homes, {r: r for r in range(n)}, weight_between=nobody_matches)
        numbers = {id_: issued + place for place, id_ in enumerate(found.ids) if isinstance(id_, New)}
        issued += len(found.ids)
        homes.update({record: numbers.get(home, home) for record, home in found.homes.items()})
        carried = [numbers.get(id_, id_) for id_ in found.ids]
        assert carried_at.setdefault(groups, carried) == carried


class Town:
    """A small world in which records also move between entities, go and come back; merges are of records."""

    def __init__(self):
        self.entity, self.active, self.homes, self.carried, self.merges = {}, set(), {}, {}, []
        self.issued = 0

    def units(self):
        found: dict[Any, Any] = {}
        for record in sorted(self.active):
            found.setdefault(self.entity[record], []).append(record)
        return list(found.values())

    def groups(self):
        root = {record: min(unit) for unit in self.units() for record in unit}
        for sides in self.merges:
            # The first active record of a side stands for it.
            left, right = (next((r for r in side if r in self.active), None) for side in sides)
            if left is not None and right is not None:
                old, new = root[left], root[right]
                root = {record: new if above == old else above for record, above in root.items()}
        found: dict[Any, Any] = {}
        for record in sorted(self.active):
            found.setdefault(root[record], []).append(record)
        return list(found.values())

    def settle(self):
        groups = self.groups()
        found = assign(
            groups,
            {record: self.homes.get(record) for record in self.active},
            {record: record for record in self.active},
            weight_between=lambda new, old: -abs(new - old),
            units=self.units(),
        )
        numbers: dict[New, int] = {}
        for id_ in (*found.ids, *found.homes.values()):
            if isinstance(id_, New) and id_ not in numbers:
                self.issued += 1
                numbers[id_] = self.issued
        self.homes.update({record: numbers.get(home, home) for record, home in found.homes.items()})
        self.carried = {
            record: numbers.get(id_, id_)
            for id_, group in zip(found.ids, groups, strict=True)
            for record in group
        }

    def leads_to(self, gone):
        at_home = [(record, self.carried.get(record)) for record, home in self.homes.items() if home == gone]
        return redirect(gone, at_home)

    def members(self, id_):
        return frozenset(record for record, carried in self.carried.items() if carried == id_)

    def side(self, id_):
        members = sorted(self.members(id_))
        return sorted(members, key=lambda record: self.homes[record] != id_)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["merge", "merge", "move", "move", "arrive", "retire", "return"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    min_size=4,
    max_size=20,
)


def go_through(steps, entities, undo):
    """Return the town after the steps, with the merges and their undoing in this order, or without."""
    town = Town()
    for record, entity in enumerate(entities):
        town.entity[record] = entity
        town.active.add(record)
        town.settle()
    known = set(range(1, town.issued + 1))
    for step, one, two in steps:
        record = one % len(town.entity)
        if step == "merge":
            live = sorted(set(town.carried.values()))
            if undo is None or len(live) < 2:
                continue
            first, second = live[one % len(live)], live[two % len(live)]
            if first == second:
                continue
            town.merges.append((town.side(first), town.side(second)))
        elif step == "retire":
            town.active.discard(record)
        elif step == "return":
            town.active.add(record)
        else:
            record = len(town.entity) if step == "arrive" else record
            town.entity[record] = two % 6
            town.active.add(record) if step == "arrive" else None
        town.settle()
    while town.merges:
        town.merges.pop(undo.randrange(len(town.merges)))
        town.settle()
    return town, known


@settings(max_examples=1_000, deadline=None)
@given(MOVES, st.lists(st.integers(0, 5), min_size=4, max_size=12), st.randoms(use_true_random=False))
def test_merges_that_are_undone_leave_no_trace_whatever_happened_between(steps, entities, random):
    merged, known = go_through(steps, entities, random)
    never, _ = go_through(steps, entities, None)
    for id_ in known:
        assert merged.members(id_) == never.members(id_)
        assert merged.members(merged.leads_to(id_)) == never.members(never.leads_to(id_))
    named = [
        {record: id_ if id_ in known else 0 for record, id_ in town.carried.items()}
        for town in (merged, never)
    ]
    assert named[0] == named[1]


def test_records_that_only_a_merge_holds_together_have_an_id_of_their_own_from_then_on():
    # b moved away from a; a merge of both still holds. The id that b is issued nobody carries yet.
    found = ids("ab", {"a": 1, "b": 1}, units=["a", "b"])
    assert found.ids == (1,)
    (home,) = found.homes.values()
    assert (set(found.homes), home in found.ids) == ({"b"}, False)


def test_a_merged_cluster_carries_what_its_units_have():
    # The homes of b and c would outweigh, but their unit has 2: 1 went to a.
    found = ids("abc", {"a": 1, "b": 2, "c": 2}, units=["a", "bc"])
    assert (found.ids, found.retired) == ((1,), {2: 0})
    assert ids("abc", {"a": 1, "b": 2, "c": 2}, units=["a", "bc"], confirmed={2}).ids == (2,)
    assert ids("abc", {"a": 1, "b": 1, "c": 3}, units=["ab", "c"], kept_by_judgement={3}).ids == (3,)
