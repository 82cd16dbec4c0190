"""One portion of a first load: whole components without a past, settled and written out as lines to copy.

The same functions as in every settlement (mdm.resolution.apply), where nothing stands yet: no golden record,
no judgement, no hold, no override. Needs no database, so that a forked process can do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdm.copying import pieces
from mdm.models import AuditEntry
from mdm.publishing import outbox
from mdm.resolution.announce import events_of
from mdm.resolution.apply import placed
from mdm.resolution.binding import Judgements
from mdm.resolution.identify import identify
from mdm.resolution.scope import row_of
from mdm.resolution.settle import Links, Refusal, group
from mdm.resolution.values import values_of
from mdm.resolution.write import births, moves_of
from mdm.rulesets.active import ActiveRules

NOBODY = Judgements(must=(), cannot=(), by_rule=(), kept=frozenset())
NONE = -1
"""Stands for no golden record in an array."""


@dataclass(frozen=True)
class Context:
    """What all portions of a load share."""

    rules: ActiveRules
    entry: AuditEntry
    now: datetime


@dataclass(frozen=True)
class Portion:
    """Records as `scope.read_plainly` gives them, links by their places, numbers for new golden records."""

    read: Sequence[tuple[Any, ...]]
    links: Links
    numbers: Sequence[int]


@dataclass(frozen=True)
class Settlement:
    """A portion settled.

    goldens, events  lines to be copied.
    memberships      int64[records, 6] as `write.Moves.changed`, NONE for no golden record.
    born             int64[records, 2]: record and golden record of the cross-references.
    unused           numbers that were not needed.
    """

    goldens: list[str]
    events: list[str]
    memberships: NDArray[np.int64]
    born: NDArray[np.int64]
    refused: tuple[Refusal, ...]
    unused: list[int]
    count: int


def settled(context: Context, portion: Portion) -> Settlement:
    """Settle the components that the records of a portion make up."""
    rules, entry = context.rules, context.entry
    rows = [row_of(*columns) for columns in portion.read]
    grouping = group(rules, rows, portion.links, NOBODY)
    identities = identify(rows, grouping, NOBODY, live_elsewhere=(), confirmed=())
    count = len(identities.clusters)
    places, members_of, codes = placed(rules, rows, grouping, identities, {}, {}, portion.numbers[:count])
    values = values_of(rules, members_of, codes, entry.at.date())
    golden_of = {record_id: place.golden for record_id, place in places.items()}
    events = events_of(rules.domain, [row for row in rows if row.id in places], golden_of, values, {})
    moves = moves_of(rows, places, {row.id: row.due_version for row in rows})
    changed = [[NONE if number is None else number for number in one] for one in moves.changed]
    return Settlement(
        goldens=list(pieces(births(values, rules.domain, rules.rule_set_id, context.now))),
        events=list(outbox.written(events, entry)),
        memberships=np.array(changed, dtype=np.int64).reshape(-1, 6),
        born=np.array(moves.born, dtype=np.int64).reshape(-1, 2),
        refused=grouping.refused,
        unused=list(portion.numbers[count:]),
        count=count,
    )
