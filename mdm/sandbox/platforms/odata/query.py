"""Addresses and query options of OData V2: which rows, in which order, how many, with what beside them."""

import base64
import binascii
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from mdm.sandbox.platforms.odata.entities import ENTITIES
from mdm.sandbox.platforms.odata.errors import bad_query, not_found
from mdm.sandbox.platforms.odata.filters import Condition, parse_filter, parse_orderby
from mdm.sandbox.platforms.odata.model import EntityType, Navigation
from mdm.sandbox.platforms.odata.rows import Row, select_rows

PAGE_ROWS = 500
SEGMENT = re.compile(r"([A-Za-z_]\w*)(?:\(((?:'(?:[^']|'')*'|[^')])*)\))?(?:/|$)")
KEY_PART = re.compile(r"(?:(\w+)=)?(?:'((?:[^']|'')*)'|(\w+))(?:,|$)")
KNOWN_OPTIONS = (
    "$filter",
    "$orderby",
    "$top",
    "$skip",
    "$skiptoken",
    "$select",
    "$expand",
    "$inlinecount",
    "$format",
)

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Address:
    """What a resource path names: rows of one entity type under a condition; `single` when it is one
    entity."""

    entity: EntityType
    condition: Condition
    single: bool
    parent: Row | None = None
    navigation: Navigation | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """The system query options of one request, read against its entity type."""

    condition: Condition | None = None
    order: Sequence[tuple[str, bool]] = ()
    top: int | None = None
    skip: int = 0
    after: Sequence[Any] | None = None
    select: Tree = field(default_factory=dict)
    expand: Tree = field(default_factory=dict)
    inline_count: bool = False
    page_rows: int = PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Page:
    """One server page: rows, the number of all matching rows when asked for, and where the next page
    starts."""

    rows: list[Row]
    count: int | None
    next_token: str | None


def key_values(entity: EntityType, text: str) -> tuple[str, ...]:
    """Return the key values of a predicate such as `'7'` or `Product='7',Language='EN'`."""
    named: dict[str, str] = {}
    for found in KEY_PART.finditer(text):
        if not found[0]:
            continue
        name = found[1] or (entity.keys[0] if len(entity.keys) == 1 else "")
        named[name] = found[2].replace("''", "'") if found[2] is not None else found[3]
    if set(named) != set(entity.keys):
        raise bad_query(
            f"Invalid key predicate '({text})' of {entity.name}; it takes {', '.join(entity.keys)}"
        )
    return tuple(entity.properties[name].padded(named[name]) for name in entity.keys)


def key_condition(entity: EntityType, keys: Sequence[str]) -> Condition:
    """Return the condition that selects the entity with these keys."""
    return Condition(" AND ".join(f"{name} = ?" for name in entity.keys), tuple(keys))


def resolve_address(connection: sqlite3.Connection, sets: Mapping[str, EntityType], resource: str) -> Address:
    """Return what the resource path names; 404 for a set, navigation or parent entity that does not exist."""
    path = unquote(resource)
    count = path.endswith("/$count")
    segments = _segments(path.removesuffix("/$count"))
    name, predicate = segments[0]
    if name not in sets:
        raise not_found(name)
    address = _narrow(Address(sets[name], Condition("1"), single=False), predicate)
    for name, predicate in segments[1:]:
        if not address.single or name not in address.entity.navigations:
            raise not_found(name)
        parents = select_rows(
            connection, address.entity, f"WHERE {address.condition.sql}", address.condition.parameters
        )
        if not parents:
            raise not_found(address.entity.name)
        navigation = address.entity.navigations[name]
        condition = navigation_condition(navigation, [parents[0].value(navigation.join[0])])
        condition = _within(condition, navigation, parents[0])
        target = ENTITIES[navigation.target]
        address = _narrow(Address(target, condition, not navigation.many, parents[0], navigation), predicate)
    return Address(
        address.entity, address.condition, address.single, address.parent, address.navigation, count
    )


def _segments(path: str) -> list[tuple[str, str | None]]:
    segments: list[tuple[str, str | None]] = []
    position = 0
    while position < len(path):
        found = SEGMENT.match(path, position)
        if found is None:
            raise not_found(path[position:])
        segments.append((found[1], found[2]))
        position = found.end()
    if not segments:
        raise not_found(path)
    return segments


def _narrow(address: Address, predicate: str | None) -> Address:
    """Return the address narrowed to one entity when a key predicate stands behind the segment."""
    if predicate is None:
        return address
    by_key = key_condition(address.entity, key_values(address.entity, predicate))
    both = Condition(
        f"({address.condition.sql}) AND {by_key.sql}", address.condition.parameters + by_key.parameters
    )
    return Address(address.entity, both, True, address.parent, address.navigation)


def navigation_condition(navigation: Navigation, values: Sequence[Any]) -> Condition:
    """Return the condition that selects what the navigation reaches from any of the joined values."""
    sql = f"{navigation.join[1]} IN ({', '.join('?' * len(values))})"
    for name in navigation.only:
        sql += f" AND json_extract(body, '$.{name}') = ?"
    return Condition(sql, (*values, *navigation.only.values()))


def _within(condition: Condition, navigation: Navigation, parent: Row) -> Condition:
    sql = condition.sql + "".join(f" AND {name} = ?" for name in navigation.within)
    return Condition(sql, (*condition.parameters, *map(parent.value, navigation.within)))


def read_options(entity: EntityType, params: Mapping[str, str], prefer: str = "") -> Options:
    """Return the query options; 400 for one that is unknown or cannot be read."""
    for name in params:
        if name.startswith("$") and name not in KNOWN_OPTIONS:
            raise bad_query(f"System query option '{name}' is not supported")
    if params.get("$format", "json") != "json":
        raise bad_query("This service answers in JSON only; use $format=json")
    if params.get("$inlinecount", "none") not in ("none", "allpages"):
        raise bad_query("$inlinecount takes allpages or none")
    size = re.search(r"odata\.maxpagesize=(\d+)", prefer)
    expand = _tree(params.get("$expand", ""))
    _check_tree(entity, expand)
    select = _tree(params.get("$select", ""))
    _check_select(entity, select)
    return Options(
        condition=parse_filter(entity, params["$filter"]) if params.get("$filter") else None,
        order=parse_orderby(entity, params["$orderby"]) if params.get("$orderby") else (),
        top=_number(params, "$top"),
        skip=_number(params, "$skip") or 0,
        after=_read_token(params["$skiptoken"]) if "$skiptoken" in params else None,
        select=select,
        expand=expand,
        inline_count=params.get("$inlinecount") == "allpages",
        page_rows=min(PAGE_ROWS, max(1, int(size[1]))) if size else PAGE_ROWS,
    )


def select_page(connection: sqlite3.Connection, address: Address, options: Options) -> Page:
    """Return one page of the rows; pages follow each other by key values, so a write between them loses no
    row."""
    entity = address.entity
    conditions = [address.condition, *([options.condition] if options.condition else [])]
    where = " AND ".join(f"({condition.sql})" for condition in conditions)
    parameters = [value for condition in conditions for value in condition.parameters]
    count = None
    if options.inline_count or address.count:
        sql = f"SELECT count(*) FROM {entity.table} WHERE {where}"
        count = int(connection.execute(sql, parameters).fetchone()[0])
    order = [*options.order, *((name, False) for name in entity.keys)]
    if options.after is not None:
        after = _after(order, options.after)
        where += f" AND ({after.sql})"
        parameters.extend(after.parameters)
    wanted = options.page_rows if options.top is None else min(options.top, options.page_rows)
    ordered = ", ".join(f"{sql} {'DESC' if descending else 'ASC'}" for sql, descending in order)
    marks = ", ".join(f"{sql} AS o{place}" for place, (sql, _) in enumerate(order))
    sql = (
        f"SELECT {entity.root} AS root, version, body, {marks} FROM {entity.table} WHERE {where}"
        f" ORDER BY {ordered} LIMIT ? OFFSET ?"
    )
    skip = options.skip if options.after is None else 0
    records = connection.execute(sql, [*parameters, wanted + 1, skip]).fetchall()
    rows = [Row(entity, r["root"], r["version"], json.loads(r["body"])) for r in records[:wanted]]
    more = len(records) > wanted and (options.top is None or options.top > wanted)
    token = _write_token([records[wanted - 1][f"o{place}"] for place in range(len(order))]) if more else None
    return Page(rows, count, token)


def _after(order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Condition:
    """Return the condition "behind these values in this order": equal on a head of the order, then beyond."""
    if len(values) != len(order):
        raise bad_query("Invalid $skiptoken for this $orderby")
    branches: list[str] = []
    parameters: list[Any] = []
    for place, (sql, descending) in enumerate(order):
        equal = [f"{order[before][0]} = ?" for before in range(place)]
        branches.append(" AND ".join([*equal, f"{sql} {'<' if descending else '>'} ?"]))
        parameters.extend(values[: place + 1])
    return Condition(" OR ".join(f"({branch})" for branch in branches), tuple(parameters))


def _number(params: Mapping[str, str], name: str) -> int | None:
    text = params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise bad_query(f"{name} takes a whole number from 0, not '{text}'")
    return int(text)


def _write_token(values: Iterable[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def _read_token(text: str) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise bad_query("Invalid $skiptoken") from error
    if not isinstance(values, list):
        raise bad_query("Invalid $skiptoken")
    return values


def _tree(text: str) -> Tree:
    tree: Tree = {}
    for path in filter(None, (part.strip() for part in text.split(","))):
        level = tree
        for step in path.split("/"):
            level = level.setdefault(step, {})
    return tree


def _check_tree(entity: EntityType, tree: Tree) -> None:
    for name, below in tree.items():
        if name not in entity.navigations:
            raise bad_query(f"Invalid $expand: '{name}' is not a navigation of {entity.name}")
        _check_tree(ENTITIES[entity.navigations[name].target], below)


def _check_select(entity: EntityType, tree: Tree) -> None:
    for name, below in tree.items():
        if name in entity.navigations:
            _check_select(ENTITIES[entity.navigations[name].target], below)
        elif (name != "*" and name not in entity.properties) or below:
            raise bad_query(f"Property {name} not found in type API.{entity.type_name}")
