"""Stable under growth: what was clustered among few records stays so among many, under frozen rules."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.engines.local import Resolution, resolve
from matching.model import Model
from matching.raw import Columns
from mdm.proving.people import CODE, SOURCES, ungated
from mdm.sandbox.population.people import Population, population

Say = Callable[[str], None]
Ints = NDArray[np.int64]

PATHS = {
    "kind": "kind",
    "given_name": "first_name",
    "middle_name": "middle_name",
    "family_name": "last_name",
    "birth_date": "birth_date",
    "emails": "email",
    "phones": "phone",
    **{f"billing_address.{name}": name for name in ("street", "house_number", "postcode", "city")},
}
"""Dotted path of the canonical attribute -> column of the made population; all are persons."""

RECORDS_A_PERSON = 1.33
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A first cluster that is another one after growth, and the pair of records that did it.

    what: "joined" another first cluster, or "parted". pair: the strongest edge between what the cluster was
    and what it met (record, record, weight); where it met nobody, the strongest that it had between its
    parts, whose keys too many carry by now. truly: whether it only joined records of its own people.
    """

    cluster: tuple[int, ...]
    what: str
    truly: bool
    pair: tuple[int, int, int] | None


def prove_stable(
    first: int = 100_000, last: int = 1_000_000, seed: int = 1, say: Say = print
) -> dict[str, Any]:
    """Return which share of the clusters of the first records stands when the others have come.

    Records that truly match may join. The rule set is learned from the first records and frozen. Changes are
    named by the edge behind them.
    """
    made = population(int(last / RECORDS_A_PERSON * 1.02), seed)
    last = min(last, len(made))
    before = _resolved(made, first, None)
    say(f"{first:,} records: {len(before.groups):,} clusters")
    after = _resolved(made, last, before.model)
    say(f"{last:,} records: {len(after.groups):,} clusters")
    changes = changes_between(before, after, made.person)
    for change in [one for one in changes if not one.truly][:SHOWN]:
        met = "nobody" if change.pair is None else "records {} and {} at {} millibit".format(*change.pair)
        say(f"{change.what}: records {change.cluster}, because of {met}")
    wrongly = sum(not change.truly for change in changes)
    return {
        "first": first,
        "last": last,
        "clusters": len(before.groups),
        "joined_truly": len(changes) - wrongly,
        "changed": wrongly,
        "unnamed": sum(change.pair is None for change in changes),
        "unchanged_share": round(1 - wrongly / len(before.groups), 6),
    }


def _resolved(made: Population, count: int, model: Model | None) -> Resolution:
    """Return the resolution of the first so many records."""
    columns = {name: pa.array(values[:count]).cast(pa.string()) for name, values in made.columns.items()}
    # What is missing is an empty text in the population.
    table = pa.table({**columns, "kind": pa.array(["person"] * count)})
    names = [(SOURCES[0], CODE, f"{row:08d}") for row in range(count)]
    return resolve(ungated(), Columns.of_table(table, PATHS), names, model=model)


def _rows(found: Resolution) -> Ints:
    """Return which record each row of the frame is."""
    return np.array([int(name[2]) for name in found.frame.names], dtype=np.int64)


def changes_between(before: Resolution, after: Resolution, person: Ints) -> list[Change]:
    """Return the clusters of `before` that are others in `after`, whose records go on the same numbers."""
    rows_before, rows_after = _rows(before), _rows(after)
    label = np.empty(len(rows_after), dtype=np.int64)
    label[rows_after] = after.labels()
    clusters = [tuple(sorted(rows_before[list(group)].tolist())) for group in before.groups]
    meeting: dict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        for now in set(label[list(cluster)].tolist()):
            meeting[now].append(number)
    touched = [
        number
        for number, cluster in enumerate(clusters)
        if len({*label[list(cluster)].tolist()}) > 1 or len(meeting[int(label[cluster[0]])]) > 1
    ]
    records = {record for number in touched for record in clusters[number]}
    strongest = _strongest(after, rows_after, label, records)
    label_before = np.empty(len(rows_before), dtype=np.int64)
    label_before[rows_before] = before.labels()
    former = _strongest(before, rows_before, label_before, records)
    return [
        _change(clusters, number, label, meeting, person, strongest) or _lost(clusters[number], label, former)
        for number in touched
    ]


Pairs = dict[int, list[tuple[int, int, int]]]


def _strongest(after: Resolution, rows: Ints, label: Ints, records: set[int]) -> Pairs:
    """Return record -> (weight, left, right) of its pairs inside its cluster, of these records only."""
    left, right = rows[after.pairs.left], rows[after.pairs.right]
    wanted = np.zeros(len(label), dtype=bool)
    wanted[list(records)] = True
    inside = np.flatnonzero((label[left] == label[right]) & (wanted[left] | wanted[right]))
    found: Pairs = defaultdict(list)
    for one, other, weight in zip(
        left[inside].tolist(), right[inside].tolist(), after.pairs.weights[inside].tolist(), strict=True
    ):
        found[one].append((weight, one, other))
        found[other].append((weight, one, other))
    return found


def _change(
    clusters: Sequence[tuple[int, ...]],
    number: int,
    label: Ints,
    meeting: dict[int, list[int]],
    person: Ints,
    strongest: Pairs,
) -> Change | None:
    """Return what became of a cluster that met somebody; None where it met nobody."""
    cluster = clusters[number]
    here, now = set(cluster), {*label[list(cluster)].tolist()}
    met = [clusters[other] for one in now for other in meeting[one] if other != number]
    people = {int(person[record]) for record in cluster}
    truly = len(now) == 1 and all(people & {int(person[record]) for record in other} for other in met)
    outward = [
        (weight, one, other)
        for record in cluster
        for weight, one, other in strongest.get(record, ())
        if one not in here or other not in here
    ]
    if not outward:
        return None
    weight, one, other = max(outward)
    return Change(cluster, "parted" if len(now) > 1 else "joined", truly, (one, other, weight))


def _lost(cluster: tuple[int, ...], label: Ints, former: Pairs) -> Change:
    """Return the parting of a cluster that met nobody, named by the edge that it had between its parts."""
    between = [
        (weight, one, other)
        for record in cluster
        for weight, one, other in former.get(record, ())
        if label[one] != label[other]
    ]
    weight, one, other = max(between) if between else (0, 0, 0)
    return Change(cluster, "parted", False, (one, other, weight) if between else None)
