"""Words of addresses in some twenty languages: types of street, of unit, post boxes. Own tables, folded."""

from __future__ import annotations

# One row per type: the first word is the canonical one.
_STREET_ROWS = """
st street str strasse strase strasze straat straede stræde strada stra stradela strd gata gatan gt gate gade
  g vulica
ave avenue av aven avn avda avenida avd aveniu aleja al aleje alej allee alle alee aly bulvari ave
blvd boulevard boul bd bvd boulv bulevar bulevard bulvar bulwar blv bul bulv bvld
rd road straubing rde weg wg vej vei vagen vag vg tie chemin ch che camino cno cam caminho cami
ln lane la gasse g gaesschen pasaje pje psje passage psge pass vicolo vico ruelle pereulok per steeg
  travessa tv trav
dr drive drv dve
ct court crt hof cour patio corte
pl place plaza plz platz plein plads plass piazza pza piaz praca pca plac square sq skver namesti nam ter
  torg plosshchad ploshchad
cir circle crcl rotunda rondo rond
ter terrace terr terasse terrasse
pkwy parkway pky
hwy highway chaussee chs chaus szosa shosse sh carretera ctra crta estrada chaussée route rte
way wy
cres crescent crsc
cl close clo
gdns gardens gdn garden garten
gr grove grv
mews mws
quai qu quay kai kade ufer nab naberezhnaya
rue r calle c cl via v rua ul ulica ulitsa vul vulytsia utca u odos
lug lugar polygon pol poligono
trl trail
park parc parque
"""
STREET_TYPES = {
    word: canonical
    for row in _STREET_ROWS.strip().replace("\n  ", " ").splitlines()
    for canonical, words in [(row.split()[0], row.split())]
    for word in reversed(words)
}
# All types that simply mean "street" in their language fall together: rue, calle, via, ulica, straße.
for _word in "rue calle via rua ul ulica ulitsa vul vulytsia vulica utca odos".split():
    STREET_TYPES[_word] = "st"
# Words that are a type only in front of a name, where one letter says little elsewhere.
FRONT_ONLY = frozenset("r c v u ul al pl per nab bul sh pr".split())
FRONT_TYPES = {
    "r": "st", "c": "st", "v": "st", "u": "st", "ul": "st", "al": "ave", "pl": "pl", "per": "ln",
    "nab": "quai", "bul": "blvd",
    "sh": "hwy", "pr": "ave", "prospekt": "ave", "prosp": "ave", "cl": "st", "viale": "ave", "corso": "ave",
    "largo": "pl",
    "impasse": "ln", "str": "st",
}  # fmt: skip
# Whole words that stand in front in the languages that put the type first.
for _word in (
    "rue calle via rua ulica ulitsa vulica vulytsia vul odos utca avenue avenida avda avenija aleja aleje"
    " allee boulevard bd"
    " bulevar bulevard bulvar bulwar place plaza piazza praca plac plosshchad ploshchad chemin camino"
    " caminho carretera route"
    " estrada strada chaussee quai pasaje passage vicolo travessa pereulok naberezhnaya shosse strasse"
    " straat parc cour rte av ave"
).split():
    FRONT_TYPES.setdefault(_word, STREET_TYPES.get(_word, "st"))

# Ends of joined words ("Hauptstraße", "Kerkstraat", "Storgatan"), longest first.
SUFFIXES = (
    ("strasse", "st"), ("straat", "st"), ("strase", "st"), ("stræde", "st"), ("strade", "st"),
    ("gatan", "st"), ("gata", "st"),
    ("gaten", "st"), ("gate", "st"), ("gade", "st"), ("gasse", "ln"), ("steeg", "ln"), ("allee", "ave"),
    ("alle", "ave"),
    ("laan", "ave"), ("platz", "pl"), ("plein", "pl"), ("plads", "pl"), ("ufer", "quai"), ("kade", "quai"),
    ("katu", "st"),
    ("vagen", "rd"), ("veien", "rd"), ("vej", "rd"), ("vei", "rd"), ("weg", "rd"), ("tie", "rd"),
    ("ring", "ring"), ("damm", "damm"),
    ("str", "st"),
)  # fmt: skip
DIRECTIONS = {
    "n": "n", "north": "n", "s": "s", "south": "s", "e": "e", "east": "e", "w": "w", "west": "w", "ne": "ne",
    "northeast": "ne",
    "nw": "nw", "northwest": "nw", "se": "se", "southeast": "se", "sw": "sw", "southwest": "sw",
}  # fmt: skip
ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9",
    "tenth": "10", "eleventh": "11", "twelfth": "12", "1st": "1", "2nd": "2", "3rd": "3",
}  # fmt: skip
UNIT_WORDS = (
    "apartment|apt|flat|unit|suite|ste|room|rm|floor|fl|level|lvl|building|bldg|block|blk|wohnung|whg|top"
    "|stiege|etage|stock|og|eg"
    "|appartement|appt|app|batiment|bat|escalier|esc|etg|piso|puerta|pta|planta|interno|int|scala|piano"
    "|andar|apto|bloco|sala|lok|lokal"
    "|mieszkanie|m|byt|kv|kvartira|korpus|korp|k|stroenie|str|ofis|office|oficina|of|lgh|leilighet|leil"
    "|asunto|as|daire|kat|no daire|bus|bte"
)
POST_BOX = (
    r"p\.?\s?o\.?\s?box|post office box|postbox|postfach|pf|bp|boite postale|apartado(?: de correos)?|apdo"
    r"|caixa postal|casella postale|postbus|postboks|skrytka pocztowa|a/ya|gpo box"
)
