"""The part of SOQL that is served: one object, plain fields, WHERE, ORDER BY, LIMIT and OFFSET.

SELECT f, g | COUNT() FROM Object [WHERE condition] [ORDER BY f [ASC|DESC] [NULLS FIRST|LAST], …] [LIMIT n]
[OFFSET n], conditions of =, !=, <>, <, <=, >, >=, LIKE, IN, NOT IN, AND, OR, NOT and parentheses. Text
compares without case, as on the platform. Relationships, subqueries, aggregates and functions are refused as
MALFORMED_QUERY or INVALID_FIELD.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mdm.sandbox.platforms.sobjects.errors import ApiError, malformed_query
from mdm.sandbox.platforms.sobjects.ids import long_id
from mdm.sandbox.platforms.sobjects.objects import TEXT_TYPES, Field, SObject, find_object

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))|(?P<date>\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w.]*)|(?P<mark><=|>=|!=|<>|[=<>(),]))"
)
COMPARISONS = ("=", "!=", "<>", "<", "<=", ">", ">=")
COLUMNS = ("Id", "MDM_Id__c", "ERP_Number__c", "IsDeleted")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Query:
    """A read query: object, field names (none for COUNT()), and the SQL behind FROM with its parameters."""

    object: SObject
    fields: tuple[str, ...]
    where: str
    parameters: tuple[Any, ...]
    order: str
    limit: int | None
    offset: int

    @property
    def counts(self) -> bool:
        """COUNT() asks for the number of rows only."""
        return not self.fields


def parse_query(text: str) -> Query:
    """Return the query; MALFORMED_QUERY, INVALID_TYPE or INVALID_FIELD when it cannot be answered."""
    return _Parser(text).parse()


def field_sql(field: Field) -> str:
    """Return the SQL expression of a field; moments compare as milliseconds, dates as ISO text."""
    if field.name in COLUMNS or field.name == "SystemModstamp":
        return field.name
    inside = f"json_extract(body, '$.{field.name}')"
    if field.kind == "boolean":
        return f"coalesce({inside}, 0)"
    if field.kind == "datetime":
        return f"CAST(round((julianday(replace({inside}, '+0000', 'Z')) - 2440587.5) * 86400000) AS INTEGER)"
    return f"{inside} COLLATE NOCASE" if field.kind in TEXT_TYPES else inside


class _Parser:
    """A recursive-descent parser over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.place = 0
        position = 0
        while text[position:].strip():
            found = TOKEN.match(text, position)
            if found is None:
                raise malformed_query(
                    f"unexpected character at position {position}: {text[position : position + 20]}"
                )
            self.tokens.append((found.lastgroup or "", found[0].strip()))
            position = found.end()
        self.parameters: list[Any] = []
        self.object: SObject

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "<EOF>")

    def _is_word(self, word: str) -> bool:
        kind, text = self._peek()
        return kind == "word" and text.upper() == word

    def _accept(self, *words: str) -> bool:
        """Step over the words when they come next."""
        upper = [
            text.upper() for kind, text in self.tokens[self.place : self.place + len(words)] if kind == "word"
        ]
        if upper != list(words):
            return False
        self.place += len(words)
        return True

    def _take(self, *kinds: str) -> str:
        kind, text = self._peek()
        if kind not in kinds:
            raise malformed_query(f"unexpected token: '{text}'")
        self.place += 1
        return text

    def _mark(self, mark: str) -> None:
        if self._take("mark") != mark:
            raise malformed_query(f"unexpected token: '{self.tokens[self.place - 1][1]}', '{mark}' expected")

    def parse(self) -> Query:
        if not self._accept("SELECT"):
            raise malformed_query(f"unexpected token: '{self._peek()[1]}', SELECT expected")
        names = self._field_names()
        if not self._accept("FROM"):
            raise malformed_query(f"unexpected token: '{self._peek()[1]}', FROM expected")
        name = self._take("word")
        found = find_object(name)
        if found is None:
            raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
        self.object = found
        fields = tuple(self._field(name).name for name in names)
        where = self._either() if self._accept("WHERE") else "1"
        order = self._order() if self._accept("ORDER", "BY") else "Id"
        limit = int(self._take("number")) if self._accept("LIMIT") else None
        offset = int(self._take("number")) if self._accept("OFFSET") else 0
        if self.place != len(self.tokens):
            raise malformed_query(f"unexpected token: '{self._peek()[1]}'")
        return Query(found, fields, where, tuple(self.parameters), order, limit, offset)

    def _field_names(self) -> list[str]:
        if self._is_word("COUNT") and self.tokens[self.place + 1 : self.place + 3] == [
            ("mark", "("),
            ("mark", ")"),
        ]:
            self.place += 3
            return []
        names = [self._take("word")]
        while self._peek() == ("mark", ","):
            self.place += 1
            names.append(self._take("word"))
        if self._peek() == ("mark", "("):
            raise malformed_query(f"functions are not served: '{names[-1]}('")
        return names

    def _field(self, name: str) -> Field:
        field = self.object.field(name)
        if field is None:
            message = f"No such column '{name}' on entity '{self.object.name}'."
            raise ApiError(400, "INVALID_FIELD", message)
        return field

    def _chain(self, word: str, part: Callable[[], str]) -> str:
        parts = [part()]
        while self._accept(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else f" {word} ".join(f"({one})" for one in parts)

    def _either(self) -> str:
        return self._chain("OR", self._both)

    def _both(self) -> str:
        return self._chain("AND", self._single)

    def _single(self) -> str:
        if self._peek() == ("mark", "("):
            self.place += 1
            inner = self._either()
            self._mark(")")
            return f"({inner})"
        if self._accept("NOT"):
            return f"NOT coalesce(({self._single()}), 0)"
        return self._comparison()

    def _comparison(self) -> str:
        field = self._field(self._take("word"))
        sql = field_sql(field)
        if self._accept("NOT", "IN"):
            return f"({sql} NOT IN ({self._values(field)}) OR {sql} IS NULL)"
        if self._accept("IN"):
            return f"{sql} IN ({self._values(field)})"
        if self._accept("LIKE"):
            pattern = self._take("text")
            self.parameters.append(_unquoted(pattern))
            return f"{sql} LIKE ?"
        operator = self._take("mark")
        if operator not in COMPARISONS:
            raise malformed_query(f"unexpected token: '{operator}'")
        value = self._value(field)
        equal, unequal = operator == "=", operator in ("!=", "<>")
        if value is None:
            if not (equal or unequal):
                raise malformed_query(f"null cannot be compared with '{operator}'")
            return f"{sql} IS {'NOT ' if unequal else ''}NULL"
        self.parameters.append(value)
        return f"({sql} <> ? OR {sql} IS NULL)" if unequal else f"{sql} {operator} ?"

    def _values(self, field: Field) -> str:
        self._mark("(")
        marks = []
        while True:
            self.parameters.append(self._value(field))
            marks.append("?")
            if self._take("mark") == ")":
                return ", ".join(marks)

    def _value(self, field: Field) -> Any:
        kind, text = self._peek()
        self._take("text", "number", "datetime", "date", "word")
        word = text.lower() if kind == "word" else ""
        if word == "null":
            return None
        value: Any = None
        if field.kind == "boolean" and word in ("true", "false"):
            value = int(word == "true")
        elif field.kind == "double" and kind == "number":
            value = float(text)
        elif field.kind == "datetime" and kind in ("datetime", "date"):
            value = _milliseconds(text)
        elif field.kind == "date" and kind == "date":
            value = date.fromisoformat(text).isoformat()
        elif field.kind in ("id", "reference") and kind == "text":
            value = long_id(_unquoted(text)) or _invalid_id(field, text)
        elif field.kind in TEXT_TYPES and kind == "text":
            value = _unquoted(text)
        if value is None:
            message = (
                f"value of filter criterion for field '{field.name}' must be of type {field.kind}: {text}"
            )
            raise ApiError(400, "INVALID_FIELD", message)
        return value

    def _order(self) -> str:
        entries = []
        while True:
            sql = field_sql(self._field(self._take("word")))
            descending = self._accept("DESC")
            if not descending:
                self._accept("ASC")
            last = self._accept("NULLS", "LAST")
            if not last:
                self._accept("NULLS", "FIRST")
            direction = "DESC" if descending else "ASC"
            entries.append(f"{sql} {direction} NULLS {'LAST' if last else 'FIRST'}")
            if self._peek() != ("mark", ","):
                return ", ".join([*entries, "Id"])
            self.place += 1


def _invalid_id(field: Field, text: str) -> Any:
    raise ApiError(
        400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text.strip(chr(39))} ({field.name})"
    )


def _milliseconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text if "T" in text else text + "T00:00:00+00:00")
    except ValueError as error:
        raise malformed_query(f"invalid date: {text}") from error
    return round(moment.timestamp() * 1000)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1])
