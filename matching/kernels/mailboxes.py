"""Two mailboxes of one name: what anna.berg at one provider and anna_berg at another have in common."""

from __future__ import annotations

import numpy as np

from matching.kernels import Kernel, Levels, Pairing, Texts
from matching.kernels.strings import edits, jaro_winkler, lengths, where

LEAST = 0.88
"""Similarity from which two stems are spellings of one name."""


def _stems(texts: Texts) -> Texts:
    """Return the letters of each local part."""
    return _array(["".join(filter(str.isalpha, _local(text))) for text in texts])


def _digits(texts: Texts) -> Texts:
    """Return the digits of each local part."""
    return _array(["".join(filter(str.isdigit, _local(text))) for text in texts])


def _domains(texts: Texts) -> Texts:
    return _array([text.rpartition("@")[2] for text in texts])


def _local(text: str) -> str:
    return text.rpartition("@")[0].partition("+")[0]


def _array(texts: list[str]) -> Texts:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _mailbox(pairing: Pairing) -> Levels:
    """spelled alike: letters alike, at two providers, without a number in common; else it says nothing.

    A mistyped address has a provider alike too, and a number that both carry is no part of a name.
    """
    features = (pairing.features(build.__name__, build) for build in (_stems, _digits, _domains))
    stems, digits, domains = (
        (left[pairing.left_elements], right[pairing.right_elements]) for left, right in features
    )
    alike = where(
        np.minimum(lengths(stems[0]), lengths(stems[1])) >= 4,
        lambda at: jaro_winkler(stems[0][at], stems[1][at]) >= LEAST,
    )
    alike &= (digits[0] != digits[1]) | (digits[0] == "")
    apart = where(alike, lambda at: edits(domains[0][at], domains[1][at], 2) > 2)
    return apart.astype(np.uint8)


MAILBOX = Kernel("mailbox", ("missing", "spelled alike"), 1, (1.0,), (1.0,), _mailbox)
