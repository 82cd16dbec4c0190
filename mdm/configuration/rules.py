"""A domain's rule set from its four files: a draft, or the first one of an empty domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matching.model import Model
from matching.spec import MatchSpec
from mdm import domains
from mdm.code_lists.lists import CodeLists
from mdm.configuration.files import RULES, BadConfiguration, Files
from mdm.configuration.gathering import rules_of
from mdm.models import RuleSet, SourceRecord
from mdm.resolution.locks import seize_domain
from mdm.rulesets.active import active, parsed
from mdm.rulesets.drafts import propose, write
from mdm.survivorship.rules import Survivorship

READERS: Mapping[str, Callable[[Any], Any]] = {
    "matching": MatchSpec.from_json,
    "model": Model.from_json,
    "survivorship": Survivorship.from_json,
    "code_lists": CodeLists.from_json,
}


def apply(domain: str, files: Files, *, actor: str, reason: str) -> str:
    """Draft the rule set that these files make up, inside the caller's audit entry; return what was done.

    A file that is not there is as it is in force. Raises BadConfiguration with the file that cannot be used.
    """
    if domain not in domains.registered():
        there = ", ".join(sorted(domains.registered()))
        raise BadConfiguration([f"domains/{domain}: there is no such domain; there are {there}."])
    seize_domain(domain)
    before = active(domain)
    whole = {**(rules_of(before) if before else {}), **files}
    if missing := [name for name in RULES if f"domains/{domain}/{name}.json" not in whole]:
        raise BadConfiguration(
            [f"domains/{domain}: no rule set is in force yet; add {', '.join(missing)} (.json)."]
        )
    said = {name: _read(domain, name, whole) for name in RULES}
    said["model"].require(said["matching"])
    values: dict[str, Any] = {
        "spec": said["matching"],
        "model": said["model"],
        "survivorship": said["survivorship"],
        "code_lists": said["code_lists"],
        "actor": actor,
    }
    if before is None and not SourceRecord.objects.filter(object_type__domain=domain).exists():
        first = write(domain, status=RuleSet.Status.ACTIVE, **values)
        return f"{first} is in force: nothing is loaded yet."
    if before is None:
        raise BadConfiguration(
            [f"domains/{domain}: records wait for a first rule set: `manage.py resolve {domain}` learns one."]
        )
    drafted = _drafted(domain, values) or propose(domain, reason=reason, **values)
    return (
        f"{drafted} is drafted; somebody else puts it in force: manage.py approve_rules {drafted.number}"
        f" --domain {domain} --actor NAME"
    )


def _read(domain: str, name: str, files: Files) -> Any:
    path = f"domains/{domain}/{name}.json"
    try:
        return READERS[name](files[path])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadConfiguration([f"{path}: {type(error).__name__}: {error}"]) from error


def _drafted(domain: str, values: dict[str, Any]) -> RuleSet | None:
    """Return the open draft that says the same, so that applying twice drafts once."""
    newest = RuleSet.objects.filter(domain=domain, status=RuleSet.Status.ACTIVE).latest("number").number
    for row in RuleSet.objects.filter(domain=domain, status=RuleSet.Status.DRAFT, number__gt=newest):
        rules = parsed(row.pk)
        if all(getattr(rules, name) == values[name] for name in ("spec", "survivorship", "code_lists")) and (
            rules.model.to_json() == values["model"].to_json()
        ):
            return row
    return None
