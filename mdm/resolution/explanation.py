"""Why two source records stand together or apart: the weight of every attribute, and what decided in the end.

The pair's own weight is only half of the answer: groups are joined by the mean over all their pairs, gates
look at whole groups, and judgements of people outrank both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from matching.between import between
from matching.explaining import BY_RULE, Evidence, Explanation, explain, rule_words, vetoes
from matching.frame import Frame
from matching.model import MILLI
from mdm import domains
from mdm.compliance.policy import Access, Principal, decide, masked
from mdm.models import ClosedKey, GoldenRecord, Hold, Judgement, Membership
from mdm.resolution import scope
from mdm.resolution.binding import binding_on
from mdm.resolution.domain_keys import keys_of, salted
from mdm.resolution.judging import apart_among
from mdm.resolution.scope import Row
from mdm.rulesets.active import ActiveRules, in_force

GROUP_LIMIT = 60
"""Records of two groups that are compared with each other; larger groups are explained by the pair alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One attribute's part in the weight, in bits; `before` and `after` are the running sum."""

    attribute: str
    comparison: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    level: str
    weight: float
    rarity: float
    m: float | None
    u: float | None
    before: float
    after: float

    @property
    def total(self) -> float:
        """The weight with what the rarity of the agreed value adds."""
        return self.weight + self.rarity


@dataclass(frozen=True, slots=True)
class PairExplained:
    """The whole answer about two records; weights in bits, thresholds on the same scale."""

    domain: str
    left: int
    right: int
    left_golden: str | None
    right_golden: str | None
    steps: tuple[Step, ...]
    silent: tuple[str, ...]
    """Attributes that say nothing: missing on one side."""
    weight: float
    """The model's own; a rule of the rule set about their combination of outcomes may outrank it."""
    probability: float
    link_weight: float
    review_weight: float
    rules: tuple[str, ...]
    vetoes: tuple[str, ...]
    verdict: Literal["link", "review", "apart"]
    reasons: tuple[str, ...]
    """Sentences: what holds them together or keeps them apart."""

    @property
    def same(self) -> bool:
        """Whether both records carry one golden id."""
        return self.left_golden is not None and self.left_golden == self.right_golden


def explain_pair(left_record_id: int, right_record_id: int, *, principal: Principal) -> PairExplained:
    """Return why these two records stand together or apart, as far as the reader may see their values.

    Raises LookupError when one is not known, they are of two domains, or their domain has no rules yet.
    """
    rows = {row.id: row for row in scope.rows_of([left_record_id, right_record_id])}
    missing = [str(one) for one in (left_record_id, right_record_id) if one not in rows]
    if missing or left_record_id == right_record_id:
        raise LookupError(
            f"There is no source record {missing[0]}." if missing else "These are one and the same record."
        )
    left, right = rows[left_record_id], rows[right_record_id]
    found = {
        member.record_id: member for member in Membership.objects.filter(pk__in=rows).select_related("golden")
    }
    domain, other = found[left.id].domain, found[right.id].domain
    if domain != other:
        raise LookupError(f"One record is a {domain}, the other a {other}: they are never compared.")
    rules = in_force(domain)
    frame = scope.frame_of(rules, [left, right])
    told = explain(frame, rules.spec, rules.weighing, 0, 1, closed=_closed_keys(rules, frame))
    golden, other_golden = found[left.id].golden, found[right.id].golden
    return PairExplained(
        domain=domain,
        left=left.id,
        right=right.id,
        left_golden=golden.code if golden else None,
        right_golden=other_golden.code if other_golden else None,
        steps=_steps(told.evidence, rules, principal, (left.source, right.source)),
        silent=_silent(told.evidence, domain),
        weight=told.own_weight / MILLI,
        probability=told.probability,
        link_weight=told.link_weight / MILLI,
        review_weight=told.review_weight / MILLI,
        rules=told.rules,
        vetoes=told.vetoes,
        verdict=_verdict(told),
        reasons=tuple(_reasons(rules, told, left, right, golden, other_golden)),
    )


def _closed_keys(rules: ActiveRules, frame: Frame) -> frozenset[int]:
    """Return the keys of these records that too many others carry."""
    keys = keys_of(rules.domain, frame, rules.spec, rules.weighing).keys.tolist()
    closed = ClosedKey.objects.filter(domain=rules.domain, key__in=keys, closed=True)
    return frozenset(salted(rules.domain, closed.values_list("key", flat=True)).tolist())


def _verdict(told: Explanation) -> Literal["link", "review", "apart"]:
    verdict = told.verdict
    return "link" if verdict == "link" else "review" if verdict == "review" else "apart"


def _steps(
    evidence: Sequence[Evidence], rules: ActiveRules, principal: Principal, sources: tuple[str, str]
) -> tuple[Step, ...]:
    """Return the attributes that speak, the strongest first, with the running sum, behind the policy gate."""
    speaking = sorted(
        (one for one in evidence if one.total and not one.level.startswith(BY_RULE)),
        key=lambda one: (-abs(one.total), one.comparison),
    )
    steps: list[Step] = []
    running = 0
    for one in speaking:
        steps.append(
            Step(
                attribute=_label(rules.domain, one.attribute),
                comparison=one.comparison,
                left=_gated(one.left, _read(rules, one), rules.domain, principal, sources[0]),
                right=_gated(one.right, _read(rules, one), rules.domain, principal, sources[1]),
                level=one.level,
                weight=one.weight / MILLI,
                rarity=one.frequency / MILLI,
                m=one.m,
                u=one.u,
                before=running / MILLI,
                after=(running + one.total) / MILLI,
            )
        )
        running += one.total
    return tuple(steps)


def _silent(evidence: Sequence[Evidence], domain: str) -> tuple[str, ...]:
    speaking = {one.attribute for one in evidence if one.total}
    missing = (one.attribute for one in evidence if not one.total and bool(one.left) != bool(one.right))
    return tuple(dict.fromkeys(_label(domain, name) for name in missing if name not in speaking))


def _read(rules: ActiveRules, evidence: Evidence) -> frozenset[str]:
    """Return every attribute that the compared value may come from: a website may be that of an e-mail."""
    declared = next((one for one in rules.spec.comparisons if one.name == evidence.comparison), None)
    names = {declared.column, declared.other} if declared else set()
    inputs = {path for column in rules.spec.columns if column.name in names for path in column.inputs}
    return frozenset(path.partition(".")[0] for path in (*inputs, evidence.attribute))


def _gated(
    values: tuple[str, ...], attributes: frozenset[str], domain: str, principal: Principal, source: str
) -> tuple[str, ...]:
    access = min(decide(principal, domain, attribute, source=source) for attribute in attributes)
    if access is Access.SHOW:
        return values
    return tuple(masked(value) for value in values) if access is Access.MASK else ()


def _label(domain: str, attribute: str) -> str:
    declared = domains.get(domain).attribute(attribute.partition(".")[0])
    return declared.shown_as if declared else attribute.replace("_", " ").capitalize()


def _reasons(
    rules: ActiveRules,
    told: Explanation,
    left: Row,
    right: Row,
    golden: GoldenRecord | None,
    other: GoldenRecord | None,
) -> list[str]:
    if golden is None or other is None:
        return ["At least one of them still waits to be resolved."]
    if golden == other:
        return _together(told, left, right, golden)
    return _apart(rules, told, golden, other)


def _together(told: Explanation, left: Row, right: Row, golden: GoldenRecord) -> list[str]:
    members = list(golden.members.values_list("record_id", flat=True))
    links = [one.id for one in binding_on(golden.domain, members) if one.kind == "must_link"]
    found = [
        f"{_by(judgement)} that they are the same."
        for judgement in Judgement.objects.filter(pk__in=links).order_by("pk")
    ]
    if told.rule is not None:
        found.append(f"{rule_words(told.rule)}.")
    if told.own_weight >= told.link_weight and not told.vetoes:
        over = (told.own_weight - told.link_weight) / MILLI
        found.append(f"Their weight is {over:.1f} bits above the link weight.")
    elif not found:
        found.append(
            f"Alone they would not reach the link weight;"
            f" the {len(members)} records of {golden.code} together do."
        )
    if "active" in (left.status, right.status) and left.status != right.status:
        found.append("One of them is retired at its platform: it stays a member without a voice.")
    return found


def _apart(rules: ActiveRules, told: Explanation, golden: GoldenRecord, other: GoldenRecord) -> list[str]:
    mine = list(golden.members.values_list("record_id", flat=True))
    theirs = list(other.members.values_list("record_id", flat=True))
    found = _held_apart(rules.domain, mine, theirs)
    held = Q(left_records__overlap=mine, right_records__overlap=theirs)
    held |= Q(left_records__overlap=theirs, right_records__overlap=mine)
    found += [
        f"A hold waits for a decision: {hold.reason}"
        for hold in Hold.objects.filter(held, domain=rules.domain, status=Hold.Status.OPEN)
    ]
    found += [
        f"The gate “{gate_words(veto)}” keeps them apart: the two records contradict each other."
        for veto in told.vetoes
    ]
    if told.rule is not None:
        found.append(f"{rule_words(told.rule)}.")
    found += _not_found(rules, told) + _too_light(told)
    if len(mine) + len(theirs) > 2:
        found += _between_groups(rules, golden, other, len(mine) + len(theirs), told.vetoes)
    return found


def _held_apart(domain: str, mine: Sequence[int], theirs: Sequence[int]) -> list[str]:
    """Return what people decided that keeps two golden records apart, and binds today."""
    found = []
    for judgement, left, right in apart_among(domain, [*mine, *theirs]):
        if not right:
            found.append(f"{_by(judgement)} that record {judgement.left} stands alone.")
        elif ({*left} & {*mine} and {*right} & {*theirs}) or ({*left} & {*theirs} and {*right} & {*mine}):
            found.append(f"{_by(judgement)} that they are not the same.")
    return found


def _not_found(rules: ActiveRules, told: Explanation) -> list[str]:
    """Return why no blocking rule finds the pair; names of keys only, no value."""
    if told.rules:
        return []
    if told.weak_rule:
        only = f"Only the rule “{told.weak_rule}” finds them, which alone is no reason to compare"
        return [f"{only}, so the machine never did."]
    if told.closed_rules:
        shared = ", ".join(f"“{name}”" for name in told.closed_rules)
        many = f"too many records carry ({shared})"
        return [f"They share only keys that {many}, so the machine never compared them."]
    near = f" The nearest key is {told.nearest.words.replace('_', ' ')}." if told.nearest else ""
    return [f"They share no key, so they were never compared by the machine.{near}"]


def _too_light(told: Explanation) -> list[str]:
    """Return how much is missing to the link weight, and the smallest change that would make up for it."""
    if told.own_weight >= told.link_weight:
        return []
    missing = (told.link_weight - told.own_weight) / MILLI
    zone = "in the review zone" if told.own_weight >= told.review_weight else "below the review weight"
    found = [f"Their weight is {missing:.1f} bits below the link weight, {zone}."]
    found += [
        f"Both carry the {column.replace('_', ' ')} of too many others: it tells nothing."
        for column in dict.fromkeys(column for column, _ in told.generic)
    ]
    if told.tip is not None:
        found.append(f"They would be linked if {told.tip.words}.")
    return found


def _between_groups(
    rules: ActiveRules, golden: GoldenRecord, other: GoldenRecord, size: int, named: Sequence[str]
) -> list[str]:
    """Return what the two groups as wholes have against each other."""
    if size > GROUP_LIMIT:
        return [f"Their groups hold {size} records in all; groups are joined by the mean of all their pairs."]
    golden_of: Mapping[int, int] = dict(
        Membership.objects.filter(golden__in=[golden, other], record__status="active").values_list(
            "record_id", "golden_id"
        )
    )
    rows = scope.rows_of(golden_of)
    frame = scope.frame_of(rules, rows)
    sides = [
        [place for place, row in enumerate(rows) if golden_of[row.id] == one.pk] for one in (golden, other)
    ]
    if len(rows) < 3 or not all(sides):
        return []
    told = between(frame, rules.spec, rules.weighing, *sides)
    found = []
    if told.never:
        found.append(f"A rule never joins {told.never} of the {told.pairs} pairs of their groups.")
    elif told.mean < told.link_weight:
        found.append(
            f"Their groups differ: the mean over all {told.pairs} pairs is {told.mean / MILLI:.1f} bits,"
            f" {told.link_weight / MILLI:.1f} are needed."
        )
    conflicts = {veto for i in sides[0] for j in sides[1] for veto in vetoes(frame, rules.spec, i, j)}
    found += [
        f"The gate “{gate_words(conflict)}” keeps their groups apart: members contradict each other."
        for conflict in sorted(conflicts - set(named))
    ]
    return found


def gate_words(gate: str) -> str:
    """Return the name of a gate as people say it: "exclusive:tax id:vat.FR" is the "tax id, vat.FR"."""
    plain = gate.removeprefix("exclusive:").replace("confirmed_", "confirmed ")
    return plain.replace(":", ", ").replace("kinds", "kind")


def _by(judgement: Judgement) -> str:
    return f"{judgement.actor} decided on {judgement.created_at:%Y-%m-%d} (judgement {judgement.pk})"
