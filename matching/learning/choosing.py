"""Learn a model from judgements: several trainers compete on judgements they have not seen.

Each contender is fitted on four fifths of the judged pairs and tested on the rest, no record on both sides
(`Judged.folds`), its probabilities calibrated on other folds than they are tested on. The best one is taken
only when it beats the model without labels on those held-out pairs by more than two standard errors;
else the model stays, and a sentence says by what figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs, pack
from matching.comparing import compare
from matching.competition import undisputed
from matching.errors import MatchingError
from matching.frame import Frame
from matching.learning.calibrating import Sigmoid, f1, log_loss, platt, surprise
from matching.learning.deciding import Wrong, best_chance
from matching.learning.evidence import Evidence, gathered
from matching.learning.judged import FOLDS, LEAST_JUDGED, Judged
from matching.learning.learned import SCALE
from matching.learning.recalibrating import recalibrated
from matching.learning.trainers import TRAINERS
from matching.model import MILLI, Model, with_thresholds
from matching.scoring import score, unruled, without_learned
from matching.spec import MatchSpec

Bools = NDArray[np.bool_]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

LEAST_OF_EACH = 10
SURE_BY = 2.0
BACKGROUND = 20_000
ANCHORS, ANCHOR_BITS = 1.0, 10 * MILLI
EVEN = 0.5
AS_IT_IS, THRESHOLDS, RECALIBRATED = "without labels", "thresholds only", "recalibrated m and u"
CONTENDERS = (RECALIBRATED, *TRAINERS)


class TooFewJudgements(MatchingError):
    """Nothing can be learned from so few judgements; the message says how many are needed."""


@dataclass(frozen=True)
class Figure:
    """What one contender came to on held-out judgements: log loss in bits a pair, F1 at even odds."""

    name: str
    log_loss: float
    f1: float


@dataclass(frozen=True)
class Learning:
    """The model to go on with (the one given where learning was refused), why, and every figure."""

    model: Model
    accepted: bool
    chosen: str
    sentence: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Ground:
    """What all contenders learn on: judged pairs and a sample of the candidates, with their evidence."""

    frame: Frame
    spec: MatchSpec
    model: Model
    judged: Judged
    left: Ints
    right: Ints

    @cached_property
    def evidence(self) -> Evidence:
        """The evidence of the judged pairs."""
        return self._gathered(self.judged.left, self.judged.right)

    @cached_property
    def background(self) -> Evidence:
        """The evidence of the sampled candidates."""
        return self._gathered(self.left, self.right)

    def _gathered(self, left: Ints, right: Ints) -> Evidence:
        compared = compare(self.frame, self.spec, dict(self.model.texts), left, right)
        scored = without_learned(self.frame, self.spec, self.model, compared, left, right)
        return gathered(self.frame, self.spec, self.model, scored)

    def fitted(self, name: str, chosen: Bools) -> Model:
        """Return the model that a contender makes of the chosen judged pairs, not calibrated yet."""
        if name == RECALIBRATED:
            judged = self.judged.at(chosen)
            return recalibrated(self.frame, self.spec, self.model, judged, self.left, self.right)
        if name not in TRAINERS:
            return self.model
        sample, is_match = self._anchored(chosen)
        return replace(self.model, learned=TRAINERS[name](sample, is_match, self.background))

    def _anchored(self, chosen: Bools) -> tuple[Evidence, Bools]:
        """Return the evidence of the chosen pairs and of some that no one needs to ask about.

        Questions are about doubtful pairs; without the plain ones a classifier would guess there. They are
        spread evenly over the weights that lie far from the link weight.
        """
        weights = self.background.values[:, self.background.names.index("weight")]
        plain = np.flatnonzero(np.abs(weights - self.model.link_weight) >= ANCHOR_BITS)
        plain = plain[np.argsort(weights[plain], kind="stable")]
        wanted = min(len(plain), int(ANCHORS * int(chosen.sum())))
        plain = plain[np.linspace(0, len(plain) - 1, wanted).astype(np.int64)] if wanted else plain[:0]
        values = np.vstack([self.evidence.values[chosen], self.background.values[plain]])
        is_match = np.r_[self.judged.is_match[chosen], weights[plain] > self.model.link_weight]
        return Evidence(self.evidence.names, values), is_match

    def weights(self, model: Model, at: Bools) -> Longs:
        """Return the weights of the judged pairs `at` under a model."""
        if model.learned is not None:
            places = [self.evidence.names.index(name) for name in model.learned.features]
            return model.learned.weights(self.evidence.values[at][:, places])
        left, right = self.judged.left[at], self.judged.right[at]
        compared = compare(self.frame, self.spec, dict(model.texts), left, right)
        return unruled(self.frame, self.spec, model, compared, left, right)


def learn(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    judged: Judged,
    candidates: Pairs,
    *,
    one_to_one: bool = False,
    contenders: Sequence[str] = CONTENDERS,
    seed: int = 0,
) -> Learning:
    """Return the model that learned most from the judgements, or the one given with the reason for refusal.

    one_to_one: as the records will be resolved; thresholds then come from pairs that won. Raises
    TooFewJudgements below 50 judged pairs or 10 of either answer.
    """
    _refuse_too_few(judged)
    model.require(spec)
    ground = _ground(frame, spec, replace(model, learned=None), judged, candidates, seed)
    folds = judged.folds()
    before = ground.weights(ground.model, np.ones(len(judged), dtype=bool))
    own = np.array([model.probability(int(weight)) for weight in before])
    held_out = {name: _held_out(ground, name, folds) for name in (THRESHOLDS, *contenders)}
    chances = {AS_IT_IS: own} | {
        name: _calibrated(weights, judged.is_match, folds) for name, weights in held_out.items()
    }
    figures = {name: _figure(name, chance, judged.is_match) for name, chance in chances.items()}
    base = figures[AS_IT_IS]
    better = _better(chances, figures, judged.is_match)
    best = better or min((figures[name] for name in held_out), key=lambda entry: entry.log_loss)
    sentence = _sentence(best, base, len(judged), better is not None)
    if better is None:
        return Learning(model, False, AS_IT_IS, sentence, tuple(figures.values()))
    if one_to_one:
        found = _finished(ground, best.name, held_out[best.name], candidates)
    else:
        found, errors, before_errors = _clustered(ground, best.name, held_out[best.name], folds, candidates)
        sentence += (
            f" Clusters get {errors.all} of these judgements wrong ({errors.together} put together),"
            f" before {before_errors.all} ({before_errors.together})."
        )
        if errors.all > before_errors.all:
            return Learning(model, False, AS_IT_IS, f"Refused. {sentence}", tuple(figures.values()))
    training = {**model.training, "judged": len(judged), "learned": asdict(best), "before": asdict(base)}
    return Learning(replace(found, training=training), True, best.name, sentence, tuple(figures.values()))


def _figure(name: str, chance: Floats, is_match: Bools) -> Figure:
    return Figure(name, round(log_loss(chance, is_match), 4), round(f1(chance >= EVEN, is_match), 4))


def _better(chances: Mapping[str, Floats], figures: Mapping[str, Figure], is_match: Bools) -> Figure | None:
    """Return the best contender that is better than the model without labels by more than chance, or None.

    Thresholds alone must beat the model as it is; everything else must beat the model with such thresholds
    and not lose F1 against it, so that calibration is not taken for knowledge.
    """
    found = [
        figures[name]
        for name, chance in chances.items()
        if name not in (AS_IT_IS, THRESHOLDS)
        and figures[name].f1 >= figures[THRESHOLDS].f1
        and _surely_less(surprise(chance, is_match), surprise(chances[THRESHOLDS], is_match))
        and figures[name].log_loss < figures[AS_IT_IS].log_loss
    ]
    if found:
        return min(found, key=lambda entry: entry.log_loss)
    calibrated, plain = (surprise(chances[name], is_match) for name in (THRESHOLDS, AS_IT_IS))
    return figures[THRESHOLDS] if _surely_less(calibrated, plain) else None


def _surely_less(one: Floats, other: Floats) -> bool:
    """Tell whether the paired mean of `one` is lower by more than two standard errors."""
    less = other - one
    return float(less.mean()) > SURE_BY * float(less.std()) / math.sqrt(len(less))


def _refuse_too_few(judged: Judged) -> None:
    yes = int(judged.is_match.sum())
    no = len(judged) - yes
    if len(judged) < LEAST_JUDGED or min(yes, no) < LEAST_OF_EACH:
        raise TooFewJudgements(
            f"There are {len(judged)} judged pairs ({yes} same, {no} not the same); learning needs"
            f" {LEAST_JUDGED}, of either answer {LEAST_OF_EACH}: ask `next_questions` what to judge."
        )


def _sentence(best: Figure, base: Figure, judged: int, accepted: bool) -> str:
    figures = (
        f"on {judged} held-out judgements its log loss is {best.log_loss:.3f} bits and its F1 {best.f1:.3f},"
        f" that of the model without labels {base.log_loss:.3f} bits and {base.f1:.3f}."
    )
    if accepted:
        return f"Learned by {best.name}: {figures}"
    return f"Nothing was learned: the best contender is {best.name}, but {figures}"


def _ground(
    frame: Frame, spec: MatchSpec, model: Model, judged: Judged, candidates: Pairs, seed: int
) -> Ground:
    left, right = candidates.left, candidates.right
    if len(left) > BACKGROUND:
        chosen = np.sort(np.random.default_rng(seed).choice(len(left), BACKGROUND, replace=False))
        left, right = left[chosen], right[chosen]
    return Ground(frame.telling(model.generic), spec, model, judged, left, right)


def _held_out(ground: Ground, name: str, folds: Longs) -> Longs:
    """Return the weight of each judged pair under a model that was fitted without its fold."""
    found = np.zeros(len(folds), dtype=np.int64)
    for fold in range(FOLDS):
        test = folds == fold
        if test.any():
            found[test] = ground.weights(ground.fitted(name, ~test), test)
    return found


def _calibrated(weights: Longs, is_match: Bools, folds: Longs) -> NDArray[np.float64]:
    """Return the probability of each judged pair by a sigmoid that was fitted without its fold."""
    found = np.zeros(len(folds))
    for fold in range(FOLDS):
        test = folds == fold
        found[test] = platt(weights[~test], is_match[~test]).probability(weights[test])
    return found


def _calibrated_model(ground: Ground, model: Model, sigmoid: Sigmoid) -> Model:
    """Return the model with weights that mean log odds, and thresholds by its spec's aims."""
    if model.learned is None:
        return _at(model, ground.spec, sigmoid)
    slope, shift = round(SCALE * sigmoid.slope), round(MILLI * sigmoid.shift) - model.prior
    return with_thresholds(
        replace(model, learned=replace(model.learned, slope=slope, shift=shift)), ground.spec
    )


def _finished(ground: Ground, name: str, held_out: Longs, candidates: Pairs) -> Model:
    """Return the contender fitted on all judgements, with thresholds from judged pairs that won."""
    judged, spec = ground.judged, ground.spec
    sigmoid = platt(held_out, judged.is_match)
    model = _calibrated_model(ground, ground.fitted(name, np.ones(len(judged), dtype=bool)), sigmoid)
    if model.learned is not None:
        held_out = model.learned.shift + held_out * model.learned.slope // SCALE
    weights = score(ground.frame, spec, model, candidates.left, candidates.right)
    won = undisputed(candidates.left, candidates.right, weights, ground.frame.sources, ground.frame.names)
    winners = np.isin(judged.packed(), pack(candidates.left[won], candidates.right[won]))
    yes = int(judged.is_match[winners].sum())
    if min(yes, int(winners.sum()) - yes) < LEAST_OF_EACH // 2:
        return model
    # A pair that won is likelier a match than one of its weight at large.
    return _at(model, spec, platt(held_out[winners], judged.is_match[winners]), keep_prior=True)


def _clustered(
    ground: Ground, name: str, held_out: Longs, folds: Longs, candidates: Pairs
) -> tuple[Model, Wrong, Wrong]:
    """Return the contender fitted on all judgements with the link weight at which clusters are best.

    With it what clustering gets wrong of held-out judgements, and what it did before.
    """
    judged = ground.judged
    sigmoid = platt(held_out, judged.is_match)
    models = []
    for fold in range(FOLDS):
        unseen = folds == fold
        if unseen.any():
            models.append((_calibrated_model(ground, ground.fitted(name, ~unseen), sigmoid), unseen))
    chance, errors, before = best_chance(ground.frame, ground.spec, ground.model, models, candidates, judged)
    model = _calibrated_model(ground, ground.fitted(name, np.ones(len(judged), dtype=bool)), sigmoid)
    link = model.weight_at(chance)
    return replace(model, link_weight=link, review_weight=min(model.review_weight, link)), errors, before


def _at(model: Model, spec: MatchSpec, sigmoid: Sigmoid, *, keep_prior: bool = False) -> Model:
    """Return the model with the thresholds that the spec's aims mean by this sigmoid."""
    link = sigmoid.weight_at(spec.aims.link_probability)
    review = sigmoid.weight_at(min(spec.aims.review_probability, spec.aims.link_probability))
    at_link = np.log2(spec.aims.link_probability / (1.0 - spec.aims.link_probability))
    prior = model.prior if keep_prior else round(MILLI * float(at_link)) - link
    return replace(model, link_weight=link, review_weight=review, possible_weight=None, prior=prior)
