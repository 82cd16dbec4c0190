"""Number words, ordinals and small Roman numerals as figures: "Division Two" is "Division II"."""

from __future__ import annotations

from matching.standardise.text import fold

# Folded; only what hardly ever is a word of its own kind. "I", "V" and "X" are letters too, "un" an article.
_FIGURES = {
    word: str(figure)
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th",
        "erste zweite dritte vierte funfte sechste siebte achte neunte zehnte",
        "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme",
        "primera segunda tercera cuarta quinta sexta septima octava novena decima",
        "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo",
        "prima seconda terza",
        "primo secondo terzo",
    )
    for figure, word in enumerate(words.split(), 1)
    if word not in ("premier", "prima", "primo", "seconda", "secondo")
} | {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


def numbered(text: str) -> str:
    """Return the folded text with number words as figures."""
    return " ".join(_FIGURES.get(word, word) for word in fold(text).split())
