"""Placeholder values: what people and platforms write when they know nothing, in several languages."""

from __future__ import annotations

import re

from matching.standardise.text import compact, fold


def _words(*rows: str) -> frozenset[str]:
    return frozenset(word for row in rows for word in row.split("|"))


# Folded. One row per language or habit.
ANYTHING = _words(
    "na|n a|n v|nil|none|null|nan|undefined|unknown|unk|unspecified|unnamed|no name|noname|not available"
    "|unavailable",
    "not applicable|not known|not given|not provided|not specified|not set|no data|no value|missing|blank"
    "|empty",
    "tbd|tba|tbc|to be defined|to be determined|to be confirmed|see above|see below|same as above|ditto"
    "|no entry",
    "test|tests|testing|tester|test test|dummy|default|temp|temporary|do not use|deleted|xxx|xx|xxxx"
    "|placeholder",
    "asdf|asdfasdf|asdfgh|qwerty|qwertz|abcd|foobar|foo bar|blah|void|pending|anonymous|anonymized|redacted"
    "|removed",
    "unbekannt|keine|keine angabe|keine angaben|k a|nicht bekannt|nicht vorhanden|entfallt|geloscht|anonym",
    "inconnu|inconnue|non renseigne|non renseignee|non communique|neant|aucun|aucune|non disponible"
    "|non specifie",
    "desconocido|desconocida|sin datos|no disponible|no aplica|no consta|ninguno|ninguna|sin nombre|s n d",
    "sconosciuto|sconosciuta|non disponibile|nessuno|nessuna|non noto|n d|nd|da definire|non specificato",
    "desconhecido|desconhecida|nao informado|nao informada|nao disponivel|nenhum|sem informacao|nao consta",
    "onbekend|niet bekend|geen|nvt|n v t|niet van toepassing|okand|okant|saknas|ukjent|ukendt|ikke oplyst",
    "ei tiedossa|tuntematon|nieznany|nieznana|nieznane|brak|brak danych|nie dotyczy|neznamy|neznama"
    "|neuvedeno",
    "ismeretlen|nincs|nincs adat|necunoscut|nespecificat|bilinmiyor|belirtilmemis|neizvestno|neizvesten"
    "|net dannykh",
    "ne ukazano|ne ukazan|otsutstvuet|nevidomo|agnosto|agnostos|buming|weizhi|fuming|eobseum|mjhwl|ghyrmrwf",
)
# Real names that look like placeholders: in a person's name they count as one only when not written like one
# ("NULL", "n/a" go, "Null", "Na", "Blank" stay).
_NAMES_TOO = _words("na|nan|nil|null|blank|void|nd|geen|brak|default|tester|temp|ditto|unk|anonym|xx")
PERSON = _words(
    "john doe|jane doe|joe bloggs|max mustermann|erika mustermann|maria mustermann|test user|test customer",
    "test kunde|testkunde|test client|test person|test account|first last|firstname lastname"
    "|first name last name",
    "first name|last name|firstname|lastname|surname|vorname|nachname|vorname nachname|prenom|nom|prenom nom",
    "nombre apellido|guest|guest user|gast|invite|customer|kunde|client|cliente|web customer|online customer",
    "walk in|walk in customer|barverkauf|laufkunde|cash sale|cash customer|counter sale|unknown unknown"
    "|no name given",
    "infant|admin|administrator|user|mr|mrs|herr|frau|info|office|sales|support|fnu|lnu",
)
ORGANISATION = _words(
    "test company|test gmbh|test ltd|test inc|test ag|muster gmbh|musterfirma|mustermann gmbh|company"
    "|company name",
    "firma|private|privat|particulier|privatperson|private person|self|self employed|selbststandig"
    "|individual",
    "retail customer|endkunde|household|student|retired|my company|your company|diverse kunden|sammelkonto"
    "|cpd",
    "cpd konto|one time customer|einmalkunde|diverse|sonstige|other|business|organisation|organization"
    "|freelance",
)
# Who they call so is not known: two people, unlike a guest or a test account that uses one mailbox.
_NOBODY = _words(
    "unknown|unk|anonymous|anon|anonym|anonyme|anonimo|anonima|unnamed|no name|noname|fnu|lnu|unidentified",
    "unbekannt|inconnu|inconnue|desconocido|desconocida|sconosciuto|sconosciuta|desconhecido|desconhecida",
    "onbekend|okand|ukjent|ukendt|tuntematon|nieznany|nieznana|neznamy|neznama|ismeretlen|necunoscut|bilinmiyor",
)
_NOBODY_WHOLE = _words("john doe|jane doe|baby boy|baby girl|baby|newborn|infant|male child|female child")
_NOBODY_GIVEN = _NOBODY | _NOBODY_WHOLE | {whole.partition(" ")[0] for whole in _NOBODY_WHOLE}
_COUNTED = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
_NOISE_SIGNS = re.compile(r"([xzq09])\1{2,}")


def is_placeholder(text: str, *, of: str = "") -> bool:
    """Whether a text only stands for "not known"; `of` is "person" or "organisation" for names of those."""
    folded = fold(text)
    if not folded:
        return True
    if of == "person":
        if folded in _NAMES_TOO and text.strip().istitle():
            return False
        if folded in PERSON:
            return True
    if of == "organisation" and folded in ORGANISATION:
        return True
    return folded in ANYTHING or _NOISE_SIGNS.fullmatch(folded.replace(" ", "")) is not None


def is_nobody(given: str, family: str) -> bool:
    """Whether given and family name together only say that nobody knows who it is."""
    one, other = fold(given), fold(family)
    if not (one and other):
        return False
    whole = f"{one} {other}"
    return whole in _NOBODY_WHOLE or {one, other} <= _NOBODY | _NOBODY_WHOLE


def may_be_nobody(given: str) -> bool:
    """Whether `is_nobody` holds for this given name with any family name."""
    return fold(given) in _NOBODY_GIVEN


def is_placeholder_code(code: str) -> bool:
    """Whether an identifier is made up: one sign repeated, a counted run, or a placeholder word."""
    squeezed = compact(code)
    if len(squeezed) < 2 or fold(code) in ANYTHING or squeezed in ANYTHING:
        return True
    if len(squeezed) >= 4 and len(set(squeezed)) == 1:
        return True
    return len(squeezed) >= 6 and any(squeezed in run for run in _COUNTED)
