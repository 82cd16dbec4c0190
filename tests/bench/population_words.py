"""The words of the made population: names, nicknames, mail domains, and syllables for all that is made up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.bytes_]

GIVEN = (
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara richard "
    "susan joseph jessica thomas sarah christopher karen charles lisa daniel nancy matthew betty "
    "anthony sandra mark margaret donald ashley steven kimberly andrew emily paul donna joshua "
    "michelle kenneth carol kevin amanda brian melissa timothy deborah ronald stephanie edward "
    "rebecca jason sharon jeffrey laura ryan cynthia jacob dorothy gary amy nicholas kathleen eric "
    "angela jonathan shirley stephen emma larry brenda justin pamela scott nicole brandon anna "
    "benjamin samantha samuel katherine gregory christine alexander debra patrick rachel frank "
    "carolyn raymond janet jack maria dennis olivia jerry heather tyler helen aaron catherine jose "
    "diane adam julie nathan victoria henry joyce zachary lauren douglas kelly peter christina kyle "
    "ruth noah joan ethan virginia jeremy judith walter evelyn christian hannah keith andrea roger "
    "megan terry cheryl austin jacqueline sean madison gerald teresa carl abigail harold sophia dylan "
    "martha arthur sara lawrence gloria jordan janice jesse kathryn bryan ann billy isabella bruce "
    "judy gabriel charlotte joe julia logan grace alan amber juan alice albert jean willie denise "
    "wayne frances randy danielle mason marilyn vincent natalie liam beverly roy diana bobby brittany "
    "caleb theresa bradley kayla russell alexis lucas doris "
).split()
NICKNAMES = {
    name.encode(): short.encode()
    for name, short in (
        pair.split(":")
        for pair in (
            "james:jim robert:bob patricia:pat john:jack jennifer:jenny michael:mike linda:lin david:dave"
            " elizabeth:liz william:bill barbara:barb richard:rick susan:sue joseph:joe "
            "jessica:jess thomas:tom"
            " christopher:chris charles:chuck daniel:dan matthew:matt anthony:tony "
            "sandra:sandy margaret:maggie"
            " donald:don steven:steve kimberly:kim andrew:andy joshua:josh kenneth:ken kevin:kev amanda:mandy"
            " timothy:tim deborah:debbie ronald:ron stephanie:steph edward:ted rebecca:becky jeffrey:jeff"
            " cynthia:cindy jacob:jake dorothy:dot nicholas:nick kathleen:kathy jonathan:jon pamela:pam"
            " benjamin:ben samantha:sam samuel:sam katherine:kate gregory:greg christine:chris alexander:alex"
            " patrick:pat raymond:ray catherine:cathy nathan:nate victoria:vicky zachary:zach douglas:doug"
            " peter:pete christina:tina judith:judy walter:walt gerald:gerry teresa:terri abigail:abby"
            " lawrence:larry jacqueline:jackie gabriel:gabe albert:al vincent:vince bradley:brad"
        ).split()
    )
}
DOMAINS = np.array(
    [
        b"gmail.com",
        b"yahoo.com",
        b"hotmail.com",
        b"outlook.com",
        b"gmx.net",
        b"icloud.com",
        b"aol.com",
        b"web.de",
    ]
)
ONSETS = "b br c ch d dr f fl g gr h j k kr l m n p pr r s sch st t tr v w z".split()
VOWELS = "a e i o u ai ea ie oo ou".split()
CODAS = " l n r s t ck ld ll m nd ng rd rt ss tz".split(" ")
ENDINGS = "son er man ski ez ley ton berg ini stein ford well ov sen mann ard in ault ic wood".split()
STREET_KINDS = (b" street", b" road", b" avenue", b" lane", b" way", b" close", b" drive")


def _made(count: int, syllables: int, seed: int) -> list[str]:
    """Return so many different words of syllables."""
    random = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        parts = [
            "".join(str(random.choice(part)) for part in (ONSETS, VOWELS, CODAS)) for _ in range(syllables)
        ]
        found["".join(parts)[:14]] = None
    return list(found)


@cache
def given_names() -> Texts:
    """Return given names, the most frequent first."""
    return np.array(GIVEN + _made(1500, 2, 5)).astype("S14")


@cache
def family_names(seed: int) -> Texts:
    """Return family names, the most frequent first: stems with the endings of many countries."""
    stems = _made(1400, 1, seed)
    random = np.random.default_rng(seed)
    names = [stem + ending for stem in stems for ending in ENDINGS]
    random.shuffle(names)
    return np.array(names[:26_000]).astype("S18")


@dataclass(frozen=True)
class Places:
    """postcodes[i] lies in cities[i]; streets occur everywhere."""

    postcodes: Texts
    cities: Texts
    streets: Texts


@cache
def places(people: int, seed: int) -> Places:
    """Return the places of so many people: a postcode per 60 of them, 12 postcodes a city, 4,000 streets."""
    random = np.random.default_rng(seed)
    count = max(200, people // 60)
    codes = random.permutation(90_000)[:count] + 10_000
    cities = np.array(_made(max(40, min(1500, count // 12)), 2, seed)).astype("S12")
    of = np.sort((random.random(count) ** 2 * len(cities)).astype(np.int64))
    names = np.array(_made(min(4000, 500 + people // 40), 2, seed + 1)).astype("S12")
    kinds = np.array(STREET_KINDS)[random.integers(0, len(STREET_KINDS), len(names))]
    return Places(codes.astype("S5"), cities[of], np.char.add(names, kinds))
