"""Which golden records are in the canary of a rule set: the part that it may change."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any

from matching.spec import Canary

PARTS = 10_000


def is_inside(
    canary: Canary, code: str, attributes: Mapping[str, Any], kind: str, sources: Collection[str]
) -> bool:
    """Whether a golden record with this id and these values, made from these sources, is in the canary."""
    if _part(code) >= canary.share * PARTS:
        return False
    if canary.sources and not set(canary.sources).intersection(sources):
        return False
    said = {"kind": kind, **attributes}
    return all(not set(values).isdisjoint(_values(said, path)) for path, values in canary.where)


def _part(code: str) -> int:
    """Return which of so many equal parts of all golden ids this one falls into."""
    return int.from_bytes(blake2b(code.encode(), digest_size=8).digest(), "big") % PARTS


def _values(said: Any, path: str) -> set[str]:
    """Return the values at a dotted path; a list met on the way gives every element."""
    found = [said]
    for name in path.split("."):
        found = [one.get(name) for one in found if isinstance(one, Mapping)]
        found = [inner for one in found for inner in (one if isinstance(one, list) else [one])]
    return {str(one) for one in found if one is not None}
