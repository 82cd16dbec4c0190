"""Writing a name in another script: Cyrillic and Greek to Latin in two habits each, romaji to katakana,
ASCII folding."""

import unicodedata

_RU = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".replace("_", "").split(
            " "
        ),
        strict=True,
    )
)
# the habit of European offices: j for й, ju/ja, ch for х (close to ISO 9 without marks)
_RU_ISO = _RU | {
    "ж": "z",
    "й": "j",
    "х": "h",
    "ц": "c",
    "ч": "c",
    "ш": "s",
    "щ": "sc",
    "ю": "ju",
    "я": "ja",
    "ё": "jo",
}
_UK = _RU | {
    "г": "h",
    "ґ": "g",
    "и": "y",
    "і": "i",
    "ї": "i",
    "є": "ie",
    "й": "i",
    "'": "",
    "щ": "shch",
    "ю": "iu",
    "я": "ia",
}
_UK_OLD = _UK | {"г": "g", "и": "i", "є": "e", "ї": "yi", "ю": "yu", "я": "ya", "й": "y"}
_EL = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(" "),
        strict=True,
    )
)
_EL_LOOSE = _EL | {"β": "b", "η": "e", "χ": "h", "φ": "ph", "υ": "u"}
_EL_PAIRS = (("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("γγ", "ng"), ("γκ", "gk"), ("μπ", "mp"), ("ντ", "nt"))

_TABLES = {"ru": (_RU, _RU_ISO), "uk": (_UK, _UK_OLD), "el": (_EL, _EL_LOOSE)}

_KANA = dict(
    pair.split("=")
    for pair in """kya=キャ kyu=キュ kyo=キョ sha=シャ shu=シュ sho=ショ cha=チャ chu=チュ cho=チョ
    shi=シ chi=チ tsu=ツ ryo=リョ ryu=リュ ja=ジャ ju=ジュ jo=ジョ ka=カ ki=キ ku=ク ke=ケ ko=コ sa=サ su=ス
    se=セ so=ソ ta=タ te=テ
    to=ト na=ナ ni=ニ nu=ヌ ne=ネ no=ノ ha=ハ hi=ヒ fu=フ he=ヘ ho=ホ ma=マ mi=ミ mu=ム me=メ mo=モ ya=ヤ
    yu=ユ yo=ヨ ra=ラ ri=リ
    ru=ル re=レ ro=ロ wa=ワ ga=ガ gi=ギ gu=グ ge=ゲ go=ゴ za=ザ ji=ジ zu=ズ ze=ゼ zo=ゾ da=ダ de=デ do=ド
    ba=バ bi=ビ bu=ブ be=ベ
    bo=ボ a=ア i=イ u=ウ e=エ o=オ n=ン m=ン""".split()
)

_FOLD = str.maketrans(
    {
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "æ": "ae",
        "ı": "i",
        "’": "'",
        "º": "o",
        "ª": "a",
        "„": '"',
        "”": '"',
    }
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def script_of(text: str) -> str:
    """The script of a text by its first telling letter: latin, cyrillic, greek or japanese."""
    for sign in text:
        if "\u0400" <= sign <= "\u04ff":
            return "cyrillic"
        if "\u0370" <= sign <= "\u03ff" or "\u1f00" <= sign <= "\u1fff":
            return "greek"
        if "\u3040" <= sign <= "\u9fff":
            return "japanese"
    return "latin"


def _unaccented(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def latin(text: str, culture: str, habit: int = 0) -> str:
    """The text in Latin letters by one of two habits; Latin text stays as it is."""
    if culture not in _TABLES or script_of(text) == "latin":
        return text
    table = _TABLES[culture][habit]
    words = []
    for word in text.split(" "):
        low = _unaccented(word.lower()) if culture == "el" else word.lower()
        if culture == "el":
            for greek, roman in _EL_PAIRS:
                low = low.replace(greek, roman)
        turned = "".join(table.get(sign, sign) for sign in low)
        capital = word[:1].isupper()
        words.append(
            turned.upper()
            if word.isupper() and len(word) > 2
            else turned[:1].upper() + turned[1:]
            if capital
            else turned
        )
    return " ".join(words)


def katakana(reading: str) -> str:
    """A romaji reading in katakana, by longest syllable; what is no syllable is dropped."""
    low = reading.lower()
    signs = []
    at = 0
    while at < len(low):
        for width in (3, 2, 1):
            syllable = low[at : at + width]
            if syllable in _KANA:
                signs.append(_KANA[syllable])
                at += width
                break
        else:
            at += 1
    return "".join(signs)


def ascii_fold(text: str, german: bool = False) -> str:
    """The text without marks (``german`` writes ae, oe, ue); letters of other scripts stay."""
    if german:
        text = text.translate(_GERMAN)
    return _unaccented(text.translate(_FOLD))
