"""Checks that find and weigh again what resolution found and weighed: keys, edges, partition; on request."""

from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connection

from matching.blocking import BlockingKeys, frame_pairs, pack
from matching.frame import Frame
from matching.frame_texts import row_texts
from matching.generic_values import counted, with_generic
from matching.scoring import score
from mdm import domains
from mdm.compliance.proof.check import Broken, Check
from mdm.models import ClosedKey, Judgement, StandardisedRecord
from mdm.resolution import binding, scope
from mdm.resolution.domain_keys import keys_of, with_carried
from mdm.resolution.settle import Links, group
from mdm.resolution.verdicts import records_named
from mdm.rulesets.active import ActiveRules, active

Named = set[tuple[int, int, int]]
"""Record id, key, blocking rule."""

# A key closes when one of those who brought it over its cap is resolved: until then the pairs stand that it
# found before.
STANDING = """
WITH brought AS MATERIALIZED (
  SELECT DISTINCT b.key, (%(caps)s::int[])[b.rule + 1] AS cap
  FROM mdm_membership m JOIN mdm_blockingkey b USING (record_id)
  WHERE m.due AND b.domain = %(domain)s AND b.rule >= 0
    AND NOT EXISTS (SELECT FROM mdm_closedkey k
                    WHERE k.domain = %(domain)s AND k.key = b.key AND (k.closed OR k.generic))
), closing AS MATERIALIZED (
  SELECT key FROM brought
  WHERE cap < (SELECT count(*) FROM (
          SELECT FROM mdm_blockingkey b WHERE b.key = brought.key LIMIT cap + 1
        ) AS seen)
), calm AS MATERIALIZED (
  SELECT b.record_id, b.key
  FROM closing JOIN mdm_blockingkey b USING (key) JOIN mdm_membership m USING (record_id)
  WHERE NOT m.due
)
SELECT DISTINCT e.left_id, e.right_id
FROM calm AS one JOIN mdm_edge e ON e.left_id = one.record_id
JOIN calm AS other ON other.record_id = e.right_id AND other.key = one.key
"""


def _keys() -> Iterator[Broken]:
    """Compute all keys again; finer ones must stand beside closed keys, and may beside others."""
    for rules, rows, _ in _all_active():
        frame = scope.frame_of(rules, rows)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT record_id, key, rule FROM mdm_blockingkey WHERE domain = %s", [rules.domain]
            )
            stored = set(cursor.fetchall())
        closed = ClosedKey.objects.filter(domain=rules.domain, closed=True).values_list("key", flat=True)
        waiting = {row.id for row in rows if row.due}
        plain, needed, possible = (
            _named_keys(
                rows,
                with_carried(
                    rules, frame, keys_of(rules.domain, frame, rules.spec, rules.weighing, closed=among)
                ),
            )
            for among in ((), list(closed), None)
        )
        least, most = _while_they_turn(rules, rows, frame, waiting) or (plain, possible)
        lacking = {one for one in plain - stored if one[0] not in waiting or one in least}
        lacking |= {one for one in needed - stored if one[0] not in waiting}
        strange = {one for one in stored - possible if one[0] not in waiting or one not in most}
        for record_id in sorted({one[0] for one in lacking | strange}):
            missing = sum(one[0] == record_id for one in lacking)
            extra = sum(one[0] == record_id for one in strange)
            yield Broken(
                record_id, f"lacks {missing} of its blocking keys and has {extra} that are not its own."
            )


def _standardised() -> Iterator[Broken]:
    """Read all records again and compare what is kept of what they say."""
    for rules, rows, _ in _all_active():
        read = dict(
            zip([row.id for row in rows], row_texts(scope.frame_of(rules, rows), rules.spec), strict=True)
        )
        stored = StandardisedRecord.objects.filter(domain=rules.domain).values_list("record_id", "said")
        for record_id, said in stored.order_by("record_id"):
            if said != read.get(record_id, said):
                yield Broken(record_id, "says something else for matching than what is kept of it.")


def _while_they_turn(
    rules: ActiveRules, rows: Sequence[scope.Row], frame: Frame, waiting: set[int]
) -> tuple[Named, Named] | None:
    """Return the keys that records have, and may have, while values that they carry become generic, or cease
    to be; None where no value does.
    """
    turning: dict[str, set[str]] = {}
    for one in ClosedKey.objects.filter(domain=rules.domain).exclude(value=""):
        turning.setdefault(one.of_column, set()).add(one.value)
    if not turning or not waiting:
        return None
    values = {column: frozenset(some) for column, some in turning.items()}
    least = keys_of(rules.domain, frame, rules.spec, with_generic(rules.model, values), closed=())
    most = keys_of(rules.domain, frame, rules.spec, rules.model, closed=None)
    return _named_keys(rows, least), _named_keys(rows, with_carried(rules.counting(values), frame, most))


def _generic() -> Iterator[Broken]:
    """Count again how many names share each value, where nothing waits."""
    for rules, rows, going in _all_active():
        if rules.spec.generic is None or going or any(row.due for row in rows):
            continue
        expected = counted(scope.frame_of(rules, rows), rules.spec, rules.model)
        found = {(column, value) for column, values in expected.items() for value in values}
        generic = ClosedKey.objects.filter(domain=rules.domain, generic=True)
        stored = set(generic.values_list("of_column", "value"))
        for column, value in sorted(stored ^ found):
            yield Broken(
                f"{rules.domain}, {column} {value},",
                "is shared by too many names, but counts as evidence."
                if (column, value) in found
                else "counts as generic, but too few names share it.",
            )


def _named_keys(rows: Sequence[scope.Row], found: BlockingKeys) -> Named:
    places, keys, rules = found.rows.tolist(), found.keys.tolist(), found.rules.tolist()
    return {(rows[row].id, key, rule) for row, key, rule in zip(places, keys, rules, strict=True)}


def _edges() -> Iterator[Broken]:
    for rules, rows, going in _all_active():
        expected = {(left, right): weight for left, right, weight in _scored(rules, rows)}
        waiting = {row.id for row in (*rows, *going) if row.due}
        with connection.cursor() as cursor:
            cursor.execute("SELECT left_id, right_id, weight FROM mdm_edge WHERE domain = %s", [rules.domain])
            stored = {(left, right): weight for left, right, weight in cursor}
        for left, right in sorted(expected.keys() | stored.keys()):
            if not waiting & {left, right} and expected.get((left, right)) != stored.get((left, right)):
                yield Broken(
                    left,
                    f"and record {right} have a stored edge of weight {stored.get((left, right), 'none')};"
                    f" scored anew it is {expected.get((left, right), 'none')}.",
                )


def _partition() -> Iterator[Broken]:
    """Compute the partition of all accepted records from nothing, and compare clusters of calm records."""
    for rules, rows, going in _all_active():
        place = {row.id: number for number, row in enumerate(rows)}
        strong = [edge for edge in _scored(rules, rows) if edge[2] >= rules.model.link_weight]
        links = Links(
            left=np.array([place[left] for left, _, _ in strong], dtype=np.int32),
            right=np.array([place[right] for _, right, _ in strong], dtype=np.int32),
            weight=np.array([weight for _, _, weight in strong], dtype=np.int64),
        )
        judgements = binding.judgements_of(rules.domain)
        over = Judgement.objects.filter(pk__in=judgements.over)
        waiting = {row.id for row in (*rows, *going) if row.due} | records_named(over)
        grouping = group(rules, rows, links, judgements)
        stored: dict[int | None, set[int]] = {}
        for row in (*rows, *going):
            stored.setdefault(row.golden_id, set()).add(row.id)
        # Who waits may be what holds others of its component together, or apart.
        stirred = {row.component_id for row in (*rows, *going) if row.id in waiting}
        reached = {grouping.component_of[one] for one in waiting if one in place}
        for members in grouping.groups:
            first = rows[place[members[0]]]
            if stirred & {rows[place[one]].component_id for one in members}:
                continue
            if grouping.component_of[members[0]] in reached:
                continue
            if stored[first.golden_id] != set(members):
                yield Broken(
                    first.id, f"belongs with records {members}, but is stored with {stored[first.golden_id]}."
                )


def _all_active() -> Iterator[tuple[ActiveRules, list[scope.Row], list[scope.Row]]]:
    """Yield the rules of each domain, its active records, and those that are going: their edges and clusters
    are of what they were until they are resolved.
    """
    for code in sorted(domains.registered()):
        rules = active(code)
        if rules is not None:
            rows = scope.rows_in_domain(code)
            here = [row for row in rows if row.active]
            yield rules, here, [row for row in rows if row.due and not row.active]


def _scored(rules: ActiveRules, rows: list[scope.Row]) -> list[tuple[int, int, int]]:
    """Return (left id, right id, weight) of all candidate pairs that are kept, computed anew; with those that
    stand because nobody has seen yet that their key closes.
    """
    frame = scope.frame_of(rules, rows)
    pairs = frame_pairs(frame, rules.spec, rules.weighing)
    left, right = pairs.left, pairs.right
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"domain": rules.domain, "caps": list(rules.caps)})
        standing = cursor.fetchall()
    if standing:
        place = {row.id: number for number, row in enumerate(rows)}
        known = [(place[one], place[other]) for one, other in standing if {one, other} <= place.keys()]
        also = np.array(known, dtype=np.int32).reshape(-1, 2)
        also = also[~np.isin(pack(also[:, 0], also[:, 1]), pack(left, right))]
        left, right = np.concatenate([left, also[:, 0]]), np.concatenate([right, also[:, 1]])
    weights = score(frame, rules.spec, rules.weighing, left, right)
    return [
        (rows[one].id, rows[other].id, weight)
        for one, other, weight in zip(left.tolist(), right.tolist(), weights.tolist(), strict=True)
        if weight >= rules.model.kept_from
    ]


CHECKS = (
    Check(
        "generic-values",
        4,
        "Where nothing waits, the values generic by count are those that records of too many names carry.",
        "domain",
        _generic,
        deep=True,
    ),
    Check(
        "blocking-keys",
        4,
        "Every active record has exactly its own blocking keys.",
        "record",
        _keys,
        deep=True,
    ),
    Check(
        "standardised-values",
        4,
        "What is kept of a record for matching is what the record says.",
        "record",
        _standardised,
        deep=True,
    ),
    Check(
        "edges",
        4,
        "The stored edges are the candidate pairs from the review weight up, scored anew.",
        "record",
        _edges,
        deep=True,
    ),
    Check(
        "partition",
        4,
        "The clusters are the partition of all accepted records, computed from nothing.",
        "record",
        _partition,
        deep=True,
    ),
)
