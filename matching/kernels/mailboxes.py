"""Two mailboxes of one name: what anna.berg at one provider and anna_berg at another have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.strings import edits, jaro_winkler, local_parts, where
from matching.texts import Texts

LEAST = 0.88
"""Similarity from which two stems are spellings of one name."""


LETTERS = np.array([chr(sign).isalpha() for sign in range(128)] + [False] * 128)
DIGITS = np.array([chr(sign).isdigit() for sign in range(128)] + [False] * 128)


@dataclass(frozen=True)
class _Mailboxes:
    """Per mailbox the letters and the digits of its local part, how many letters, and its provider."""

    stems: Texts
    lengths: NDArray[np.int32]
    digits: Texts
    providers: Texts


def _mailboxes(texts: Texts) -> _Mailboxes:
    local, at = local_parts(texts), texts.last("@")
    stems = _only(local, LETTERS, str.isalpha)
    providers = texts.sliced(np.where(at >= 0, at + 1, texts.bounds[:-1]), texts.bounds[1:])
    return _Mailboxes(stems, stems.lengths(), _only(local, DIGITS, str.isdigit), providers)


def _only(texts: Texts, signs: NDArray[np.bool_], kept: Callable[[str], bool]) -> Texts:
    """Return the signs of each text that are kept; of ASCII texts by a table of all signs."""
    if texts.plain:
        return texts.filtered(signs[texts.bytes])
    return Texts.of("".join(filter(kept, text)) for text in texts)


def _mailbox(pairing: Pairing) -> Levels:
    """spelled alike: letters alike, at two providers, without a number in common; else it says nothing.

    A mistyped address has a provider alike too, and a number that both carry is no part of a name.
    """
    left, right = pairing.features("mailboxes", _mailboxes)
    one, other = pairing.left_elements, pairing.right_elements

    def stems_alike(at: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray(jaro_winkler(left.stems.scored(one[at]), right.stems.scored(other[at])) >= LEAST)

    def apart(at: NDArray[np.int64]) -> NDArray[np.bool_]:
        mine, theirs = one[at], other[at]
        numbered = left.digits.same(mine, right.digits, theirs) & (left.digits.sizes[mine] > 0)
        providers = left.providers.scored(mine), right.providers.scored(theirs)
        return np.asarray(~numbered & (edits(*providers, 2) > 2))

    alike = where(np.minimum(left.lengths[one], right.lengths[other]) >= 4, stems_alike)
    return where(alike, apart).astype(np.uint8)


MAILBOX = Kernel("mailbox", ("missing", "spelled alike"), 1, (1.0,), (1.0,), _mailbox)
