"""Countries as sources write them: codes, and names in two dozen languages, to ISO 3166 two-letter codes."""

from __future__ import annotations

from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

LANGUAGES = "en de fr es it pl ru uk el ja nl pt cs sk sv da fi nb hu ro bg hr tr zh ko ar he".split()
# Names and codes in use that Unicode's tables do not have.
ALIASES = {
    "uk": "GB",
    "u.k.": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "great britain": "GB",
    "el": "GR",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "america": "US",
    "brd": "DE",
    "russian federation": "RU",
    "czech republic": "CZ",
    "holland": "NL",
    "the netherlands": "NL",
    "south korea": "KR",
    "republic of korea": "KR",
    "republic of ireland": "IE",
    "turkey": "TR",
    "macedonia": "MK",
    "ivory coast": "CI",
    "viet nam": "VN",
    "people's republic of china": "CN",
    "prc": "CN",
    "uae": "AE",
}
# The letters of international vehicle registration, as the German-speaking world writes them before
# postcodes.
CAR_SIGNS = {"d": "DE", "a": "AT", "f": "FR", "i": "IT", "e": "ES", "b": "BE", "l": "LU", "p": "PT"}


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """Return the two-letter code of a country, or None when no country is called so."""
    folded = " ".join(text.split()).casefold()
    if len(folded) == 2 and folded.upper() in codes():
        return folded.upper()
    return ALIASES.get(folded) or CAR_SIGNS.get(folded) or _by_three_letters(folded) or _names().get(folded)


@cache
def codes() -> frozenset[str]:
    """Return the two-letter codes in force, and XK for Kosovo, which has none of its own."""
    return frozenset(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB")
    )


def _by_three_letters(folded: str) -> str | None:
    if len(folded) != 3 or not folded.isalpha():
        return None
    found = get_global("territory_aliases").get(folded.upper(), [])
    return found[0] if len(found) == 1 and found[0] in codes() else None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if str(code) in codes():
                names.setdefault(str(name).casefold(), str(code))
    return names
