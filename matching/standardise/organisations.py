"""Names of organisations: legal form, core name, distinctive words, acronym, and what marks a branch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.standardise.legal_forms import (
    FAMILY_OF,
    LEADING,
    LONGEST,
    NOT_LEADING_SPELLINGS,
    ONLY_LEADING,
    SHOUTED,
    SPELLINGS,
    UNSPACED,
)
from matching.standardise.text import fold, tidy

ABBREVIATIONS = {
    "intl": "international", "int": "international", "internat": "international", "internl": "international",
    "internationale": "international", "internazionale": "international", "internacional": "international",
    "natl": "national", "nat": "national", "mfg": "manufacturing", "manuf": "manufacturing",
    "bros": "brothers",
    "gebr": "brothers", "gebruder": "brothers", "gebrueder": "brothers", "freres": "brothers",
    "hermanos": "brothers",
    "hnos": "brothers", "fratelli": "brothers", "flli": "brothers", "assoc": "associates",
    "assocs": "associates",
    "assn": "association", "associate": "associates", "univ": "university", "universitat": "university",
    "universitaet": "university", "universite": "university", "universidad": "university",
    "universita": "university",
    "universiteit": "university", "dept": "department", "svc": "services", "svcs": "services",
    "service": "services",
    "grp": "group", "gruppe": "group", "groupe": "group", "grupo": "group", "gruppo": "group",
    "groep": "group",
    "hldg": "holding", "hldgs": "holding", "holdings": "holding", "tech": "technology",
    "technol": "technology",
    "technologies": "technology", "technologie": "technology", "sys": "systems", "system": "systems",
    "systeme": "systems", "eng": "engineering", "engrg": "engineering", "engr": "engineering",
    "inst": "institute",
    "institut": "institute", "instituto": "institute", "istituto": "institute", "hosp": "hospital",
    "lab": "laboratory", "labs": "laboratory", "laboratories": "laboratory", "laboratoires": "laboratory",
    "mgmt": "management", "mgt": "management", "dev": "development", "ind": "industries",
    "inds": "industries",
    "industrie": "industries", "industry": "industries", "prod": "products", "prods": "products",
    "ctr": "center", "centre": "center", "cntr": "center", "zentrum": "center", "centro": "center",
    "dist": "distribution",
    "equip": "equipment", "elec": "electric", "elektro": "electric", "pharm": "pharmaceuticals",
    "pharma": "pharmaceuticals", "chem": "chemical", "constr": "construction", "cons": "consulting",
    "telecom": "telecommunications", "transp": "transport", "transports": "transport", "govt": "government",
    "st": "saint", "sankt": "saint", "sta": "saint", "mt": "mount", "ft": "fort", "res": "research",
    "sci": "science",
    "sciences": "science", "fin": "financial", "ins": "insurance", "solution": "solutions",
    "ent": "enterprises",
    "entp": "enterprises", "enterprise": "enterprises", "handels": "handel", "vertriebs": "vertrieb",
}  # fmt: skip
JOINING = frozenset(
    "and und et og och ja i e y en of the de del der die das for fur fuer pour para di da do la le les"
    " el".split()
)
GENERIC = frozenset(
    "group holding international national global worldwide services solutions systems technology consulting"
    " management"
    " trading trade handel vertrieb logistics transport industries products enterprises associates partners"
    " brothers"
    " sons company center construction engineering development investments capital financial insurance media"
    " marketing design studio shop store restaurant cafe hotel pharmacy university institute hospital school"
    " college"
    " foundation association society club research science laboratory import export europe european america"
    " american"
    " deutschland germany france espana italia uk usa us china japan india north south east west central new"
    " general"
    " first united royal digital online data software energy power water food foods car auto motors electric"
    " chemical"
    " pharmaceuticals medical health care home real estate property properties immobilien bank"
    " service".split()
)
_BRANCH_WORDS = (
    "branch|filiale|zweigniederlassung|niederlassung|zweigstelle|geschaftsstelle|betriebsstatte|sucursal"
    "|succursale|agence"
    "|agenzia|agencia|succursal|filial|oddzial|pobocka|podruznica|fiokteleped|vestiging|bijkantoor|avdeling"
    "|afdeling"
    "|standort|outlet|store|shop|filialnr|depot|warehouse|plant|werk|site|zhidian|fengongsi|fen gongsi"
    "|shiten|jijeom"
)
_DEPARTMENT_WORDS = (
    "department|dept|abteilung|abt|division|div|faculty|fakultat|school of|institut fur|institute of|reparto"
    "|servicio de"
    "|otdel|sektion|team|attn|attention|zhd|zu handen|c o|care of"
)
_BRANCH = re.compile(rf"\b(?:{_BRANCH_WORDS})\b\s*(?:(?:nr|no|number|num|n)\b\s*)?(.*)$")
_BRANCH_SECTION = re.compile(rf"\s*(?:,|\s[-–])\s*([^,]+?)\s+(?:{_BRANCH_WORDS})\s*$", re.IGNORECASE)
_DEPARTMENT_AHEAD = re.compile(
    r"^((?:department|dept|division|div|section|faculty|school|chair|laboratory|abteilung|abt|fakultat|lehrstuhl"
    r"|departement|departamento|dipartimento|faculte|facultad|facolta|afdeling|otdel)\b[^,]*),\s*(?=[^,]{3})",
    re.IGNORECASE,
)
_DEPARTMENT = re.compile(rf"\b(?:{_DEPARTMENT_WORDS})\b\s*(.*)$")
_STORE_NUMBER = re.compile(r"#\s*(\d+)|\b(?:nr|no)\.?\s*(\d+)\b", re.IGNORECASE)
_AMPERSAND_LETTERS = re.compile(r"\b([A-Z]{1,2})\s?&\s?([A-Z])\b")
_SLASHED = re.compile(r"\b([A-Za-z])/([A-Za-z])\b\.?")
_ALSO_KNOWN = re.compile(
    r"\b(?:t/a|d/b/a|dba|trading as|doing business as|a/k/a|aka|vormals|formerly|ehemals|handelend onder)\b"
    r":?\s*(.+)$",
    re.IGNORECASE,
)


# A longer text is no name; the rules below take time that grows with its square.
LONGEST_NAME = 400


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """One name in folded parts; an empty string is "not known".

    core: the words without legal form, joining words and marks of a branch, abbreviations written out.
    legal_form: code of matching.standardise.legal_forms; family: its class.
    branch, department: what marks a part.
    """

    core: str = ""
    legal_form: str = ""
    family: str = ""
    branch: str = ""
    department: str = ""
    also_known_as: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the core in their order."""
        return tuple(self.core.split())

    @property
    def distinctive(self) -> str:
        """The core without words that thousands of firms carry; the whole core when nothing else is left."""
        kept = [word for word in self.words if word not in GENERIC]
        return " ".join(kept) or self.core

    @property
    def acronym(self) -> str:
        """The initials of two or more words, or a one-word core of at most five letters."""
        words = self.words
        if len(words) == 1:
            return words[0] if len(words[0]) <= 5 else ""
        return "".join(word[0] for word in words)

    @property
    def squeezed(self) -> str:
        """The core without blanks ("Data Systems" and "DataSystems" are one)."""
        return self.core.replace(" ", "")


def parse(text: str) -> OrganisationName:
    """Read the name of an organisation; a name of nothing but a legal form keeps it as its core."""
    shown = tidy(text[:LONGEST_NAME])
    also = ""
    match = _ALSO_KNOWN.search(shown)
    if match and match.start() > 2:
        also, shown = match.group(1), shown[: match.start()]
    shown, form = _unspaced(shown)
    branch = ""
    if part := _BRANCH_SECTION.search(shown):
        branch, shown = fold(part.group(1)), shown[: part.start()]
    if number := _STORE_NUMBER.search(shown):
        branch = branch or number.group(1) or number.group(2)
        shown = f"{shown[: number.start()]} {shown[number.end() :]}"
    shown = (
        _AMPERSAND_LETTERS.sub(r"\1\2", _SLASHED.sub(r"\1\2 ", shown))
        .replace("&", " and ")
        .replace("+", " and ")
    )
    shown, ahead = _department_ahead(shown)
    words, shouted = _words(shown)
    words, found = _without_forms(words, shouted)
    words, branch, department = _without_parts(words, branch)
    words, behind = _without_forms(words, shouted, front=False)
    form = form or found or behind
    core = _core(words, shouted) or " ".join(words) or fold(text)
    return OrganisationName(
        core, form, FAMILY_OF.get(form, ""), branch, ahead or department, core_of(also) if also else ""
    )


def core_of(text: str) -> str:
    """Return the core of a name."""
    return parse(text).core


def legal_form_of(text: str) -> str:
    """Return the code of the legal form in a name, or nothing."""
    return parse(text).legal_form


def looks_like_organisation(text: str) -> bool:
    """Whether a name carries a legal form or a mark of a branch, which people do not have."""
    name = parse(text)
    return bool(name.legal_form or name.branch)


def _unspaced(text: str) -> tuple[str, str]:
    """Return the text with the forms of scripts without blanks cut out, and the code of the first one."""
    if text.isascii():
        return text, ""
    form = ""
    for written, code in UNSPACED:
        if written in text:
            text = text.replace(written, " ")
            form = form or code
    return text, form


def _department_ahead(text: str) -> tuple[str, str]:
    """Return the text without departments in front of the first commas, and the first of them."""
    first = ""
    while match := _DEPARTMENT_AHEAD.match(text):
        first = first or fold(match.group(1))
        text = text[match.end() :]
    return text, first


def _words(text: str) -> tuple[list[str], frozenset[str]]:
    """Return folded words, single letters in a row joined, and those written in capitals or with dots."""
    words: list[str] = []
    shouted: set[str] = set()
    letters = ""
    for part in text.split():
        folded = fold(part).split()
        if part.isupper() or "." in part[:-1] or "/" in part:
            shouted.update(folded)
        for word in folded:
            if len(word) == 1 and word.isalpha():
                letters += word
                continue
            if letters:
                words.append(letters)
                letters = ""
            words.append(word)
    if letters:
        words.append(letters)
    if text.islower():
        # Text without capitals tells nothing about how a word was meant, so nothing is held back.
        shouted = set(words)
    return words, frozenset(shouted)


def _without_forms(words: list[str], shouted: frozenset[str], front: bool = True) -> tuple[list[str], str]:
    """Return the words without legal forms at the end, or else at the front, and the main code."""
    form = ""
    rest = list(words)
    while len(rest) > 1:
        size = _form_at_end(rest, shouted)
        if not size:
            break
        code = SPELLINGS["".join(rest[-size:])]
        # The longest spelling is tried first, so what remains ("Co") adds nothing stronger.
        form = form if form and code == "co" else form or code
        rest = rest[:-size]
        while len(rest) > 1 and rest[-1] in ("and", "und", "et"):
            rest.pop()
    if front and len(rest) > 1 and form in ("", "co", "tbk"):
        for size in range(min(LONGEST, len(rest) - 1), 0, -1):
            squeezed = "".join(rest[:size])
            code = SPELLINGS.get(squeezed, "")
            if code in LEADING and (squeezed not in NOT_LEADING_SPELLINGS or squeezed in shouted):
                form = form or code
                rest = rest[size:]
                break
    return rest, form


def _form_at_end(words: list[str], shouted: frozenset[str]) -> int:
    """Return how many words at the end spell a legal form, 0 for none; at least one word stays."""
    for size in range(min(LONGEST, len(words) - 1), 0, -1):
        if "".join(words[-size:]) in SPELLINGS:
            plain = size == 1 and words[-1] in SHOUTED and words[-1] not in shouted
            return 0 if plain or SPELLINGS["".join(words[-size:])] in ONLY_LEADING else size
    return 0


def _without_parts(words: list[str], branch: str) -> tuple[list[str], str, str]:
    """Return the words before a mark of a branch or department, and what those marks name."""
    text, department = " ".join(words), ""
    if (match := _DEPARTMENT.search(text)) and match.start() > 0:
        department = match.group(0).strip()
        text = text[: match.start()]
    if (
        (match := _BRANCH.search(text))
        and match.start() > 0
        and (match.group(1) or branch or not _is_trade(match))
    ):
        branch = branch or match.group(1).strip() or match.group(0).strip()
        text = text[: match.start()]
    return text.split(), branch, department


def _is_trade(match: re.Match[str]) -> bool:
    """Whether the mark at the end is only what the firm is ("Coffee Shop"), not which part of it."""
    return match.group(0).strip() in (
        "shop",
        "store",
        "outlet",
        "plant",
        "werk",
        "site",
        "depot",
        "warehouse",
    )


def _core(words: list[str], shouted: frozenset[str]) -> str:
    """Return the words written out, without those that only join; a letter in capitals is a name ("E.ON")."""
    capitals = len(shouted) >= len(set(words))
    bare = [
        ABBREVIATIONS.get(word, word)
        for position, word in enumerate(words)
        if word not in JOINING or (len(word) == 1 and (position == 0 or (word in shouted and not capitals)))
    ]
    return " ".join(bare or words)
