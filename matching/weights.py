"""Frozen document frequencies of one text column, as integer weights so that sums do not depend on their
order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCALE = (
    16  # weights are in 1/16 nat: fine enough for cosines, small enough that products of long texts fit int64
)


@dataclass(frozen=True)
class TextWeights:
    """documents: how many distinct texts were counted; frequency: term -> in how many (terms seen once are
    left out).

    A term that is not listed counts as seen once: unknown is rarest.
    """

    documents: int
    tokens: Mapping[str, int]
    grams: Mapping[str, int]

    def of_tokens(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """Return the integer weight of each token, at least 1."""
        return self._weigh(terms, self.tokens)

    def of_grams(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """Return the integer weight of each character n-gram, at least 1."""
        return self._weigh(terms, self.grams)

    def _weigh(self, terms: Iterable[str], known: Mapping[str, int]) -> NDArray[np.int64]:
        """Inverse document frequency, ln((N + 1) / df), in 1/SCALE nat."""
        documents = self.documents + 1
        return np.fromiter(
            (max(1, round(SCALE * math.log(documents / known.get(term, 1)))) for term in terms),
            dtype=np.int64,
        )
