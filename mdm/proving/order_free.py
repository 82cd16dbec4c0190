"""Order-free (promise 4): the same records in any order, batch, engine or number of workers, one result."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from django.db import connections

from matching.blocking import record_keys
from matching.frame import build_frame
from matching.generic_values import counted
from matching.model import Model
from matching.spec import MatchSpec, StateGates
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Hold
from mdm.proving.people import (
    ACTOR,
    CAUSE,
    DOMAIN,
    Made,
    customers,
    learned,
    put,
    put_in_force,
    register,
    resolve_all,
    ungated,
)
from mdm.proving.scratch import analyse, empty, side_by_side
from mdm.resolution.bulk import rebuild
from mdm.resolution.decisions import confirm
from mdm.resolution.judging import By
from mdm.resolution.releasing import release

Say = Callable[[str], None]
STEWARD = By(ACTOR, "asked")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is proved: orders in batches, orders one by one, orders with workers, always one in bulk."""

    records: int = 5000
    batch: int = 50
    orders: int = 20
    singly: int = 2
    with_workers: int = 2
    workers: int = 8
    seed: int = 1


def prove_order_free(plan: Plan, say: Say = print) -> dict[str, Any]:
    """Return how many ways there were, and in how many states they ended: one.

    In the middle of every order keys cross their cap and values turn generic, and in one of them a rule set
    comes into force under which values are generic that were not. One order runs with state gates on; in the
    end all is released.
    """
    records = customers(plan.records, plan.seed)
    types = register()
    strained = _strained(ungated(), learned(ungated(), records), records)
    without, model = strained.spec, strained.model
    put_in_force(without, model)
    found: dict[str, str] = {}

    def end(way: str) -> None:
        findings = verify(deep=True)
        if findings:
            raise AssertionError(f"{way}: verify finds {findings[0]}")
        found[way] = digest(partition=True)
        say(f"{found[way][:16]} {way}")
        empty()

    put(records, types)
    rebuild(DOMAIN, actor=ACTOR, cause=CAUSE)
    end("in bulk")
    ways = [("in batches", plan.batch, plan.orders), ("singly", 1, plan.singly)]
    for way, batch, orders in ways:
        for order in range(orders):
            _online(_shuffled(records, plan.seed + order), types, batch)
            end(f"{way}, order {order + 1}")
    for order in range(plan.with_workers):
        shuffled = _shuffled(records, 1000 + plan.seed + order)
        shares = [shuffled[number :: plan.workers] for number in range(plan.workers)]
        side_by_side(partial(_worker, batch=plan.batch), shares)
        resolve_all(plan.batch)
        end(f"{plan.workers} workers, order {order + 1}")
    _generic_in_the_middle(without, model, _shuffled(records, 2000 + plan.seed), types, plan.batch)
    end("values generic from the middle on")
    held = _gated(without, model, _shuffled(records, 3000 + plan.seed), types, plan.batch)
    end("state gates on, then all released")
    return {
        "records": len(records),
        "ways": len(found),
        "results": len(set(found.values())),
        "keys_crossing": strained.crossing,
        "values_turning_generic": strained.turning,
        "holds_released": held,
    }


def _shuffled(records: Sequence[Made], seed: int) -> list[Made]:
    order = list(records)
    random.Random(seed).shuffle(order)
    return order


@dataclass(frozen=True, slots=True)
class _Strained:
    """Rules with limits so low that `crossing` keys and `turning` values cross them on the way."""

    spec: MatchSpec
    model: Model
    crossing: int
    turning: int


def _strained(spec: MatchSpec, model: Model, records: Sequence[Made]) -> _Strained:
    frame = build_frame(spec, [one.incoming.attributes for one in records], [one.name for one in records])
    _, carriers = np.unique(record_keys(frame, spec, model).keys, return_counts=True)
    cap = max(2, int(carriers.max()) // 2)
    generic = spec.generic
    assert generic is not None
    turning = 0
    for most_names in (8, 4, 2, 1):
        spec = replace(spec, generic=replace(generic, most_names=most_names))
        turning = sum(map(len, counted(frame, spec, model).values()))
        if turning:
            break
    model = replace(model, spec=spec.fingerprint(), cap=cap)
    return _Strained(spec, model, int((carriers > cap).sum()), turning)


def _online(records: Sequence[Made], types: Any, batch: int) -> None:
    known = 0
    for start in range(0, len(records), batch):
        put(records[start : start + batch], types)
        resolve_all(batch)
        if start > 2 * known + 100:
            known = start
            analyse()


def _worker(records: Sequence[Made], *, batch: int) -> None:
    _online(records, register(), batch)
    connections.close_all()


def _generic_in_the_middle(
    spec: MatchSpec, model: Model, records: Sequence[Made], types: Any, batch: int
) -> None:
    """Half of the records come under a rule set with another cap and no generic values, then the real one."""
    half = len(records) // 2
    put_in_force(spec, replace(model, cap=model.cap * 4, generic={}))
    _online(records[:half], types, batch)
    put_in_force(spec, model)
    rebuild(DOMAIN, actor=ACTOR, cause=CAUSE)
    _online(records[half:], types, batch)


def _gated(spec: MatchSpec, model: Model, records: Sequence[Made], types: Any, batch: int) -> int:
    """With state gates on, no merges in the budget of the day and all confirmed that stands halfway, let in
    the end all happen that is held; return how much was.
    """
    gates = StateGates(confirmed_margin=5_000, confirmed_split=True, merges_a_day=0)
    strict = replace(spec, state_gates=gates)
    put_in_force(strict, replace(model, spec=strict.fingerprint()))
    half = len(records) // 2
    _online(records[:half], types, batch)
    for code in GoldenRecord.objects.filter(status="live").values_list("code", flat=True):
        confirm(code, by=STEWARD)
    _online(records[half:], types, batch)
    released = 0
    while (hold := Hold.objects.filter(status=Hold.Status.OPEN).first()) is not None:
        release(hold.pk, by=STEWARD)
        resolve_all(batch)
        released += 1
    return released
