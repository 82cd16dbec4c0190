"""Facts per record that the static gates of clustering need: kind, exclusive identifiers, isolation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.admissibility import EXCLUSIVE, KIND, ONE_PER_SOURCE, Facts
from matching.columns import CodedColumn
from matching.frame import Frame
from matching.spec import Gate, MatchSpec

KINDS = {"person": 1, "organisation": 2}


def gate_facts(frame: Frame, spec: MatchSpec) -> Facts:
    """Return the gate facts of every row; exclusive identifiers "scheme:value" conflict within their scheme
    only.
    """
    kind: list[int] = []
    exclusive: list[list[frozenset[str]]] = []
    schemes: list[str] = []
    isolated: list[bool] = []
    for gate in spec.gates:
        column = frame.column(gate.column)
        if gate.form == "kind":
            kind = _kinds(column)
        elif gate.form == "isolated":
            isolated = (column.codes >= 0).tolist()
        else:
            for scheme, rows in _schemes(gate, column).items():
                schemes.append(scheme)
                exclusive.append(rows)
    return Facts(kind=kind, exclusive=exclusive, isolated=isolated, schemes=schemes)


def select(facts: Facts, rows: list[int]) -> Facts:
    """Return the facts of the given rows, in their order; a scheme that none of them carries is left out."""
    kept = [number for number, scheme in enumerate(facts.exclusive) if any(scheme[row] for row in rows)]
    return Facts(
        kind=[facts.kind[row] for row in rows] if len(facts.kind) else (),
        exclusive=[[facts.exclusive[number][row] for row in rows] for number in kept],
        isolated=[facts.isolated[row] for row in rows] if len(facts.isolated) else (),
        schemes=[facts.schemes[number] for number in kept] if facts.schemes else (),
    )


def contradiction(
    facts: Facts, left: Sequence[int], right: Sequence[int], sources: Sequence[int] = ()
) -> str:
    """Return the gate that two groups of rows break by what they say, or "".

    sources: of every row where a group has at most one record of each. Size, bridge and isolation are no
    contradiction: a person may know better.
    """
    if len(facts.kind):
        mine, theirs = ({int(facts.kind[row]) for row in side} - {0} for side in (left, right))
        if mine and theirs and mine.isdisjoint(theirs):
            return KIND
    for scheme, codes in zip(facts.schemes, facts.exclusive, strict=True):
        mine_codes, their_codes = (frozenset().union(*(codes[row] for row in side)) for side in (left, right))
        if mine_codes and their_codes and mine_codes.isdisjoint(their_codes):
            return f"{EXCLUSIVE}:{scheme}"
    if sources and {sources[row] for row in left} & {sources[row] for row in right}:
        return ONE_PER_SOURCE
    return ""


def _slips(code: str) -> set[str]:
    """Return the code and what is left when one sign is dropped: two codes one edit apart share one of these.

    Deletion neighbourhood (Mor and Fraenkel 1982): it depends on the code alone, unlike a search among the
    others.
    """
    return {code} | {code[:place] + code[place + 1 :] for place in range(len(code))}


def _kinds(column: CodedColumn) -> list[int]:
    values = [KINDS.get(value[0], 0) if len(value) == 1 else 0 for value in column.values]
    table = np.array([*values, 0], dtype=np.int64)
    found: list[int] = table[column.codes].tolist()
    return found


def _schemes(gate: Gate, column: CodedColumn) -> dict[str, list[frozenset[str]]]:
    """Return per scheme the codes of every row; plainly exclusive values belong to the gate's own name."""
    per_value: list[dict[str, set[str]]] = []
    for value in column.values:
        found: dict[str, set[str]] = {}
        for element in value:
            scheme, colon, code = element.rpartition(":")
            if gate.form == "exclusive":
                found.setdefault(gate.name, set()).add(element)
            elif colon:
                found.setdefault(f"{gate.name}:{scheme}", set()).update(_slips(code))
        per_value.append(found)
    nothing: frozenset[str] = frozenset()
    schemes = sorted({scheme for found in per_value for scheme in found})
    return {
        scheme: [
            frozenset(per_value[code].get(scheme, nothing)) if code >= 0 else nothing
            for code in column.codes.tolist()
        ]
        for scheme in schemes
    }


def conflicts(pair: Frame, spec: MatchSpec) -> tuple[tuple[str, str, str], ...]:
    """Return the gates that keep the two rows of a frame apart: name, left values, right values."""
    facts = gate_facts(pair, spec)
    found = []
    for gate in spec.gates:
        column = pair.column(gate.column)
        left, right = (" / ".join(column.value(row)) for row in (0, 1))
        if gate.form == "kind":
            if facts.kind[0] and facts.kind[1] and facts.kind[0] != facts.kind[1]:
                found.append(("kinds", left, right))
        elif gate.form == "isolated":
            if any(facts.isolated):
                found.append(("isolation", left, right))
        else:
            for scheme, codes in zip(facts.schemes, facts.exclusive, strict=True):
                mine, theirs = set(codes[0]), set(codes[1])
                if scheme.partition(":")[0] == gate.name and mine and theirs and mine.isdisjoint(theirs):
                    found.append((scheme, left, right))
    return tuple(found)
