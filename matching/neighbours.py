"""Nearest texts by TF-IDF over character trigrams: candidate pairs for stateless matching and training.

Top-k blocking after Paulsen, Govind and Doan, Sparkly (2023). It looks at all records at once, so online
resolution uses keys instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.frame import Frame
from matching.kernels.sets import Sets
from matching.kernels.texts import grams

Ints = NDArray[np.int32]

CHUNK = 1024
MOST_SHARED = 0.1  # a trigram of more than a tenth of all texts does not tell them apart
LEAST = 0.15


def nearest_pairs(
    frame: Frame,
    columns: tuple[str, ...],
    k: int,
    across: bool = False,
    standing: NDArray[np.bool_] | None = None,
) -> tuple[Ints, Ints]:
    """Return pairs of each row with its k most similar rows by the joined text of the columns.

    across: only rows of another source are neighbours. standing: only these rows are looked at.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - 0.1 s to import, for bulk matching only

    rows, matrix_parts = _texts(frame, columns, standing)
    if len(rows) < 2:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    sets = Sets.of([grams(text) for text in matrix_parts])
    counts = np.bincount(sets.terms, minlength=len(sets.names))
    kept = (counts > 1) & (counts <= max(50, MOST_SHARED * len(rows)))
    weights = np.where(kept, np.log((len(rows) + 1) / np.maximum(counts, 1)), 0.0).astype(np.float32)
    values = weights[sets.terms]
    matrix = csr_array(
        (values, sets.terms.astype(np.int32), sets.offsets), shape=(len(rows), len(sets.names))
    )
    matrix.eliminate_zeros()
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = 1.0 / np.maximum(norms, 1e-6)
    matrix.data *= np.repeat(scale, np.diff(matrix.indptr)).astype(np.float32)
    turned = matrix.T.tocsr()
    found = [
        _nearest(matrix[start : start + CHUNK] @ turned, start, rows, frame.sources, k, across)
        for start in range(0, len(rows), CHUNK)
    ]
    one, other = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    return one.astype(np.int32), other.astype(np.int32)


def _texts(
    frame: Frame, columns: tuple[str, ...], standing: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the rows that have any text and the joined text of each."""
    joined = [""] * len(frame)
    for name in columns:
        column = frame.column(name)
        codes = column.codes if standing is None else np.where(standing, column.codes, -1)
        for row, code in enumerate(codes.tolist()):
            if code >= 0:
                joined[row] += " " + " ".join(column.values[code])
    rows = np.array([row for row, text in enumerate(joined) if text], dtype=np.int64)
    return rows, [joined[row].strip() for row in rows.tolist()]


def _nearest(
    similar: object, start: int, rows: NDArray[np.int64], sources: NDArray[np.int32], k: int, across: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of the k largest entries per row of a sparse block; ties by row number do not
    matter much.
    """
    block = similar.tocoo()  # type: ignore[attr-defined]
    one, other, alike = block.row + start, block.col, block.data
    keep = (alike >= LEAST) & (one != other)
    if across:
        keep &= sources[rows[one]] != sources[rows[other]]
    one, other, alike = one[keep], other[keep], alike[keep]
    order = np.lexsort((other, -alike, one))
    one, other = one[order], other[order]
    starts = np.flatnonzero(np.r_[True, one[1:] != one[:-1]]) if len(one) else np.empty(0, dtype=np.int64)
    rank = np.arange(len(one)) - np.repeat(starts, np.diff(np.r_[starts, len(one)]))
    return rows[one[rank < k]], rows[other[rank < k]]
