"""The weights of any pairs of rows, of which many were scored before: known ones are looked up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.blocking import pack
from matching.frame import Frame
from matching.model import Model
from matching.scoring import score
from matching.spec import MatchSpec

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def complete_weights(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    known: tuple[Ints, Ints, Longs],
    left: Ints,
    right: Ints,
) -> Longs:
    """Return the weight of every pair (left[i], right[i]): a known one as it stands, the others scored now.

    known: left, right and weight of pairs that were scored by this model, ascending.
    """
    told, wanted = pack(known[0], known[1]), pack(left, right)
    at = np.searchsorted(told, wanted)
    at[at == len(told)] = 0
    have = told[at] == wanted if len(told) else np.zeros(len(wanted), dtype=bool)
    result = np.empty(len(wanted), dtype=np.int64)
    result[have] = known[2][at[have]]
    missing = ~have
    result[missing] = score(frame, spec, model, left[missing], right[missing])
    return result
