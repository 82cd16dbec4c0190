"""The domains of the hub: every module here that declares DOMAIN is one, so a new domain is one new file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mdm.domains.base import Attribute, Domain

__all__ = ["Attribute", "Domain", "get", "registered"]


@cache
def registered() -> dict[str, Domain]:
    """Return every declared domain by its code; two with one code or one letter are refused."""
    found: dict[str, Domain] = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        domain = getattr(import_module(f"{__name__}.{module.name}"), "DOMAIN", None)
        if not isinstance(domain, Domain):
            continue
        clash = next(
            (one for one in found.values() if domain.code == one.code or domain.letter == one.letter), None
        )
        if clash is not None:
            raise ValueError(
                f"Domains {clash.code} and {domain.code} share a code or the letter {domain.letter}."
            )
        found[domain.code] = domain
    return found


def get(code: str) -> Domain:
    """Return a domain; raises LookupError naming those there are."""
    domains = registered()
    if code not in domains:
        raise LookupError(f"There is no domain {code!r}; there are {', '.join(sorted(domains))}.")
    return domains[code]
