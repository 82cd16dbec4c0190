"""From a TOML document to the frozen values of `rules`, or a refusal that names the field and what it may
be.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from mdm.ingestion import dates, keys, splits
from mdm.ingestion.rules import CASES, NUMBERS, SOURCES, STEPS, ChangedAt, Condition, KeySpec, Rule, as_text
from mdm.ingestion.shapes import Shape

NEEDS = {
    "where": "each", "value": "each", "scope": "each", "with": "join", "object_type": "reference",
    "system": "reference",
}  # fmt: skip
"""Words that only a rule of one source of values has."""
CONDITION_WORDS = ("column", "is", "is_not", "filled", "any", "all")


class BadMapping(ValueError):
    """A mapping cannot be used as written."""


class Section:
    """A table of the document, with its place in it for the sentences."""

    def __init__(self, place: str, table: Any) -> None:
        if not isinstance(table, dict):
            raise BadMapping(f"{place}: expected a table, found {table!r}.")
        self.place = place
        self.table: dict[str, Any] = table

    def __contains__(self, name: str) -> bool:
        return name in self.table

    def known(self, names: Iterable[str]) -> None:
        """Refuse fields that are none of these."""
        unknown = [name for name in self.table if name not in set(names)]
        if unknown:
            raise BadMapping(f"{self.place}: {unknown[0]!r} is unknown; known are {', '.join(names)}.")

    def at(self, name: str) -> str:
        """Return the place of a field."""
        return f"{self.place}.{name}"

    def text(self, name: str, default: str | None = None, *, among: Iterable[str] | None = None) -> str:
        """Return a text, one of `among` where that is given."""
        value = self.table.get(name, default)
        if value is None:
            raise BadMapping(f"{self.place}: {name!r} is missing.")
        if not isinstance(value, str):
            raise BadMapping(f"{self.at(name)}: expected a text, found {value!r}.")
        if among is not None and value not in (allowed := list(among)):
            raise BadMapping(f"{self.at(name)}: {value!r} is unknown; known are {', '.join(allowed)}.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; one text counts as a list of one, booleans and numbers are written as
        texts.
        """
        value = self.table.get(name, [])
        values = value if isinstance(value, list) else [value]
        texts = [item if isinstance(item, str) else as_text(item) for item in values]
        if any(text is None for text in texts):
            raise BadMapping(f"{self.at(name)}: expected a list of texts, found {value!r}.")
        return tuple(text for text in texts if text is not None)


def read_key(place: str, value: Any) -> KeySpec:
    """Read `key`: a column's name, or a table with column or columns, rule and separator."""
    if isinstance(value, str):
        return KeySpec((value,))
    section = Section(place, value)
    section.known(("column", "columns", "rule", "separator"))
    columns = (section.text("column"),) if "column" in section else section.texts("columns")
    if not columns:
        raise BadMapping(f"{place}: name the column (or columns) that the source key stands in.")
    rule = section.text("rule", "exact", among=sorted(keys.RULES))
    return KeySpec(columns, rule, section.text("separator", "-"))


def read_changed_at(place: str, value: Any) -> ChangedAt:
    """Read `changed_at`: a column's name (ISO 8601), or a table with column or columns, date and zone."""
    if isinstance(value, str):
        return ChangedAt((value,))
    section = Section(place, value)
    section.known(("column", "columns", "time", "date", "zone"))
    columns = (section.text("column"),) if "column" in section else section.texts("columns")
    if not columns:
        raise BadMapping(f"{place}: name the column (or columns) with the time of the last change.")
    zone = section.text("zone", "UTC")
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise BadMapping(
            f"{place}.zone: {zone!r} is no time zone; write it like Europe/Berlin or UTC."
        ) from error
    return ChangedAt(columns, _formats(section) or ("iso",), zone, section.text("time", ""))


def read_condition(place: str, value: Any) -> Condition:
    """Read a condition; a list of conditions means: all of them."""
    if isinstance(value, list):
        return Condition(all_of=_conditions(place, value))
    section = Section(place, value)
    section.known(CONDITION_WORDS)
    if "any" in section:
        return Condition(any_of=_conditions(section.at("any"), section.table["any"]))
    if "all" in section:
        return Condition(all_of=_conditions(section.at("all"), section.table["all"]))
    column = section.text("column")
    if "filled" in section:
        filled = section.table["filled"]
        if not isinstance(filled, bool):
            raise BadMapping(f"{section.at('filled')}: expected true or false, found {filled!r}.")
        return Condition(column, filled=filled)
    if ("is" in section) == ("is_not" in section):
        raise BadMapping(f"{place}: say what {column!r} must be: one of is, is_not, filled.")
    word = "is" if "is" in section else "is_not"
    return Condition(column, values=frozenset(section.texts(word)), negated=word == "is_not")


def read_attribute(
    place: str, value: Any, shape: Shape | None, codes: Mapping[str, Mapping[str, Any]]
) -> tuple[Rule, ...]:
    """Read what stands behind one canonical attribute: a column's name, a rule, a list of rules, or its
    parts.
    """
    if isinstance(value, str):
        return (Rule("all" if shape and shape.many and not shape.parts else "column", (value,)),)
    if isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            many = bool(shape and shape.many and not shape.parts)
            return (Rule("all" if many else "columns", tuple(value)),)
        return tuple(
            rule
            for number, item in enumerate(value, start=1)
            for rule in read_attribute(f"{place}[{number}]", item, shape, codes)
        )
    section = Section(place, value)
    if shape is not None and shape.parts and not any(word in section for word in SOURCES):
        unknown = [name for name in section.table if name not in shape.parts]
        if unknown:
            raise BadMapping(
                f"{place}: {unknown[0]!r} is neither a part ({', '.join(sorted(shape.parts))}) nor a source"
                f" of values ({', '.join(SOURCES)})."
            )
        section = Section(place, {"parts": value})
    return (_read_rule(section, shape, codes),)


def _read_rule(section: Section, shape: Shape | None, codes: Mapping[str, Mapping[str, Any]]) -> Rule:
    section.known((*SOURCES, *STEPS))
    sources = [word for word in SOURCES if word in section]
    if "each" in sources and "parts" in sources:
        sources.remove("parts")
    if len(sources) != 1:
        found = f"found {' and '.join(sources)}" if sources else "found none"
        raise BadMapping(
            f"{section.place}: a rule has exactly one source of values, {found}; one of {', '.join(SOURCES)}."
        )
    source = sources[0]
    for word, needs in NEEDS.items():
        if word in section and source != needs:
            raise BadMapping(f"{section.at(word)}: only a rule with {needs!r} has {word!r}.")
    parts: dict[str, tuple[Rule, ...]] = {}
    if "parts" in section:
        table = Section(section.at("parts"), section.table["parts"])
        if shape is not None and shape.parts:
            table.known(sorted(shape.parts))
        parts = {
            name: read_attribute(table.at(name), rule, None, codes) for name, rule in table.table.items()
        }
    value = (
        read_attribute(section.at("value"), section.table["value"], None, codes) if "value" in section else ()
    )
    if source == "each" and bool(parts) == bool(value):
        raise BadMapping(f"{section.place}: say with 'value' or 'parts' what each element gives.")
    if "scope" in section and not (value and (shape is None or shape.scoped)):
        raise BadMapping(f"{section.at('scope')}: only a 'value' of an attribute that has scopes has one.")
    columns = () if source in ("parts", "constant") else section.texts(source)
    if source not in ("parts", "constant") and not all(columns):
        raise BadMapping(f"{section.at(source)}: name at least one column.")
    if source in ("column", "each", "reference", "as_is") and len(columns) != 1:
        raise BadMapping(f"{section.at(source)}: expected one column, found {section.table[source]!r}.")
    split, take = _split(section)
    return Rule(
        source=source,
        columns=columns,
        constant=section.table.get("constant"),
        parts=parts,
        value=value,
        when=read_condition(section.at("when"), section.table["when"]) if "when" in section else None,
        where=read_condition(section.at("where"), section.table["where"]) if "where" in section else None,
        scope=section.texts("scope"),
        separator=section.text("with", " "),
        pattern=_pattern(section),
        split=split,
        take=take,
        codes=_codes(section, codes),
        otherwise=section.table.get("otherwise"),
        date=_formats(section),
        number=section.text("number", among=NUMBERS) if "number" in section else "",
        truth=frozenset(word.lower() for word in section.texts("truth")) if "truth" in section else None,
        case=section.text("case", among=CASES) if "case" in section else "",
        ignore=frozenset(section.texts("ignore")),
        key_rule=section.text("rule", "exact", among=sorted(keys.RULES)),
        object_type=section.text("object_type") if source == "reference" else "",
        system=section.text("system", ""),
    )


def _conditions(place: str, value: Any) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        raise BadMapping(f"{place}: expected a list of conditions, found {value!r}.")
    return tuple(read_condition(f"{place}[{number}]", item) for number, item in enumerate(value, start=1))


def _split(section: Section) -> tuple[str, str]:
    if "split" not in section:
        if "take" in section:
            raise BadMapping(
                f"{section.at('take')}: 'take' needs 'split', one of {', '.join(splits.SPLITS)}."
            )
        return "", ""
    split = section.text("split", among=splits.SPLITS)
    return split, section.text("take", among=splits.SPLITS[split][1])


def _pattern(section: Section) -> str:
    pattern = section.text("pattern", "")
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise BadMapping(
            f"{section.at('pattern')}: {pattern!r} is no regular expression: {error}."
        ) from error
    if pattern and not groups:
        raise BadMapping(f"{section.at('pattern')}: put round brackets around the part that is meant.")
    return pattern


def _codes(section: Section, tables: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    if "codes" not in section:
        if "otherwise" in section:
            raise BadMapping(f"{section.at('otherwise')}: 'otherwise' needs 'codes'.")
        return None
    codes = section.table["codes"]
    if isinstance(codes, str):
        if codes not in tables:
            known = ", ".join(tables) or "none"
            raise BadMapping(f"{section.at('codes')}: there is no table [codes.{codes}]; there are: {known}.")
        return tables[codes]
    if not isinstance(codes, dict) or not codes:
        raise BadMapping(f"{section.at('codes')}: expected a table of code = value, or the name of one.")
    return codes


def _formats(section: Section) -> tuple[str, ...]:
    formats = section.texts("date")
    for name in formats:
        if name not in dates.FORMATS and "%" not in name:
            raise BadMapping(
                f"{section.at('date')}: {name!r} is unknown; known are {', '.join(dates.FORMATS)},"
                " or a pattern like %d.%m.%Y."
            )
    return formats
