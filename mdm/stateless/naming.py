"""Golden ids that follow from the members alone: the same cluster has the same id wherever it is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from mdm.xref.codes import CAPACITY, BadGoldenId, encode

GENERIC_LETTER = "G"


def golden_ids(clusters: Iterable[Sequence[tuple[str, ...]]], letter: str) -> dict[tuple[str, ...], str]:
    """Return the golden id of every member name: a code from a hash over the sorted names of its cluster.

    A code has 36 bits, so that two of a million clusters meet now and then: the one whose hash comes later
    takes the code of its next hash, which is the same choice in whatever order the clusters come.
    """
    marked = sorted((_digest(members, 0), members) for members in map(sorted, clusters))
    taken: set[int] = set()
    found: dict[tuple[str, ...], str] = {}
    for _, members in marked:
        code = _code(members, letter, taken)
        found.update(dict.fromkeys(members, code))
    return found


def _code(members: Sequence[tuple[str, ...]], letter: str, taken: set[int]) -> str:
    turn = 0
    while True:
        number = int.from_bytes(_digest(members, turn)[:8], "big") % CAPACITY
        turn += 1
        if number in taken:
            continue
        try:
            code = encode(letter, number)
        except BadGoldenId:
            continue  # this number has no code that can be read safely
        taken.add(number)
        return code


def _digest(members: Sequence[tuple[str, ...]], turn: int) -> bytes:
    text = json.dumps([turn, members], ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16, person=b"aurum-members").digest()
