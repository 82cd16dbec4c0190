"""Frozen document frequencies of one text column, as integer weights so that sums do not depend on their
order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

THOUSAND = 1000
SEPARATOR = "\x1f"  # between a text and what else its record says, where these are compared together
SCALE = (
    16  # weights are in 1/16 nat: fine enough for cosines, small enough that products of long texts fit int64
)


@dataclass(frozen=True)
class TextWeights:
    """documents: how many distinct texts were counted; frequency: term -> in how many (terms seen once are
    left out); crowding: text -> its mean similarity to the texts most like it, in thousandths.

    A term that is not listed counts as seen once: unknown is rarest. A text that is not listed is as crowded
    as the median one.
    """

    documents: int
    tokens: Mapping[str, int]
    grams: Mapping[str, int]
    crowding: Mapping[str, int] = field(default_factory=dict)

    def of_tokens(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """Return the integer weight of each token, at least 1."""
        return self._weigh(terms, self.tokens)

    def of_grams(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """Return the integer weight of each character n-gram, at least 1."""
        return self._weigh(terms, self.grams)

    def crowding_of(self, texts: Iterable[str]) -> NDArray[np.int64]:
        """Return how crowded it is around each text, in thousandths."""
        known = sorted(self.crowding.values())
        usual = known[len(known) // 2] if known else 0
        return np.fromiter((self.crowding.get(text, usual) for text in texts), dtype=np.int64)

    def _weigh(self, terms: Iterable[str], known: Mapping[str, int]) -> NDArray[np.int64]:
        """Inverse document frequency, ln((N + 1) / df), in 1/SCALE nat."""
        documents = self.documents + 1
        return np.fromiter(
            (max(1, round(SCALE * math.log(documents / known.get(term, 1)))) for term in terms),
            dtype=np.int64,
        )
