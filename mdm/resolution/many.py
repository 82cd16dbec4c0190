"""Many due records at once, beside a system that lives: a second load, the undo of one, a mass change.

They look together ahead of all locks (mdm.resolution.ahead) and are settled in portions, each in one
transaction that holds no more components than its records touch. Under the locks a portion asks only what has
changed since: a record that was asked for again, an edge that somebody wrote, the end of an edge that was
asked for again. Whom that concerns looks anew, as a single record does; so a portion sees exactly what it
would see by looking at everything under its locks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from matching.clustering import components
from mdm.compliance import audit
from mdm.forking import in_order, seldom_collecting
from mdm.resolution import apply, binding, candidates, homes, keys, scope, standardised
from mdm.resolution.ahead import Foresight, Stands, foresee, met_by, stands_of
from mdm.resolution.apply import Settled
from mdm.resolution.candidates import Weighed
from mdm.resolution.due import due_count, resolve_due, with_retries, working
from mdm.resolution.edges import Edges, replace_edges, stored
from mdm.resolution.locks import Held, holding, share_domain
from mdm.resolution.resolve import look_over
from mdm.rulesets.active import ActiveRules, in_force

Longs = NDArray[np.int64]
log = logging.getLogger(__name__)

MANY = 2_000  # fewer are sooner resolved as they are
AHEAD = 100_000  # records that look at one moment
PORTION = 2_500  # records settled in one transaction: what others wait for
CLOSED_AT_ONCE = 25  # keys closed in one transaction
ATTEMPTS = 2  # who is still due after so many is left to resolve_due, which finds the one at fault

TAKE = """
UPDATE mdm_membership SET attempts = attempts + 1, taken_by = %(worker)s
WHERE record_id IN (
  SELECT record_id FROM mdm_membership
  WHERE domain = %(domain)s AND due AND parked_reason = '' AND attempts < %(attempts)s
    AND taken_by IS DISTINCT FROM %(worker)s
    AND (taken_by IS NULL OR pg_try_advisory_xact_lock(taken_by))
  ORDER BY record_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
RETURNING record_id
"""

LET_GO = """
UPDATE mdm_membership SET taken_by = NULL, attempts = greatest(0, attempts - 1 + %s)
WHERE taken_by = %s AND domain = %s AND due
"""


class _Superseded(Exception):
    """Another rule set came into force, or a value turned generic: what was weighed ahead is void."""


@dataclass(frozen=True)
class _Many:
    """What resolves: by whom it is asked for and why, and how many processes work."""

    domain: str
    actor: str
    cause: str
    processes: int


@dataclass(frozen=True)
class _Sight:
    """What a portion sees under its locks.

    asked: record id -> due_version. anew: those of them that had to look again, and crossed the keys of these
    that more carry than may. waiting: records of the components that are due.
    """

    asked: dict[int, int]
    anew: list[int]
    crossed: dict[int, int]
    edges: Edges
    components: frozenset[int]
    locks: frozenset[int]
    waiting: frozenset[int]


def resolve_many(
    domain: str,
    *,
    actor: str,
    cause: str,
    processes: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Resolve what is due until nothing is, many together while many are due; returns how many were resolved.

    Any number of processes may do so beside each other; here so many look and settle, but for a rehearsal,
    which is one transaction. What fails is left to `resolve_due`, which parks the record at fault.
    """
    done = 0
    many = _Many(domain, actor, cause, 1 if connection.in_atomic_block else processes)
    with working() as worker, seldom_collecting():
        while due_count(domain) >= MANY and (taken := _take(domain, worker)):
            try:
                for settled in _resolved(many, taken, worker):
                    done += settled
                    progress(done)
            except _Superseded:
                _let_go(domain, worker, tried=0)
            except Exception:
                log.exception("Many records of %s could not be resolved together; now fewer at once", domain)
                break
            finally:
                _let_go(domain, worker)
    return done + resolve_due(domain, actor=actor, cause=cause, progress=lambda more: progress(done + more))


def _take(domain: str, worker: int) -> list[int]:
    given: dict[str, Any] = {"domain": domain, "worker": worker, "attempts": ATTEMPTS, "most": AHEAD}
    with transaction.atomic(durable=not connection.in_atomic_block), connection.cursor() as cursor:
        cursor.execute(TAKE, given)
        return [record_id for (record_id,) in cursor.fetchall()]


def _let_go(domain: str, worker: int, *, tried: int = 1) -> None:
    """Leave to others what was taken and not resolved; tried: whether it counts as an attempt."""
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO, [tried, worker, domain])


def _resolved(many: _Many, taken: Sequence[int], worker: int) -> Iterator[int]:
    """Resolve the taken records and those made due by them; yields how many, portion by portion."""
    with_retries(partial(_close_keys, many, taken))
    rules = in_force(many.domain)
    taken = [*taken, *_take(many.domain, worker)]
    seen = foresee(rules, taken, processes=many.processes)
    state = many, seen, dict[tuple[int, int, int, int], int]()
    yield from in_order(_settled, state, portions(seen), many.processes, connected=True)


def _settled(state: tuple[_Many, Foresight, Weighed], portion: Longs) -> int:
    """Settle one portion, whoever else is at work; returns how many records it has."""
    many, seen, weighed = state
    with_retries(partial(settle, many.domain, seen, portion, weighed, actor=many.actor, cause=many.cause))
    return len(portion)


def _close_keys(many: _Many, record_ids: Sequence[int]) -> None:
    """Close the keys that these records have brought over the cap, and write the finer ones beside them.

    A few keys in a transaction: their carriers are held meanwhile. Looked through in another one: somebody
    may be writing keys at the moment of the crossing.
    """
    parts = np.array_split(np.array(record_ids, dtype=np.int64), many.processes)
    rules, crossed = in_force(many.domain), dict[int, int]()
    for crowded in in_order(_crowded, rules, parts, many.processes, connected=True):
        crossed |= crowded
    keys_and_rules = sorted(crossed.items())
    groups = [
        dict(keys_and_rules[start : start + CLOSED_AT_ONCE])
        for start in range(0, len(crossed), CLOSED_AT_ONCE)
    ]
    for _ in in_order(_close, many.domain, groups, many.processes if len(groups) > 1 else 1, connected=True):
        pass
    with transaction.atomic():
        share_domain(many.domain)
        keys.keep_up(in_force(many.domain), record_ids, {})


def _crowded(rules: ActiveRules, record_ids: Longs) -> dict[int, int]:
    """Return the keys of these records that more records carry than may."""
    return met_by(rules, record_ids).crowded


def _close(domain: str, crossed: dict[int, int]) -> None:
    """Close some keys in a transaction of their own; two that share carriers may have to try again."""

    def work() -> None:
        with transaction.atomic():
            share_domain(domain)
            rules = in_force(domain)
            look_over(rules, keys.keep_up(rules, [], crossed))

    with_retries(work)


def portions(seen: Foresight) -> Iterator[Longs]:
    """Yield the records that looked; those that an edge joins are together, so that hardly anybody else
    waits for the locks of a portion.
    """
    ends, edges = seen.stands.ids, Edges.united([seen.edges, seen.stored])
    label = components(len(ends), np.searchsorted(ends, edges.left), np.searchsorted(ends, edges.right))
    label = label[np.searchsorted(ends, seen.asked)]
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(label[order]) > 0])
    start = 0
    while start < len(order):
        after = np.searchsorted(starts, start + PORTION)
        stop = int(starts[after]) if after < len(starts) else len(order)
        stop = min(stop, start + 2 * PORTION)  # edges below the link weight may join nearly all
        yield np.sort(seen.asked[order[start:stop]])
        start = stop


def settle(
    domain: str, seen: Foresight, portion: Longs, weighed: Weighed, *, actor: str, cause: str
) -> Settled:
    """Settle one portion in a transaction of its own."""

    def work(held: Held) -> Settled:
        rules = in_force(domain)
        if (rules.rule_set_id, rules.mark) != seen.rules:
            raise _Superseded
        sight = _look(rules, seen, portion, weighed)
        held.demand(sight.locks)
        carriers = keys.keep_up(rules, sight.anew, sight.crossed) if sight.anew else set()
        replace_edges(rules, sight.asked, sight.edges)
        look_over(rules, carriers)
        rows = scope.rows_in_components(sight.components)
        return apply.settle_and_write(rules, rows, sight.asked)

    with audit.entry(actor=actor, action="resolve", cause=cause):
        return holding(domain, work, _guess(seen, portion))


def _guess(seen: Foresight, portion: Longs) -> frozenset[int]:
    """Return the components that a portion will most likely demand."""
    edges = seen.edges_of(portion)
    reached = frozenset(seen.stands.component_of(np.concatenate([portion, edges.left, edges.right])).tolist())
    return reached | scope.around(reached)[1]


def _look(rules: ActiveRules, seen: Foresight, portion: Longs, weighed: Weighed) -> _Sight:
    """Return what is in sight of these records, records that are due beside them included."""
    ids = portion
    while True:
        # First of all: what is accepted later than this raises the version, and its record stays due.
        asked = scope.due_versions(ids.tolist())
        sight = _seen_now(rules, seen, asked, weighed)
        beside = sight.waiting - asked.keys()
        if not beside:
            return sight
        ids = np.union1d(ids, np.fromiter(beside, dtype=np.int64, count=len(beside)))


def _seen_now(rules: ActiveRules, seen: Foresight, asked: dict[int, int], weighed: Weighed) -> _Sight:
    ids = np.array(sorted(asked), dtype=np.int64)
    anew = _changed_since(seen, ids, np.array([asked[one] for one in ids.tolist()], dtype=np.int64))
    edges, crossed = seen.edges_of(ids), {}
    if len(anew):
        found = candidates.met(rules, anew.tolist())
        heard = standardised.read(rules, {record_id for pair in found.pairs for record_id in pair[:2]})
        versions = {one: said.version for one, said in heard.items()}
        pairs = candidates.scored(
            rules, versions, found.pairs, weighed, heard, at_least=rules.model.kept_from
        )
        edges, crossed = edges.without(anew).beside(Edges.of(pairs)), found.crossed
    bonds = binding.judgements_of(rules.domain, asked).ends
    strong = edges.weight >= rules.model.link_weight
    reached = np.concatenate(
        [ids, edges.left[strong], edges.right[strong], np.array(sorted(bonds), dtype=np.int64)]
    )
    stands = stands_of(np.unique(np.concatenate([reached, edges.left, edges.right])))
    settling = homes.sharing_homes(stands.component_of(np.unique(reached)).tolist())
    waiting, joined = scope.around(settling)
    return _Sight(
        asked=asked,
        anew=anew.tolist(),
        crossed=crossed,
        edges=edges,
        components=settling,
        locks=frozenset(stands.components.tolist()) | settling | joined,
        waiting=waiting,
    )


def _changed_since(seen: Foresight, ids: Longs, due_versions: Longs) -> Longs:
    """Return which of these records may see something else now than they saw ahead of the locks."""
    places = np.searchsorted(seen.asked, ids)
    places[places == len(seen.asked)] = 0
    looked = seen.asked[places] == ids
    again = ids[~looked | (seen.stands.versions(ids) != due_versions)]
    known = ids[looked]
    edges = seen.edges_of(known)
    ends = np.unique(np.concatenate([edges.left, edges.right]))
    changed = np.union1d(seen.stored_of(known).differing(stored(known)), _asked_again(seen.stands, ends))
    ends_of = edges.at(np.flatnonzero(np.isin(edges.left, changed) | np.isin(edges.right, changed)))
    concerned = np.concatenate([again, changed, ends_of.left, ends_of.right])
    return np.intersect1d(ids, concerned)


def _asked_again(then: Stands, record_ids: Longs) -> Longs:
    """Return which of these records were asked to be resolved again since, or are gone."""
    now = stands_of(record_ids)
    return np.asarray(record_ids[now.versions(record_ids) != then.versions(record_ids)])
