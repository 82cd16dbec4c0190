"""Match tables without a service: records in, a plan, golden ids derived from members, and scored pairs
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from matching.comparing import compare, level_names
from matching.engines.local import Progress, Resolution, resolve
from matching.frame import RecordName, hash_order
from matching.generic import ColumnPlan, Plan, infer
from matching.model import MILLI, Model
from matching.spec import MatchSpec

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
ID_LENGTH = 13
CHUNK = 200_000

XREF_COLUMNS = ("source", "source_key", "golden_id")


@dataclass(frozen=True)
class Matched:
    """The plan that was followed and the resolution; rows() and pair_rows() are what the two files hold."""

    plan: Plan
    resolution: Resolution

    def golden_ids(self) -> tuple[str, ...]:
        """Return the golden id of every row of the resolution's frame."""
        names = self.resolution.frame.names
        found = [""] * len(names)
        for group in self.resolution.groups:
            golden_id = derived_id([names[row] for row in group])
            for row in group:
                found[row] = golden_id
        return tuple(found)

    def xref_rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield source, source key and golden id of every record, ordered by source and key."""
        ids = self.golden_ids()
        names = self.resolution.frame.names
        for row in sorted(range(len(names)), key=lambda row: names[row]):
            yield names[row][0], names[row][2], ids[row]

    def pair_columns(self) -> tuple[str, ...]:
        """Return the header of the pair rows."""
        compared = tuple(comparison.name for comparison in self.plan.spec.comparisons)
        return (
            "left_source",
            "left_key",
            "right_source",
            "right_key",
            "weight",
            "probability",
            "linked",
            *compared,
        )

    def pair_rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield each scored pair from the review weight up: names, weight in bits, probability, levels by
        name.

        The pairs stand by falling weight, then by names; the lower name of a pair stands left.
        """
        resolution = self.resolution
        frame, pairs, model, spec = resolution.frame, resolution.pairs, resolution.model, self.plan.spec
        labels = resolution.labels()
        names = frame.names
        ranks = np.empty(len(names), dtype=np.int64)
        ranks[sorted(range(len(names)), key=lambda row: names[row])] = np.arange(len(names))
        left = np.where(ranks[pairs.left] < ranks[pairs.right], pairs.left, pairs.right)
        right = np.where(ranks[pairs.left] < ranks[pairs.right], pairs.right, pairs.left)
        order = np.lexsort((ranks[right], ranks[left], -pairs.weights))
        shown = [level_names(comparison) for comparison in spec.comparisons]
        telling = frame.telling(model.generic)
        for start in range(0, len(order), CHUNK):
            at = order[start : start + CHUNK]
            levels = compare(telling, spec, dict(model.texts), left[at], right[at]).levels
            for place, row in zip(at.tolist(), levels.tolist(), strict=True):
                i, j, weight = int(left[place]), int(right[place]), int(pairs.weights[place])
                words = [shown[number][level] for number, level in enumerate(row)]
                ends = (names[i][0], names[i][2], names[j][0], names[j][2])
                chance = round(model.probability(weight), 6)
                yield (*ends, round(weight / MILLI, 3), chance, bool(labels[i] == labels[j]), *words)


def derived_id(names: Sequence[RecordName], letter: str = "M") -> str:
    """Return an id that follows from the members alone: equal for any order, chunk or thread count."""
    digest = blake2b(
        "\1".join(sorted("\0".join(name) for name in names)).encode("utf-8", "surrogatepass"), digest_size=9
    )
    number = int.from_bytes(digest.digest(), "big") >> (72 - 5 * ID_LENGTH)
    signs = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(ID_LENGTH)))
    return f"{letter}-{signs}"


def plan_of(spec: MatchSpec) -> Plan:
    """Return a declared spec as a plan: its columns with what they are compared and blocked by."""
    rows = []
    for column in spec.columns:
        kernels = tuple(entry.kernel for entry in spec.comparisons if entry.column == column.name)
        rules = tuple(
            rule.name for rule in spec.blocking if any(part.column == column.name for part in rule.parts)
        )
        why = f"declared by {spec.name}: {', '.join(column.inputs)}"
        rows.append(ColumnPlan(column.name, column.reading, ", ".join(kernels), rules, why))
    return Plan(spec, tuple(rows))


def match_records(
    records: Sequence[Mapping[str, Any]],
    names: Sequence[RecordName],
    *,
    spec: MatchSpec | None = None,
    model: Model | None = None,
    link_only: bool = False,
    one_to_one: bool | None = None,
    progress: Progress | None = None,
) -> Matched:
    """Return which records are one thing; without a spec the columns are inferred and the plan says how.

    The records are put into the order of their names' hashes first, so that nothing depends on the order
    given.
    one_to_one: None lets sources without duplicates of their own keep one record per group when linking
        only.
    """
    order = hash_order(names).tolist()
    ordered = [records[row] for row in order]
    plan = infer(ordered, links=link_only) if spec is None else plan_of(spec)
    resolution = resolve(
        plan.spec,
        ordered,
        [names[row] for row in order],
        model=model,
        link_only=link_only,
        one_to_one=one_to_one,
        progress=progress,
    )
    return Matched(plan, resolution)
