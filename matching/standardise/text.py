"""Folding of text of any script to comparable lower-case ASCII words.

Method: Unicode NFKC (UAX #15), then anyascii's transliteration of single characters, then words of [a-z0-9].
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

# Pairs that letter-by-letter transliteration gets wrong; written before it runs.
_DIGRAPHS = (("ου", "ou"), ("Ου", "Ou"), ("ΟΥ", "OU"), ("ού", "ou"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "b"))
_DIACRITICS = str.maketrans(
    {"ъ": "", "ь": "", "Ъ": "", "Ь": "", "™": " ", "®": " ", "©": " ", "№": " no ", "ª": "a", "º": "o"}
)
_APOSTROPHES = re.compile(r"(?<=[^\W_])['’‘`´ʼ](?=[^\W_])")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_WORDS = re.compile(r"[a-z0-9]+")
_BLANKS = re.compile(r"\s+")
_GERMAN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ø": "oe",
        "Ø": "Oe",
        "å": "aa",
        "Å": "Aa",
    }
)
_COLLAPSED = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))


def tidy(text: str) -> str:
    """Return text in NFC without control characters, blanks collapsed and trimmed; words stay as written."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    shown = "".join(" " if character.isspace() else character for character in text)
    kept = "".join(
        c for c in shown if c == " " or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def latin(text: str) -> str:
    """Return text transliterated to ASCII, case and punctuation kept ("Ελένη" -> "Eleni")."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text).translate(_DIACRITICS)
    if any("Ͱ" <= character <= "Ͽ" for character in composed):
        for written, sounded in _DIGRAPHS:
            composed = composed.replace(written, sounded)
    return str(anyascii(composed))


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """Return lower-case ASCII words joined by single blanks; idempotent.

    Apostrophes inside a word vanish ("O'Neill" -> "oneill"), dotted letters join ("S.A." -> "sa"), umlauts
    lose their dots.
    """
    lowered = latin(text).lower()
    if "'" in lowered or "`" in lowered:
        lowered = _APOSTROPHES.sub("", lowered)
    if "." in lowered:
        lowered = _DOTTED.sub(lambda match: match.group().replace(".", "") + " ", lowered)
    return " ".join(_WORDS.findall(lowered))


def fold_german(text: str) -> str:
    """Return the fold in which umlauts are written out ("Müller" -> "mueller", "Ærø" -> "aeroe")."""
    return fold(unicodedata.normalize("NFC", text).translate(_GERMAN))


def spellings(text: str) -> tuple[str, ...]:
    """Return the one or two ASCII spellings a text is known under: plain, then with umlauts written out."""
    plain = fold(text)
    written_out = plain if text.isascii() else fold_german(text)
    return (plain,) if written_out == plain else (plain, written_out)


def umlaut_key(text: str) -> str:
    """Return a key in which "Müller", "Mueller" and "Muller" are one; for looking up, not for showing."""
    folded = fold(text)
    changed = True
    while changed:
        before = folded
        for written, short in _COLLAPSED:
            folded = folded.replace(written, short)
        changed = folded != before
    return folded


def tokens(text: str) -> tuple[str, ...]:
    """Return the folded words in their order."""
    return tuple(fold(text).split())


def sorted_key(text: str) -> str:
    """Return the distinct folded words in alphabetical order: one key for every order of the words."""
    return " ".join(sorted(set(fold(text).split())))


def compact(text: str) -> str:
    """Return the folded letters and digits without any blank ("AB-12 c" -> "ab12c")."""
    return fold(text).replace(" ", "")


def digits(text: str) -> str:
    """Return the decimal digits of any script as ASCII digits, nothing else."""
    if text.isascii():
        return text if text.isdigit() else "".join(sign for sign in text if "0" <= sign <= "9")
    return "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.decimal(c, None) is not None)
