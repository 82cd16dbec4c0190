"""One OData operation against the store, whether it came alone or inside a batch."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mdm.sandbox.platforms.odata.entities import ENTITIES
from mdm.sandbox.platforms.odata.errors import ODataError
from mdm.sandbox.platforms.odata.model import EntityType
from mdm.sandbox.platforms.odata.query import Address, Options, read_options, resolve_address, select_page
from mdm.sandbox.platforms.odata.render import Node, entity_json, entity_path, expand_rows
from mdm.sandbox.platforms.odata.rows import Row, select_rows
from mdm.sandbox.platforms.odata.writes import Writer, read_document
from mdm.sandbox.platforms.web import Response, json_response

VERSION_HEADER = {"DataServiceVersion": "2.0"}
WRITING = ("POST", "PATCH", "MERGE", "PUT", "DELETE")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call below a service root; `resource` is still percent-encoded, header names are lower case."""

    method: str
    resource: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    sets: Mapping[str, EntityType]
    root_url: str

    def params(self) -> dict[str, str]:
        """Return the decoded query options; SAP's own sap-… parameters are left out."""
        pairs = parse_qsl(self.query, keep_blank_values=True)
        return {name: value for name, value in pairs if not name.startswith("sap-")}


def read(connection: sqlite3.Connection, operation: Operation) -> Response:
    """Answer a GET or HEAD."""
    address = resolve_address(connection, operation.sets, operation.resource)
    params = operation.params()
    options = read_options(address.entity, params, operation.headers.get("prefer", ""))
    if address.single:
        return _read_one(connection, operation, address, options)
    page = select_page(connection, address, options)
    if address.count:
        return Response(200, str(page.count).encode(), "text/plain;charset=utf-8", VERSION_HEADER)
    nodes = expand_rows(connection, page.rows, options.expand)
    results = [entity_json(node, operation.root_url, options.select) for node in nodes]
    document: dict[str, Any] = {"results": results}
    if options.inline_count:
        document["__count"] = str(page.count)
    if page.next_token is not None:
        onward = {name: value for name, value in params.items() if name not in ("$skip", "$skiptoken")}
        if options.top is not None:
            onward["$top"] = str(options.top - len(page.rows))
        onward["$skiptoken"] = page.next_token
        document["__next"] = f"{operation.root_url}/{operation.resource}?{urlencode(onward, safe='$')}"
    return json_response(200, {"d": document}, VERSION_HEADER)


def _read_one(
    connection: sqlite3.Connection, operation: Operation, address: Address, options: Options
) -> Response:
    row = _find_one(connection, address)
    if operation.headers.get("if-none-match") in (row.etag(), "*"):
        return Response(304, headers={"ETag": row.etag()})
    node = expand_rows(connection, [row], options.expand)[0]
    document = entity_json(node, operation.root_url, options.select)
    return json_response(200, {"d": document}, {**VERSION_HEADER, "ETag": row.etag()})


def _find_one(connection: sqlite3.Connection, address: Address) -> Row:
    rows = select_rows(
        connection, address.entity, f"WHERE {address.condition.sql}", address.condition.parameters
    )
    if not rows:
        raise ODataError(
            404,
            "/IWBEP/CX_MGW_RESOURCE_NOT_FOUND",
            f"Resource not found for segment '{address.entity.type_name}'",
        )
    return rows[0]


def write(writer: Writer, operation: Operation) -> Response:
    """Answer a POST, PATCH, MERGE, PUT or DELETE inside the writer's transaction."""
    method = operation.method
    if method == "POST":
        method = operation.headers.get("x-http-method", "POST").upper()
    address = resolve_address(writer.connection, operation.sets, operation.resource)
    if method == "POST":
        return _create(writer, operation, address)
    if not address.single or method not in WRITING:
        raise ODataError(405, "/IWBEP/CM_MGW_RT/021", f"{method} is not supported for {operation.resource}")
    row = _find_one(writer.connection, address)
    _check_match(row, operation.headers.get("if-match"))
    if method == "DELETE":
        writer.delete(row)
        return Response(204, headers=VERSION_HEADER)
    stored = writer.update(row, read_document(operation.body), replace=method == "PUT")
    return Response(204, headers={**VERSION_HEADER, "ETag": stored.etag()})


def _create(writer: Writer, operation: Operation, address: Address) -> Response:
    if address.single and (address.navigation is None or address.navigation.many):
        raise ODataError(405, "/IWBEP/CM_MGW_RT/021", "POST goes to an entity set, not to an entity")
    document = read_document(operation.body)
    row = writer.create(address.entity, document, address.parent, address.navigation)
    node = _with_nested(writer.connection, row, document)
    url = f"{operation.root_url}/{entity_path(row)}"
    headers = {**VERSION_HEADER, "Location": url, "ETag": row.etag()}
    return json_response(201, {"d": entity_json(node, operation.root_url, {})}, headers)


def _with_nested(connection: sqlite3.Connection, row: Row, document: Mapping[str, Any]) -> Node:
    """Return the created row with the navigations that the request itself carried."""
    return expand_rows(connection, [row], _carried(row.entity, [document]))[0]


def _carried(entity: EntityType, documents: list[Mapping[str, Any]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, navigation in entity.navigations.items():
        below: list[Mapping[str, Any]] = []
        for document in documents:
            value = document.get(name)
            inner = value.get("results", value) if isinstance(value, dict) else value
            below += inner if isinstance(inner, list) else [inner] if inner else []
        if below:
            tree[name] = _carried(ENTITIES[navigation.target], below)
    return tree


def _check_match(row: Row, wanted: str | None) -> None:
    """Hold the entity against If-Match: missing is 428, stale is 412, `*` always fits."""
    if wanted is None:
        raise ODataError(428, "/IWFND/CM_MGW/428", "The operation requires an If-Match header")
    if wanted.strip() != "*" and row.etag() not in [tag.strip() for tag in wanted.split(",")]:
        raise ODataError(
            412,
            "/IWFND/CM_MGW/412",
            "Precondition failed: the entity was changed since it was read",
            headers={},
        )


def service_document(operation: Operation) -> Response:
    """Answer the service root: the names of the entity sets."""
    return json_response(200, {"d": {"EntitySets": sorted(operation.sets)}}, VERSION_HEADER)
