"""Lines of a cross-walk and canonical codes, proposed as a draft like every other change of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mdm import domains
from mdm.code_lists.lists import EVERY_SOURCE, BadCodeList, CodeList, CodeLists
from mdm.code_lists.reading import places_of
from mdm.models import RuleSet, SourceSystem
from mdm.rulesets.active import in_force
from mdm.rulesets.drafts import propose


@dataclass(frozen=True, slots=True)
class Crossing:
    """One line: a source's own code, and the canonical one it stands for (None: the line falls)."""

    code_list: str
    source: str
    code: str
    canonical: str | None


def propose_crosswalk(
    domain: str,
    lines: Sequence[Crossing],
    *,
    codes: Mapping[str, Mapping[str, str]] | None = None,
    closed: Mapping[str, bool] | None = None,
    actor: str,
    reason: str,
    user_id: int | None = None,
) -> RuleSet:
    """Draft the rule set in force with these lines, and beside its canonical codes with `codes`.

    codes: code list -> canonical code -> what people call it. closed: code list -> whether an unmapped code
    is left out. Somebody else puts the draft in force. Raises LookupError without a rule set in force,
    BadCodeList for a line that cannot be, ValueError when nothing would change.
    """
    rules = in_force(domain)
    known = _lists_of(domain, rules.code_lists)
    after = known
    for name, more in (codes or {}).items():
        one = after.find(name)
        after = after.having([replace(one, codes={**one.codes, **more})])
    for name, is_closed in (closed or {}).items():
        after = after.having([replace(after.find(name), closed=is_closed)])
    for name in sorted({line.code_list for line in lines}):
        mine = [line for line in lines if line.code_list == name]
        _refuse_unfit(after.find(name), mine)
        after = after.having(
            [after.find(name).crossing({(one.source, one.code): one.canonical for one in mine})]
        )
    if [one.to_json() for one in after.lists] == [one.to_json() for one in known.lists]:
        raise ValueError("Nothing was proposed: the code lists say this already.")
    return propose(
        domain,
        spec=rules.spec,
        model=rules.model,
        survivorship=rules.survivorship,
        code_lists=after,
        actor=actor,
        reason=reason,
        user_id=user_id,
    )


def _lists_of(domain: str, in_force_now: CodeLists) -> CodeLists:
    """Return the lists in force, and those that the domain names and an older rule set does not have."""
    declared = domains.get(domain)
    have = {one.name for one in in_force_now.lists}
    wanted = {place.code_list for place in places_of(declared)} - have
    return in_force_now.having(one for one in declared.code_lists.lists if one.name in wanted)


def _refuse_unfit(code_list: CodeList, lines: Sequence[Crossing]) -> None:
    """Raise BadCodeList for a source that is not known or a target that is no canonical code."""
    sources = {EVERY_SOURCE, *SourceSystem.objects.values_list("code", flat=True)}
    canonical = code_list.canonical if code_list.codes or code_list.standard else None
    for line in lines:
        if line.source not in sources:
            there = ", ".join(sorted(sources))
            raise BadCodeList(f"There is no source {line.source!r}; there are {there}.")
        if line.canonical is not None and canonical is not None and line.canonical not in canonical:
            raise BadCodeList(
                f"{line.canonical!r} is no canonical code of the list {code_list.name}: add it to the list's"
                f" codes, or lead {line.source}'s {line.code!r} to one that it has."
            )
