"""How many decisions people make a day: it sets where questions begin, in a rule set like all else.

With N decisions a day and a backlog that may take D days to clear, at most N x D questions wait: the
likeliest. What lies below stays a possible match that is not queued, counted and found by search.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Q, QuerySet

from matching.admissibility import EXCLUSIVE, KIND
from matching.capacity import allowed, review_weight_for
from mdm.models import ReviewTask, RuleSet, SourceRecord
from mdm.rulesets.active import in_force
from mdm.rulesets.drafts import propose

VETOED = Q(gate=KIND) | Q(gate__startswith=EXCLUSIVE)


@dataclass(frozen=True)
class Backlog:
    """What waits in a domain: questions in the queue, possible matches that are not, and the threshold.

    vetoed: of the unqueued, those that a contradiction keeps apart. Weights are in 1/1000 bit.
    """

    domain: str
    rule_set: int
    queued: int
    unqueued: int
    vetoed: int
    review_weight: int
    possible_weight: int
    decisions_a_day: int | None
    days_to_clear: int

    @property
    def days(self) -> float | None:
        """Days that the queue takes at the capacity stated; None where none is."""
        return self.queued / self.decisions_a_day if self.decisions_a_day else None


def backlog(domain: str) -> Backlog:
    """Return what waits in a domain; raises LookupError without a rule set in force."""
    rules = in_force(domain)
    tasks = ReviewTask.objects.filter(domain=domain)
    unqueued = tasks.filter(status=ReviewTask.Status.UNQUEUED)
    return Backlog(
        domain,
        rules.number,
        tasks.filter(status=ReviewTask.Status.OPEN).count(),
        unqueued.count(),
        unqueued.filter(VETOED).count(),
        rules.model.review_weight,
        rules.model.possible_from,
        rules.spec.aims.decisions_a_day,
        rules.spec.aims.days_to_clear,
    )


def propose_capacity(
    domain: str,
    *,
    decisions_a_day: int | None,
    days_to_clear: int,
    actor: str,
    reason: str,
    user_id: int | None = None,
) -> RuleSet:
    """Draft the rule set in force with this capacity and the review weight that follows from what stands now.

    decisions_a_day None: as many questions per 100 records as the domain declares. Somebody else puts it in
    force. Raises LookupError without a rule set in force, ValueError for numbers below one.
    """
    if min(1 if decisions_a_day is None else decisions_a_day, days_to_clear) < 1:
        raise ValueError("A capacity is one decision a day or more, and a backlog one day or more.")
    rules = in_force(domain)
    aims = replace(rules.spec.aims, decisions_a_day=decisions_a_day, days_to_clear=days_to_clear)
    spec = replace(rules.spec, aims=aims)
    records = SourceRecord.objects.filter(domain=domain, status="active").count()
    standing = _asked_by_weight(domain)
    by_rule = standing.filter(status=ReviewTask.Status.OPEN, weight__lt=rules.model.review_weight).count()
    weight = review_weight_for(
        np.array(standing.values_list("weight", flat=True), dtype=np.int64),
        rules.model.possible_from,
        allowed(aims, records) - by_rule,
    )
    model = replace(
        rules.model,
        spec=spec.fingerprint(),
        review_weight=weight,
        possible_weight=rules.model.possible_from,
    )
    return propose(
        domain,
        spec=spec,
        model=model,
        survivorship=rules.survivorship,
        actor=actor,
        reason=reason,
        user_id=user_id,
    )


def _asked_by_weight(domain: str) -> QuerySet[ReviewTask]:
    """Return the possible matches that their weight alone queues or not: none that a person took in."""
    standing = (ReviewTask.Status.OPEN, ReviewTask.Status.UNQUEUED)
    return ReviewTask.objects.filter(domain=domain, status__in=standing, queued_by="").exclude(VETOED)
