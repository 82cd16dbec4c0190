"""From a trained model to the rule set in force."""

from dataclasses import replace

from matching.blocking import frame_pairs
from matching.capacity import allowed, labels_of, within_capacity
from matching.engines.local import cluster
from matching.model import Model, default_model
from matching.possible import possible_matches
from matching.scoring import score
from matching.spec import MatchSpec
from matching.training import train
from mdm import domains
from mdm.code_lists.lists import CodeLists
from mdm.compliance import audit
from mdm.models import RuleSet
from mdm.resolution import bulk
from mdm.resolution.apply import Settled
from mdm.resolution.locks import seize_domain
from mdm.rulesets.drafts import retire_active, write
from mdm.survivorship.rules import Survivorship

LEAST_TO_TRAIN = 500
"""Below so many active records EM has too little to learn from; the domain's default parameters are
better.
"""


def bootstrap(
    domain: str, *, actor: str, cause: str, progress: bulk.Progress = lambda stage: None
) -> Settled:
    """Give a domain without a rule set its first one, learned from what is accepted so far, and resolve
    everything.

    Raises RuntimeError when a rule set is already in force: a new one is a draft to be approved then.
    """
    with audit.entry(actor=actor, action="bootstrap", cause=cause):
        seize_domain(domain)
        if RuleSet.objects.filter(domain=domain, status=RuleSet.Status.ACTIVE).exists():
            raise RuntimeError(
                f"Domain {domain} has a rule set in force; draft a new one instead of bootstrapping."
            )
        declared = domains.get(domain)
        spec = declared.match_spec
        progress("reading")
        ground = bulk.ground_of(spec, domain)
        progress("learning")
        if len(ground.active) >= LEAST_TO_TRAIN:
            model, ground = learned(spec, ground)
        else:
            model = default_model(spec)
        activate(domain, spec=spec, model=model, survivorship=declared.survivorship, actor=actor)
        return bulk.rebuild(domain, actor=actor, cause=cause, ground=ground, progress=progress)


def learned(spec: MatchSpec, ground: bulk.Ground) -> tuple[Model, bulk.Ground]:
    """Return a model of these records whose questions people can keep up with, and the ground with the pairs
    that it weighed.
    """
    frame = ground.frame
    model = train(frame, spec)
    pairs = frame_pairs(frame, spec, model)
    weights = score(frame, spec, model, pairs.left, pairs.right)
    groups, _ = cluster(frame, spec, model, pairs, weights)
    found = possible_matches(frame, spec, model, pairs, weights, labels_of(groups))
    model = within_capacity(model, found, allowed(spec.aims, len(frame)))
    return model, replace(ground, pairs=pairs, weights=weights)


def activate(
    domain: str,
    *,
    spec: MatchSpec,
    model: Model,
    survivorship: Survivorship,
    actor: str,
    code_lists: CodeLists | None = None,
) -> RuleSet:
    """Put a new rule set in force and retire the one before; the caller rebuilds the domain in the same
    transaction.

    code_lists None: those that the domain declares.
    """
    seize_domain(domain)
    retire_active(domain)
    return write(
        domain,
        status=RuleSet.Status.ACTIVE,
        spec=spec,
        model=model,
        survivorship=survivorship,
        code_lists=domains.get(domain).code_lists if code_lists is None else code_lists,
        actor=actor,
    )
