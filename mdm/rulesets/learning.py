"""What stewards judged teaches the model, as a proposal; and what to ask them next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching.blocking import Pairs, frame_pairs
from matching.capacity import allowed, labels_of, within_capacity
from matching.engines.local import cluster
from matching.frame import Frame, in_name_order
from matching.learning.choosing import Learning, learn
from matching.learning.judged import Answer, Judged
from matching.learning.questions import Question, next_questions
from matching.possible import possible_matches
from matching.scoring import score
from mdm.models import Judgement, RuleSet, SourceRecord
from mdm.resolution import scope
from mdm.rulesets.active import ActiveRules, in_force
from mdm.rulesets.drafts import propose


@dataclass(frozen=True)
class Asked:
    """One pair of source records worth a steward's time; together: they are one golden record now."""

    left: scope.Row
    right: scope.Row
    together: bool
    question: Question


def answers(domain: str) -> list[Answer]:
    """Return what people judged and what is in force: pairs of record names, and whether they are one.

    Of lists taken apart every record is paired with the first of the other side.
    """
    kinds = (Judgement.Kind.MUST_LINK, Judgement.Kind.CANNOT_LINK, Judgement.Kind.APART)
    found = Judgement.objects.filter(
        domain=domain, rank=Judgement.Rank.HUMAN, withdrawn_at=None, kind__in=kinds
    ).order_by("pk")
    pairs = [(pair, row.kind == Judgement.Kind.MUST_LINK) for row in found for pair in _pairs(row)]
    records = SourceRecord.objects.select_related("object_type__source").in_bulk(
        {record for pair, _ in pairs for record in pair}
    )
    return [(_name(records[left]), _name(records[right]), same) for (left, right), same in pairs]


def _pairs(judgement: Judgement) -> list[tuple[int, int]]:
    assert judgement.right_id is not None  # a judgement of these kinds is about two sides
    if judgement.kind != Judgement.Kind.APART:
        return [(judgement.left_id, judgement.right_id)]
    lefts = [(one, judgement.right_id) for one in judgement.left_records]
    return lefts + [(judgement.left_id, one) for one in judgement.right_records if one != judgement.right_id]


def _name(record: SourceRecord) -> scope.RecordName:
    return (record.object_type.source.code, record.object_type.code, record.source_key)


def _ground(domain: str) -> tuple[ActiveRules, list[scope.Row], Frame, Pairs]:
    """Return the rules in force, the active records, their frame in name order and its candidates."""
    rules = in_force(domain)
    rows = [row for row in scope.rows_in_domain(domain) if row.active]
    frame = in_name_order(scope.frame_of(rules, rows))
    pairs = frame_pairs(frame, rules.spec, rules.model)
    return rules, rows, frame, pairs


def learned_from_judgements(domain: str) -> Learning:
    """Return what the judgements in force teach the model in force; nothing is written.

    Raises LookupError without a rule set in force, TooFewJudgements when there are too few.
    """
    rules, _, frame, pairs = _ground(domain)
    found = learn(frame, rules.spec, rules.model, Judged.named(frame, answers(domain)), pairs)
    if not found.accepted:
        return found
    weights = score(frame, rules.spec, found.model, pairs.left, pairs.right)
    groups, _ = cluster(frame, rules.spec, found.model, pairs, weights)
    possible = possible_matches(frame, rules.spec, found.model, pairs, weights, labels_of(groups))
    return replace(found, model=within_capacity(found.model, possible, allowed(rules.spec.aims, len(frame))))


def propose_learned(
    domain: str, *, actor: str, reason: str, user_id: int | None = None
) -> tuple[Learning, RuleSet | None]:
    """Draft a rule set whose model learned from the judgements in force; None where learning was refused.

    Somebody else puts it in force. Raises LookupError without a rule set in force, TooFewJudgements when
    there are too few.
    """
    found = learned_from_judgements(domain)
    if not found.accepted:
        return found, None
    rules = in_force(domain)
    drafted = propose(
        domain, spec=rules.spec, model=found.model, survivorship=rules.survivorship, actor=actor,
        reason=reason or found.sentence, user_id=user_id,
    )  # fmt: skip
    return found, drafted


def questions(domain: str, n: int) -> list[Asked]:
    """Return the n pairs of records whose answers would teach most, the best first."""
    rules, rows, frame, pairs = _ground(domain)
    weights = score(frame, rules.spec, rules.model, pairs.left, pairs.right)
    judged = Judged.named(frame, answers(domain))
    found = next_questions(frame, rules.spec, rules.model, pairs, weights, n, judged=judged)
    row_of = {row.name: row for row in rows}
    asked = []
    for question in found:
        left, right = row_of[frame.names[question.left]], row_of[frame.names[question.right]]
        together = left.golden_id is not None and left.golden_id == right.golden_id
        asked.append(Asked(left, right, together, question))
    return asked
