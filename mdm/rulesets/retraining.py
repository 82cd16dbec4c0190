"""New data means a new model, and a new model is a proposal: nothing in force ever changes by itself."""

from __future__ import annotations

from dataclasses import replace

from mdm import domains
from mdm.models import RuleSet
from mdm.resolution import bulk
from mdm.rulesets.activate import LEAST_TO_TRAIN, learned
from mdm.rulesets.active import in_force
from mdm.rulesets.drafts import propose


def propose_retrained(
    domain: str,
    *,
    actor: str,
    reason: str,
    user_id: int | None = None,
    least: int = LEAST_TO_TRAIN,
) -> RuleSet:
    """Draft a rule set whose model is learned from the active records of today.

    Frequencies, generic values, parameters and thresholds are learned anew. People's decisions about
    combinations stay, as far as the domain still has the comparisons they name, and so does the capacity
    that they stated. Raises LookupError without a rule set in force, ValueError when there are fewer than
    `least` records to learn from.
    """
    before, declared = in_force(domain), domains.get(domain)
    stated = before.spec.aims
    aims = replace(
        declared.match_spec.aims,
        decisions_a_day=stated.decisions_a_day,
        days_to_clear=stated.days_to_clear,
    )
    spec = replace(declared.match_spec, aims=aims)
    ground = bulk.ground_of(spec, domain)
    if len(ground.active) < least:
        raise ValueError(
            f"The domain {domain} has {len(ground.active):,} active records;"
            f" a model is learned from {least:,} or more."
        )
    known = {comparison.name for comparison in spec.comparisons}
    kept = tuple(rule for rule in before.model.combinations if {name for name, _ in rule.outcomes} <= known)
    model, _ = learned(spec, ground)
    return propose(
        domain,
        spec=spec,
        model=replace(model, combinations=kept),
        survivorship=before.survivorship,
        actor=actor,
        reason=reason,
        user_id=user_id,
    )
