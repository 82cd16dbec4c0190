"""Names of people: parts, order, nicknames, and keys that survive misspelling and transliteration."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from matching.standardise.nicknames import canonical_given, given_roots
from matching.standardise.text import fold, latin, tidy, umlaut_key

PREFIXES = frozenset(
    "mr mister mrs ms miss mx dr doctor prof professor sir dame lord lady rev reverend fr father hon judge"
    " capt col maj"
    " sgt lt gen herr frau hr fr dipl ing dipling drmed med mag magister univ hc phil rer nat jur habil m"
    " mme mlle"
    " monsieur madame mademoiselle maitre me sr sra srta senor senora senorita don dona doa sig sigra"
    " sigrina signor"
    " signora signorina dott dottssa ssa avv ing arch geom dhr mevr mw mevrouw meneer drs ir heer fru froken"
    " pan pani"
    " mgr inz bc ing rndr mudr phdr judr gospodin gospozha gospodja kyrios kyria bay bayan sn sheikh sheik"
    " haji hajji"
    " shri smt kumari tan sri datuk sensei san sama nim xiansheng nushi".split()
)
_GENERATIONS = {
    "jr": "jr", "jnr": "jr", "jun": "jr", "junior": "jr", "filho": "jr", "hijo": "jr", "ml": "jr",
    "mladsi": "jr",
    "fils": "jr", "neto": "3", "nieto": "3", "sr": "sr", "snr": "sr", "sen": "sr", "senior": "sr", "st": "sr",
    "pere": "sr", "ii": "2", "iii": "3", "iv": "4", "2nd": "2", "3rd": "3", "4th": "4",
}  # fmt: skip
# Readings that are also ordinary given or family names; they count as a generation only after a comma.
_ONLY_AFTER_COMMA = frozenset("jun sen st ml fils pere filho hijo neto nieto".split())
# Behind a name in capitals such a word in small letters is a generation, and no name.
_GENERATION_BEHIND = re.compile(
    r"[\s(]+(?:(père|pere|padre|pai|sen\.|d\.\s?[Ää]\.)|(?:fils|figlio|hijo|filho|jun\.|d\.\s?[Jj]\.))\)?\s*$"
)
CREDENTIALS = frozenset(
    "phd md mba msc bsc ba ma llm llb llp esq cpa cfa pmp rn dds dvm dphil mphil jd ing dipling mag bakk csc"
    " drsc"
    " obe mbe cbe kbe qc kc frcs facs pe cissp ret msn bs ms meng beng".split()
)
PARTICLES = frozenset(
    "van von vom zu zum zur der den dem de del della delle dei degli di da das do dos du des la le las los"
    " el al ul ben"
    " bin ibn bint abu abd ter ten te op het ap ab mac af av y e i und san st saint santa santo dal"
    " dalla lo d l o".split()
)
# Particles that could also be an initial or a given name; they never start a family name in running order.
_WEAK_PARTICLES = frozenset("e i o d l y te op al ben san st".split())
_BRACKETS = re.compile(r"\(([^()]*)\)|\"([^\"]*)\"|“([^”]*)”|«([^»]*)»")
_BIRTH_NAME = re.compile(
    r"\b(?:née|nee|né|geb\.?|geborene?r?|born|formerly|z domu|rozen[áa])\s+(.+)$", re.IGNORECASE
)
_DEGREE = re.compile(r"\b(?:ph\.\s?d|m\.\s?d|ll\.\s?m|b\.\s?sc|m\.\s?sc)\b\.?", re.IGNORECASE)
_RANK = re.compile(
    r"(?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+|first\s+|second\s+|third\s+)?(?:earl|duke|duchess|baron|baroness|baronet|viscount"
    r"|viscountess|marquess|marquis|count|countess|lord|lady|prince|princess|king|queen|bishop|archbishop|abbot|graf|herzog"
    r"|freiherr|comte|marquise?|duque|conde|of)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[\s.]+")
_HAN = re.compile(r"^[一-鿿]{2,4}$")
_HANGUL = re.compile(r"^[가-힣]{2,4}$")
_TWO_SIGN_FAMILIES = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 令狐 皇甫 东方 東方 尉迟 慕容 남궁 황보 제갈 사공 선우".split()
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name in folded parts; an empty string is "not known"."""

    prefix: str = ""
    given: str = ""
    middle: tuple[str, ...] = ()
    family: str = ""
    generation: str = ""
    nickname: str = ""
    former_family: str = ""

    @property
    def initials(self) -> str:
        """First letters of given and middle names."""
        return "".join(part[0] for part in (self.given, *self.middle) if part)

    @property
    def root(self) -> str:
        """The canonical form of the given name ("bob" -> "robert")."""
        return canonical_given(self.given)

    @property
    def full(self) -> str:
        """Given, middle and family names in this order."""
        return " ".join(part for part in (self.given, *self.middle, self.family) if part)

    @property
    def order_free(self) -> str:
        """The words of all name parts in alphabetical order, so that swapped fields agree."""
        return " ".join(sorted(self.full.split()))


def parse(text: str) -> PersonName:
    """Read a full name as people and platforms write it ("Dr. van der Berg, Jan Jr." -> its parts)."""
    shown, behind = _generation_behind(tidy(text))
    shown, nickname, former = _without_asides(shown)
    if not shown:
        return PersonName()
    if asian := _east_asian(shown):
        return asian
    sections = [section.strip() for section in re.split(r"[,，、]", shown) if section.strip()]
    generation, sections = _generation_section(sections)
    generation = generation or behind
    sections = sections[:1] + [section for section in sections[1:] if not _RANK.match(section)]
    if len(sections) >= 2:
        prefix, head, found = _stripped(_words(sections[0]))
        more_prefix, tail, also = _stripped(_words(" ".join(sections[1:])))
        family, given = " ".join(head), tail
        # "Berg, Jan van den": particles left behind belong to the family name.
        while given and given[-1] in PARTICLES and len(given) > 1:
            family = f"{given.pop()} {family}"
        name = PersonName(
            prefix or more_prefix, *_given_and_middle(given), family, generation or found or also
        )
    else:
        prefix, words, found = _stripped(_words(sections[0] if sections else ""))
        name = replace(_western(words), prefix=prefix, generation=generation or found)
    return replace(name, nickname=nickname, former_family=former)


def compose(
    given: str = "",
    family: str = "",
    middle: str = "",
    prefix: str = "",
    suffix: str = "",
    former_family: str = "",
) -> PersonName:
    """Read a name that a source keeps in parts; a part that holds more than its own is taken apart."""
    family, behind = _generation_behind(family)
    found_prefix, words, found = _stripped(_words(given))
    _, family_words, also = _stripped(_words(family))
    if not words and family_words and "," in family:
        return parse(family)
    first, more = _given_and_middle(words)
    middles = more + tuple(fold(middle).split())
    return PersonName(
        prefix=found_prefix or fold(prefix),
        given=first,
        middle=middles,
        family=" ".join(family_words),
        generation=generation_of(suffix) or found or also or behind,
        former_family=fold(former_family),
    )


def _generation_behind(text: str) -> tuple[str, str]:
    """Return the text without a generation in small letters at its end ("Jean Moreau père"), and that one."""
    match = _GENERATION_BEHIND.search(text)
    if match is None or text[: match.start()].islower():
        return text, ""
    return text[: match.start()], "sr" if match.group(1) else "jr"


def generation_of(suffix: str) -> str:
    """Return "jr", "sr", "2", "3" or "4" for a suffix that tells father from son, else nothing."""
    for word in fold(suffix).split():
        if word in _GENERATIONS:
            return _GENERATIONS[word]
    return ""


def _words(text: str) -> list[str]:
    """Return the folded words; what a hyphen joins stays one entry ("muller schmidt")."""
    return [folded for part in _SPLIT.split(_DEGREE.sub(" ", text)) if (folded := fold(part))]


def _without_asides(text: str) -> tuple[str, str, str]:
    """Return the text without brackets and quotes, the nickname that stood in them, and a birth name."""
    aside = ""
    if match := _BRACKETS.search(text):
        aside = next((group for group in match.groups() if group), "")
        text = f"{text[: match.start()]} {text[match.end() :]}".strip()
    former = ""
    if match := _BIRTH_NAME.search(aside) or _BIRTH_NAME.search(text):
        former = fold(match.group(1))
        if match.string is text:
            text = text[: match.start()].strip(" ,")
        aside = ""
    return text, fold(aside), former


def _generation_section(sections: list[str]) -> tuple[str, list[str]]:
    """Return the generation, and the sections without those of suffixes only ("Smith, John, Jr., PhD")."""
    generation, kept = "", []
    for position, section in enumerate(sections):
        words = [fold(part.replace(".", "")) for part in section.split()]
        if position and all(word in _GENERATIONS or word in CREDENTIALS for word in words):
            generation = generation or next(
                (_GENERATIONS[word] for word in words if word in _GENERATIONS), ""
            )
        else:
            kept.append(section)
    return generation, kept


def _stripped(words: list[str]) -> tuple[str, list[str], str]:
    """Return prefix, remaining words and generation; at least one word remains."""
    prefix: list[str] = []
    rest = list(words)
    while (
        len(rest) > 1 and rest[0] in PREFIXES and not (rest[0] in ("m", "me", "san", "don") and len(rest) < 3)
    ):
        prefix.append(rest.pop(0))
    generation = ""
    while len(rest) > 1:
        last = rest[-1]
        if last in _GENERATIONS and last not in _ONLY_AFTER_COMMA and (len(rest) > 2 or last != "sr"):
            generation = _GENERATIONS[last]
        elif not (
            last in CREDENTIALS and len(rest) > 2 and last not in ("ma", "ba", "pe", "ret", "ing", "mag")
        ):
            break
        rest.pop()
    return " ".join(prefix), rest, generation


def _given_and_middle(words: list[str]) -> tuple[str, tuple[str, ...]]:
    first, *more = " ".join(words).split() or [""]
    return first, tuple(more)


def _western(words: list[str]) -> PersonName:
    """Return given names first, family name last, with the particles before it."""
    if len(words) <= 1:
        return PersonName(family=words[0] if words else "")
    start = len(words) - 1
    for position in range(1, len(words) - 1):
        if words[position] in PARTICLES and words[position] not in _WEAK_PARTICLES:
            start = position
            break
    given, middle = _given_and_middle(words[:start])
    return PersonName(given=given, middle=middle, family=" ".join(words[start:]))


def _east_asian(text: str) -> PersonName | None:
    """Return the name when it is two to four Han or Hangul signs: the family name comes first."""
    if not (_HAN.match(text) or _HANGUL.match(text)):
        return None
    cut = 2 if text[:2] in _TWO_SIGN_FAMILIES or (len(text) == 4 and _HAN.match(text)) else 1
    return PersonName(given=fold(text[cut:]), family=fold(text[:cut]))


def surname_core(family: str) -> str:
    """Return the family name without particles ("van der Berg" -> "berg"); a name of particles only stays."""
    words = fold(family.replace("-", " ")).split()
    core = [word for word in words if word not in PARTICLES]
    return " ".join(core or words)


def order_free(text: str) -> str:
    """Return the words of a full name in alphabetical order without prefix and suffix."""
    return parse(text).order_free


_SOUNDS = (
    ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("cz", "s"), ("sh", "s"), ("chr", "kr"), ("chl", "kl"),
    ("ph", "v"),
    ("th", "t"), ("ck", "k"), ("kh", "k"), ("gh", "g"), ("zh", "s"), ("dj", "j"), ("qu", "k"), ("x", "ks"),
    ("ts", "s"), ("tz", "s"), ("w", "v"), ("f", "v"), ("q", "k"), ("y", "i"), ("j", "i"), ("z", "s"),
    ("dt", "t"),
)  # fmt: skip


def sound_key(name: str) -> str:
    """Return a key of how a name sounds in many European languages ("Schmidt" and "Shmit" share one).

    Own rules: fold, unify digraphs, c before e and i as s and else k, f and v as one, d, b, g at the end
    hardened, doubles dropped, vowels kept only at the start.
    """
    word = umlaut_key(name).replace(" ", "")
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    word = re.sub(r"ch(?=[aeiou])|c(?=[ei])", "s", word).replace("ch", "k").replace("c", "k")
    word = re.sub(r"(?<=[a-z])h", "", word)
    word = re.sub(r"d$", "t", re.sub(r"b$", "p", re.sub(r"g$", "k", word)))
    word = re.sub(r"(.)\1+", r"\1", word)
    return word[:1] + re.sub(r"[aeiou]", "", word[1:])


def consonant_key(name: str) -> str:
    """Return the consonants, doubles dropped: one key for "Mohammed", "Muhamad" and the Arabic spelling."""
    letters = fold(latin(name)).replace(" ", "")
    bare = re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouy]", "", letters))
    return bare or letters[:1]


def given_keys(given: str) -> tuple[str, ...]:
    """Return the roots of a given name, or nothing for an initial."""
    folded = fold(given)
    return given_roots(folded) if len(folded) > 1 else ()
