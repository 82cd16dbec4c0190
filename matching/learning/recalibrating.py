"""m and u corrected by judgements: one step of EM in which judged pairs keep what people said.

Unjudged candidates count by the model's own probability, so that asking mostly about doubtful pairs does not
make doubt look typical; each judged pair counts `weight` times (a person's answer outweighs an estimate).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.blocking import pack
from matching.comparing import compare
from matching.frame import Frame
from matching.learning.evidence import Scored
from matching.learning.judged import Judged
from matching.model import MILLI, Model, parameters_from, with_thresholds
from matching.scoring import parent_classes, without_learned
from matching.spec import MatchSpec

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

WEIGHT = 3.0
"""How many unjudged pairs one judged pair counts."""
KEPT = 30.0
"""Pairs that the old m and u count for, in each class of each comparison."""


def recalibrated(
    frame: Frame, spec: MatchSpec, model: Model, judged: Judged, left: Ints, right: Ints,
    *, weight: float = WEIGHT,
) -> Model:  # fmt: skip
    """Return a model whose m, u and prior follow the candidates (left, right) and the judgements.

    Weights still ascend with the level; rules, frequencies and relations stay; the model given is unchanged.
    """
    frame = frame.telling(model.generic)
    other = ~np.isin(pack(left, right), judged.packed())
    left, right = np.r_[left[other], judged.left], np.r_[right[other], judged.right]
    compared = compare(frame, spec, dict(model.texts), left, right)
    scored = without_learned(frame, spec, model, compared, left, right)
    bits = np.clip((scored.total + model.prior) / MILLI, -60.0, 60.0)
    match = 1.0 / (1.0 + np.exp2(-bits))
    match[int(other.sum()) :] = judged.is_match
    counted = np.r_[np.ones(int(other.sum())), np.full(len(judged), weight)]
    # Of a pair that does not match, only so much is chance; the rest is what relations explain.
    chance = counted * (1.0 - match) * np.exp2(-scored.explained / MILLI)
    parameters = {}
    relations = [dict(entry.weights) for entry in model.relations]
    for place, comparison in enumerate(spec.comparisons):
        known = model.parameters[comparison.name]
        states = _states(spec, scored, place)
        m = _corrected(np.array(known.m), states, counted * match)
        u = _corrected(np.array(known.u), states, chance)
        found = parameters_from(comparison, m, u)
        parameters[comparison.name] = found
        moved = np.rint(MILLI * np.log2(np.array(known.u) / u)).astype(np.int64)
        for tables in relations:  # they are relative to u, and people said nothing about them
            table = np.array(tables[comparison.name])
            table[:, 1:] += moved[: len(table)]
            tables[comparison.name] = tuple(tuple(row) for row in table.tolist())
    yes, no = float(match.sum()), float((1.0 - match).sum())
    changed = replace(
        model,
        parameters=parameters,
        relations=tuple(
            replace(entry, weights=tables) for entry, tables in zip(model.relations, relations, strict=True)
        ),
        prior=round(MILLI * float(np.log2(max(yes, 1.0) / max(no, 1.0)))),
        learned=None,
    )
    return with_thresholds(changed, spec)


def _states(spec: MatchSpec, scored: Scored, place: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return class and level of each pair for one comparison."""
    comparison = spec.comparisons[place]
    return parent_classes(spec, scored.compared, comparison), scored.compared.levels[:, place]


def _corrected(known: Floats, states: tuple[NDArray[np.uint8], NDArray[np.uint8]], counted: Floats) -> Floats:
    """Return probabilities per class and level from counts added to what was known."""
    classes, levels = states
    classes = np.minimum(classes, len(known) - 1)
    table = KEPT * known / known.sum(axis=1, keepdims=True)
    told = levels > 0
    np.add.at(table, (classes[told], levels[told] - 1), counted[told])
    table = np.maximum(table, 1e-7)
    return np.asarray(table / table.sum(axis=1, keepdims=True))
