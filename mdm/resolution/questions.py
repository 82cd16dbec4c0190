"""Review tasks: one open question for each pair of golden records that the model neither links nor lets
go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from mdm.compliance import audit
from mdm.models import ReviewTask
from mdm.resolution.scope import Judgements


@dataclass(frozen=True, slots=True)
class Question:
    """A question about two golden records, named by the pair of their records that speaks most for a
    match.
    """

    left: int
    right: int
    kind: str
    weight: int
    probability: float
    gate: str = ""


INCIDENT = """
SELECT e.left_id, e.right_id, e.weight, l.golden_id, r.golden_id
FROM mdm_edge e
JOIN mdm_membership l ON l.record_id = e.left_id
JOIN mdm_membership r ON r.record_id = e.right_id
WHERE (e.left_id = ANY(%(ids)s) OR e.right_id = ANY(%(ids)s)) AND l.golden_id <> r.golden_id
"""


def incident_pairs(record_ids: Sequence[int]) -> list[tuple[int, int, int, int, int]]:
    """Return (left, right, weight, golden of left, golden of right) of the edges that cross golden
    records.
    """
    with connection.cursor() as cursor:
        cursor.execute(INCIDENT, {"ids": list(record_ids)})
        return [(a, b, weight, one, other) for a, b, weight, one, other in cursor.fetchall()]


def questions_of(
    pairs: Sequence[tuple[int, int, int, int, int]],
    refused: Mapping[tuple[int, int], str],
    judgements: Judgements,
    golden_of: Mapping[int, int],
    probability: Mapping[int, float],
) -> list[Question]:
    """Return one question for each pair of golden records: its best edge; none where a person said "not the
    same".

    refused: record pair -> the gate that kept their groups apart; probability: weight -> match probability.
    """
    settled = {
        frozenset((golden_of[left], golden_of[right]))
        for left, right in judgements.cannot
        if left in golden_of and right in golden_of
    }
    best: dict[frozenset[int], tuple[int, int, int]] = {}
    for left, right, weight, one, other in pairs:
        goldens = frozenset((one, other))
        if goldens not in settled and (goldens not in best or (weight, -left, -right) > best[goldens]):
            best[goldens] = (weight, -left, -right)
    found = []
    for weight, left, right in best.values():
        gate = refused.get((-left, -right), "")
        kind = ReviewTask.Kind.REFUSED_MERGE if gate else ReviewTask.Kind.POSSIBLE_MATCH
        found.append(Question(-left, -right, kind, weight, probability[weight], gate))
    return sorted(found, key=lambda question: (question.left, question.right))


def write_questions(domain: str, record_ids: Sequence[int], questions: Sequence[Question]) -> None:
    """Make the open tasks about these records exactly the questions: new ones open, pointless ones become
    obsolete.
    """
    now = audit.current().at
    ids = list(record_ids)
    open_tasks = ReviewTask.objects.filter(domain=domain, status=ReviewTask.Status.OPEN)
    about = {
        (task.left_id, task.right_id): task
        for task in [*open_tasks.filter(left__in=ids), *open_tasks.filter(right__in=ids)]
    }
    wanted = {(question.left, question.right): question for question in questions}
    gone = [task.pk for pair, task in about.items() if pair not in wanted]
    ReviewTask.objects.filter(pk__in=gone).update(status=ReviewTask.Status.OBSOLETE, closed_at=now)
    for pair, task in about.items():
        question = wanted.get(pair)
        if question and (task.weight, task.gate, task.kind) != (
            question.weight,
            question.gate,
            question.kind,
        ):
            task.weight, task.gate, task.kind = question.weight, question.gate, question.kind
            task.probability = question.probability
            task.save(update_fields=["weight", "gate", "kind", "probability"])
    ReviewTask.objects.bulk_create(
        [
            ReviewTask(
                domain=domain,
                kind=question.kind,
                left_id=question.left,
                right_id=question.right,
                weight=question.weight,
                probability=question.probability,
                gate=question.gate,
                created_at=now,
            )
            for pair, question in wanted.items()
            if pair not in about
        ],
        batch_size=2000,
    )
