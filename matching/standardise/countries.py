"""Names of countries in many languages, read to ISO 3166-1 alpha-2 by the CLDR names that Babel carries."""

from __future__ import annotations

from functools import cache

from babel import Locale

from matching.standardise.text import fold

LANGUAGES = (
    "en de fr es it pt nl sv da nb fi pl cs sk hu ro bg el ru uk tr hr sl sr et lv lt ar he hi th vi"
    " id ja ko zh".split()
)
# Three-letter codes of ISO 3166-1 that platforms write, old codes, and names that CLDR does not list.
_MORE_ROWS = """
US: usa | us | u s | america | united states of america | the united states |
  vereinigte staaten von amerika | etats unis d amerique | eeuu
GB: uk | gbr | great britain | england | scotland | wales | northern ireland |
  united kingdom of great britain and northern ireland | grossbritannien | grande bretagne |
  gran bretana | gran bretagna | engeland | eng | sco | angleterre | inghilterra
DE: deu | ger | brd | bundesrepublik deutschland | federal republic of germany | allemagne rfa | d
AT: aut | osterreich | oesterreich | a
CH: che | sui | schweiz suisse svizzera | swiss confederation
FR: fra | f | france metropolitaine
ES: esp | e
IT: ita | i
NL: nld | ned | holland | the netherlands | niederlande holland | nl
BE: bel | b
LU: lux | l
PT: prt | por
IE: irl | eire | republic of ireland
PL: pol
CZ: cze | czech republic | tschechische republik | ceska republika | cr
SK: svk | slovak republic
HU: hun | h
RO: rou | rom
BG: bgr
GR: grc | el | hellas | ellada | hellenic republic
RU: rus | russian federation | russische foderation | rossiiskaya federatsiya | rf
UA: ukr
TR: tur | turkei | turkey | turkiye
SE: swe | s
DK: dnk
NO: nor | n
FI: fin
IS: isl
EE: est
LV: lva
LT: ltu
HR: hrv
SI: svn
RS: srb
JP: jpn | nippon | nihon
CN: chn | prc | peoples republic of china | p r china | pr china
KR: kor | south korea | republic of korea | korea
TW: twn | taiwan r o c
HK: hkg
IN: ind | bharat
AU: aus
NZ: nzl
CA: can
MX: mex
BR: bra | brasil
AR: arg
CL: chl
CO: col
PE: per
ZA: zaf | rsa
AE: are | uae | emirates
SA: sau | ksa
IL: isr
EG: egy
SG: sgp
MY: mys
TH: tha
VN: vnm | viet nam
ID: idn
PH: phl
PK: pak
BD: bgd
NG: nga
KE: ken
MA: mar
UG: uga
MT: mlt
CY: cyp
LI: lie | fl
"""
_MORE = {
    code: [name.strip() for name in names.split("|")]
    for row in _MORE_ROWS.strip().replace("\n  ", " ").splitlines()
    for code, _, names in [row.partition(":")]
}


@cache
def _names() -> dict[str, str]:
    """Return folded name -> code; the code itself is a name too. Costs some 0.3 s once per process."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"):
                found.setdefault(fold(str(name)), code)
                found[code.lower()] = code
    for code, names in _MORE.items():
        for name in names:
            found[name] = code
    found.pop("", None)
    return found


@cache
def codes() -> frozenset[str]:
    """Return the alpha-2 codes of all countries and territories."""
    return frozenset(_names().values())


def code_of(text: str) -> str:
    """Return the alpha-2 code of a country's name or code in any of the languages, or nothing."""
    shown = text.strip()
    if len(shown) == 2 and shown.isascii() and shown.isupper() and shown not in ("UK", "EL"):
        return shown if shown in codes() else ""
    return _names().get(fold(shown), "")
