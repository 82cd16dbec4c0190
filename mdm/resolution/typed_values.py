"""What a steward types, as an attribute's value in canonical form and canonical codes, or a refusal."""

from typing import Any

from mdm import domains
from mdm.code_lists.reading import SourceCodes, codes_at
from mdm.ingestion.validate import canonicalise
from mdm.rulesets.active import in_force
from mdm.survivorship.values import is_filled

LONGEST_PATH = 60
"""Characters of an attribute and its scope."""
BY_NOBODY = ""
"""The source of a code that a person types: only lines of every source and the standards read it."""


class BadValue(ValueError):
    """A steward's value cannot be an attribute's value; the message says why."""


def canonical(domain: str, attribute: str, value: Any, *, country: str = "") -> Any:
    """Return a steward's value in canonical form, None where there shall be none; raises BadValue."""
    name, _, scope = attribute.partition("/")
    declared = domains.get(domain).attribute(name)
    if declared is None:
        raise BadValue(f"The {domain} domain has no attribute {name!r}.")
    if scope and not declared.scoped:
        raise BadValue(f"{declared.shown_as} is the same everywhere: it has no value for {scope!r} alone.")
    if len(attribute) > LONGEST_PATH:
        raise BadValue(f"The scope {scope!r} is too long.")
    if not is_filled(value):
        return None
    if scope and isinstance(value, dict):
        raise BadValue(f"{declared.shown_as} of {scope} is one value.")
    found, problems = canonicalise({name: value}, domain, country=country)
    if name not in found or any(problem.severity == "refused" for problem in problems):
        # Who types a value has no mapping to change.
        told = [(one.reason, "" if "mapping" in one.advice else one.advice) for one in problems]
        raise BadValue(" ".join(f"{reason} {advice}".strip() for reason, advice in told))
    return _in_canonical_codes(domain, name, found[name])


def _in_canonical_codes(domain: str, attribute: str, value: Any) -> Any:
    """Return a steward's value in the canonical codes of its list; raises BadValue for any other code."""
    rules = in_force(domain)
    for place in rules.codes.places:
        if place.attribute != attribute:
            continue
        code_list = rules.code_lists.find(place.code_list)
        for code in codes_at({attribute: value}, place):
            if not code_list.says_nothing and not SourceCodes(code_list, BY_NOBODY).read(code).mapped:
                some = ", ".join(sorted(code_list.canonical)[:12])
                raise BadValue(
                    f"{code!r} is no canonical code of the list {code_list.name}; there are {some}."
                )
    return rules.codes.read(BY_NOBODY, {attribute: value}).attributes.get(attribute)
