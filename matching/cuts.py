"""Cuts turn one folded element into the strings that block, hashed to 64 bits; each looks at the element
alone.

Text is cut into its rarest tokens or character n-grams by the frozen document frequencies of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b

from matching.errors import SpecError
from matching.kernels.texts import grams
from matching.readings import name_forms
from matching.spec import KeyPart
from matching.weights import TextWeights

Cut = Callable[[str, int, TextWeights | None], Iterable[str]]

_SOUNDEX = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1)
    for letter in letters
}


@lru_cache(maxsize=1 << 18)
def hash_key(text: str) -> int:
    """Return a stable unsigned 64-bit hash."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _value(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    return (text,) if len(text) >= max(size, 1) else ()


def _start(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    return (text[:size],)


def _end(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    return (text[-size:],) if len(text) >= size else ()


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
    seen = sorted((frequency[term], hash_key(term), term) for term in terms if term in frequency)
    unseen = sorted((hash_key(term), term) for term in terms if term not in frequency)
    return [entry[2] for entry in seen[:size]] + [entry[1] for entry in unseen[:size]]


def _year(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    return (text[:4],)


def _month_day(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    """Month and day in either order, so that transposed ones meet."""
    return ("".join(sorted((text[4:6], text[6:8]))),) if len(text) == 8 else ()


def _local(text: str, size: int, texts: TextWeights | None) -> Iterable[str]:
    local = text.rpartition("@")[0]
    return (local,) if len(local) >= max(size, 3) else ()


CUTS: dict[str, Cut] = {
    "value": _value,
    "start": _start,
    "end": _end,
    "sound": _sound,
    "forms": _forms,
    "tokens": _tokens,
    "rare_tokens": _rare_tokens,
    "rare_pairs": _rare_pairs,
    "rare_grams": _rare_grams,
    "year": _year,
    "month_day": _month_day,
    "local": _local,
}


def cut_keys(text: str, part: KeyPart, texts: TextWeights | None) -> tuple[int, ...]:
    """Return the hashed keys of one element under one key part."""
    cut = CUTS.get(part.cut)
    if cut is None:
        raise SpecError(f"There is no key cut '{part.cut}'; known are {', '.join(sorted(CUTS))}.")
    return tuple(hash_key(key) for key in cut(text, part.size, texts))
