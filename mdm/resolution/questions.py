"""Possible matches between golden records: the likeliest are open questions, the rest is not queued.

Invariant: between two golden records stands at most one task that is not closed, and it stands exactly where
`matching.possible` finds a possible match that nobody has answered.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
from django.db import connection

from matching.blocking import Pairs
from matching.possible import possible_matches
from mdm.compliance import audit
from mdm.copying import array
from mdm.models import Hold, Membership, ReviewTask
from mdm.resolution.binding import Judgements
from mdm.resolution.held_changes import HeldChange
from mdm.resolution.recalling import recalled
from mdm.resolution.scope import Row, frame_of, rows_of
from mdm.resolution.settle import Refusal
from mdm.rulesets.active import ActiveRules

STANDING = (ReviewTask.Status.OPEN, ReviewTask.Status.UNQUEUED)


@dataclass(frozen=True, slots=True)
class Question:
    """A possible match of two golden records, named by the pair of their records that speaks most for it.

    weight: the mean over all pairs of their records. queued: people are asked; else it is only known.
    """

    left: int
    right: int
    kind: str
    weight: int
    probability: float
    gate: str
    queued: bool
    goldens: frozenset[int]
    hold: int | None = None


Crossing = tuple[int, int, int, int, int]
"""An edge between two golden records: left and right record, weight, golden record of each."""

INCIDENT = """
SELECT e.left_id, e.right_id, e.weight, l.golden_id, r.golden_id
FROM mdm_edge e
JOIN mdm_membership l ON l.record_id = e.left_id
JOIN mdm_membership r ON r.record_id = e.right_id
WHERE (e.left_id = ANY(%(ids)s::bigint[]) OR e.right_id = ANY(%(ids)s::bigint[]))
  AND l.golden_id <> r.golden_id
ORDER BY e.left_id, e.right_id
"""


# Who takes one into the queue meanwhile waits for us, or we for them.
ABOUT = """
SELECT id FROM mdm_reviewtask
WHERE domain = %(domain)s AND status = ANY(%(standing)s) AND kind <> %(overlay)s
  AND (left_id = ANY(%(ids)s::bigint[]) OR right_id = ANY(%(ids)s::bigint[]))
FOR NO KEY UPDATE
"""


def incident_pairs(record_ids: Sequence[int]) -> list[Crossing]:
    """Return the edges of these records that cross golden records."""
    with connection.cursor() as cursor:
        cursor.execute(INCIDENT, {"ids": array(record_ids)})
        return [(a, b, weight, one, other) for a, b, weight, one, other in cursor.fetchall()]


def ask(
    rules: ActiveRules,
    rows: Sequence[Row],
    refused: Sequence[Refusal],
    judgements: Judgements,
    holds: Sequence[HeldChange],
    *,
    joined: bool = True,
) -> None:
    """Bring the tasks about these records up to date, once their memberships and holds are written.

    joined: whether an edge may touch one of them.

    Where a hold stands between two golden records, it is the one question about them. What is outside of a
    canary is no question: it is answered for all at once, when the rules are put in force everywhere.
    """
    ids = [row.id for row in rows]
    held = _held(rules, rows, holds)
    asked = {question.goldens for question in held}
    found = questions_of(rules, incident_pairs(ids) if joined else [], rows, refused, judgements)
    held = [question for question in held if question.gate != Hold.Gate.CANARY]
    wanted = [*held, *(one for one in found if one.goldens not in asked)]
    # Nobody was ever asked about a record that had no golden record yet.
    if wanted or any(row.golden_id is not None for row in rows):
        write_questions(rules.domain, ids, wanted)


def _held(rules: ActiveRules, rows: Sequence[Row], holds: Sequence[HeldChange]) -> list[Question]:
    """Return the question about each hold, named by a pair of records of its own: the most senior of both
    sides or parts that names no older hold.
    """
    active = {row.id for row in rows if row.active} if holds else set()
    golden_of = _golden_of([one for hold in holds for one in (*hold.left, *hold.right) if one in active])
    questions: dict[tuple[int, int], Question] = {}
    for hold in sorted(holds, key=lambda one: one.id or 0):
        first = next(_pairs_of(hold, active))
        left, right = next((pair for pair in _pairs_of(hold, active) if pair not in questions), first)
        questions[left, right] = Question(
            left,
            right,
            ReviewTask.Kind.HOLD,
            hold.weight,
            rules.model.probability(hold.weight),
            hold.gate,
            queued=True,
            goldens=frozenset((golden_of[left], golden_of[right])),
            hold=hold.id,
        )
    return list(questions.values())


def _pairs_of(hold: HeldChange, active: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of active records that may name a hold, most senior first."""
    sides = [sorted(set(side).intersection(active)) for side in (hold.sides if hold.right else hold.parts)]
    if sum(map(bool, sides)) < 2:  # the parts that were wanted are gone: any two that it keeps together
        yield from combinations(sorted(set(hold.left).intersection(active)), 2)
    for one, other in combinations(sides, 2):
        yield from ((min(pair), max(pair)) for pair in product(one, other))


def _golden_of(record_ids: Sequence[int]) -> dict[int, int]:
    if not record_ids:
        return {}
    rows = Membership.objects.filter(pk__in=record_ids, golden__isnull=False)
    return {record: golden for record, golden in rows.values_list("record_id", "golden_id") if golden}


def questions_of(
    rules: ActiveRules,
    crossing: Sequence[Crossing],
    at_hand: Sequence[Row],
    refused: Sequence[Refusal],
    judgements: Judgements,
) -> list[Question]:
    """Return one question for each two golden records that may be one; none where a person said "not the
    same".

    at_hand: rows that need not be read again.
    """
    if not crossing:
        return []
    golden_of = _active_members({golden for pair in crossing for golden in pair[3:]})
    crossing = [pair for pair in crossing if pair[0] in golden_of and pair[1] in golden_of]
    known = {row.id: row for row in at_hand if row.id in golden_of}
    known |= {row.id: row for row in rows_of(golden_of.keys() - known.keys())}
    rows = [known[record_id] for record_id in sorted(golden_of)]
    place = {row.id: number for number, row in enumerate(rows)}
    goldens = sorted(set(golden_of.values()))
    label = {golden: number for number, golden in enumerate(goldens)}
    found = possible_matches(
        frame_of(rules, rows),
        rules.spec,
        rules.model,
        Pairs(
            np.array([place[pair[0]] for pair in crossing], dtype=np.int32),
            np.array([place[pair[1]] for pair in crossing], dtype=np.int32),
            np.zeros(len(crossing), dtype=np.uint64),
        ),
        np.array([pair[2] for pair in crossing], dtype=np.int64),
        np.array([label[golden_of[row.id]] for row in rows], dtype=np.int32),
    )
    settled = judgements.answered(golden_of, {pair[3:] for pair in crossing})
    gates = _gates(refused)
    questions = []
    for at, mean, veto, queued in zip(
        found.place.tolist(),
        found.mean.tolist(),
        found.vetoes,
        found.asked(rules.model).tolist(),
        strict=True,
    ):
        left, right, _, one, other = crossing[at]
        if (one, other) in settled:
            continue
        gate = veto or gates.get((left, right), "")
        kind = ReviewTask.Kind.REFUSED_MERGE if gate else ReviewTask.Kind.POSSIBLE_MATCH
        questions.append(
            Question(
                left, right, kind, mean, rules.model.probability(mean), gate, queued, frozenset((one, other))
            )
        )
    return questions


def _gates(refused: Sequence[Refusal]) -> dict[tuple[int, int], str]:
    """Return the gate that kept the groups of two records apart."""
    return {
        (min(left, right), max(left, right)): refusal.gate
        for refusal in refused
        for left in refusal.left
        for right in refusal.right
    }


def _active_members(goldens: Collection[int]) -> dict[int, int]:
    """Return record -> golden record, of the active records of these golden records."""
    members = Membership.objects.filter(golden__in=goldens, record__status="active")
    return {record: golden for record, golden in members.values_list("record_id", "golden_id") if golden}


def write_questions(domain: str, record_ids: Sequence[int], questions: Sequence[Question]) -> None:
    """Make the standing tasks about these records exactly the questions: new ones stand, pointless ones
    become obsolete.

    What a person took into the queue stays there, also where another pair names it from now on.
    """
    now = audit.current().at
    about = {(task.left_id, task.right_id): task for task in _standing(domain, record_ids)}
    wanted = {(question.left, question.right): question for question in questions}
    if not about and not wanted:
        return
    gone = [task for pair, task in about.items() if pair not in wanted]
    taken = _taken([task for task in gone if task.queued_by])
    if gone:
        ReviewTask.objects.filter(pk__in=[task.pk for task in gone]).update(
            status=ReviewTask.Status.OBSOLETE, closed_at=now
        )
    for pair, task in about.items():
        if (question := wanted.get(pair)) is not None:
            _renew(task, question)
    fresh = [question for pair, question in wanted.items() if pair not in about]
    details = recalled(domain, [(one.goldens, one.weight, ReviewTask.Kind(one.kind)) for one in fresh])
    ReviewTask.objects.bulk_create(
        [
            ReviewTask(
                domain=domain,
                kind=question.kind,
                status=_status(question, taken.get(question.goldens, "")),
                left_id=question.left,
                right_id=question.right,
                weight=question.weight,
                probability=question.probability,
                gate=question.gate,
                hold_id=question.hold,
                queued_by=taken.get(question.goldens, ""),
                detail=detail,
                created_at=now,
            )
            for question, detail in zip(fresh, details, strict=True)
        ],
        batch_size=2000,
    )


def _standing(domain: str, record_ids: Sequence[int]) -> list[ReviewTask]:
    """Lock and return the tasks about these records that are not closed; overlays are asked by others."""
    parameters: dict[str, Any] = {
        "domain": domain,
        "standing": list(map(str, STANDING)),
        "overlay": str(ReviewTask.Kind.OVERLAY),
        "ids": array(record_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, parameters)
        found = [number for (number,) in cursor.fetchall()]
    return list(ReviewTask.objects.filter(pk__in=found).order_by("pk")) if found else []


def _status(question: Question, queued_by: str) -> ReviewTask.Status:
    return ReviewTask.Status.OPEN if question.queued or queued_by else ReviewTask.Status.UNQUEUED


def _renew(task: ReviewTask, question: Question) -> None:
    """Write what has changed of a question that still stands."""
    status = _status(question, task.queued_by)
    said = (question.weight, question.gate, question.kind, status, question.hold)
    if (task.weight, task.gate, task.kind, task.status, task.hold_id) != said:
        task.weight, task.gate, task.kind, task.status, task.hold_id = said
        task.probability = question.probability
        task.save(update_fields=["weight", "gate", "kind", "status", "hold", "probability"])


def _taken(tasks: Sequence[ReviewTask]) -> Mapping[frozenset[int], str]:
    """Return who took into the queue what stood between two golden records of now."""
    if not tasks:
        return {}
    ids = {record_id for task in tasks for record_id in (task.left_id, task.right_id)}
    golden_of = dict(Membership.objects.filter(pk__in=ids).values_list("record_id", "golden_id"))
    return {
        frozenset((golden_of[task.left_id], golden_of[task.right_id])): task.queued_by
        for task in tasks
        if golden_of.get(task.left_id) and golden_of.get(task.right_id)
    }
