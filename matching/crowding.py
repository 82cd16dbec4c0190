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

from matching.frame import CodedColumn
from matching.kernels import Pairing
from matching.kernels.near_texts import similarity
from matching.kernels.texts import gram_sets, token_sets
from matching.weights import THOUSAND, TextWeights

NEAREST, LOOKED_AT = 10, 20
CHUNK = 1024


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
    if count < 2:
        return {}
    near = _nearest(column, weights, min(LOOKED_AT, count - 1))
    width = near.shape[1]
    left = np.repeat(np.arange(count, dtype=np.int32), width)
    alike = similarity(Pairing(column, left, column, near.ravel(), weights)).reshape(count, width)
    highest = -np.sort(-alike, axis=1)[:, :NEAREST]
    found = np.rint(THOUSAND * highest.sum(axis=1) / NEAREST).astype(np.int64)
    return dict(zip(column.elements.tolist(), found.tolist(), strict=True))


def _nearest(column: CodedColumn, weights: TextWeights, width: int) -> NDArray[np.int32]:
    """Return the places of the other elements with the highest cosine of trigrams, int32[elements, width]."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - 0.1 s to import, for training only

    sets = column.feature("grams", gram_sets)
    values = weights.of_grams(sets.names)[sets.terms].astype(np.float64)
    count = len(column.elements)
    matrix = csr_array((values, sets.terms.astype(np.int32), sets.offsets), shape=(count, len(sets.names)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(norms, 1e-9), np.diff(matrix.indptr))
    turned = matrix.T.tocsr()
    found = np.empty((count, width), dtype=np.int32)
    for start in range(0, count, CHUNK):
        alike = np.asarray((matrix[start : start + CHUNK] @ turned).todense())
        rows = np.arange(len(alike))
        alike[rows, start + rows] = -1.0
        found[start : start + CHUNK] = np.argsort(-alike, axis=1, kind="stable")[:, :width]
    return found
