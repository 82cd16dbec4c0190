"""Holds as resolution takes them: what may not merge, or not part, until it is decided or released."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

from django.db import connection

from mdm.models import Hold

HOLDS = """
SELECT status, gate, left_records, right_records, id, weight, parts::text FROM mdm_hold
WHERE status IN ('open', 'released') AND domain = %s {about} ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A hold between records: none of `left` meets one of `right`; without `right`, `left` stays together.

    id: of the stored hold; None for one that is not written yet. weight: the mean between what would merge
    or part, in 1/1000 bit. parts: of a split, as it was wanted.
    """

    gate: str
    left: tuple[int, ...]
    right: tuple[int, ...] = ()
    id: int | None = None
    weight: int = 0
    parts: tuple[tuple[int, ...], ...] = ()

    @property
    def sides(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What is held, whatever the gate."""
        return (self.left, self.right)

    @property
    def ties(self) -> tuple[tuple[int, int], ...]:
        """The links of a hold that keeps records together."""
        return () if self.right else tuple(pairwise(self.left))

    def inside(self, records: Collection[int]) -> "HeldChange | None":
        """Return what the hold says of these records; None where it says nothing."""
        left = tuple(one for one in self.left if one in records)
        right = tuple(one for one in self.right if one in records)
        says = bool(left and right) if self.right else len(left) > 1
        return replace(self, left=left, right=right) if says else None


def holds_of(
    domain: str, record_ids: list[int] | None = None
) -> tuple[tuple[HeldChange, ...], tuple[HeldChange, ...]]:
    """Return the open and the released holds of a domain, or those that name any of these records."""
    about, parameters = "", [domain]
    if record_ids is not None:
        about = "AND (left_records && %s::bigint[] OR right_records && %s::bigint[])"
        parameters += [record_ids, record_ids]  # type: ignore[list-item]
    with connection.cursor() as cursor:
        cursor.execute(HOLDS.format(about=about), parameters)
        found = [(row[0], _held(*row[1:])) for row in cursor.fetchall()]
    open_ones = tuple(hold for status, hold in found if status == Hold.Status.OPEN)
    return open_ones, tuple(hold for status, hold in found if status == Hold.Status.RELEASED)


def _held(gate: str, left: list[int], right: list[int], number: int, weight: int, parts: str) -> HeldChange:
    cut = tuple(tuple(part) for part in json.loads(parts))
    return HeldChange(gate, tuple(left), tuple(right), number, weight, cut)
