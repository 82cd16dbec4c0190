"""Make a source system and its object types known to the hub when they are met for the first time."""

from __future__ import annotations

from mdm import domains
from mdm.compliance import audit
from mdm.ingestion.keys import RULES
from mdm.models import ObjectType, SourceSystem


class Contradiction(ValueError):
    """What is said about an object type is not what is known of it."""


def ensure_object_type(
    *, source: str, code: str, domain: str, key_rule: str, mapping: str = "", actor: str, cause: str
) -> tuple[ObjectType, str]:
    """Return the object type and a sentence on what was created, empty when it was there already.

    Raises Contradiction when it exists in another domain or spells its keys by another rule: both would give
    old records new names. An existing object type keeps its mapping.
    """
    if domain not in domains.registered():
        known = ", ".join(sorted(domains.registered()))
        raise Contradiction(f"There is no domain {domain!r}; there are {known}.")
    if key_rule not in RULES:
        raise Contradiction(f"The key rule {key_rule!r} is unknown; known are {', '.join(sorted(RULES))}.")
    found = ObjectType.objects.select_related("source").filter(source__code=source, code=code).first()
    if found is not None:
        if found.domain != domain:
            raise Contradiction(f"{source}/{code} belongs to the domain {found.domain}, not to {domain}.")
        if found.key_rule != key_rule:
            raise Contradiction(
                f"The keys of {source}/{code} are spelled by the rule {found.key_rule!r}, the mapping says"
                f" {key_rule!r}: with another rule the same records would get new names. Change the mapping."
            )
        return found, ""
    with audit.entry(actor=actor, action="create object type", cause=cause):
        system, new = SourceSystem.objects.get_or_create(code=source, defaults={"name": source})
        created, _ = ObjectType.objects.get_or_create(
            source=system, code=code, defaults={"domain": domain, "key_rule": key_rule, "mapping": mapping}
        )
    what = f"the source system {source!r} and its" if new else f"in the source system {source!r} the"
    return created, f"Created {what} object type {code!r} in the domain {domain} (keys: {key_rule})."
