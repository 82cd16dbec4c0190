"""The gates and limits that a rule set declares: what it never does, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matching.spec import Canary
from mdm.rulesets.active import ActiveRules

BITS = 1000
FORMS = {
    "exclusive": "two values of “{column}” never meet in one cluster",
    "identifier": "two “{column}” of one scheme never meet, unless they are one typing slip apart",
    "kind": "two kinds never meet; unknown meets both",
    "isolated": "a record that carries “{column}” stays alone until a person says otherwise",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One declared limit: where it stands in the matching spec, its value, and what it does."""

    field: str
    value: str
    words: str


def limits_of(rules: ActiveRules) -> list[Limit]:
    """Return every gate and limit of a rule set, static gates first."""
    return [*_static(rules), *_keys(rules), *_state(rules)]


def _static(rules: ActiveRules) -> Iterator[Limit]:
    clusters = rules.spec.clusters
    for gate in rules.spec.gates:
        yield Limit("gates", gate.name, FORMS[gate.form].format(column=gate.column))
    yield Limit(
        "clusters.most_records", f"{clusters.most_records:,}", "no cluster grows larger by weights alone"
    )
    yield Limit(
        "clusters.bridge",
        "yes" if clusters.bridge else "no",
        "two clusters of two and more records never merge over a single pair"
        if clusters.bridge
        else "two clusters may merge over a single pair",
    )


def _keys(rules: ActiveRules) -> Iterator[Limit]:
    generic = rules.spec.generic
    yield Limit("aims.cap", f"{rules.model.cap:,}", "more records close a key: nobody is found by it")
    listed = sum(map(len, rules.model.generic.values()))
    yield Limit("generic values listed", f"{listed:,}", "they are no key and no evidence")
    if generic is not None:
        yield Limit(
            "generic.most_names",
            f"{generic.most_names:,}",
            "a value that records of more different names carry is generic",
        )


def _state(rules: ActiveRules) -> Iterator[Limit]:
    gates = rules.spec.state_gates
    if gates.confirmed_margin is not None:
        yield Limit(
            "state_gates.confirmed_margin",
            f"{gates.confirmed_margin / BITS:.1f} bits",
            "above the link weight, from which two confirmed golden records merge unasked",
        )
    if gates.confirmed_split:
        yield Limit("state_gates.confirmed_split", "yes", "a confirmed golden record does not part unasked")
    if gates.merges_a_day is not None:
        yield Limit(
            "state_gates.merges_a_day",
            f"{gates.merges_a_day:,}",
            "golden records merge away on one day; the rest waits",
        )
    if gates.moved_share is not None:
        yield Limit(
            "state_gates.moved_share",
            f"{gates.moved_share:.1%}",
            "of the records may move when other rules come into force",
        )
    if gates.overlay is not None:
        yield Limit(
            "state_gates.overlay",
            f"{gates.overlay}",
            "identifying attributes in conflict hold an update as an overlay",
        )
    if gates.canary is not None:
        yield Limit("state_gates.canary", _part(gates.canary), "may change; what is wanted elsewhere is held")


def _part(canary: Canary) -> str:
    parts = [f"{canary.share:.1%} of the golden records"] if canary.share < 1 else []
    if canary.sources:
        parts.append(f"with a record of {' or '.join(canary.sources)}")
    parts += [f"{path} {' or '.join(values)}" for path, values in canary.where]
    return ", ".join(parts)
