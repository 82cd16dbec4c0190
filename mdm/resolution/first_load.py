"""A domain's first golden records: its components in portions, settled by several processes, copied here.

Nothing stands yet that a settlement would have to compare with, so components need not meet again, and only
one portion a process is in memory. One transaction, under the domain lock, as every rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from matching.clustering import components
from mdm.compliance import audit
from mdm.copying import copy_columns, copy_pieces
from mdm.forking import PROCESSES, in_order
from mdm.models import GoldenRecord, Judgement, Override
from mdm.publishing import lanes, outbox
from mdm.relationships import announce as relating
from mdm.resolution import questions, scope, write
from mdm.resolution.apply import Settled
from mdm.resolution.bare_tables import filled_bare
from mdm.resolution.first_portions import NOBODY, NONE, Context, Portion, Settlement, settled
from mdm.resolution.settle import Links, Refusal
from mdm.rulesets.active import ActiveRules

Longs = NDArray[np.int64]

PORTION = 10_000
"""Records settled together, and a component more."""
FORKED_FROM = 30_000
"""Records from which on other processes are worth their start."""
ASKED_AT_ONCE = 50_000
"""Edges between golden records that are looked at together."""
GOLDENS = ("mdm_goldenrecord", "mdm_historicalgoldenrecord")
PLACES = ("mdm_xref", "mdm_membership")


@dataclass(frozen=True)
class Edges:
    """The stored edges of a domain: ids of both records, left < right, and the weight in 1/1000 bit."""

    left: Longs
    right: Longs
    weight: Longs


def is_first(domain: str) -> bool:
    """Whether nothing of the domain stands that a settlement compares with or is bound by."""
    return not (
        GoldenRecord.objects.filter(domain=domain).exists()
        or Judgement.objects.filter(domain=domain).exists()
        or Override.objects.filter(domain=domain).exists()
    )


def settle(
    rules: ActiveRules, record_ids: Longs, edges: Edges, progress: Callable[[str], None] = lambda stage: None
) -> Settled:
    """Give all records of a domain, ids ascending, their first golden records."""
    run = _Run(rules, record_ids, edges)
    with filled_bare(GOLDENS):
        context = Context(rules, audit.current(), write.moment())
        processes = PROCESSES if len(record_ids) >= FORKED_FROM else 1
        for done in in_order(settled, context, run.portions(), processes):
            run.keep(done)
        progress("writing")
        # Locked only now: others look at memberships, to tell what waits.
        emptied = ("mdm_membership",) if run.has_memberships_alone() else ()
        with filled_bare(PLACES, emptied=emptied):
            run.write_places(copied=bool(emptied))
    progress("asking")
    goldens = run.goldens()
    run.ask()
    if relating.anything_said():
        outbox.append(relating.tell(relating.ToldBefore(frozenset(goldens))))
    lanes.mark_due(goldens)
    return Settled(first=run.count)


@dataclass
class _Run:
    rules: ActiveRules
    record_ids: Longs
    edges: Edges
    unused: list[int] = field(default_factory=list)
    memberships: list[Longs] = field(default_factory=list)
    born: list[Longs] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    count: int = 0

    def has_memberships_alone(self) -> bool:
        """Empty the table of memberships where it holds those of this domain alone: they are copied anew."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM mdm_membership WHERE domain <> %s)", [self.rules.domain]
            )
            if cursor.fetchone()[0]:
                return False
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("LOCK TABLE mdm_membership IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SELECT count(*) FROM mdm_membership")
            return bool(cursor.fetchone()[0] == len(self.record_ids))

    def portions(self) -> Iterator[Portion]:
        """Yield whole components, so many records at a time, in the order of their lowest record."""
        ids, edges = self.record_ids, self.edges
        strong = edges.weight >= self.rules.model.link_weight
        left, right = (np.searchsorted(ids, side[strong]) for side in (edges.left, edges.right))
        labels = components(len(ids), left.astype(np.int32), right.astype(np.int32))
        order = np.argsort(labels, kind="stable")  # labels ascend by the lowest record
        starts = np.flatnonzero(np.r_[True, np.diff(labels[order]) > 0][: len(ids)])
        cuts = np.array([0, *(end for _, end in _cut(starts, len(ids), PORTION))])
        portion_of = np.empty(len(ids), dtype=np.int32)
        portion_of[order] = np.searchsorted(cuts, np.arange(len(ids)), side="right") - 1
        by_portion = np.argsort(portion_of[left], kind="stable")
        ends = np.searchsorted(portion_of[left][by_portion], np.arange(len(cuts)))
        weights = edges.weight[strong]
        for number in range(len(cuts) - 1):
            mine = np.sort(ids[order[cuts[number] : cuts[number + 1]]])
            inside = by_portion[ends[number] : ends[number + 1]]
            one, other = (np.searchsorted(mine, ids[side[inside]]).astype(np.int32) for side in (left, right))
            read = scope.read_plainly(mine.tolist())
            yield Portion(read, Links(one, other, weights[inside]), self._numbers(len(mine)))

    def _numbers(self, most: int) -> list[int]:
        """Return numbers for so many golden records, those first that another portion did not need."""
        numbers = self.unused + write.new_golden_ids(most - len(self.unused))
        self.unused = numbers[most:]
        return numbers[:most]

    def keep(self, done: Settlement) -> None:
        """Copy golden records and events of a portion; its memberships and cross-references wait."""
        copy_pieces("mdm_goldenrecord", write.GOLDEN_COLUMNS, done.goldens)
        outbox.append_written(done.events)
        self.unused = sorted(self.unused + done.unused)
        self.memberships.append(done.memberships)
        self.born.append(done.born)
        self.refused += done.refused
        self.count += done.count

    def write_places(self, *, copied: bool) -> None:
        """Write what waits; copied: the table of memberships is written anew, it holds nobody else's."""
        changed = np.concatenate([np.empty((0, 6), dtype=np.int64), *self.memberships])
        changed = changed[np.argsort(changed[:, 0])]
        if copied and len(changed) == len(self.record_ids) and (changed[:, 5] >= 0).all():
            _copy_memberships(self.rules.domain, changed)
        else:
            named = [[None if one == NONE else one for one in row[:4]] + row[4:] for row in changed.tolist()]
            write.update_memberships([tuple(row) for row in named])
        write.first_xrefs(self._homes(), write.moment(), audit.current().pk)

    def _homes(self) -> Longs:
        """Return record and golden record of every active record, records ascending."""
        pairs = np.concatenate([np.empty((0, 2), dtype=np.int64), *self.born])
        return pairs[np.argsort(pairs[:, 0])]

    def goldens(self) -> list[int]:
        """Return the numbers of the golden records."""
        return [int(number) for number in np.unique(self._homes()[:, 1])]

    def ask(self) -> None:
        """Write a question for each two golden records that may be one."""
        records, goldens = self._homes().T
        one, other = (goldens[np.searchsorted(records, side)] for side in (self.edges.left, self.edges.right))
        apart = np.flatnonzero(one != other)
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        order = np.lexsort((high, low))
        apart, low, high = apart[order], low[order], high[order]
        # All edges between two golden records are looked at together.
        starts = np.flatnonzero(np.r_[True, (np.diff(low) > 0) | (np.diff(high) > 0)]) if len(low) else low
        for begin, end in _cut(starts, len(apart), ASKED_AT_ONCE):
            here = np.sort(apart[begin:end])
            columns = (self.edges.left, self.edges.right, self.edges.weight, one, other)
            crossing = list(zip(*(column[here].tolist() for column in columns), strict=True))
            found = questions.questions_of(self.rules, crossing, (), self.refused, NOBODY)
            questions.write_questions(self.rules.domain, (), found)


def _cut(starts: Longs, total: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield begin and end of portions of `size` and a run more, cut where runs start."""
    cuts = [0]
    while cuts[-1] < total:
        after = np.searchsorted(starts, min(cuts[-1] + size, total))
        cuts.append(int(starts[after]) if after < len(starts) else total)
        yield cuts[-2], cuts[-1]


def _copy_memberships(domain: str, changed: Longs) -> None:
    """Write the table of memberships anew, in one statement of its own for those without a golden record."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE mdm_membership")
    for placed in (True, False):
        rows = changed[(changed[:, 2] != NONE) == placed]
        columns: dict[str, NDArray[np.generic] | str] = {
            "record_id": rows[:, 0], "domain": domain, "component_id": rows[:, 1],
            "resolved_version": rows[:, 4].astype(np.int32), "due": np.zeros(len(rows), dtype=bool),
            "due_version": rows[:, 5].astype(np.int32), "attempts": np.zeros(len(rows), dtype=np.int16),
            "parked_reason": "",
        }  # fmt: skip
        if placed:
            columns |= {"golden_id": rows[:, 2], "home_id": rows[:, 3]}
        copy_columns("mdm_membership", columns, frozen=True)
