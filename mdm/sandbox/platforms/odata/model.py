"""What an OData entity type is here: properties, keys, navigations, and the SQLite table that holds its
rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

EDM_TYPES = {
    "string": "Edm.String",
    "date": "Edm.DateTime",
    "stamp": "Edm.DateTimeOffset",
    "time": "Edm.Time",
    "flag": "Edm.Boolean",
    "decimal": "Edm.Decimal",
}
DEFAULTS: Mapping[str, Any] = {
    "string": "",
    "date": None,
    "stamp": None,
    "time": None,
    "flag": False,
    "decimal": "0",
}
JSON_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
EDM_TIME = re.compile(r"PT\d{2}H\d{2}M\d{2}S")
DECIMAL = re.compile(r"-?\d{1,13}(\.\d{1,6})?")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ValueRefusedError(ValueError):
    """A value does not fit its property; the message says why."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property; `length` in characters for strings; `pad` > 0 marks keys that SAP stores with leading
    zeros."""

    name: str
    kind: str
    length: int = 0
    pad: int = 0
    read_only: bool = False

    def coerce(self, value: Any) -> Any:
        """Return the value as it is stored, or raise ValueRefusedError."""
        if value is None:
            return DEFAULTS[self.kind]
        if self.kind == "flag":
            if isinstance(value, bool):
                return value
            raise ValueRefusedError("is not true or false")
        if not isinstance(value, str):
            raise ValueRefusedError("is not a string, as OData V2 JSON writes this type")
        return self._coerce_text(value)

    def _coerce_text(self, value: str) -> Any:
        if self.kind == "string":
            if len(value) > self.length:
                raise ValueRefusedError(f"is longer than {self.length} characters")
            return self.padded(value)
        if self.kind in ("date", "stamp"):
            return json_date(parse_moment(value), with_offset=self.kind == "stamp")
        pattern = EDM_TIME if self.kind == "time" else DECIMAL
        if not pattern.fullmatch(value):
            raise ValueRefusedError(f"is not an {EDM_TYPES[self.kind]}")
        return value

    def padded(self, value: str) -> str:
        """Return a numeric key with the leading zeros of its length; other text as it is."""
        return value.zfill(self.pad) if self.pad and value.isascii() and value.isdigit() else value


@dataclass(frozen=True, slots=True)
class Navigation:
    """A way from an entity to others: `join` pairs a property here with one there; `only` narrows by fixed
    values, `within` by further properties that both have alike."""

    name: str
    target: str
    join: tuple[str, str]
    many: bool = True
    only: Mapping[str, str] = field(default_factory=dict)
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntityType:
    """One entity set of one service and the table of its rows.

    `root` is the property that names the business object (BusinessPartner or Product) on which every write
    moves the change stamp; every table has it as a column. `stored` properties are columns besides keys and
    body.
    """

    name: str
    table: str
    keys: tuple[str, ...]
    root: str
    properties: Mapping[str, Property]
    navigations: Mapping[str, Navigation] = field(default_factory=dict)
    stored: tuple[str, ...] = ()
    creatable: bool = True
    deletable: bool = True

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every property that is a column of its own, keys first."""
        rest = (name for name in (self.root, *self.stored) if name not in self.keys)
        return (*self.keys, *dict.fromkeys(rest))

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The entity with nothing filled in, in declared order."""
        return {name: DEFAULTS[item.kind] for name, item in self.properties.items()}

    @property
    def type_name(self) -> str:
        """The name of the EDM type, as SAP derives it from the set."""
        return f"{self.name}Type"


def properties(text: str) -> dict[str, Property]:
    """Read a compact declaration: `Name 40` is a string, `Name date` another kind, `Name 10pad` has leading
    zeros.

    A `!` after the name marks what clients may not write.
    """
    found = {}
    for entry in text.split(","):
        name, size = entry.split()
        kind, length, pad = size, 0, 0
        if size[0].isdigit():
            kind, length = "string", int(size.removesuffix("pad"))
            pad = length if size.endswith("pad") else 0
        plain = name.rstrip("!")
        found[plain] = Property(plain, kind, length, pad, read_only=name.endswith("!"))
    return found


def parse_moment(text: str) -> int:
    """Return milliseconds since 1970 of `/Date(ms)/` or an ISO date-time (UTC when it names no zone)."""
    found = JSON_DATE.fullmatch(text)
    if found:
        return int(found[1])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueRefusedError("is neither /Date(milliseconds)/ nor an ISO date-time") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def json_date(milliseconds: int, *, with_offset: bool = False) -> str:
    """Return OData V2's JSON form of a moment."""
    return f"/Date({milliseconds}+0000)/" if with_offset else f"/Date({milliseconds})/"
