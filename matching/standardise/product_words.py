"""Words of product titles in some fifteen languages: units, packs, colours, sizes. Own tables, folded."""

from __future__ import annotations

from decimal import Decimal


def _rows(table: str) -> list[str]:
    """Return the rows of a table; a row goes on in indented lines."""
    return table.strip().replace("|\n  ", "|").replace("\n  ", " ").splitlines()


# Spellings, base unit, factor to it.
_UNITS = """
mg milligram milligramm | g | 0.001
g gr grs gram grams gramm gramme grammes gramo gramos grammi grammo gramy | g | 1
kg kgs kilo kilos kilogram kilograms kilogramm kilogramme | g | 1000
lb lbs pound pounds | g | 453.59237
oz ounce ounces | g | 28.349523
ml milliliter millilitre millilitri mililitros mls | ml | 1
cl centiliter centilitre | ml | 10
dl deciliter | ml | 100
l lt ltr ltrs liter litre liters litres litro litros litri litrov litra | ml | 1000
floz | ml | 29.573530
gal gallon gallons | ml | 3785.411784
ccm cm3 cc | ml | 1
mm millimeter millimetre milimetros | mm | 1
cm centimeter centimetre centimetros zentimeter | mm | 10
m meter metre meters metres mtr metros metri | mm | 1000
inch inches zoll pouces pouce pulgadas pollici duim cali | mm | 25.4
ft foot feet | mm | 304.8
kb | mb | 0.001
mb mo megabyte | mb | 1
gb go gig gigabyte gigabytes gbyte | mb | 1000
tb to terabyte terabytes | mb | 1000000
w watt watts vatios | w | 1
kw kilowatt | w | 1000
v volt volts voltios | v | 1
mah | mah | 1
ah | mah | 1000
hz | hz | 1
khz | hz | 1000
mhz | hz | 1000000
ghz | hz | 1000000000
mp mpx mpix megapixel megapixels mpixel | mpx | 1
dpi | dpi | 1
rpm | rpm | 1
lm lumen lumens | lm | 1
btu | btu | 1
db dba | db | 1
bar | bar | 1
kwh | kwh | 1
percent | percent | 1
mbps mbit | mbit | 1
gbps gbit | mbit | 1000
kelvin | k | 1
"""
UNITS = {
    spelling: (base.strip(), Decimal(factor.strip()))
    for row in _rows(_UNITS)
    for spellings, base, factor in [row.split("|")]
    for spelling in spellings.split()
}
# Three figures behind a dot or comma are thousands in these units ("1.500 g"), else decimals ("1.500 kg").
SMALL_UNITS = frozenset("mg g gr gram gramm ml mm mah w mb hz lm dpi rpm mls".split())

PACK_WORDS = (
    "pack|packs|pck|pk|pkt|packet|packung|packg|pckg|er-pack|set|sets|box|boxes|case|carton|karton|kiste"
    "|tray|multipack|bundle|lot"
    "|boite|coffret|caja|paquete|confezione|conf|doos|verpakking|opakowanie|opak|baleni|upakovka|forpackning"
    "|pakke|pakkaus|cx|caixa|embalagem"
)
PIECE_WORDS = (
    "pcs|pc|pieces|piece|stk|stck|st|stuck|stueck|count|ct|pezzi|pz|unidades|uds|unid|units|szt|sztuk|sht"
    "|shtuk|stuks|styck|kpl|ks|kus|db|adet|pieces"
    "|bottles|flaschen|cans|dosen|tabs|tabletten|capsules|kapseln|sachets|beutel|rolls|rollen|pairs|paar"
    "|bags|bag|teabags|tea bags|teebeutel|sheets|blatt|pads"
)
# Groupings of several sellable items, in words and in units of measure (SAP, UN/ECE 20 and 21).
CASE_WORDS = "cases?|cartons?|kartons?|umkarton|kisten?|trays?|displays?|pallets?|paletten?"
CASE_UNITS = frozenset(
    "case carton karton kar cs ct car ctn bx box pallet palette pal pf inner tray display".split()
)
EACH_UNITS = frozenset("piece each ea st pc pce stk h87 c62 ar".split())
NAMED_COUNTS = {
    "single": 1, "einzeln": 1, "twin": 2, "twinpack": 2, "duo": 2, "duopack": 2, "doppelpack": 2, "2er": 2,
    "dozen": 12, "dutzend": 12,
    "trio": 3, "triplepack": 3, "dreierpack": 3, "viererpack": 4, "sixpack": 6, "sechserpack": 6,
}  # fmt: skip

_COLOURS = """
black|schwarz|noir|noire|negro|negra|nero|nera|zwart|svart|sort|preto|preta|czarny|czarna|cerna|cerny|
  chernyi|chernyy|chernaya|musta|fekete|siyah|mavro|blk|bk|hei|kuro
white|weiss|weis|blanc|blanche|blanco|blanca|bianco|bianca|wit|vit|hvid|hvit|branco|branca|bialy|biala|bily|
  bila|belyi|belyy|belaya|valkoinen|feher|beyaz|wht|wh|wht|bai|shiro
red|rot|rouge|rojo|roja|rosso|rossa|rood|rod|vermelho|vermelha|czerwony|czerwona|cerveny|cervena|krasnyi|
  krasnyy|krasnaya|punainen|piros|kirmizi|kokkino|aka
blue|blau|bleu|bleue|azul|blu|blauw|bla|niebieski|niebieska|modry|modra|sinii|siniy|goluboi|goluboy|sininen|
  kek|mavi|ble|blu|ao
green|grun|gruen|vert|verte|verde|groen|gron|zielony|zielona|zeleny|zelena|zelenyi|zelenyy|vihrea|zold|yesil|
  prasino|grn|midori
yellow|yel|ylw|gelb|jaune|amarillo|amarilla|giallo|gialla|geel|gul|amarelo|amarela|zolty|zolta|zluty|zluta|zheltyi|
  zhyoltyy|keltainen|sarga|sari|kitrino
orange|naranja|arancione|arancio|oranje|laranja|pomaranczowy|oranzovy|oranzhevyi|oranzhevyy|oranssi|narancs|
  turuncu
grey|gray|grau|gris|grigio|grigia|grijs|gra|cinza|cinzento|szary|szara|sedy|seda|seryi|seryy|harmaa|szurke|
  gri|gry
brown|brn|braun|marron|marrone|bruin|brun|castanho|marrom|brazowy|hnedy|korichnevyi|korichnevyy|ruskea|barna|
  kahverengi
pink|rosa|rose|roze|rozowy|ruzovy|rozovyi|rozovyy|pinkki|rozsaszin|pembe
magenta|mag|fuchsia|fuxia|magentarot
purple|lila|violet|violett|violette|morado|violeta|viola|paars|lilla|roxo|fioletowy|fialovy|fioletovyi|
  fioletovyy|liila|mor|lilac
silver|silber|silbern|argent|plata|plateado|argento|zilver|silverfargad|prata|srebrny|stribrny|serebristyi|
  serebristyy|hopea|ezust|gumus|slv
gold|golden|goldfarben|or|dore|oro|dorado|goud|guld|ouro|dourado|zloty|zlaty|zolotoi|zolotoy|zolotistyi|
  kulta|arany|altin
beige|bezowy|bezhevyi|bezhevyy|beis|bej|creme|cream|ivory|ecru|elfenbein
turquoise|cyn|turkis|tuerkis|turquesa|turchese|turkoois|turkusowy|tyrkysovy|biryuzovyi|cyan|aqua|teal
transparent|clear|klar|durchsichtig|trasparente|transparente|przezroczysty|prozrachnyi
multicolour|multicolor|multicolore|bunt|mehrfarbig|multi|multicoloured|kleurrijk|flerfargad|kolorowy|barevny
navy|nvy|marine|marineblau|marino|navyblue|granatowy
anthracite|anthrazit|antracite|antraciet|antracita|antracyt|graphite|graphit|grafito|charcoal
bordeaux|burgundy|weinrot|burdeos|bordowy|maroon|wine
khaki|olive|oliv|olivgrun|kaki|oliwkowy
chrome|chrom|cromo
copper|kupfer|cuivre|cobre|rame|bronze|bronce
"""
COLOURS = {word: row.split("|")[0] for row in _rows(_COLOURS) for word in reversed(row.split("|"))}
# Words that are colours in an attribute of their own but mean something else in a title.
NOT_IN_TITLES = frozenset(
    "or bk wh st ks multi rose vit rod gra bla sort marine bai hei aka ao mor gri sari kek"
    " wine rame clear cream aqua mag".split()
)
# A shade of a colour -> the name it goes by.
SAME_COLOURS = {"dark blue": "navy", "dark grey": "anthracite", "dark red": "bordeaux"}
SHADES = {
    "dark": "dark", "dunkel": "dark", "fonce": "dark", "oscuro": "dark", "scuro": "dark", "donker": "dark",
    "mork": "dark", "ciemny": "dark",
    "light": "light", "hell": "light", "clair": "light", "claro": "light", "chiaro": "light",
    "licht": "light", "ljus": "light", "lys": "light",
    "jasny": "light", "bright": "light", "pastel": "light",
}  # fmt: skip

_SIZES = """
xxs|2xs|extra extra small
xs|extra small|x small|tres petit
s|small|klein|petit|pequeno|pequena|piccolo|kleine|sm
m|medium|mittel|moyen|mediano|mediana|medio|med|middel
l|large|gross|grand|grande|groot|lg|lrg
xl|extra large|x large|xlarge|tres grand|sehr gross
xxl|2xl|xx large|xxlarge|extra extra large
3xl|xxxl|xxx large
4xl|xxxxl
5xl|xxxxxl
onesize|one size|os|einheitsgrosse|taille unique|talla unica|taglia unica|universal|unica|osfa
"""
SIZES = {word: row.split("|")[0] for row in _rows(_SIZES) for word in row.split("|")}
TITLE_SIZES = frozenset("xxs 2xs xs xl xxl 2xl 3xl xxxl 4xl xxxxl 5xl".split())
# Letters and digits, but a standard or a technique rather than a model.
NOT_MODELS = frozenset(
    "3d 2d 4k 5k 8k 2k uhd4k mp3 mp4 mpeg4 h264 h265 a4 a3 a5 usb2 usb3 usb31 usb30 usb20 hdmi2 cat5 cat5e"
    " cat6 cat6a cat7 wifi5 wifi6"
    " 2g 3g 4g 5g ps2 ps3 ps4 ps5 ddr2 ddr3 ddr4 ddr5 ip65 ip67 ip68 ip44 u1 u3 v10 v30 v60 v90 a1 a2 c10"
    " class10 uhs1 uhs3 1080p 720p 1080i"
    " 480p 2160p 360p mp5 rj45 rj11 80211ac 80211n 80211g 80211b 5ghz 24ghz rs232 m2 e27 e14 gu10 100x 10x"
    " 2in1 3in1 4in1 2way 3way win7 win8"
    " win10 win11 iso9001 b2b b12 d3 q10".split()
)
