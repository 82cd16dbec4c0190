"""Canonical values as lines of text that a person reads: one line for each value, address or identifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdm import domains
from mdm.models import Judgement
from mdm.survivorship.alone import EVERYWHERE

ABSENT = "—"
MOST_NAMED = 3


def lines_of(domain: str, attribute: str, value: Any) -> tuple[str, ...]:
    """Return a value as lines; () when it is not known."""
    if value in (None, "", [], {}):
        return ()
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(line for one in value for line in lines_of(domain, attribute, one)))
    if isinstance(value, Mapping):
        declared = domains.get(domain).attribute(attribute)
        if declared is not None and declared.scoped:
            return tuple(
                said if scope == EVERYWHERE else f"{scope}: {said}" for scope, said in sorted(value.items())
            )
        return (_structure(declared.type if declared else "", value),)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return (str(value),)


def label_of(domain: str, attribute: str) -> str:
    """Return the attribute's name for people."""
    name, _, scope = attribute.partition("/")
    declared = domains.get(domain).attribute(name)
    label = declared.shown_as if declared else name.replace("_", " ").capitalize()
    return f"{label} ({scope})" if scope else label


def _structure(kind: str, value: Mapping[str, Any]) -> str:
    match kind:
        case "address":
            return _address(value)
        case "identifier":
            return " ".join(str(value[name]) for name in ("scheme", "value") if value.get(name))
        case "gtin":
            level = value.get("level")
            return f"{value.get('value', '')}" + (f" ({level})" if level and level != "unknown" else "")
        case "quantity":
            return " ".join(str(value[name]) for name in ("amount", "unit") if value.get(name) is not None)
    return ", ".join(
        f"{name} {('yes' if inner else 'no') if isinstance(inner, bool) else inner}"
        for name, inner in value.items()
        if inner not in (None, "")
    )


def _address(value: Mapping[str, Any]) -> str:
    street = " ".join(str(value[part]) for part in ("street", "house_number", "unit") if value.get(part))
    place = " ".join(str(value[part]) for part in ("postcode", "city") if value.get(part))
    parts = [street or str(value.get("line") or ""), place, value.get("region"), value.get("country")]
    return ", ".join(str(part) for part in parts if part)


def term_words(judgement: Judgement) -> str:
    """Return how long a judgement stands, in words; empty: for good."""
    parts = []
    if judgement.until is not None:
        parts.append(f"until {judgement.until}")
    if judgement.watched:
        names = [label_of(judgement.domain, name) for name in judgement.watched["attributes"]]
        told = ", ".join(names) if len(names) <= MOST_NAMED else "what matching looks at"
        parts.append(f"until a change of {told}")
    return " and ".join(parts)
