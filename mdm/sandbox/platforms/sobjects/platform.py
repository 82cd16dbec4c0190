"""The Salesforce simulator: token, routing of the REST resources, limits, and the views of its page."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from mdm.sandbox.platforms.faults import Counters, FaultPlan
from mdm.sandbox.platforms.simulator import Platform
from mdm.sandbox.platforms.sobjects import composite, views
from mdm.sandbox.platforms.sobjects.errors import (
    ApiError,
    bad_json,
    error_response,
    not_found,
    session_invalid,
)
from mdm.sandbox.platforms.sobjects.ids import long_id
from mdm.sandbox.platforms.sobjects.loading import load_directory
from mdm.sandbox.platforms.sobjects.objects import OBJECTS, Field, SObject, describe, find_object, summary
from mdm.sandbox.platforms.sobjects.queries import Cursors, record_json
from mdm.sandbox.platforms.sobjects.rows import find_by_external_id, find_record, schema
from mdm.sandbox.platforms.sobjects.tokens import Tokens
from mdm.sandbox.platforms.sobjects.writes import Writer
from mdm.sandbox.platforms.store import Store
from mdm.sandbox.platforms.views import ListedRow, ObjectTotals, RecordView
from mdm.sandbox.platforms.web import Request, Response, json_response

VERSIONED = re.compile(r"(/services/data/v(\d+)\.0)(?:/(.*))?")
MERGE = "/services/apexrest/merge"
OLDEST_VERSION = 46
NEWEST_VERSION = 62

T = TypeVar("T")


class SalesforcePlatform(Platform):
    """The REST API of one org over one SQLite store."""

    theme = views.THEME

    def __init__(
        self, path: Path, faults: FaultPlan, *, client_id: str, client_secret: str, token_seconds: int
    ) -> None:
        super().__init__(faults, Counters())
        self.store = Store(path, schema())
        self.tokens = Tokens(client_id, client_secret, token_seconds)
        self.cursors = Cursors()

    def load(self, directory: Path) -> int:
        """Load the sample into an empty store and return the number of records; a filled store stays as it
        is."""
        with self.store.write() as connection:
            for item in OBJECTS.values():
                if connection.execute(f"SELECT 1 FROM {item.table} LIMIT 1").fetchone():
                    return 0
            return load_directory(connection, directory)

    def serve_api(self, request: Request) -> Response:
        """Answer one call; every error leaves as a list of {message, errorCode}."""
        if request.path == "/services/oauth2/token":
            if request.method != "POST":
                return error_response(_method_refused(request.method))
            return self.tokens.issue(request, self.faults.session_epoch)
        try:
            response = self._route(request)
        except ApiError as error:
            response = error_response(error)
        used = self.counters.as_json()["requests"]
        headers = {**response.headers, "Sforce-Limit-Info": f"api-usage={used}/{self.faults.daily_limit}"}
        return Response(response.status, response.body, response.content_type, headers)

    def _route(self, request: Request) -> Response:
        if request.path.rstrip("/") == "/services/data":
            url = f"/services/data/v{NEWEST_VERSION}.0"
            return json_response(200, [{"label": "Winter '25", "url": url, "version": f"{NEWEST_VERSION}.0"}])
        if request.path.rstrip("/") == MERGE:
            return self._merge(request)
        found = VERSIONED.fullmatch(request.path.rstrip("/"))
        if found is None or not OLDEST_VERSION <= int(found[2]) <= NEWEST_VERSION:
            raise not_found()
        if not self.tokens.accepts(request, self.faults.session_epoch):
            raise session_invalid()
        base = found[1]
        parts = [unquote(part) for part in (found[3] or "").split("/") if part]
        match parts:
            case []:
                names = ("composite", "limits", "query", "queryAll", "sobjects")
                return json_response(200, {name: f"{base}/{name}" for name in names})
            case ["limits"]:
                return json_response(200, self._limits())
            case [("query" | "queryAll"), *rest] if len(rest) <= 1:
                return self._query(request, parts, base)
            case ["sobjects", *rest]:
                return self._sobjects(request, rest, base)
            case ["composite", "sobjects", *rest]:
                return self._collection(request, rest)
        raise not_found()

    def _merge(self, request: Request) -> Response:
        """Answer the org's own class; merge() itself has no address in the REST API."""
        _only(request, "POST")
        if not self.tokens.accepts(request, self.faults.session_epoch):
            raise session_invalid()
        document = _document(request)
        item = find_object(str(document.get("sObjectType", "")))
        losers = document.get("mergeIds")
        if item is None or not isinstance(losers, list):
            raise bad_json("Give sObjectType, masterId and a list of mergeIds.")
        master = self._write(
            lambda writer: writer.merge(item, str(document.get("masterId", "")), [str(one) for one in losers])
        )
        return json_response(200, {"id": master.id, "success": True, "mergedRecordIds": losers})

    def _limits(self) -> dict[str, Any]:
        maximum = self.faults.daily_limit
        left = max(0, maximum - self.counters.as_json()["requests"])
        return {"DailyApiRequests": {"Max": maximum, "Remaining": left}}

    def _query(self, request: Request, parts: list[str], base: str) -> Response:
        if request.method != "GET":
            raise _method_refused(request.method)
        with self.store.read() as connection:
            if len(parts) == 2:
                return json_response(200, self.cursors.resume(connection, parts[1], base))
            text = request.params().get("q", "")
            options = request.headers.get("sforce-query-options", "")
            page = self.cursors.run(
                connection, text, deleted=parts[0] == "queryAll", options=options, base=base
            )
            return json_response(200, page)

    def _sobjects(self, request: Request, rest: list[str], base: str) -> Response:
        if not rest:
            _only(request, "GET")
            return json_response(200, {"sobjects": [summary(item, base) for item in OBJECTS.values()]})
        item = find_object(rest[0])
        if item is None:
            raise not_found()
        match rest[1:]:
            case []:
                if request.method == "GET":
                    return json_response(200, {"objectDescribe": summary(item, base), "recentItems": []})
                _only(request, "POST")
                stored = self._write(lambda writer: writer.create(item, _document(request)))
                headers = {"Location": f"{base}/sobjects/{item.name}/{stored.id}"}
                return json_response(201, {"id": stored.id, "success": True, "errors": []}, headers)
            case ["describe"]:
                _only(request, "GET")
                return json_response(200, describe(item, base))
            case [record_id]:
                return self._record(request, item, record_id, base)
            case [field_name, value]:
                return self._external(request, item, _external_field(item, field_name), value, base)
        raise not_found()

    def _record(self, request: Request, item: SObject, record_id: str, base: str) -> Response:
        if request.method == "PATCH":
            self._write(lambda writer: writer.update(item, record_id, _document(request)))
            return Response(204)
        if request.method == "DELETE":
            self._write(lambda writer: writer.delete(item, record_id))
            return Response(204)
        _only(request, "GET")
        whole = long_id(record_id)
        with self.store.read() as connection:
            record = find_record(connection, item, whole) if whole else None
        if record is None or record.deleted:
            raise not_found()
        return json_response(200, record_json(record, _wanted_fields(request, item), base))

    def _external(self, request: Request, item: SObject, field: Field, value: str, base: str) -> Response:
        """Answer a call by external id; where several records have it, 300 with their addresses."""
        if request.method == "PATCH":
            try:
                stored, created = self._write(
                    lambda writer: writer.upsert(item, field, value, _document(request))
                )
            except ApiError as error:
                raise _with_addresses(error, item, base) from error
            result = {"id": stored.id, "success": True, "errors": [], "created": created}
            return json_response(201 if created else 200, result)
        _only(request, "GET")
        with self.store.read() as connection:
            found = find_by_external_id(connection, item, field.name, value)
        if not found:
            raise not_found("The requested resource does not exist")
        if len(found) > 1:
            choices = tuple(f"{base}/sobjects/{item.name}/{record.id}" for record in found)
            raise ApiError(300, "MULTIPLE_CHOICES", "several records have this external id", (), choices)
        return json_response(200, record_json(found[0], _wanted_fields(request, item), base))

    def _collection(self, request: Request, rest: list[str]) -> Response:
        match rest:
            case [] if request.method == "DELETE":
                return self._delete_collection(request)
            case []:
                work = {"POST": composite.create_rows, "PATCH": composite.update_rows}.get(request.method)
                if work is None:
                    raise _method_refused(request.method)
                records, all_or_none = composite.read_collection(request.body)
                return self._rows(lambda writer: work(writer, records, all_or_none))
            case [object_name, field_name]:
                _only(request, "PATCH")
                item = find_object(object_name)
                if item is None:
                    raise not_found()
                field = _external_field(item, field_name)
                records, all_or_none = composite.read_collection(request.body)
                return self._rows(
                    lambda writer: composite.upsert_rows(writer, item, field, records, all_or_none)
                )
        raise not_found()

    def _delete_collection(self, request: Request) -> Response:
        params = request.params()
        ids = [part.strip() for part in params.get("ids", "").split(",") if part.strip()]
        all_or_none = params.get("allOrNone", "false").lower() == "true"
        return self._rows(lambda writer: composite.delete_rows(writer, ids, all_or_none, _object_of_id))

    def _rows(self, work: Callable[[Writer], list[dict[str, Any]]]) -> Response:
        """Return the results of a collection; all of it is rolled back when all or none was asked and a row
        failed."""
        try:
            results = self._write(work)
        except composite.AllOrNoneError as error:
            results = error.results
        self.counters.add("rejected", sum(not result["success"] for result in results))
        return json_response(200, results)

    def _write(self, work: Callable[[Writer], T]) -> T:
        with self.store.write() as connection:
            writer = Writer(connection, self.tokens.client_id, self.faults)
            result = work(writer)
        self.counters.add("writes", writer.done)
        return result

    def failure(self, status: int) -> Response:
        """Return a 500 as the API words it, or the edge's 503."""
        if status == 503:
            error = ApiError(503, "SERVER_UNAVAILABLE", "Server is too busy; try again in a moment")
        else:
            error = ApiError(
                500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId: 17"
            )
        return error_response(error)

    def over_limit(self) -> Response:
        """Return the platform's 403 for too many calls."""
        return error_response(ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))

    def totals(self) -> list[ObjectTotals]:
        """Count the live records of every object and their golden ids."""
        with self.store.read() as connection:
            return views.count_totals(connection)

    def list_rows(
        self, object_name: str, search: str, newest_first: bool, offset: int
    ) -> tuple[int, list[ListedRow]]:
        """Return how many live records match and one page of them."""
        with self.store.read() as connection:
            return views.list_rows(connection, object_name, search, newest_first, offset)

    def find_record(self, object_name: str, key: str) -> RecordView | None:
        """Return one record with its change log."""
        with self.store.read() as connection:
            return views.find_record(connection, self.store, object_name, key)


def _only(request: Request, method: str) -> None:
    if request.method != method and not (method == "GET" and request.method == "HEAD"):
        raise _method_refused(request.method)


def _method_refused(method: str) -> ApiError:
    return ApiError(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed")


def _document(request: Request) -> Mapping[str, Any]:
    try:
        document = json.loads(request.body)
    except ValueError as error:
        raise bad_json(f"The body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise bad_json("The body is not a JSON object")
    return document


def _wanted_fields(request: Request, item: SObject) -> tuple[str, ...]:
    names = [name.strip() for name in request.params().get("fields", "").split(",") if name.strip()]
    fields = [item.field(name) for name in names]
    for name, field in zip(names, fields, strict=True):
        if field is None:
            raise ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {item.name}")
    return tuple(field.name for field in fields if field is not None)


def _external_field(item: SObject, name: str) -> Field:
    field = item.field(name)
    if field is None or not field.external_id:
        raise not_found("Provided external ID field does not exist or is not accessible: " + name)
    return field


def _with_addresses(error: ApiError, item: SObject, base: str) -> ApiError:
    choices = tuple(f"{base}/sobjects/{item.name}/{record_id}" for record_id in error.choices)
    return ApiError(error.status, error.code, error.message, error.fields, choices)


def _object_of_id(record_id: str) -> SObject:
    for item in OBJECTS.values():
        if record_id.startswith(item.prefix):
            return item
    raise ApiError(400, "MALFORMED_ID", f"malformed id {record_id}", ("Id",))
