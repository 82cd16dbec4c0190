"""Of many candidate pairs those whose weight reaches a limit, without weighing the others to the end.

Comparisons are made in stages, the cheap ones first. What a pair has gained so far and the most that the
other comparisons can give bound its weight from above; a pair whose bound falls below the limit is dropped.
Bounds never decide wrongly: what is returned is what `matching.scoring.score` gives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.comparing import Compared, compare_some, nothing_compared
from matching.frame import Frame
from matching.kernels.registry import kernel_of
from matching.model import Model
from matching.scoring import MOST_RARE, in_parts, part_rarities, part_weights, score, score_levels
from matching.spec import MatchSpec

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def reaching(
    frame: Frame, spec: MatchSpec, model: Model, left: Ints, right: Ints, least: int
) -> tuple[Longs, Longs]:
    """Return the places of the pairs that weigh `least` or more, ascending, and their weights, in 1/1000 bit.

    A person's rules and learned classifiers may lift any pair: with them every pair is weighed to the end.
    """
    if model.combinations or model.learned:
        weights = score(frame, spec, model, left, right)
        places = np.flatnonzero(weights >= least)
        return places, weights[places]
    model.require(spec)
    telling = frame.telling(model.generic)
    plan = _stages(telling, spec)
    most = _most(telling, spec, model)

    def part(at: slice) -> tuple[Longs, Longs]:
        places, weights = _reaching(telling, spec, model, left[at], right[at], least, plan, most)
        return places + at.start, weights

    found = in_parts(part, len(left))
    nothing = np.empty(0, dtype=np.int64)
    return (
        np.concatenate([nothing, *(places for places, _ in found)]),
        np.concatenate([nothing, *(weights for _, weights in found)]),
    )


def _reaching(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    left: Ints,
    right: Ints,
    least: int,
    plan: tuple[tuple[int, ...], ...],
    most: Longs,
) -> tuple[Longs, Longs]:
    standing = np.arange(len(left), dtype=np.int64)
    compared = nothing_compared(spec, len(left))
    bound = np.full(len(left), int(most.sum()), dtype=np.int64)
    for stage in plan:
        compare_some(frame, spec, model.texts, left, right, stage, compared)
        for place in stage:
            bound += part_weights(spec, model, compared, place) - most[place]
            at, rarities = part_rarities(frame, spec, model, compared, place, left, right)
            bound[at] += rarities
        kept = np.flatnonzero(bound >= least)
        if len(kept) < len(standing):
            standing, left, right, bound = standing[kept], left[kept], right[kept], bound[kept]
            compared = Compared(np.asfortranarray(compared.levels[kept]), compared.names)
    weights = score_levels(frame, spec, model, compared, left, right)
    enough = weights >= least
    return standing[enough], weights[enough]


def _stages(frame: Frame, spec: MatchSpec) -> tuple[tuple[int, ...], ...]:
    """Return the places of the comparisons to make first, second and last; empty columns need none.

    Names cost more than codes, because they may be swapped, and texts more than names. What depends on
    another comparison is not made before it.
    """
    stage_of: dict[str, int] = {}
    for comparison in spec.comparisons:
        own = 1 if comparison.other else 0 if kernel_of(comparison.kernel).quick else 2
        stage_of[comparison.name] = max(own, stage_of.get(comparison.given, 0))
    filled = [place for place, entry in enumerate(spec.comparisons) if _filled(frame, entry.column)]
    found = [
        tuple(place for place in filled if stage_of[spec.comparisons[place].name] == stage)
        for stage in range(3)
    ]
    return tuple(stage for stage in found if stage)


def _most(frame: Frame, spec: MatchSpec, model: Model) -> Longs:
    """Return the most that each comparison can give, rarity included; nothing where its column is empty."""
    found = []
    for comparison in spec.comparisons:
        highest = int(model.parameters[comparison.name].table.max())
        rare = MOST_RARE if comparison.frequencies and comparison.column in model.frequencies else 0
        found.append(highest + rare if _filled(frame, comparison.column) else 0)
    return np.array(found, dtype=np.int64)


def _filled(frame: Frame, column: str) -> bool:
    return frame.column(column).size > 0
