"""What a model keeps of a text column: document frequencies, and how crowded it is around each text.

Crowding is the mean similarity of a text to the ten texts most like it.

Cross-domain similarity local scaling (Conneau, Lample, Ranzato, Denoyer and Jégou 2018) subtracts it from a
similarity: "Springfield Mall" has many neighbours, so being like it tells little. The same geometry estimates
precision without labels in Auto-FuzzyJoin (Li, Cheng, Chu, He and Chaudhuri 2021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.kernels import Pairing
from matching.kernels.near_texts import similarity
from matching.kernels.texts import gram_sets, token_sets
from matching.weights import THOUSAND, TextWeights

Places = NDArray[np.int32]

NEAREST, LOOKED_AT = 10, 20
LEAST_SPREAD, MOST_SPREAD, WIDEST = 50, 0.1, 1000
CHUNK = 256


def text_weights(column: CodedColumn, crowded: bool) -> TextWeights:
    """Return the document frequencies of a column, with the crowding of its texts where it is asked for."""
    tokens = column.feature("tokens", token_sets)
    grams = column.feature("grams", gram_sets)
    weights = TextWeights(
        len(column.elements), _repeated(tokens.names, tokens.terms), _repeated(grams.names, grams.terms)
    )
    return replace(weights, crowding=crowding(column, weights)) if crowded else weights


def _repeated(names: Iterable[str], terms: NDArray[np.int64]) -> dict[str, int]:
    counts = Counter(dict(zip(names, np.bincount(terms).tolist(), strict=True)))
    return {name: count for name, count in counts.items() if count > 1}


def crowding(column: CodedColumn, weights: TextWeights) -> dict[str, int]:
    """Return per distinct element of the column the mean of its ten highest similarities, in thousandths."""
    count = len(column.elements)
    left, right = _nearest(column, weights)
    alike = similarity(Pairing(column, left, column, right, weights))
    order = np.lexsort((-alike, left))
    left, alike = left[order], alike[order]
    rank = np.arange(len(left)) - np.searchsorted(left, left)
    # Sums are of whole numbers, so that their order changes nothing.
    highest = np.rint(THOUSAND * np.where(rank < NEAREST, alike, 0.0))
    found = np.bincount(left, weights=highest, minlength=count).astype(np.int64) // NEAREST
    return dict(zip(column.elements, found.tolist(), strict=True))


def _nearest(column: CodedColumn, weights: TextWeights) -> tuple[Places, Places]:
    """Return pairs of each element with those of the highest cosine of trigrams, ascending by the first.

    Trigrams of more than a tenth of the texts, or a thousand of them, are left out: they tell none apart and
    would cost the most.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - 0.1 s to import, for training only

    sets = column.feature("grams", gram_sets)
    count = len(column.elements)
    spread = np.bincount(sets.terms, minlength=len(sets.names))
    known = np.where(
        spread <= max(LEAST_SPREAD, min(MOST_SPREAD * count, WIDEST)), weights.of_grams(sets.names), 0
    )
    values = known[sets.terms].astype(np.float64)
    matrix = csr_array(
        (values, sets.terms.astype(np.int32), sets.offsets.copy()), shape=(count, len(sets.names))
    )
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(norms, 1e-9), np.diff(matrix.indptr))
    matrix.eliminate_zeros()
    turned = matrix.T.tocsr()
    left, right = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for start in range(0, count, CHUNK):
        block = (matrix[start : start + CHUNK] @ turned).tocoo()
        one, other = block.row + start, block.col
        order = np.lexsort((other, -block.data, one))
        one, other = one[order], other[order]
        rank = np.arange(len(one)) - np.searchsorted(one, one)
        kept = (rank <= LOOKED_AT) & (one != other)
        left.append(one[kept].astype(np.int32))
        right.append(other[kept].astype(np.int32))
    return np.concatenate(left), np.concatenate(right)
