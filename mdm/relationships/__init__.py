"""Relationships between golden records: what sources and stewards say, resolved whenever it is read.

A source speaks of its own records, by their names; a steward of golden records, by the ids of that day. No
merge rewrites either, so that an undo has nothing to repair.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mdm import domains
from mdm.domains.relationship import RelationshipType

__all__ = ["RelationshipType", "get", "of_domain", "registered"]


@cache
def registered() -> dict[str, RelationshipType]:
    """Return every declared type by its code; two of one code, or one of an unknown domain, are refused."""
    found: dict[str, RelationshipType] = {}
    for module in sorted(iter_modules(domains.__path__), key=lambda module: module.name):
        for one in getattr(import_module(f"{domains.__name__}.{module.name}"), "RELATIONSHIPS", ()):
            if one.code in found:
                raise ValueError(f"Two types of relationship are called {one.code!r}.")
            for domain, kinds in ((one.from_domain, one.from_kinds), (one.to_domain, one.to_kinds)):
                unknown = set(kinds) - set(domains.get(domain).kinds)
                if unknown:
                    raise ValueError(f"{one.code}: {domain} has no kind {', '.join(sorted(unknown))}.")
            found[one.code] = one
    return found


def get(code: str) -> RelationshipType:
    """Return a type; raises LookupError naming those there are."""
    types = registered()
    if code not in types:
        known = ", ".join(sorted(types))
        raise LookupError(f"There is no type of relationship {code!r}; there are {known}.")
    return types[code]


def of_domain(domain: str) -> list[RelationshipType]:
    """Return the types that a record of this domain may stand in."""
    return [one for one in registered().values() if domain in (one.from_domain, one.to_domain)]
