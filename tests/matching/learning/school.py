"""A frame of made-up people whose steward has an opinion that no model can have without asking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs, candidate_pairs, record_keys
from matching.comparing import compare
from matching.frame import Frame, build_frame, in_name_order
from matching.learning.judged import Judged
from matching.model import Model
from matching.scoring import score
from matching.training import train
from tests.matching.people import SPEC, population


@dataclass(frozen=True)
class School:
    """What is known before anybody was asked."""

    frame: Frame
    model: Model
    candidates: Pairs
    weights: NDArray[np.int64]

    def steward(self, at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Hold to be one who share a family name and are not known to be born on different days."""
        left, right = self.candidates.left[at], self.candidates.right[at]
        levels = compare(self.frame, SPEC, dict(self.model.texts), left, right)
        born = levels.of("born")
        return np.asarray((levels.of("family") >= 4) & ((born == 0) | (born >= 3)))

    def judged(self, count: int, seed: int = 0) -> Judged:
        """Return the steward's answers about some candidates, half of them of either kind."""
        generator = np.random.default_rng(seed)
        same = self.steward(np.arange(len(self.candidates)))
        at = np.concatenate(
            [
                generator.choice(np.flatnonzero(same == kind), count // 2, replace=False)
                for kind in (True, False)
            ]
        )
        return Judged.of(self.candidates.left[at], self.candidates.right[at], same[at])


def school(size: int = 400) -> School:
    """Return the frame, model and weighed candidates of a population."""
    records, names, _ = population(size)
    frame = in_name_order(build_frame(SPEC, records, names))
    model = train(frame, SPEC)
    candidates = candidate_pairs(record_keys(frame, SPEC, model), model.caps(SPEC))
    return School(frame, model, candidates, score(frame, SPEC, model, candidates.left, candidates.right))
