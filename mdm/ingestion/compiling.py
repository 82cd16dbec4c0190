"""Rules as functions: each rule becomes one closure, built once, so that a row costs microseconds a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mdm.ingestion import keys
from mdm.ingestion.paths import Row, reach, reach_all
from mdm.ingestion.problems import Problem, shown
from mdm.ingestion.rules import Condition, Rule, as_text
from mdm.ingestion.steps import Step, compile_steps
from mdm.survivorship.alone import EVERYWHERE, plain

Give = Callable[[Row, list[Problem]], Any]


def compile_condition(condition: Condition) -> Callable[[Row], bool]:
    """Return the condition as a function of a row; values are compared as texts ('true', '1')."""
    if condition.any_of or condition.all_of:
        tests = [compile_condition(part) for part in condition.any_of or condition.all_of]
        if condition.any_of:
            return lambda row: any(test(row) for test in tests)
        return lambda row: all(test(row) for test in tests)
    get = reach(condition.column)
    if condition.filled is not None:
        filled = condition.filled
        return lambda row: (get(row) not in (None, "", [], {})) is filled
    values, negated = condition.values or frozenset(), condition.negated
    return lambda row: ((as_text(get(row)) or "") in values) is not negated


def compile_first(rules: tuple[Rule, ...], missing: frozenset[str], *, many: bool = False) -> Give:
    """Return a function that gives the value of the first rule which has one, or None."""
    compiled = [_compile(rule, missing, many=many) for rule in rules]
    if len(compiled) == 1:
        return compiled[0]
    if any(rule.scope for rule in rules):
        return _merged(compiled)

    def first(row: Row, problems: list[Problem]) -> Any:
        for give in compiled:
            value = give(row, problems)
            if value is not None:
                return value
        return None

    return first


def _merged(compiled: list[Give]) -> Give:
    """Return a function that gives the scopes of all rules; of one scope what the first rule says."""

    def merged(row: Row, problems: list[Problem]) -> Any:
        found: dict[str, Any] = {}
        for give in reversed(compiled):
            value = give(row, problems)
            if value is not None:
                found |= value if isinstance(value, dict) else {EVERYWHERE: value}
        return plain(dict(sorted(found.items()))) or None

    return merged


def _compile(rule: Rule, missing: frozenset[str], *, many: bool) -> Give:
    give = _source(rule, missing | rule.ignore, many=many)
    if rule.when is None:
        return give
    holds = compile_condition(rule.when)
    return lambda row, problems: give(row, problems) if holds(row) else None


def _source(rule: Rule, missing: frozenset[str], *, many: bool) -> Give:
    column = rule.columns[0] if rule.columns else ""
    plain: dict[str, Callable[[Rule, frozenset[str]], Give]] = {
        "join": _joined,
        "columns": _first_filled,
        "column": lambda rule, missing: _single(column, missing, compile_steps(rule, column)),
    }
    composed = {"parts": _object, "each": _scoped if rule.scope else _each, "all": _all}
    if rule.source in plain:
        return _listed(plain[rule.source](rule, missing), many=many)
    if rule.source in composed:
        return composed[rule.source](rule, missing, many=many)
    if rule.source == "reference":
        return _reference(rule, missing)
    if rule.source == "as_is":
        return lambda row, problems: row.get(column)
    constant = [rule.constant] if many and not isinstance(rule.constant, list) else rule.constant
    return lambda row, problems: constant


def _single(column: str, missing: frozenset[str], steps: Step | None) -> Give:
    get = reach(column)

    def single(row: Row, problems: list[Problem]) -> Any:
        raw = get(row)
        if raw is None:
            return None
        value = raw.strip() if type(raw) is str else as_text(raw)
        if not value or value in missing:
            if raw and type(raw) in (list, dict):
                problems.append(_wrong_type(column, raw))
            return None
        return value if steps is None else steps(value, problems)

    return single


def _first_filled(rule: Rule, missing: frozenset[str]) -> Give:
    singles = [_single(column, missing, compile_steps(rule, column)) for column in rule.columns]

    def first_filled(row: Row, problems: list[Problem]) -> Any:
        for single in singles:
            value = single(row, problems)
            if value is not None:
                return value
        return None

    return first_filled


def _joined(rule: Rule, missing: frozenset[str]) -> Give:
    singles = [_single(column, missing, None) for column in rule.columns]
    steps = compile_steps(rule, rule.columns[0])
    separator = rule.separator

    def joined(row: Row, problems: list[Problem]) -> Any:
        texts = [value for single in singles if (value := single(row, problems)) is not None]
        if not texts:
            return None
        text = separator.join(texts)
        return text if steps is None else steps(text, problems)

    return joined


def _all(rule: Rule, missing: frozenset[str], *, many: bool) -> Give:
    reaches = [(column, reach_all(column), compile_steps(rule, column)) for column in rule.columns]

    def every(row: Row, problems: list[Problem]) -> Any:
        found: dict[Any, None] = {}
        for column, get, steps in reaches:
            for raw in get(row):
                text = as_text(raw)
                if text is None or text in missing:
                    if isinstance(raw, dict | list) and raw:
                        problems.append(_wrong_type(column, raw))
                    continue
                value = text if steps is None else steps(text, problems)
                if value is not None:
                    found[value] = None
        if not found:
            return None
        return list(found) if many else next(iter(found))

    return every


def _each(rule: Rule, missing: frozenset[str], *, many: bool) -> Give:
    column = rule.columns[0]
    get = reach_all(column)
    holds = compile_condition(rule.where) if rule.where else None
    give = _object(rule, missing, many=False) if rule.parts else compile_first(rule.value, missing)

    def each(row: Row, problems: list[Problem]) -> Any:
        found: list[Any] = []
        for element in get(row):
            if type(element) is not dict:
                problems.append(_wrong_type(column, element, expected="an object with named fields"))
                continue
            if holds is not None and not holds(element):
                continue
            value = give(element, problems)
            if value is not None and value not in found:
                if not many:
                    return value
                found.append(value)
        return found or None

    return each


def _scoped(rule: Rule, missing: frozenset[str], *, many: bool) -> Give:
    """Return a function that gives an object of scope -> value; of a scope that is there twice the first.

    A value whose scope is not named counts everywhere.
    """
    column = rule.columns[0]
    get, scopes = reach_all(column), [reach(name) for name in rule.scope]
    holds = compile_condition(rule.where) if rule.where else None
    give = compile_first(rule.value, missing)

    def scoped(row: Row, problems: list[Problem]) -> Any:
        found: dict[str, Any] = {}
        for element in get(row):
            if type(element) is not dict:
                problems.append(_wrong_type(column, element, expected="an object with named fields"))
                continue
            if holds is not None and not holds(element):
                continue
            value = give(element, problems)
            name = "/".join(as_text(one(element)) or "-" for one in scopes)
            if value is not None:
                found.setdefault(name if name.strip("/-") else EVERYWHERE, value)
        return plain(found) or None

    return scoped


def _object(rule: Rule, missing: frozenset[str], *, many: bool) -> Give:
    parts = [(name, compile_first(rules, missing)) for name, rules in rule.parts.items()]
    # A part that is the same for every row says nothing on its own: a country alone makes no address.
    telling = {name for name, rules in rule.parts.items() if any(part.source != "constant" for part in rules)}

    def together(row: Row, problems: list[Problem]) -> Any:
        found = {name: value for name, give in parts if (value := give(row, problems)) is not None}
        if telling and not telling.intersection(found):
            return None
        return ([found] if many else found) if found else None

    return together


def _reference(rule: Rule, missing: frozenset[str]) -> Give:
    column, object_type, key_rule = rule.columns[0], rule.object_type, rule.key_rule
    single = _single(column, missing, None)
    system = {"source": rule.system} if rule.system else {}

    def reference(row: Row, problems: list[Problem]) -> Any:
        value = single(row, problems)
        if value is None:
            return None
        try:
            return {**system, "object_type": object_type, "source_key": keys.normalise_key(key_rule, value)}
        except keys.BadKey as error:
            advice = f"Correct the reference to the {object_type} at its source, or leave it empty."
            problems.append(Problem("bad_reference", column, shown(value), str(error), advice))
            return None

    return reference


def _listed(give: Give, *, many: bool) -> Give:
    if not many:
        return give

    def listed(row: Row, problems: list[Problem]) -> Any:
        value = give(row, problems)
        return None if value is None else [value]

    return listed


def _wrong_type(column: str, value: Any, expected: str = "a single value") -> Problem:
    found = (
        "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else "a single value"
    )
    return Problem(
        "wrong_type",
        column,
        shown(value),
        f"Expected {expected} here, found {found}.",
        "Send the column in the form that the mapping describes, or change the mapping.",
    )
