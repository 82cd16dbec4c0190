"""Entities as OData V2 JSON: metadata, defaults filled in, expanded navigations inside, the others
deferred."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from mdm.sandbox.platforms.odata.entities import ENTITIES
from mdm.sandbox.platforms.odata.model import EntityType
from mdm.sandbox.platforms.odata.query import Tree, navigation_condition
from mdm.sandbox.platforms.odata.rows import Row, select_rows

VALUES_A_STATEMENT = 500


@dataclass(slots=True)
class Node:
    """A row and the rows that its expanded navigations reach."""

    row: Row
    children: dict[str, list["Node"]] = field(default_factory=dict)


def expand_rows(connection: sqlite3.Connection, rows: Sequence[Row], tree: Tree) -> list[Node]:
    """Return the rows with everything that the tree expands: one statement a navigation and 500 parents."""
    nodes = [Node(row) for row in rows]
    if not nodes:
        return nodes
    for name, below in tree.items():
        navigation = nodes[0].row.entity.navigations[name]
        target = ENTITIES[navigation.target]
        here, there = navigation.join
        values = list(dict.fromkeys(node.row.value(here) for node in nodes))
        children: list[Row] = []
        for start in range(0, len(values), VALUES_A_STATEMENT):
            condition = navigation_condition(navigation, values[start : start + VALUES_A_STATEMENT])
            order = ", ".join(target.keys)
            children += select_rows(
                connection, target, f"WHERE {condition.sql} ORDER BY {order}", condition.parameters
            )
        by_value: dict[tuple[Any, ...], list[Node]] = {}
        for child in expand_rows(connection, children, below):
            by_value.setdefault(_values(child.row, there, *navigation.within), []).append(child)
        for node in nodes:
            node.children[name] = by_value.get(_values(node.row, here, *navigation.within), [])
    return nodes


def _values(row: Row, *names: str) -> tuple[Any, ...]:
    return tuple(row.value(name) for name in names)


def entity_path(row: Row) -> str:
    """Return the entity's address below its service root."""
    entity, keys = row.entity, row.keys()
    quoted = ["'" + quote(key.replace("'", "''"), safe="'") + "'" for key in keys]
    if len(quoted) == 1:
        return f"{entity.name}({quoted[0]})"
    named = ",".join(f"{name}={value}" for name, value in zip(entity.keys, quoted, strict=True))
    return f"{entity.name}({named})"


def entity_json(node: Node, root_url: str, select: Tree) -> dict[str, Any]:
    """Return one entity as OData V2 JSON; an empty selection means all of it."""
    row, entity = node.row, node.row.entity
    uri = f"{root_url}/{entity_path(row)}"
    service = root_url.rsplit("/", 1)[-1]
    document: dict[str, Any] = {
        "__metadata": {"id": uri, "uri": uri, "type": f"{service}.{entity.type_name}", "etag": row.etag()}
    }
    whole = not select or "*" in select
    if whole:
        document.update(entity.defaults)
        document.update(row.body)
    else:
        document.update({name: row.value(name) for name in entity.properties if name in select})
    for name, navigation in entity.navigations.items():
        if not whole and name not in select:
            continue
        if name not in node.children:
            document[name] = {"__deferred": {"uri": f"{uri}/{name}"}}
            continue
        inner = [entity_json(child, root_url, select.get(name, {})) for child in node.children[name]]
        if navigation.many:
            document[name] = {"results": inner}
        else:
            document[name] = inner[0] if inner else None
    return document


def changed_values(
    entity: EntityType, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return {property: [old, new]} of what differs between two bodies."""
    defaults = entity.defaults
    return {
        name: [before.get(name, default), after.get(name, default)]
        for name, default in defaults.items()
        if before.get(name, default) != after.get(name, default)
    }
