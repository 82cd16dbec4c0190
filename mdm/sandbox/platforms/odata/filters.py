"""$filter and $orderby of OData V2, read into SQL conditions with parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mdm.sandbox.platforms.odata.errors import ODataError, bad_query
from mdm.sandbox.platforms.odata.model import EntityType, Property, ValueRefusedError, parse_moment

TOKEN = re.compile(
    r"\s*(?:(?P<typed>(?:datetimeoffset|datetime|time|guid)'[^']*')|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?[mMlLdDfF]?(?![\w.]))|(?P<name>[A-Za-z_][\w/]*)|(?P<mark>[(),]))"
)
COMPARISONS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
TEXT_FUNCTIONS = ("substringof", "startswith", "endswith")
LOWEST = -(2**62)


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL condition and the parameters for its question marks."""

    sql: str
    parameters: tuple[Any, ...] = ()


def property_sql(entity: EntityType, item: Property) -> str:
    """Return the SQL expression of a property: its column, or its place in the body; moments as
    milliseconds."""
    if item.name in entity.columns:
        return item.name
    inside = f"json_extract(body, '$.{item.name}')"
    match item.kind:
        case "string":
            return f"coalesce({inside}, '')"
        case "flag":
            return f"coalesce({inside}, 0)"
        case "decimal":
            return f"CAST(coalesce({inside}, '0') AS REAL)"
        case "date" | "stamp":
            return f"CAST(substr({inside}, 7) AS INTEGER)"
        case _:
            return inside


def find_property(entity: EntityType, name: str) -> Property:
    """Return the property of that name; 400 when the type has none."""
    if name not in entity.properties:
        raise bad_query(f"Property {name} not found in type API.{entity.type_name}")
    return entity.properties[name]


def parse_filter(entity: EntityType, text: str) -> Condition:
    """Return the condition of a $filter expression; 400 when it cannot be read."""
    return _FilterParser(entity, text).parse()


def parse_orderby(entity: EntityType, text: str) -> list[tuple[str, bool]]:
    """Return (SQL expression without NULLs, descending) for each entry of $orderby."""
    order = []
    for entry in text.split(","):
        words = entry.split()
        if len(words) not in (1, 2) or (len(words) == 2 and words[1] not in ("asc", "desc")):
            raise bad_query(f"Invalid $orderby entry '{entry.strip()}'")
        item = find_property(entity, words[0])
        lowest = LOWEST if item.kind in ("date", "stamp") else "''"
        order.append((f"coalesce({property_sql(entity, item)}, {lowest})", words[-1] == "desc"))
    return order


class _FilterParser:
    """A recursive-descent parser: or < and < not < comparison, function or parenthesis."""

    def __init__(self, entity: EntityType, text: str) -> None:
        self.entity = entity
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        self.place = 0
        position = 0
        while text[position:].strip():
            found = TOKEN.match(text, position)
            if found is None:
                raise self._refusal(f"at position {position}")
            self.tokens.append((found.lastgroup or "", found[0].strip()))
            position = found.end()

    def _refusal(self, why: str) -> ODataError:
        return bad_query(f"Invalid $filter expression '{self.text}': {why}")

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "the end")

    def _take(self, *kinds: str) -> str:
        kind, text = self._peek()
        if kind not in kinds:
            raise self._refusal(f"unexpected {text}")
        self.place += 1
        return text

    def _expect(self, mark: str) -> None:
        if self._take("mark") != mark:
            raise self._refusal(f"'{mark}' expected")

    def parse(self) -> Condition:
        condition = self._either()
        if self.place != len(self.tokens):
            raise self._refusal(f"unexpected {self._peek()[1]}")
        return condition

    def _chain(self, word: str, part: Callable[[], Condition]) -> Condition:
        conditions = [part()]
        while self._peek() == ("name", word):
            self.place += 1
            conditions.append(part())
        if len(conditions) == 1:
            return conditions[0]
        sql = f" {word.upper()} ".join(f"({condition.sql})" for condition in conditions)
        return Condition(sql, tuple(value for condition in conditions for value in condition.parameters))

    def _either(self) -> Condition:
        return self._chain("or", self._both)

    def _both(self) -> Condition:
        return self._chain("and", self._single)

    def _single(self) -> Condition:
        if self._peek() == ("mark", "("):
            self.place += 1
            inner = self._either()
            self._expect(")")
            return inner
        name = self._take("name")
        if name == "not":
            inner = self._single()
            return Condition(f"NOT ({inner.sql})", inner.parameters)
        if name in TEXT_FUNCTIONS and self._peek() == ("mark", "("):
            return self._text_function(name)
        return self._comparison(name)

    def _comparison(self, name: str) -> Condition:
        item = find_property(self.entity, name)
        operator = self._take("name")
        if operator not in COMPARISONS:
            raise self._refusal(f"'{operator}' is not an operator")
        sql = property_sql(self.entity, item)
        value = self._literal(item)
        if value is None:
            if operator not in ("eq", "ne"):
                raise self._refusal("null can only be compared with eq and ne")
            return Condition(f"{sql} IS {'NOT ' if operator == 'ne' else ''}NULL")
        return Condition(f"{sql} {COMPARISONS[operator]} ?", (value,))

    def _text_function(self, name: str) -> Condition:
        self._expect("(")
        first = self._take("text", "name")
        self._expect(",")
        second = self._take("text", "name")
        self._expect(")")
        literal, property_name = (first, second) if name == "substringof" else (second, first)
        sql = property_sql(self.entity, find_property(self.entity, property_name))
        if self._peek() in (("name", "eq"),):
            self.place += 1
            if self._take("name") != "true":
                raise self._refusal(f"{name}(...) can only be compared with true")
        wanted = _unquoted(literal)
        if name == "substringof":
            return Condition(f"instr({sql}, ?) > 0", (wanted,))
        if name == "startswith":
            return Condition(f"substr({sql}, 1, ?) = ?", (len(wanted), wanted))
        return Condition(f"substr({sql}, -max(?, 1)) = ?", (len(wanted), wanted))

    def _literal(self, item: Property) -> Any:
        kind, text = self._peek()
        self._take("typed", "text", "number", "name")
        try:
            return _literal_value(item, kind, text)
        except ValueRefusedError as error:
            raise self._refusal(f"{text} {error}") from error


def _literal_value(item: Property, kind: str, text: str) -> Any:
    """Return the SQL value of a literal for that property; a literal of another type is refused."""
    if text == "null" and kind == "name":
        return None
    prefix, _, rest = text.partition("'") if kind == "typed" else ("", "", "")
    quoted = rest.removesuffix("'")
    match item.kind:
        case "string" if kind == "text":
            return item.padded(_unquoted(text))
        case "date" | "stamp" if prefix in ("datetime", "datetimeoffset"):
            return parse_moment(quoted)
        case "time" if prefix == "time":
            return item.coerce(quoted)
        case "flag" if text in ("true", "false"):
            return int(text == "true")
        case "decimal" if kind == "number":
            return float(text.rstrip("mMlLdDfF"))
    raise ValueRefusedError(f"is no literal of the type of {item.name}")


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")
