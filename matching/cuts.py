"""Cuts turn folded elements into the strings that block, hashed to 64 bits; each element is cut alone.

Text is cut into its rarest tokens or character n-grams by the frozen document frequencies of the model.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matching.errors import SpecError
from matching.kernels.texts import grams
from matching.readings import name_forms
from matching.spec import KeyPart
from matching.texts import Texts
from matching.weights import TextWeights

Longs = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

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


def _value(texts: Texts, size: int) -> Texts:
    if size <= 0:
        return texts
    return _cut(texts, texts.bounds[:-1], texts.bounds[1:], texts.lengths() >= size)


def _start(texts: Texts, size: int) -> Texts:
    if not texts.plain:
        return Texts.of(text[:size] for text in texts)
    return texts.sliced(texts.bounds[:-1], np.minimum(texts.bounds[:-1] + size, texts.bounds[1:]))


def _end(texts: Texts, size: int) -> Texts:
    if not texts.plain or not size:
        return Texts.of(text[-size:] if len(text) >= size else "" for text in texts)
    stops = texts.bounds[1:]
    return _cut(texts, stops - size, stops, texts.sizes >= size)


def _year(texts: Texts, size: int) -> Texts:
    return _start(texts, 4)


def _month_day(texts: Texts, size: int) -> Texts:
    return Texts.of(map(month_day, texts))


def month_day(text: str) -> str:
    """Return month and day of a date in either order, so that transposed ones meet."""
    return "".join(sorted((text[4:6], text[6:8]))) if len(text) == 8 else ""


def _local(texts: Texts, size: int) -> Texts:
    """What stands before the @, where it is long enough to tell people apart."""
    starts, at = texts.bounds[:-1], texts.last("@")
    local = texts.sliced(starts, np.where(at >= 0, at, starts))
    return _cut(local, local.bounds[:-1], local.bounds[1:], local.lengths() >= max(size, 3))


def _cut(texts: Texts, starts: Longs, stops: Longs, kept: NDArray[np.bool_]) -> Texts:
    """Return a part of each text that is kept, of the others nothing."""
    return texts.sliced(np.where(kept, starts, 0), np.where(kept, stops, 0))


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


ONE: dict[str, Callable[[Texts, int], Texts]] = {
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


def cut_elements(elements: Texts, part: KeyPart, texts: TextWeights | None) -> tuple[Longs, Unsigned]:
    """Return how many keys each element has under a key part, and the hashed keys, one after the other."""
    if one := ONE.get(part.cut):
        found = one(elements, part.size)
        some = found.sizes > 0
        hashed = found.hashes()
        return some.astype(np.int64), hashed if some.all() else hashed[some]
    many = MANY.get(part.cut)
    if many is None:
        raise no_such_cut(part.cut)
    cuts: dict[str, int] = {}
    sizes, places = np.empty(len(elements), dtype=np.int64), array("i")
    for at, text in enumerate(elements):
        before = len(places)
        places.extend([cuts.setdefault(cut, len(cuts)) for cut in many(text, part.size, texts)])
        sizes[at] = len(places) - before
    return sizes, Texts.of(cuts).hashes()[np.frombuffer(places, dtype=np.int32)]


def no_such_cut(cut: str) -> SpecError:
    """Return the refusal of a cut that nobody knows."""
    known = ", ".join(sorted({*ONE, *MANY, PAIRED}))
    return SpecError(f"There is no key cut '{cut}'; known are {known}.")
