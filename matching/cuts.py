"""Cuts turn folded elements into the strings that block, hashed to 64 bits; each element is cut alone.

Text is cut into its rarest tokens or character n-grams by the frozen document frequencies of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.columns import mix
from matching.errors import SpecError
from matching.kernels.texts import grams
from matching.readings import name_forms
from matching.spec import KeyPart
from matching.weights import TextWeights

Longs = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

BLOCK = 1 << 17  # texts hashed at a time
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
PAIRED = "value_pairs"

_SOUNDEX = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1)
    for letter in letters
}


@lru_cache(maxsize=1 << 18)
def order_key(text: str) -> int:
    """Return a stable unsigned 64-bit hash that settles ties."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def hash_texts(texts: Sequence[str]) -> Unsigned:
    """Return a stable 64-bit hash of each text, the same wherever it stands.

    Bytes are multiplied by random numbers of their places and summed (multilinear hashing, Carter and Wegman
    1979), over all texts at once.
    """
    if not len(texts):
        return np.empty(0, dtype=np.uint64)
    found = np.empty(len(texts), dtype=np.uint64)
    for start in range(0, len(texts), BLOCK):
        parts = [text.encode("utf-8", "surrogatepass") for text in texts[start : start + BLOCK]]
        lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
        signs = np.frombuffer(b"\0".join([*parts, b""]), dtype=np.uint8)
        starts = np.cumsum(lengths + 1) - lengths - 1
        place = np.arange(len(signs), dtype=np.int64) - np.repeat(starts, lengths + 1)
        factors = mix(np.arange(1, int(lengths.max(initial=0)) + 3, dtype=np.uint64) * GOLDEN)
        sums = np.add.reduceat((signs.astype(np.uint64) + np.uint64(1)) * factors[place], starts)
        found[start : start + BLOCK] = mix(sums)
    return found


def _value(text: str, size: int) -> str:
    return text if len(text) >= size else ""


def _start(text: str, size: int) -> str:
    return text[:size]


def _end(text: str, size: int) -> str:
    return text[-size:] if len(text) >= size else ""


def _year(text: str, size: int) -> str:
    return text[:4]


def _month_day(text: str, size: int) -> str:
    """Month and day in either order, so that transposed ones meet."""
    return "".join(sorted((text[4:6], text[6:8]))) if len(text) == 8 else ""


def _local(text: str, size: int) -> str:
    local = text.rpartition("@")[0]
    return local if len(local) >= max(size, 3) else ""


def _sound(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    """Soundex (Russell 1918) of each token."""
    return {soundex(token) for token in text.split() if len(token) > 1}


def soundex(token: str) -> str:
    """Return the first letter and up to three digits of sound classes; vowels separate equal classes."""
    code, last = token[0], _SOUNDEX.get(token[0], 0)
    for letter in token[1:]:
        digit = _SOUNDEX.get(letter, 0)
        if digit and digit != last:
            code += str(digit)
        if letter not in "hw":
            last = digit
    return code[:4]


def _forms(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    """Every form under which a part of the name is known."""
    return name_forms(text)


def _tokens(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    """Every token of `size` letters or more."""
    return {token for token in text.split() if len(token) >= size}


def _rare_tokens(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    return _rarest({token for token in text.split() if len(token) > 1}, size, texts.tokens if texts else {})


def _rare_pairs(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    """Pairs of the rarest tokens: selective even where each token is frequent."""
    chosen = sorted(_rare_tokens(text, size, texts))
    return [f"{one} {other}" for place, one in enumerate(chosen) for other in chosen[place + 1 :]]


def _rare_grams(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    """The rarest trigrams, which survive a typing error elsewhere in the text."""
    return _rarest(set(grams(text)), size, texts.grams if texts else {})


def _rarest(terms: set[str], size: int, known: object) -> Iterable[str]:
    """Return the `size` rarest terms that were seen twice or more, and as many unseen ones; ties by hash.

    A term seen once is often a typing error: letting it use up the places would hide the terms that can meet.
    """
    frequency = known if isinstance(known, dict) else {}
    seen = sorted((frequency[term], order_key(term), term) for term in terms if term in frequency)
    unseen = sorted((order_key(term), term) for term in terms if term not in frequency)
    return [entry[2] for entry in seen[:size]] + [entry[1] for entry in unseen[:size]]


ONE: dict[str, Callable[[str, int], str]] = {
    "value": _value,
    "start": _start,
    "end": _end,
    "year": _year,
    "month_day": _month_day,
    "local": _local,
}
"""Cuts of one string at most, "" for none."""

MANY: dict[str, Callable[[str, int, TextWeights | None], Iterable[str]]] = {
    "sound": _sound,
    "forms": _forms,
    "tokens": _tokens,
    "rare_tokens": _rare_tokens,
    "rare_pairs": _rare_pairs,
    "rare_grams": _rare_grams,
}


def cut_elements(
    elements: NDArray[np.object_], part: KeyPart, texts: TextWeights | None
) -> tuple[Longs, Unsigned]:
    """Return how many keys each element has under a key part, and the hashed keys, one after the other."""
    if one := ONE.get(part.cut):
        strings = [one(text, part.size) for text in elements.tolist()]
        sizes = np.fromiter(map(bool, strings), dtype=np.int64, count=len(strings))
        return sizes, hash_texts([text for text in strings if text])
    many = MANY.get(part.cut)
    if many is None:
        known = ", ".join(sorted({*ONE, *MANY, PAIRED}))
        raise SpecError(f"There is no key cut '{part.cut}'; known are {known}.")
    rows = [tuple(many(text, part.size, texts)) for text in elements.tolist()]
    sizes = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    return sizes, hash_texts(list(chain.from_iterable(rows)))
