"""What is done with a text between its column and the canonical attribute, compiled to one function."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from mdm.ingestion.dates import NOT_KNOWN, read_day
from mdm.ingestion.problems import Problem, shown
from mdm.ingestion.rules import Rule
from mdm.ingestion.splits import SPLITS

Step = Callable[[Any, list[Problem]], Any]
# Signs between groups of three digits, by the sign that stands before the decimals.
GROUPED = {
    "point": re.compile("(?<=\\d)[, '\u00a0\u202f](?=\\d{3})"),
    "comma": re.compile("(?<=\\d)[. '\u00a0\u202f](?=\\d{3})"),
}


def compile_steps(rule: Rule, column: str) -> Step | None:
    """Return what is done with a text on its way, in the order of the fields of `Rule`; None for nothing."""
    steps: list[Step] = []
    if rule.pattern:
        search = re.compile(rule.pattern).search
        steps.append(lambda text, problems: found[1] if (found := search(text)) else None)
    if rule.split:
        split, take = SPLITS[rule.split][0], rule.take
        steps.append(lambda text, problems: split(text).get(take))
    if rule.codes is not None:
        steps.append(_translated(rule, column))
    if rule.date:
        steps.append(_dated(rule, column))
    if rule.number:
        steps.append(_numbered(rule, column))
    if rule.truth is not None:
        truth = rule.truth
        steps.append(lambda text, problems: text.lower() in truth)
    if rule.case:
        case = {"upper": str.upper, "lower": str.lower, "title": str.title}[rule.case]
        steps.append(lambda text, problems: case(text))
    return _in_turn(steps) if len(steps) > 1 else next(iter(steps), None)


def _in_turn(steps: list[Step]) -> Step:
    def in_turn(text: Any, problems: list[Problem]) -> Any:
        for step in steps:
            text = step(text, problems)
            if text is None:
                return None
        return text

    return in_turn


def _translated(rule: Rule, column: str) -> Step:
    codes, otherwise = dict(rule.codes or {}), rule.otherwise
    folded = {code.casefold(): value for code, value in codes.items()}

    def translated(text: str, problems: list[Problem]) -> Any:
        value = codes.get(text)
        if value is None:
            value = folded.get(text.casefold(), otherwise)
        if value == "{value}":
            return text
        if value is None:
            known = ", ".join(sorted(codes))
            reason = f"{shown(text)!r} is none of the codes of this column ({known})."
            advice = "Correct the value, or add the code to the mapping."
            problems.append(Problem("unknown_code", column, shown(text), reason, advice))
        return value

    return translated


def _dated(rule: Rule, column: str) -> Step:
    formats = rule.date

    def dated(text: str, problems: list[Problem]) -> Any:
        if text in NOT_KNOWN:
            return None
        try:
            return read_day(text, formats)
        except ValueError as error:
            advice = "Correct the date at its source, or name its format in the mapping."
            problems.append(Problem("bad_date", column, shown(text), str(error), advice))
            return None

    return dated


def _numbered(rule: Rule, column: str) -> Step:
    kind = rule.number
    grouped = GROUPED["point" if kind == "integer" else kind]

    def numbered(text: str, problems: list[Problem]) -> Any:
        plain = grouped.sub("", text)
        try:
            number = Decimal(plain.replace(",", ".") if kind == "comma" else plain)
            if not number.is_finite() or (kind == "integer" and number != number.to_integral_value()):
                raise InvalidOperation
        except InvalidOperation:
            what = "whole number" if kind == "integer" else "number"
            reason = (
                f"{shown(text)!r} is no {what} (decimals behind a {'comma' if kind == 'comma' else 'point'})."
            )
            advice = "Correct the value, or the mapping's number."
            problems.append(Problem("bad_number", column, shown(text), reason, advice))
            return None
        return int(number) if kind == "integer" else format(number, "f")

    return numbered
