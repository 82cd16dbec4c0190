"""A canary: rules in force for a part of a domain, the rest held as it is; then for more, for all, or back.

Each step is a draft that a second person puts in force, because a rule set is immutable once it is active.
"""

from __future__ import annotations

from dataclasses import replace

from matching.spec import Canary, MatchSpec
from mdm.models import Hold, RuleSet
from mdm.rulesets.active import parsed
from mdm.rulesets.drafts import DraftRefused, propose


def narrowed(
    domain: str, number: int, canary: Canary | None, *, actor: str, reason: str, user_id: int | None = None
) -> RuleSet:
    """Draft a rule set that says what another one says, for this part of the domain only; None: for all.

    Raises LookupError for a rule set that there is not, DraftRefused where nothing would differ.
    """
    row = RuleSet.objects.filter(domain=domain, number=number).first()
    if row is None:
        raise LookupError(f"There is no {domain} rule set {number}.")
    rules = parsed(row.pk)
    spec = replace(rules.spec, state_gates=replace(rules.spec.state_gates, canary=canary))
    if row.status == RuleSet.Status.ACTIVE and spec == rules.spec:
        raise DraftRefused(f"The {row} is in force for that part already.")
    return _drafted(row, spec, actor, reason, user_id)


def withdrawn(domain: str, *, actor: str, reason: str, user_id: int | None = None) -> RuleSet:
    """Draft the rules that were in force for all before the canary that is in force now.

    Raises DraftRefused where no canary is in force, or nothing was before it.
    """
    now = RuleSet.objects.filter(domain=domain, status=RuleSet.Status.ACTIVE).first()
    if now is None or parsed(now.pk).spec.state_gates.canary is None:
        raise DraftRefused(f"No canary of domain {domain} is in force.")
    retired = RuleSet.objects.filter(domain=domain, status=RuleSet.Status.RETIRED).order_by("-activated_at")
    former = next((row for row in retired if parsed(row.pk).spec.state_gates.canary is None), None)
    if former is None:
        raise DraftRefused(f"The {now} is the first of its domain: there are no rules to go back to.")
    return _drafted(former, parsed(former.pk).spec, actor, reason, user_id)


def held_back(domain: str) -> int:
    """Return how many changes the canary in force holds back."""
    return Hold.objects.filter(domain=domain, gate=Hold.Gate.CANARY, status=Hold.Status.OPEN).count()


def _drafted(row: RuleSet, spec: MatchSpec, actor: str, reason: str, user_id: int | None) -> RuleSet:
    rules = parsed(row.pk)
    return propose(
        row.domain,
        spec=spec,
        model=replace(rules.model, spec=spec.fingerprint()),
        survivorship=rules.survivorship,
        code_lists=rules.code_lists,
        actor=actor,
        reason=reason,
        user_id=user_id,
    )
