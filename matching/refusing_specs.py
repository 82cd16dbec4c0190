"""What a match spec may not say: a name that is used twice or refers to nothing, a limit that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.errors import SpecError

if TYPE_CHECKING:
    from matching.spec import MatchSpec


def _refuse_broken_gates(spec: MatchSpec) -> None:
    """Raise SpecError for a state gate that cannot be."""
    gates = spec.state_gates
    if (gates.confirmed_margin or 0) < 0 or (gates.merges_a_day or 0) < 0:
        raise SpecError(
            f"The state gates of the spec '{spec.name}' have a margin of {gates.confirmed_margin} and"
            f" {gates.merges_a_day} merges a day; neither is below 0, and None leaves a gate out."
        )
    if gates.moved_share is not None and not 0.0 <= gates.moved_share <= 1.0:
        raise SpecError(
            f"The spec '{spec.name}' lets a share of {gates.moved_share} of the records move; it is 0 to 1."
        )


def _refuse_broken_canary(spec: MatchSpec) -> None:
    """Raise SpecError for a canary that is no part of anything."""
    canary = spec.state_gates.canary
    if canary is None:
        return
    if not 0.0 <= canary.share <= 1.0:
        raise SpecError(f"The canary of the spec '{spec.name}' is a share of {canary.share}; it is 0 to 1.")
    if not all(values for _, values in canary.where):
        raise SpecError(
            f"The canary of the spec '{spec.name}' names an attribute without values; give the values it may"
            ' have, as ["kind", ["person"]].'
        )


def _refuse_broken_clusters(spec: MatchSpec) -> None:
    """Raise SpecError for a size that no cluster has."""
    if spec.clusters.most_records < 2:
        raise SpecError(
            f"The spec '{spec.name}' allows clusters of {spec.clusters.most_records} records;"
            " allow two or more."
        )


def _refuse_broken_generic(spec: MatchSpec) -> None:
    """Raise SpecError for generic values that nobody could count."""
    if spec.generic is None:
        return
    if spec.generic.most_names < 1 or not spec.generic.name:
        raise SpecError(
            f"The spec '{spec.name}' calls a value generic from {spec.generic.most_names} names of"
            f" {len(spec.generic.name)} parts on; both are one or more."
        )
    columns = {column.name for column in spec.columns}
    unknown = sorted({part.column for part in spec.generic.name} - columns)
    if unknown:
        raise SpecError(f"The spec '{spec.name}' names records by '{unknown[0]}', which it does not declare.")
    found = set(spec.told_rules.values())
    uncounted = [column.name for column in spec.columns if column.told and column.name not in found]
    if uncounted:
        raise SpecError(
            f"The values of '{uncounted[0]}' in the spec '{spec.name}' cannot be counted: declare a blocking"
            " rule of that column's value alone, or do not tell them."
        )


def refuse_broken(spec: MatchSpec) -> None:
    """Raise SpecError when a name is used twice or refers to nothing."""
    names = [column.name for column in spec.columns]
    for kind, used in (
        ("column", names),
        ("comparison", [comparison.name for comparison in spec.comparisons]),
        ("blocking rule", [rule.name for rule in spec.blocking]),
        ("gate", [gate.name for gate in spec.gates]),
    ):
        doubled = sorted({name for name in used if used.count(name) > 1})
        if doubled:
            raise SpecError(
                f"The {kind} name '{doubled[0]}' is used twice in the spec '{spec.name}'; rename one."
            )
    seen: set[str] = set()
    for comparison in spec.comparisons:
        if comparison.given and comparison.given not in seen:
            raise SpecError(
                f"The comparison '{comparison.name}' depends on '{comparison.given}', "
                "which is not declared before it; declare it first."
            )
        seen.add(comparison.name)
    wanted = [comparison.column for comparison in spec.comparisons]
    wanted += [comparison.other for comparison in spec.comparisons if comparison.other]
    wanted += [part.column for rule in spec.blocking for part in (*rule.parts, *rule.finer)]
    wanted += [gate.column for gate in spec.gates] + list(spec.neighbour_columns)
    unknown = sorted({name for relation in spec.relations for name in relation.shared} - seen)
    if unknown:
        raise SpecError(
            f"A relation of the spec '{spec.name}' shares '{unknown[0]}', which is no comparison of it."
        )
    missing = sorted(set(wanted) - set(names))
    if missing:
        raise SpecError(f"The spec '{spec.name}' uses the column '{missing[0]}', which it does not declare.")
    for gate in spec.gates:
        if gate.form not in ("exclusive", "identifier", "kind", "isolated"):
            raise SpecError(
                f"The gate '{gate.name}' has the form '{gate.form}'; known are exclusive, identifier, kind"
                " and isolated."
            )
    stated = spec.aims.decisions_a_day
    if (stated is not None and stated < 1) or spec.aims.days_to_clear < 1:
        raise SpecError(
            f"The capacity of the spec '{spec.name}' is {stated} decisions a day and"
            f" {spec.aims.days_to_clear} days to clear; both are one or more."
        )
    _refuse_broken_gates(spec)
    _refuse_broken_canary(spec)
    _refuse_broken_generic(spec)
    _refuse_broken_clusters(spec)
    if len(spec.blocking) > 62:
        raise SpecError(
            f"The spec '{spec.name}' has {len(spec.blocking)} blocking rules; at most 62 are possible."
        )
